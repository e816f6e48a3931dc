/** What the readers of all table formats have in common: named columns, and rows in blocks of the columns asked for. */
import type { RangeSource } from '../range-source.js';
import type { SkyRegion } from './sky-region.js';

/** Formats of tables. */
export const TABLE_FORMATS = ['csv', 'parquet', 'fits', 'votable'] as const;
/** One of `TABLE_FORMATS`. */
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** A column as the file tells of it. */
export interface TableColumnHead {
  readonly name: string;
  /** The unit in the file's own spelling; empty where it gives none. */
  readonly unit: string;
}

/** One value of a row: null, undefined, NaN and blank text are "no value". */
export type Cell = number | bigint | string | boolean | null | undefined;

/** Values of one column in a block of rows. */
export interface CellColumn {
  readonly length: number;
  readonly [row: number]: Cell;
}

/** A block of rows; `columns` are those asked for, in their order. */
export interface TableBlock {
  readonly rows: number;
  readonly columns: readonly CellColumn[];
  /** The place of a row of the block. */
  place(row: number): TablePlace;
}

/** Where a row stands; both count from 1. */
export interface TablePlace {
  /** The row of the table. */
  readonly row: number;
  /** The line of a text file. */
  readonly line?: number;
}

/** A place in words: `line 12` of a text file, `row 12` of any other. */
export function placeText({ row, line }: TablePlace): string {
  return line === undefined ? `row ${row}` : `line ${line}`;
}

/** How to read rows. */
export interface RowQuery {
  /** Indices of the columns wanted. */
  readonly columns: readonly number[];
  /** Where positions lie, so that a reader may leave out blocks that hold none inside the region. */
  readonly position?: {
    /** Places of right ascension and declination in `columns`, and the factors that make them degrees. */
    readonly ra: number;
    readonly dec: number;
    readonly raFactor: number;
    readonly decFactor: number;
    readonly region: SkyRegion;
  };
}

/** A table that was opened: its head is known, its rows are not read yet. */
export interface TableReader {
  readonly columns: readonly TableColumnHead[];
  /** Rows in order; may be asked for once. */
  blocks(query: RowQuery): AsyncIterable<TableBlock>;
  /** Rows that `blocks` left out because nothing of them lies inside the region. */
  readonly rowsLeftOut: number;
  /** What was found on opening that the user should know. */
  readonly notes: readonly string[];
}

/** Opens a table. @param table name or number of the table in a file that holds several; default the first */
export type OpenTable = (source: RangeSource, table: string | undefined) => Promise<TableReader>;
