/**
 * A FITS file in memory as a list of HDUs: what each is, its shape, its header, and a view of its data. Nothing is decoded
 * and nothing copied; sizes are checked against the file before anything is allocated.
 */
import { FITS_BLOCK_BYTES } from './byte-sink.js';
import { FitsError } from './fits-error.js';
import type { FitsHeader } from './header.js';
import { readHeader } from './header-reader.js';
import { type ColumnInfo, readColumnInfos } from './column-info.js';

interface HduFacts {
  /** Place in the file, the primary HDU being 0. */
  readonly index: number;
  /** EXTNAME, empty where there is none. */
  readonly name: string;
  readonly header: FitsHeader;
  /** Offset of the header in the file, bytes. */
  readonly headerOffset: number;
  /** Offset of the data in the file, bytes. */
  readonly dataOffset: number;
  /** The data with the heap, without padding: a view of the file's bytes. */
  readonly data: Uint8Array;
}

/** A plain image, or a header without data (`shape` empty). */
export interface ImageHdu extends HduFacts {
  readonly kind: 'image';
  readonly bitpix: number;
  /** The lengths of the axes in FITS order: NAXIS1, the fastest, first. */
  readonly shape: readonly number[];
}

/** A binary table. */
export interface TableHdu extends HduFacts {
  readonly kind: 'table';
  readonly rows: number;
  readonly rowBytes: number;
  /** Offset of the heap in `data`. */
  readonly heapOffset: number;
  readonly columns: readonly ColumnInfo[];
}

/** A tile-compressed image: a binary table that stands for an image. */
export interface CompressedImageHdu extends HduFacts {
  readonly kind: 'compressed-image';
  /** ZBITPIX. */
  readonly bitpix: number;
  /** ZNAXISn, ZNAXIS1 first. */
  readonly shape: readonly number[];
  /** ZCMPTYPE. */
  readonly algorithm: string;
  /** The table that holds the tiles. */
  readonly table: TableHdu;
}

/** Anything else: ASCII tables, random groups, unknown extensions. Its header and bytes can be had, no more. */
export interface OtherHdu extends HduFacts {
  readonly kind: 'other';
  /** XTENSION, or `GROUPS`. */
  readonly extension: string;
  readonly shape: readonly number[];
}

/** One HDU of a file. */
export type FitsHdu = ImageHdu | TableHdu | CompressedImageHdu | OtherHdu;

/** A file that was opened. */
export interface FitsFile {
  readonly hdus: readonly FitsHdu[];
  /** Bytes after the last HDU that are not an HDU; 0 in a clean file. */
  readonly trailingBytes: number;
}

/**
 * Opens a whole file. Throws `FITS_NOT_FITS`, `FITS_TRUNCATED` (headers, data and padding must all be there),
 * `FITS_BAD_VALUE`, `FITS_MISSING_KEYWORD`, `FITS_BAD_COLUMN` or `FITS_TOO_LARGE`, naming the HDU and the keyword.
 */
export function openFits(bytes: Uint8Array): FitsFile {
  const hdus: FitsHdu[] = [];
  let offset = 0;
  do {
    const hdu = readHdu(bytes, offset, hdus.length);
    hdus.push(hdu);
    offset = hdu.dataOffset + Math.ceil(hdu.data.length / FITS_BLOCK_BYTES) * FITS_BLOCK_BYTES;
    if (offset > bytes.length) throw cutOff(hdu.header, offset, bytes.length);
  } while (startsExtension(bytes, offset));
  return { hdus, trailingBytes: bytes.length - offset };
}

/** The HDU of a name (EXTNAME, whatever the case), or undefined. */
export function findHdu(file: FitsFile, name: string): FitsHdu | undefined {
  const wanted = name.toUpperCase();
  return file.hdus.find((hdu) => hdu.name.toUpperCase() === wanted);
}

function startsExtension(bytes: Uint8Array, offset: number): boolean {
  return [...'XTENSION'].every((character, i) => bytes[offset + i] === character.charCodeAt(0));
}

