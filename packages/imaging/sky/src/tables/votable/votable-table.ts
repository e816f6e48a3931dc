/**
 * VOTables (IVOA 1.1 to 1.5): TABLEDATA, BINARY and BINARY2; streamed, plain or gzip. Units come from FIELD. The document is
 * read twice up to its rows: once for the FIELDs, once with the columns that are wanted known.
 */
import { unpackedBytes } from '../../gzip-stream.js';
import { asByteSource, type RangeSource } from '../../range-source.js';
import { TableFormatError } from '../errors.js';
import type { Cell, RowQuery, TableBlock, TableReader } from '../table-reader.js';
import { isScalar, type VotableField } from './votable-field.js';
import { type RowSink, VotableParser } from './votable-parser.js';

const NO_ROWS: RowSink = { wanted: () => false, take: () => undefined, next: () => undefined };

/** Opens a VOTable. Throws `TableFormatError`, `SourceCompressionError` and what the source throws. */
export async function openVotable(source: RangeSource, table: string | undefined): Promise<TableReader> {
  const parser = new VotableParser(source.name, table, NO_ROWS);
  for await (const text of textOf(source)) {
    parser.write(text);
    if (parser.phase !== 'head') break;
  }
  if (parser.phase === 'head') parser.finish();
  const { fields } = parser;
  return {
    columns: fields.map(({ name, unit }) => ({ name, unit })),
    notes: [],
    rowsLeftOut: 0,
    blocks: (query) => readBlocks(source, table, query, fields),
  };
}

async function* textOf(source: RangeSource): AsyncIterable<string> {
  // Descriptions of old files are not always UTF-8; what is not becomes U+FFFD and hurts no number.
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of unpackedBytes(asByteSource(source), { bytes: 0 })) {
    yield decoder.decode(chunk, { stream: true });
  }
}

async function* readBlocks(
  source: RangeSource,
  table: string | undefined,
  query: RowQuery,
  fields: readonly VotableField[],
): AsyncIterable<TableBlock> {
  const slots = fields.map((): number[] => []);
  query.columns.forEach((field, slot) => {
    const info = fields[field]!;
    if (!isScalar(info))
      throw new TableFormatError(
        source.name,
        `column ${info.name} holds values of datatype ${info.datatype} and not one number or text for each row; name another column in the request`,
      );
    slots[field]!.push(slot);
  });
  const rows = new RowGatherer(slots, query.columns.length);
  const parser = new VotableParser(source.name, table, rows);
  for await (const text of textOf(source)) {
    parser.write(text);
    if (rows.rows > 0) yield rows.takeBlock();
    if (parser.phase === 'done') return;
  }
  parser.finish();
}

/** Gathers the values of rows by column, until they are taken as a block. */
class RowGatherer implements RowSink {
  rows = 0;
  private readonly slots: readonly (readonly number[])[];
  private columns: Cell[][];
  private before = 0;

  /** @param slots for each field the places of its column among those asked for */
  constructor(slots: readonly (readonly number[])[], count: number) {
    this.slots = slots;
    this.columns = Array.from({ length: count }, () => []);
  }

  readonly wanted = (field: number): boolean => (this.slots[field]?.length ?? 0) > 0;

  readonly take = (field: number, cell: Cell): void => {
    for (const slot of this.slots[field] ?? []) this.columns[slot]![this.rows] = cell;
  };

  readonly next = (): void => {
    this.rows++;
  };

  takeBlock(): TableBlock {
    const { rows, columns, before } = this;
    // A row that has begun and not ended stays for the next block.
    this.columns = columns.map((column) => column.slice(rows));
    for (const column of columns) column.length = rows;
    this.rows = 0;
    this.before += rows;
    return { rows, columns, place: (row) => ({ row: before + row + 1 }) };
  }
}
