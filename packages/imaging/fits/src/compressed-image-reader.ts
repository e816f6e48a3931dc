/**
 * Reads tile-compressed images (FITS Standard 4.0 §10): RICE_1, GZIP_1 and GZIP_2, of integers and of floats (quantised, with
 * or without subtractive dither, or lossless), any tile shape, tiles stored as they are or gzipped as a fallback included.
 * Asynchronous, since gzip is inflated by the platform. Only tiles that touch the rows asked for are decoded.
 */
import { decodeBigEndian } from './byte-order.js';
import type { ColumnInfo } from './column-info.js';
import type { CompressedImageHdu, ImageHdu } from './file-reader.js';
import { FitsError } from './fits-error.js';
import { gunzip } from './gzip.js';
import {
  type ImagePixels,
  type RowRange,
  imageRows,
  imageScaling,
  readImage,
  resolveRange,
} from './image-reader.js';
import { storedType, toPhysical } from './physical-values.js';
import { type PixelArray, newPixelArray } from './pixel-type.js';
import { type BytesPerPixel, riceDecode } from './rice.js';
import { type Quantisation, type QuantisationMethod, dequantise } from './subtractive-dither.js';
import { findColumn, heapBytesOf, readColumn, readHeapCell } from './table-reader.js';
import { tileBox, tileLines } from './tile-geometry.js';

/** Reads a plain or a compressed image, as `readImage` and `readCompressedImage` do. */
export async function readPixels(
  hdu: ImageHdu | CompressedImageHdu,
  range: RowRange = {},
): Promise<ImagePixels> {
  return hdu.kind === 'image' ? readImage(hdu, range) : readCompressedImage(hdu, range);
}

/** What is the same for all tiles of an image. */
interface TileDecoder {
  readonly hdu: CompressedImageHdu;
  readonly data: ColumnInfo | undefined;
  readonly gzipData: ColumnInfo | undefined;
  readonly plainData: ColumnInfo | undefined;
  readonly rice: { readonly bytesPerPixel: BytesPerPixel; readonly blockSize: number };
  /** Undefined for integers and for floats that were not quantised. */
  readonly quantisation: ((tile: number) => Quantisation) | undefined;
}

/**
 * The physical pixels of a compressed image, as `readImage` gives those of a plain one. Throws `FITS_UNSUPPORTED` on other
 * algorithms, `FITS_BAD_COMPRESSION` on damaged tiles, `FITS_BAD_SHAPE`, `FITS_BAD_VALUE`, and `FITS_TOO_LARGE` on sizes
 * that the stored bytes cannot decode to.
 */
export async function readCompressedImage(
  hdu: CompressedImageHdu,
  range: RowRange = {},
): Promise<ImagePixels> {
  const { header, shape, bitpix } = hdu;
  const { nx, rows } = imageRows(shape, header);
  const { firstRow, rowCount } = resolveRange(range, rows, header.hdu);
  const tileShape = readTileShape(hdu);
  const tileCounts = shape.map((length, axis) => Math.ceil(length / (tileShape[axis] ?? 1)));
  const tiles = tileCounts.reduce((product, count) => product * count, 1);
  if (tiles !== hdu.table.rows) {
    throw new FitsError(
      'FITS_BAD_SHAPE',
      `The table has ${hdu.table.rows} rows for ${tiles} tiles; ZNAXISn, ZTILEn and NAXIS2 must agree.`,
      { hdu: header.hdu, keyword: 'ZTILE1' },
    );
  }
  const decoder = prepareDecoder(hdu);
  requirePlausible(decoder, nx * rows);
  const stored = allocate(decoder.quantisation === undefined ? bitpix : -64, nx * rowCount, header.hdu);
  for (let tile = 0; tile < tiles; tile++) {
    const box = tileBox(tile, tileCounts, tileShape, shape);
    const lines = tileLines(box, shape);
    const isWanted = (line: number): boolean => line >= firstRow && line < firstRow + rowCount;
    if (!lines.some(isWanted)) continue;
    const width = box[0]?.length ?? 0;
    const values = await decodeTile(
      decoder,
      tile,
      box.reduce((product, side) => product * side.length, 1),
    );
    for (const [i, line] of lines.entries())
      if (isWanted(line))
        copyInto(stored, values, i * width, width, (line - firstRow) * nx + (box[0]?.start ?? 0));
  }
  const scaling = imageScaling(header, header.has('ZBLANK') ? 'ZBLANK' : 'BLANK');
  if (decoder.quantisation === undefined)
    return { ...toPhysical(bitpix, scaling, stored), nx, firstRow, rowCount };
  const floats = bitpix === -32 && stored instanceof Float64Array ? new Float32Array(stored) : stored;
  return { ...toPhysical(bitpix, { ...scaling, blank: null }, floats), nx, firstRow, rowCount };
}