function readHdu(bytes: Uint8Array, headerOffset: number, index: number): FitsHdu {
  const { header, dataOffset } = readHeader(bytes, headerOffset, index);
  const bitpix = readBitpix(header, 'BITPIX');
  const shape = readAxes(header, 'NAXIS');
  const extension = index === 0 ? '' : header.string('XTENSION');
  const groups = index === 0 && shape[0] === 0 && header.logical('GROUPS', false);
  const length = dataLength(header, bitpix, groups ? shape.slice(1) : shape);
  if (dataOffset + length > bytes.length) throw cutOff(header, dataOffset + length, bytes.length);
  const data = bytes.subarray(dataOffset, dataOffset + length);
  const facts: HduFacts = {
    index,
    name: header.string('EXTNAME', ''),
    header,
    headerOffset,
    dataOffset,
    data,
  };
  if (groups) return { ...facts, kind: 'other', extension: 'GROUPS', shape };
  if (index === 0 || extension === 'IMAGE') {
    if (header.integer('PCOUNT', 0) !== 0 || header.integer('GCOUNT', 1) !== 1) {
      return { ...facts, kind: 'other', extension, shape };
    }
    return { ...facts, kind: 'image', bitpix, shape };
  }
  if (extension !== 'BINTABLE') return { ...facts, kind: 'other', extension, shape };
  const table = readTableHdu(facts, bitpix, shape);
  if (!header.logical('ZIMAGE', false)) return table;
  return {
    ...facts,
    kind: 'compressed-image',
    bitpix: readBitpix(header, 'ZBITPIX'),
    shape: readAxes(header, 'ZNAXIS'),
    algorithm: header.string('ZCMPTYPE'),
    table,
  };
}

function readTableHdu(facts: HduFacts, bitpix: number, shape: readonly number[]): TableHdu {
  const { header, data } = facts;
  const [rowBytes = 0, rows = 0] = shape;
  if (bitpix !== 8 || shape.length !== 2)
    throw badValue(header, 'NAXIS', shape.length, 'a binary table has BITPIX 8 and two axes');
  if (rowBytes === 0 && rows > 0) throw badValue(header, 'NAXIS1', 0, 'rows of a table have bytes');
  const columns = readColumnInfos(header, rowBytes);
  const heapOffset = header.integer('THEAP', rowBytes * rows);
  if (heapOffset < rowBytes * rows || heapOffset > data.length) {
    throw badValue(
      header,
      'THEAP',
      heapOffset,
      `the heap begins between byte ${rowBytes * rows} and ${data.length}`,
    );
  }
  return { ...facts, kind: 'table', rows, rowBytes, heapOffset, columns };
}

function readBitpix(header: FitsHeader, keyword: string): number {
  const bitpix = header.integer(keyword);
  if (![8, 16, 32, 64, -32, -64].includes(bitpix)) {
    throw badValue(header, keyword, bitpix, 'it must be 8, 16, 32, 64, -32 or -64');
  }
  return bitpix;
}

function readAxes(header: FitsHeader, keyword: string): number[] {
  const count = header.integer(keyword);
  if (count < 0 || count > 999) throw badValue(header, keyword, count, 'it must be from 0 to 999');
  return Array.from({ length: count }, (_, i) => {
    const length = header.integer(`${keyword}${i + 1}`);
    if (length < 0) throw badValue(header, `${keyword}${i + 1}`, length, 'an axis has no negative length');
    return length;
  });
}

function dataLength(header: FitsHeader, bitpix: number, axes: readonly number[]): number {
  if (axes.length === 0) return 0;
  const pcount = header.integer('PCOUNT', 0);
  const gcount = header.integer('GCOUNT', 1);
  if (pcount < 0) throw badValue(header, 'PCOUNT', pcount, 'it must not be negative');
  if (gcount < 0) throw badValue(header, 'GCOUNT', gcount, 'it must not be negative');
  const elements =
    BigInt(gcount) * (BigInt(pcount) + axes.reduce((product, axis) => product * BigInt(axis), 1n));
  const length = (elements * BigInt(Math.abs(bitpix))) / 8n;
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new FitsError(
      'FITS_TOO_LARGE',
      `NAXISn announce ${length} bytes of data, more than any file has; it is damaged.`,
      {
        hdu: header.hdu,
        keyword: 'NAXIS',
        value: axes,
      },
    );
  }
  return Number(length);
}

function badValue(header: FitsHeader, keyword: string, value: unknown, rule: string): FitsError {
  return new FitsError('FITS_BAD_VALUE', `${keyword} is ${String(value)}: ${rule}.`, {
    hdu: header.hdu,
    keyword,
    value,
  });
}

function cutOff(header: FitsHeader, needed: number, length: number): FitsError {
  return new FitsError(
    'FITS_TRUNCATED',
    `The HDU reaches to byte ${needed}, the file has ${length}; it is cut off, or NAXISn are wrong.`,
    { hdu: header.hdu, offset: length },
  );
}
