/**
 * Columns of binary tables as struct-of-arrays, and how each lies in a row (FITS Standard 4.0 §7.3): A strings, L logicals,
 * B, I, J, K integers of 1 (unsigned), 2, 4, 8 bytes, E and D floats of 4 and 8 bytes.
 */
import { isPrintableAscii } from './card.js';
import { FitsError } from './fits-error.js';

interface ColumnFacts {
  /** TTYPEn: letters, digits and underscores; unique, whatever the case. */
  readonly name: string;
  /** TUNITn, in the standard's spelling: `deg`, `arcsec`, `electron`, `pixel`, `mag`. */
  readonly unit?: string;
  /** TCOMMn, what the column means; at most 68 characters. */
  readonly comment?: string;
}

interface NumericColumnFacts extends ColumnFacts {
  /** Elements per row, laid one row after the other in `values`. Default 1. */
  readonly repeat?: number;
}

/** One column, all its rows. */
export type TableColumn =
  | (ColumnFacts & {
      readonly format: 'A';
      readonly values: readonly string[];
      /** Characters per row; default the longest value's. Longer values are refused. */
      readonly width?: number;
    })
  /** `null` is stored as the undefined logical. */
  | (ColumnFacts & { readonly format: 'L'; readonly values: readonly (boolean | null)[] })
  | (NumericColumnFacts & { readonly format: 'B'; readonly values: Uint8Array; readonly nullValue?: number })
  | (NumericColumnFacts & { readonly format: 'I'; readonly values: Int16Array; readonly nullValue?: number })
  | (NumericColumnFacts & { readonly format: 'J'; readonly values: Int32Array; readonly nullValue?: number })
  | (NumericColumnFacts & {
      readonly format: 'K';
      readonly values: BigInt64Array;
      readonly nullValue?: bigint;
    })
  | (NumericColumnFacts & { readonly format: 'E'; readonly values: Float32Array })
  | (NumericColumnFacts & { readonly format: 'D'; readonly values: Float64Array });

/** The letter of a column that the writer knows. */
export type ColumnFormat = TableColumn['format'];

/** How one column lies in the rows. */
export interface ColumnLayout {
  readonly column: TableColumn;
  /** TFORMn. */
  readonly tform: string;
  readonly rows: number;
  /** Bytes per row. */
  readonly bytes: number;
  /** Offset of the column in a row, bytes. */
  readonly offset: number;
}

const ELEMENT_BYTES = { A: 1, L: 1, B: 1, I: 2, J: 4, K: 8, E: 4, D: 8 } as const;

/**
 * Lays columns out in rows, in their order. Throws `FITS_BAD_COLUMN` on a bad or repeated name, columns of unequal length,
 * or a width or value that does not fit, and `FITS_BAD_CHARACTER` on strings outside printable ASCII.
 */
export function layOutColumns(columns: readonly TableColumn[], hdu: string | undefined): ColumnLayout[] {
  if (columns.length < 1 || columns.length > 999) {
    throw new FitsError('FITS_BAD_COLUMN', `A table of ${columns.length} columns cannot be; give 1 to 999.`, {
      hdu,
    });
  }
  const names = new Set<string>();
  const layouts: ColumnLayout[] = [];
  let offset = 0;
  for (const column of columns) {
    const bad = (what: string, value?: unknown): FitsError =>
      new FitsError('FITS_BAD_COLUMN', `Column '${column.name}' ${what}.`, { hdu, value });
    if (!/^[A-Za-z0-9_]{1,68}$/.test(column.name)) {
      throw bad('has a name that is not letters, digits and underscores; choose such a name', column.name);
    }
    const lower = column.name.toLowerCase();
    if (names.has(lower)) throw bad('stands twice; names differ by more than case');
    names.add(lower);
    const width = elementsPerRow(column, bad, hdu);
    const rows =
      column.format === 'A' || column.format === 'L' ? column.values.length : column.values.length / width;
    if (!Number.isInteger(rows))
      throw bad(`has ${column.values.length} values, not a multiple of ${width} per row`);
    const expected = layouts[0]?.rows ?? rows;
    if (rows !== expected) throw bad(`has ${rows} rows, the first column has ${expected}`, rows);
    checkNullValue(column, bad);
    const bytes = width * ELEMENT_BYTES[column.format];
    layouts.push({ column, tform: `${width}${column.format}`, rows, bytes, offset });
    offset += bytes;
  }
  return layouts;
}

function elementsPerRow(
  column: TableColumn,
  bad: (what: string, value?: unknown) => FitsError,
  hdu: string | undefined,
): number {
  if (column.format === 'L') return 1;
  const width =
    column.format === 'A' ? (column.width ?? Math.max(1, longest(column.values))) : (column.repeat ?? 1);
  if (!Number.isInteger(width) || width < 1)
    throw bad(`has ${width} elements per row; give an integer from 1`, width);
  if (column.format !== 'A') return width;
  for (const value of column.values) {
    if (value.length > width)
      throw bad(`holds '${value}', longer than its width of ${width} characters`, value);
    if (!isPrintableAscii(value)) {
      throw new FitsError(
        'FITS_BAD_CHARACTER',
        `Column '${column.name}' holds ${JSON.stringify(value)}; tables take the printable ASCII characters alone.`,
        { hdu, value },
      );
    }
  }
  return width;
}

function longest(values: readonly string[]): number {
  let length = 0;
  for (const value of values) if (value.length > length) length = value.length;
  return length;
}

const NULL_RANGE = { B: [0, 255], I: [-32768, 32767], J: [-2147483648, 2147483647] } as const;

function checkNullValue(column: TableColumn, bad: (what: string, value?: unknown) => FitsError): void {
  if (column.format === 'K') {
    const value = column.nullValue;
    if (value !== undefined && BigInt.asIntN(64, value) !== value)
      throw bad(`has null value ${value}, outside int64`, value);
  } else if (column.format === 'B' || column.format === 'I' || column.format === 'J') {
    const value = column.nullValue;
    const [least, greatest] = NULL_RANGE[column.format];
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= greatest)) {
      throw bad(`has null value ${value}, not an integer from ${least} to ${greatest}`, value);
    }
  }
}
