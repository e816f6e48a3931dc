/** Errors of reading a table of sources. */
import type { TableFormat } from './table-reader.js';

/** What a message says, with a full stop unless it ends by asking. */
export function asSentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}

/** The bytes are not a table that can be read: damaged, truncated, of another format. */
export class TableFormatError extends Error {
  readonly code = 'SKY_TABLE_FORMAT';
  readonly file: string;
  readonly reason: string;
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file}: ${asSentence(reason)}`, options);
    this.name = 'TableFormatError';
    this.file = file;
    this.reason = reason;
  }
}

/** What a text lacks whose columns have numbers for names. */
const HEAD_HINT =
  ' These look like values: the first line must name the columns, with commas, semicolons or tabs between, and not begin with #, which makes it a comment.';

/** What any other table lacks. */
const NAMES_HINT =
  ' Names that are numbers tell nothing of their columns, as where a data frame without names was written: give them names in the file.';

/** Whether a name is a number, or the only one has a number among its words. */
function looksLikeValues(columns: readonly string[]): boolean {
  const words = columns.length === 1 ? columns[0]!.split(/\s+/) : columns;
  return words.some((word) => word.trim() !== '' && Number.isFinite(Number(word)));
}

/** A column that is needed or asked for is not there, stands twice, or cannot be told from another. */
export class TableColumnError extends Error {
  readonly code = 'SKY_TABLE_COLUMN';
  readonly file: string;
  /** The quantity of the documentation, such as `ra`. */
  readonly quantity: string;
  /** Names of the columns that the table has. */
  readonly columns: readonly string[];
  constructor(
    file: string,
    quantity: string,
    problem: string,
    columns: readonly string[],
    format?: TableFormat,
  ) {
    const most = 40;
    const more = columns.length > most ? ` and ${columns.length - most} more` : '';
    const hint = looksLikeValues(columns) ? (format === 'csv' ? HEAD_HINT : NAMES_HINT) : '';
    super(
      `${file}: ${asSentence(problem)} The table has the columns ${columns.slice(0, most).join(', ')}${more}.${hint}`,
    );
    this.name = 'TableColumnError';
    this.file = file;
    this.quantity = quantity;
    this.columns = columns;
  }
}

/** A column has a unit that is unknown or of another kind of quantity. */
export class TableUnitError extends Error {
  readonly code = 'SKY_TABLE_UNIT';
  readonly file: string;
  readonly quantity: string;
  readonly unit: string;
  readonly known: readonly string[];
  constructor(file: string, quantity: string, column: string, unit: string, known: readonly string[]) {
    super(
      `${file}: column ${column} gives ${quantity} in '${unit}'; known: ${known.join(', ')}. ` +
        `Correct the file, or give columns: { ${quantity}: { unit: … } } in the request.`,
    );
    this.name = 'TableUnitError';
    this.file = file;
    this.quantity = quantity;
    this.unit = unit;
    this.known = known;
  }
}

/** With `strict`, the first row that breaks a rule. */
export class TableRowError extends Error {
  readonly code = 'SKY_TABLE_ROW';
  readonly file: string;
  /** `line 12` of a text file, `row 12` of any other; both count from 1. */
  readonly place: string;
  readonly reason: string;
  constructor(file: string, place: string, reason: string) {
    super(`${file}, ${place}: ${reason}. Correct the row, or read without 'strict' to skip it.`);
    this.name = 'TableRowError';
    this.file = file;
    this.place = place;
    this.reason = reason;
  }
}