function readTileShape(hdu: CompressedImageHdu): number[] {
  return hdu.shape.map((length, axis) => {
    const keyword = `ZTILE${axis + 1}`;
    const size = hdu.header.integer(keyword, axis === 0 ? length : 1);
    if (size >= 1) return size;
    throw new FitsError(
      'FITS_BAD_VALUE',
      `${keyword} is ${size}: a tile has at least one pixel along each axis.`,
      {
        hdu: hdu.header.hdu,
        keyword,
        value: size,
      },
    );
  });
}

function prepareDecoder(hdu: CompressedImageHdu): TileDecoder {
  const { header, table, algorithm, bitpix } = hdu;
  if (!['RICE_1', 'RICE_ONE', 'GZIP_1', 'GZIP_2'].includes(algorithm)) {
    throw new FitsError(
      'FITS_UNSUPPORTED',
      `ZCMPTYPE '${algorithm}' is not read; RICE_1, GZIP_1 and GZIP_2 are.`,
      {
        hdu: header.hdu,
        keyword: 'ZCMPTYPE',
        value: algorithm,
      },
    );
  }
  const column = (name: string): ColumnInfo | undefined =>
    table.columns.find((info) => info.name.toUpperCase() === name && info.descriptor !== null);
  const data = column('COMPRESSED_DATA');
  if (data === undefined) findColumn(table, 'COMPRESSED_DATA');
  const bytesPerPixel = compressionParameter(hdu, 'BYTEPIX', 4);
  const blockSize = compressionParameter(hdu, 'BLOCKSIZE', 32);
  if (
    (bytesPerPixel !== 1 && bytesPerPixel !== 2 && bytesPerPixel !== 4) ||
    blockSize < 1 ||
    blockSize > 4096
  ) {
    throw new FitsError(
      'FITS_UNSUPPORTED',
      `RICE_1 with BYTEPIX ${bytesPerPixel} and BLOCKSIZE ${blockSize} is not read.`,
      {
        hdu: header.hdu,
      },
    );
  }
  return {
    hdu,
    data,
    gzipData: column('GZIP_COMPRESSED_DATA'),
    plainData: column('UNCOMPRESSED_DATA'),
    rice: { bytesPerPixel, blockSize },
    quantisation: bitpix < 0 ? readQuantisation(hdu) : undefined,
  };
}

function compressionParameter(hdu: CompressedImageHdu, name: string, otherwise: number): number {
  for (let n = 1; hdu.header.has(`ZNAME${n}`); n++) {
    if (hdu.header.string(`ZNAME${n}`) === name) return hdu.header.integer(`ZVAL${n}`);
  }
  return otherwise;
}

function readQuantisation(hdu: CompressedImageHdu): ((tile: number) => Quantisation) | undefined {
  const { header, table } = hdu;
  const values = (name: string): ((tile: number) => number) | undefined => {
    const info = table.columns.find((column) => column.name.toUpperCase() === name);
    if (info !== undefined) {
      const column = readColumn(table, info);
      if (column.kind === 'numbers') return (tile) => Number(column.values[tile] ?? NaN);
    }
    return header.has(name) ? () => header.float(name) : undefined;
  };
  const scale = values('ZSCALE');
  const zero = values('ZZERO');
  if (scale === undefined || zero === undefined) return undefined;
  const blank = values('ZBLANK');
  const method = header.string('ZQUANTIZ', 'NO_DITHER');
  if (!isQuantisationMethod(method)) {
    throw new FitsError(
      'FITS_UNSUPPORTED',
      `ZQUANTIZ '${method}' is not read; NO_DITHER and SUBTRACTIVE_DITHER_1, _2 are.`,
      {
        hdu: header.hdu,
        keyword: 'ZQUANTIZ',
        value: method,
      },
    );
  }
  const seed = header.integer('ZDITHER0', 1);
  if (seed < 1 || seed > 10000) {
    throw new FitsError('FITS_BAD_VALUE', `ZDITHER0 is ${seed}: it must be from 1 to 10000.`, {
      hdu: header.hdu,
      keyword: 'ZDITHER0',
      value: seed,
    });
  }
  return (tile) => ({
    method,
    scale: scale(tile),
    zero: zero(tile),
    blank: blank?.(tile) ?? null,
    seed,
    tile,
  });
}

function isQuantisationMethod(text: string): text is QuantisationMethod {
  return text === 'NO_DITHER' || text === 'SUBTRACTIVE_DITHER_1' || text === 'SUBTRACTIVE_DITHER_2';
}

