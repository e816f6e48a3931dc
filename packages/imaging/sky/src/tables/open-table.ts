/** Opens a table of any format: told by its first bytes where the request does not say. */
import { unpackedBytes } from '../gzip-stream.js';
import { asByteSource, type RangeSource } from '../range-source.js';
import { openCsvTable } from './csv/csv-table.js';
import { TableFormatError } from './errors.js';
import type { OpenTable, TableFormat, TableReader } from './table-reader.js';

const OPENERS: Readonly<Partial<Record<TableFormat, OpenTable>>> = {
  csv: openCsvTable,
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
  const open = OPENERS[found];
  if (!open) throw new TableFormatError(source.name, `tables of format ${found} are not read`);
  return { format: found, reader: await open(source, table) };
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
  for await (const chunk of unpackedBytes(asByteSource(source), { bytes: 0 })) return chunk;
  return new Uint8Array(0);
}
