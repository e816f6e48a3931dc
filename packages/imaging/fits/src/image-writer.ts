/**
 * Image HDUs: two axes, x fastest, row 0 first, any pixel type. Rows may come from a function, so that an image that lives
 * in strided or foreign memory is written without a second copy; the function is called twice for each row where checksums
 * are written (DATASUM stands before the data), once else.
 */
import { encodeBigEndian } from './byte-order.js';
import { type ByteSink, CHUNK_BYTES } from './byte-sink.js';
import type { Card, CardSource } from './card.js';
import { DataSum } from './data-sum.js';
import { FitsError } from './fits-error.js';
import {
  type HduData,
  type HduOptions,
  integerCard,
  logicalCard,
  stringCard,
  writeHdu,
} from './hdu-output.js';
import {
  type PixelArray,
  type PixelArrays,
  type PixelType,
  pixelEncoding,
  pixelTypeOfArray,
} from './pixel-type.js';

/** All ny × nx pixels in one array, or a function that gives row y (nx pixels; it may reuse its array between calls). */
export type PixelRows<T extends PixelType = PixelType> = PixelArrays[T] | ((y: number) => PixelArrays[T]);

/** An image of nx × ny pixels. */
export interface ImageSource<T extends PixelType = PixelType> {
  /** Decides BITPIX, and BZERO for int8 and unsigned types. */
  readonly pixelType: T;
  readonly nx: number;
  readonly ny: number;
  readonly rows: PixelRows<T> | EncodedRows;
}

/**
 * Rows that are as they lie in the file already (most significant byte first, top bit flipped where BZERO says so): `encoded` gives
 * `count` rows from y on, `most` at a time, and may reuse its bytes between calls where the sink is done with them at once.
 */
export interface EncodedRows {
  readonly most: number;
  encoded(y: number, count: number): Uint8Array;
}

/** XTENSION or SIMPLE, BITPIX and the axes; `axes` in FITS order, NAXIS1 first. */
export function imageStructure(bitpix: number, axes: readonly number[], primary: boolean): Card[] {
  const cards: Card[] = [
    primary
      ? logicalCard('SIMPLE', true, 'conforms to FITS Standard 4.0')
      : stringCard('XTENSION', 'IMAGE', 'image extension'),
    integerCard('BITPIX', bitpix, 'array data type'),
    integerCard('NAXIS', axes.length, 'number of array dimensions'),
    ...axes.map((length, i) => integerCard(`NAXIS${i + 1}`, length, `length of axis ${i + 1}`)),
  ];
  if (primary) cards.push(logicalCard('EXTEND', true, 'extensions may follow'));
  else
    cards.push(
      integerCard('PCOUNT', 0, 'number of parameters'),
      integerCard('GCOUNT', 1, 'number of groups'),
    );
  return cards;
}

/** Writes an HDU with a header and no data: the usual primary HDU. */
export function writeEmptyHdu(sink: ByteSink, header: CardSource, options: HduOptions = {}): void {
  const data = { length: 0, sum: () => 0, write: () => undefined };
  writeHdu(sink, imageStructure(8, [], options.primary ?? false), header, data, options);
}

/**
 * Writes an image HDU. Throws `FITS_BAD_SHAPE` where sizes are not positive integers, or an array does not have the
 * announced length or type; and what the header throws.
 */
export function writeImageHdu<T extends PixelType>(
  sink: ByteSink,
  header: CardSource,
  image: ImageSource<T>,
  options: HduOptions = {},
): void {
  const { pixelType, nx, ny } = image;
  const { bitpix, bytes, bzero } = pixelEncoding(pixelType);
  requireSize(nx, ny, options.hdu);
  const structural = imageStructure(bitpix, [nx, ny], options.primary ?? false);
  if (bzero !== 0n) {
    structural.push(
      integerCard('BSCALE', 1, 'physical = BZERO + BSCALE * stored'),
      integerCard('BZERO', bzero, `offset of ${pixelType} pixels`),
    );
  }
  const rowBytes = nx * bytes;
  const data =
    'encoded' in image.rows
      ? encodedRows(image.rows, image, rowBytes, options)
      : pixelRows({ ...image, rows: image.rows }, rowBytes, options);
  writeHdu(sink, structural, header, { length: ny * rowBytes, ...data }, options);
}

