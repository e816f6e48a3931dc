/**
 * Binary tables of a file that is not in memory: the headers are read one after the other, and rows in blocks. What a block
 * gives is a `TableHdu` of those rows alone, so that `readColumn` reads it like any other; it has no heap.
 */
import { FITS_BLOCK_BYTES } from './byte-sink.js';
import { type ColumnInfo, readColumnInfos } from './column-info.js';
import type { TableHdu } from './file-reader.js';
import { FitsError } from './fits-error.js';
import type { FitsHeader } from './header.js';
import { readHeader } from './header-reader.js';

/** A file that is read by ranges. */
export interface FitsRanges {
  /** Its length. */
  readonly bytes: number;
  /** The bytes from `start` up to and not including `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** A binary table that lies in a file. */
export interface RemoteTable {
  /** Place in the file, the primary HDU being 0. */
  readonly index: number;
  /** EXTNAME, empty where there is none. */
  readonly name: string;
  readonly header: FitsHeader;
  readonly headerOffset: number;
  /** Offset of the first row in the file, bytes. */
  readonly dataOffset: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly columns: readonly ColumnInfo[];
}

/** Longest header that is taken, bytes; a table of 999 columns has about 0.6 MB. */
const MAX_HEADER_BYTES = 16_000_000;
const MAX_HDUS = 10_000;
const FIRST_READ_BYTES = 8 * FITS_BLOCK_BYTES;

/**
 * The binary tables of a file in order, tile-compressed images left out; reading ends when the caller stops asking.
 * Throws `FITS_NOT_FITS`, `FITS_TRUNCATED`, `FITS_BAD_VALUE`, `FITS_MISSING_KEYWORD`, `FITS_BAD_COLUMN` or `FITS_TOO_LARGE`.
 */
export async function* remoteTables(file: FitsRanges): AsyncIterable<RemoteTable> {
  let offset = 0;
  for (let index = 0; index < MAX_HDUS && (index === 0 || offset < file.bytes); index++) {
    if (index > 0 && !(await startsExtension(file, offset))) return;
    const { header, dataOffset } = await readRemoteHeader(file, offset, index);
    const length = dataBytes(header);
    const isTable = index > 0 && header.string('XTENSION').trim() === 'BINTABLE';
    if (isTable && !header.logical('ZIMAGE', false)) {
      const rowBytes = header.integer('NAXIS1');
      const rows = header.integer('NAXIS2');
      if (dataOffset + rowBytes * rows > file.bytes) {
        throw new FitsError(
          'FITS_TRUNCATED',
          `The table reaches to byte ${dataOffset + rowBytes * rows}, the file has ${file.bytes}; it is cut off, or NAXISn are wrong.`,
          { hdu: header.hdu, offset: file.bytes },
        );
      }
      const columns = readColumnInfos(header, rowBytes);
      const name = header.string('EXTNAME', '');
      yield { index, name, header, headerOffset: offset, dataOffset, rows, rowBytes, columns };
    }
    offset = dataOffset + Math.ceil(length / FITS_BLOCK_BYTES) * FITS_BLOCK_BYTES;
  }
}

/** Reads rows of a table; throws `FITS_BAD_SHAPE` on rows outside it and what the file throws. */
export async function readRemoteRows(
  file: FitsRanges,
  table: RemoteTable,
  firstRow: number,
  rowCount: number,
): Promise<TableHdu> {
  if (firstRow < 0 || rowCount < 0 || firstRow + rowCount > table.rows) {
    throw new FitsError(
      'FITS_BAD_SHAPE',
      `Rows ${firstRow} to ${firstRow + rowCount - 1} are asked for; the table has ${table.rows}.`,
      { hdu: table.header.hdu },
    );
  }
  const start = table.dataOffset + firstRow * table.rowBytes;
  const data = await file.read(start, start + rowCount * table.rowBytes);
  return {
    kind: 'table',
    index: table.index,
    name: table.name,
    header: table.header,
    headerOffset: table.headerOffset,
    dataOffset: start,
    data,
    rows: rowCount,
    rowBytes: table.rowBytes,
    heapOffset: data.length,
    columns: table.columns,
  };
}

async function startsExtension(file: FitsRanges, offset: number): Promise<boolean> {
  if (offset + 8 > file.bytes) return false;
  const head = await file.read(offset, offset + 8);
  return [...'XTENSION'].every((character, i) => head[i] === character.charCodeAt(0));
}

/** Reads more and more of the file until the header is whole. */
async function readRemoteHeader(
  file: FitsRanges,
  offset: number,
  index: number,
): Promise<{ readonly header: FitsHeader; readonly dataOffset: number }> {
  for (let length = FIRST_READ_BYTES; ; length *= 4) {
    const end = Math.min(file.bytes, offset + length);
    try {
      const { header, dataOffset } = readHeader(await file.read(offset, end), 0, index);
      return { header, dataOffset: offset + dataOffset };
    } catch (error) {
      const cut = error instanceof FitsError && error.code === 'FITS_TRUNCATED';
      if (!cut || end === file.bytes || length >= MAX_HEADER_BYTES) throw error;
    }
  }
}

/** Bytes of the data of an HDU, heap included. */
function dataBytes(header: FitsHeader): number {
  const axes = header.integer('NAXIS');
  if (axes < 0 || axes > 999)
    throw new FitsError('FITS_BAD_VALUE', `NAXIS is ${axes}: it must be from 0 to 999.`, {
      hdu: header.hdu,
      keyword: 'NAXIS',
      value: axes,
    });
  const groups = axes > 0 && header.integer('NAXIS1') === 0 && header.logical('GROUPS', false);
  let elements = axes === 0 ? 0 : 1;
  for (let n = groups ? 2 : 1; n <= axes; n++) {
    const length = header.integer(`NAXIS${n}`);
    if (length < 0)
      throw new FitsError('FITS_BAD_VALUE', `NAXIS${n} is ${length}: an axis has no negative length.`, {
        hdu: header.hdu,
        keyword: `NAXIS${n}`,
        value: length,
      });
    elements *= length;
  }
  if (axes === 0) return 0;
  const bytes =
    (Math.abs(header.integer('BITPIX')) / 8) *
    header.integer('GCOUNT', 1) *
    (header.integer('PCOUNT', 0) + elements);
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new FitsError('FITS_TOO_LARGE', `NAXISn announce ${bytes} bytes of data; the file is damaged.`, {
      hdu: header.hdu,
      keyword: 'NAXIS',
      value: axes,
    });
  return bytes;
}