/** Refuses sizes beyond what the heap can decode to, and heaps that tiles refer to many times over. */
function requirePlausible(decoder: TileDecoder, pixels: number): void {
  const { hdu } = decoder;
  let total = 0;
  for (const info of [decoder.data, decoder.gzipData, decoder.plainData]) {
    if (info === undefined) continue;
    for (let row = 0; row < hdu.table.rows; row++)
      total += heapBytesOf(hdu.table, info, readHeapCell(hdu.table, info, row)).length;
  }
  // Deflate shrinks at most 1032-fold; RICE_1 spends at least 3 bits on a block.
  const most = total * Math.max(1032, 3 * decoder.rice.blockSize);
  if (total > 2 * hdu.data.length || pixels > most) {
    throw new FitsError(
      'FITS_TOO_LARGE',
      `${pixels} pixels cannot come out of ${hdu.data.length} stored bytes; the file is damaged.`,
      { hdu: hdu.header.hdu, value: hdu.shape },
    );
  }
}

function allocate(bitpix: number, length: number, hdu: string): PixelArray {
  try {
    return newPixelArray(storedType(bitpix), length);
  } catch (cause) {
    throw new FitsError(
      'FITS_TOO_LARGE',
      `${length} pixels do not fit in memory; read the image by ranges of rows.`,
      {
        hdu,
        value: length,
        cause,
      },
    );
  }
}

async function decodeTile(decoder: TileDecoder, tile: number, count: number): Promise<PixelArray> {
  const { hdu, rice } = decoder;
  const bytesOf = (info: ColumnInfo | undefined): Uint8Array | undefined => {
    const cell = info === undefined ? undefined : readHeapCell(hdu.table, info, tile);
    return info === undefined || cell === undefined || cell.count === 0
      ? undefined
      : heapBytesOf(hdu.table, info, cell);
  };
  try {
    const compressed = bytesOf(decoder.data);
    if (compressed !== undefined) {
      const gzip = hdu.algorithm.startsWith('GZIP');
      const quantisation = decoder.quantisation?.(tile);
      const bitpix = quantisation === undefined ? hdu.bitpix : 32;
      const integers = gzip
        ? await inflateTile(compressed, count, bitpix, hdu.algorithm === 'GZIP_2')
        : riceDecode(compressed, count, rice.bytesPerPixel, rice.blockSize);
      if (quantisation === undefined) return integers;
      if (integers instanceof Int32Array) return dequantise(integers, quantisation);
      throw new FitsError(
        'FITS_BAD_COMPRESSION',
        'Quantised floats are 32-bit integers, these are not; the file is damaged.',
      );
    }
    const gzipped = bytesOf(decoder.gzipData);
    if (gzipped !== undefined) return await inflateTile(gzipped, count, hdu.bitpix, false);
    const plain = bytesOf(decoder.plainData);
    if (plain !== undefined) return fromBytes(plain, count, hdu.bitpix);
  } catch (error) {
    if (!(error instanceof FitsError) || error.hdu !== undefined) throw error;
    throw new FitsError(error.code, `Tile ${tile}: ${error.message}`, { hdu: hdu.header.hdu, cause: error });
  }
  throw new FitsError('FITS_BAD_COMPRESSION', `Tile ${tile} has no bytes; the file is damaged.`, {
    hdu: hdu.header.hdu,
  });
}

async function inflateTile(
  bytes: Uint8Array,
  count: number,
  bitpix: number,
  shuffled: boolean,
): Promise<PixelArray> {
  const width = Math.abs(bitpix) / 8;
  const inflated = await gunzip(bytes, count * 8);
  if (!shuffled) return fromBytes(inflated, count, bitpix);
  const ordered = new Uint8Array(inflated.length);
  for (let i = 0; i < inflated.length; i++)
    ordered[(i % count) * width + Math.floor(i / count)] = inflated[i] ?? 0;
  return fromBytes(ordered, count, bitpix);
}

/** Big-endian values of a BITPIX; integers may also be stored wider or narrower, as their number of bytes tells. */
function fromBytes(bytes: Uint8Array, count: number, bitpix: number): PixelArray {
  const width = bytes.length / count;
  const found = bitpix < 0 ? bitpix : 8 * width;
  if (bytes.length !== (count * Math.abs(found)) / 8 || ![1, 2, 4, 8].includes(width)) {
    throw new FitsError(
      'FITS_BAD_COMPRESSION',
      `${bytes.length} bytes are not ${count} values; the file is damaged.`,
    );
  }
  return decodeBigEndian(storedType(found), bytes, 0, count);
}

function copyInto(target: PixelArray, source: PixelArray, from: number, length: number, at: number): void {
  if (target instanceof Int32Array && source instanceof Int32Array) {
    target.set(source.subarray(from, from + length), at);
  } else if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    for (let i = 0; i < length; i++) target[at + i] = BigInt(source[from + i] ?? 0);
  } else {
    for (let i = 0; i < length; i++) target[at + i] = Number(source[from + i] ?? 0);
  }
}
