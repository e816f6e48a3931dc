/** Errors of the source table. */

/** More rows were appended than a table can hold. */
export class SourceTableFullError extends Error {
  readonly code = 'SKY_TABLE_FULL';
  readonly maxRows: number;
  constructor(maxRows: number) {
    super(
      `The sky has more than ${maxRows} components, the most one table holds; keep only the footprint's objects or cut at a brighter magnitude.`,
    );
    this.name = 'SourceTableFullError';
    this.maxRows = maxRows;
  }
}
