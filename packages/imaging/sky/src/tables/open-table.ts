/** Opens a table of any format: told by its first bytes where the request does not say. */
import { unpackedBytes } from '../gzip-stream.js';
import { asByteSource, type RangeSource } from '../range-source.js';
import { openCsvTable } from './csv/csv-table.js';
import { TableFormatError } from './errors.js';
import { openFitsTable } from './fits-table.js';
import { openParquetTable } from './parquet-table.js';
import type { OpenTable, TableFormat, TableReader } from './table-reader.js';
import { openVotable } from './votable/votable-table.js';

const OPENERS: Readonly<Record<TableFormat, OpenTable>> = {
  csv: openCsvTable,
  parquet: openParquetTable,
  fits: openFitsTable,
  votable: openVotable,
};

/** A table and the format that it was read as. */
export interface OpenedTable {
  readonly format: TableFormat;
  readonly reader: TableReader;
}

/**
 * Opens a table. @param format default: told by the content @param table its name or number in a file of several
 *
 * Throws `TableFormatError`, the FITS package's `FitsError`, and what the source throws.
 */
export async function openTable(
  source: RangeSource,
  format: TableFormat | undefined,
  table: string | undefined,
): Promise<OpenedTable> {
  if (source.bytes === 0) throw new TableFormatError(source.name, 'the file is empty');
  const found = format ?? (await tellFormat(source));
  return { format: found, reader: await OPENERS[found](source, table) };
}

async function tellFormat(source: RangeSource): Promise<TableFormat> {
  const head = await firstUnpacked(source);
  const text = String.fromCharCode(...head.subarray(0, 64));
  if (text.startsWith('PAR1')) return 'parquet';
  if (text.startsWith('SIMPLE  =')) return 'fits';
  if (/^(?:\u00ef\u00bb\u00bf)?\s*<(?:\?xml|!--|VOTABLE|\w+:VOTABLE|!DOCTYPE)/i.test(text)) return 'votable';
  return 'csv';
}

async function firstUnpacked(source: RangeSource): Promise<Uint8Array> {
  const head = await source.read(0, Math.min(source.bytes, 1024));
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  for await (const chunk of unpackedBytes(asByteSource(source), { bytes: 0 })) return chunk;
  return new Uint8Array(0);
}
