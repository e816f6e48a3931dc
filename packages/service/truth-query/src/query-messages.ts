/** What the process that queries and its parent say to each other: one order, one answer. */
import type { QueryErrorCode } from './errors.js';

/** A truth table in Parquet, and what its rows are told apart by. */
export interface TruthFile {
  /** Absolute. */
  readonly path: string;
  readonly datasetId: string;
  readonly visit: number;
  readonly snap: number;
  readonly band: string;
  readonly detector: string;
}

/** The order. File names are relative to the process's folder. */
export interface QueryOrder {
  readonly sql: string;
  readonly files: readonly (Omit<TruthFile, 'path'> & { readonly file: string })[];
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly memoryMb: number;
}

/** The answer. */
export type QueryAnswer =
  | {
      readonly kind: 'rows';
      readonly columns: readonly { readonly name: string; readonly type: string }[];
      readonly rows: readonly (readonly unknown[])[];
      readonly truncated: boolean;
    }
  | { readonly kind: 'failed'; readonly code: QueryErrorCode; readonly message: string };
