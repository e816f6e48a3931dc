/**
 * FITS binary tables by blocks of rows: the first of a file, or one of a name (EXTNAME) or number. Units come from TUNITn;
 * TSCALn, TZEROn and TNULLn are applied. A file that is packed with gzip is unpacked in memory, up to a bound.
 */
import {
  type ColumnInfo,
  type FitsRanges,
  readColumn,
  readRemoteRows,
  type RemoteTable,
  remoteTables,
  type TableHdu,
} from '@imsim-od/fits';
import { readUnpacked } from '../gzip-stream.js';
import { asByteSource, MemoryRangeSource, type RangeSource } from '../range-source.js';
import { TableFormatError } from './errors.js';
import type { Cell, CellColumn, RowQuery, TableBlock, TableReader } from './table-reader.js';

/** Bytes of rows that are read at once. */
const BLOCK_BYTES = 8_000_000;
const MAX_ROW_BYTES = 64_000_000;
const MAX_UNPACKED_BYTES = 268_435_456;

/** Opens a FITS table. Throws `TableFormatError` and the FITS package's `FitsError`. */
export async function openFitsTable(source: RangeSource, wanted: string | undefined): Promise<TableReader> {
  const file = await unpacked(source);
  const { table, others } = await findTable(source.name, file, wanted);
  if (table.rowBytes > MAX_ROW_BYTES)
    throw new TableFormatError(
      source.name,
      `a row of the table has ${table.rowBytes} bytes, more than a table of sources has`,
    );
  return {
    columns: table.columns.map(({ name, unit }) => ({ name, unit })),
    notes: others
      ? [
          `${source.name}: its first table is read, ${tableName(table)}; name another by table: … in the request.`,
        ]
      : [],
    rowsLeftOut: 0,
    blocks: (query) => readBlocks(source.name, file, table, query),
  };
}

async function unpacked(source: RangeSource): Promise<RangeSource> {
  const head = await source.read(0, Math.min(2, source.bytes));
  if (head[0] !== 0x1f || head[1] !== 0x8b) return source;
  const bytes = await readUnpacked(asByteSource(source), { bytes: 0 }, MAX_UNPACKED_BYTES);
  return new MemoryRangeSource(source.name, bytes);
}

function tableName({ index, name }: RemoteTable): string {
  return name === '' ? `HDU ${index}` : `'${name}' (HDU ${index})`;
}

async function findTable(
  file: string,
  ranges: FitsRanges,
  wanted: string | undefined,
): Promise<{ readonly table: RemoteTable; readonly others: boolean }> {
  const seen: RemoteTable[] = [];
  for await (const table of remoteTables(ranges)) {
    seen.push(table);
    const isWanted =
      table.name.toLowerCase() === wanted?.toLowerCase() ||
      (wanted !== undefined && String(seen.length) === wanted);
    if (isWanted) return { table, others: false };
    if (wanted === undefined && seen.length === 2) break;
  }
  const [first, second] = seen;
  if (first === undefined) throw new TableFormatError(file, 'the FITS file holds no binary table (BINTABLE)');
  if (wanted === undefined) return { table: first, others: second !== undefined };
  throw new TableFormatError(
    file,
    `the FITS file has no table '${wanted}'; it has ${seen.slice(0, 20).map(tableName).join(', ')}`,
  );
}

async function* readBlocks(
  file: string,
  ranges: FitsRanges,
  table: RemoteTable,
  query: RowQuery,
): AsyncIterable<TableBlock> {
  const infos = query.columns.map((index) => table.columns[index]!);
  for (const info of infos) checkColumn(file, info);
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, table.rowBytes)));
  for (let first = 0; first < table.rows; first += perBlock) {
    const rows = Math.min(perBlock, table.rows - first);
    const hdu = await readRemoteRows(ranges, table, first, rows);
    yield {
      rows,
      columns: infos.map((info) => cellsOf(hdu, info)),
      place: (row) => ({ row: first + row + 1 }),
    };
  }
}

function checkColumn(file: string, { name, tform, element, repeat, descriptor }: ColumnInfo): void {
  const isScalar = descriptor === null && (element === 'A' || (repeat === 1 && !'XCM'.includes(element)));
  if (isScalar) return;
  throw new TableFormatError(
    file,
    `column ${name} has TFORM '${tform}', which is not one number or text for each row; name another column in the request`,
  );
}

function cellsOf(hdu: TableHdu, info: ColumnInfo): CellColumn {
  const data = readColumn(hdu, info);
  switch (data.kind) {
    case 'strings':
    case 'logicals':
      return data.values;
    case 'numbers':
      return withoutNulls(data.values, data.blank);
    case 'variable':
      return data.values.map(() => null);
  }
}

/** The values with null in the place of the integer that means unknown. */
function withoutNulls(values: ArrayLike<number | bigint>, blank: number | bigint | null): CellColumn {
  if (blank === null) return values;
  return Array.from(values, (value): Cell => (value === blank ? null : value));
}