type RowData = Pick<HduData, 'sum' | 'write'>;

/** Rows that are bytes of the file already: checked for their length and passed on. */
function encodedRows(
  { most, encoded }: EncodedRows,
  { ny }: { readonly ny: number },
  rowBytes: number,
  options: HduOptions,
): RowData {
  const write = (to: ByteSink): void => {
    for (let y = 0; y < ny; y += most) {
      const count = Math.min(most, ny - y);
      const bytes = encoded(y, count);
      if (bytes.length !== count * rowBytes) {
        throw new FitsError(
          'FITS_BAD_SHAPE',
          `${count} rows from ${y} on have ${bytes.length} bytes; ${count * rowBytes} were announced.`,
          { hdu: options.hdu, value: bytes.length },
        );
      }
      to(options.reuseChunks ? bytes : bytes.slice());
    }
  };
  return { write, sum: () => sumOf(write) };
}

/** Rows of pixels, put into the file's byte order in chunks. */
function pixelRows<T extends PixelType>(
  image: Omit<ImageSource<T>, 'rows'> & { readonly rows: PixelRows<T> },
  rowBytes: number,
  options: HduOptions,
): RowData {
  const { nx, ny } = image;
  const { bytes, bzero } = pixelEncoding(image.pixelType);
  const rowAt = rowReader(image, options.hdu);
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  const write = (to: ByteSink): void => {
    const shared = options.reuseChunks ? new Uint8Array(Math.min(rowsAtOnce, ny) * rowBytes) : undefined;
    for (let first = 0; first < ny; first += rowsAtOnce) {
      const end = Math.min(first + rowsAtOnce, ny);
      const length = (end - first) * rowBytes;
      const chunk = shared ? shared.subarray(0, length) : new Uint8Array(length);
      let at = 0;
      for (let y = first; y < end; y++) at = encodeBigEndian(rowAt(y), chunk, at);
      to(chunk);
    }
  };
  const sum = (): number => {
    if (bytes !== 4 || bzero !== 0n) return sumOf(write);
    const total = new DataSum();
    for (let y = 0; y < ny; y++) {
      const row = rowAt(y);
      total.updateWords(new Uint32Array(row.buffer, row.byteOffset, nx));
    }
    return total.value;
  };
  return { write, sum };
}

function sumOf(write: (to: ByteSink) => void): number {
  const total = new DataSum();
  write((chunk) => total.update(chunk));
  return total.value;
}

/** Throws `FITS_BAD_SHAPE` unless both sizes are integers from 1 to 2^31 - 1. */
export function requireSize(nx: number, ny: number, hdu: string | undefined): void {
  for (const size of [nx, ny]) {
    if (!Number.isInteger(size) || size < 1 || size > 0x7fffffff) {
      throw new FitsError(
        'FITS_BAD_SHAPE',
        `An image of ${nx} x ${ny} pixels cannot be; give integers from 1 to 2^31-1.`,
        {
          hdu,
          value: [nx, ny],
        },
      );
    }
  }
}

function rowReader<T extends PixelType>(
  image: Omit<ImageSource<T>, 'rows'> & { readonly rows: PixelRows<T> },
  hdu: string | undefined,
): (y: number) => PixelArray {
  const { pixelType, nx, ny, rows } = image;
  const check = (values: PixelArray, length: number, what: string): PixelArray => {
    const type = pixelTypeOfArray(values);
    if (values.length === length && type === pixelType) return values;
    throw new FitsError(
      'FITS_BAD_SHAPE',
      `${what} has ${values.length} pixels of ${type}; ${length} of ${pixelType} were announced.`,
      { hdu, value: values.length },
    );
  };
  if (typeof rows === 'function') return (y) => check(rows(y), nx, `Row ${y}`);
  const whole = check(rows, nx * ny, 'The image');
  return (y) => whole.subarray(y * nx, (y + 1) * nx);
}
