/**
 * Tile-compressed image HDUs (FITS Standard 4.0 §10): int32 images, RICE_1 with BYTEPIX 4 and blocks of 32, one row to a
 * tile. The table's rows point into the heap, where the tiles lie in order of y. CHECKSUM and DATASUM are those of the
 * compressed HDU.
 */
import { type ByteSink, CHUNK_BYTES } from './byte-sink.js';
import type { Card, CardSource } from './card.js';
import { DataSum } from './data-sum.js';
import { FitsError } from './fits-error.js';
import { type HduOptions, integerCard, logicalCard, stringCard, writeHdu } from './hdu-output.js';
import { requireSize } from './image-writer.js';
import { RICE_BLOCK, type RiceEncoder, riceEncode } from './rice.js';
import { tableStructure } from './table-writer.js';

/** An image of nx × ny int32 pixels: either its ny rows compressed already, or its rows and who compresses them. */
export type CompressedImageSource = { readonly nx: number; readonly ny: number } & (
  | {
      /** ny tiles, each the RICE_1 bytes (BYTEPIX 4, blocks of 32) of one row of nx pixels. */
      readonly tiles: readonly Uint8Array[];
    }
  | {
      /** All ny × nx pixels, or a function that gives row y; each row is asked for once, in order. */
      readonly rows: Int32Array | ((y: number) => Int32Array);
      /** Default the scalar encoder of this package. */
      readonly encode?: RiceEncoder;
    }
);

const MAX_P_HEAP = 0x7fffffff;

/**
 * Writes a tile-compressed image extension. Throws `FITS_BAD_SHAPE` where tiles or rows do not agree with nx and ny,
 * `FITS_BAD_ORDER` where it would be the primary HDU, and what the header throws.
 */
export function writeCompressedImageHdu(
  sink: ByteSink,
  header: CardSource,
  image: CompressedImageSource,
  options: HduOptions = {},
): void {
  const { nx, ny } = image;
  const hdu = options.hdu;
  if (options.primary ?? false) {
    throw new FitsError(
      'FITS_BAD_ORDER',
      'A compressed image cannot be the primary HDU; write a primary HDU before it.',
      {
        hdu,
      },
    );
  }
  requireSize(nx, ny, hdu);
  const tiles =
    'tiles' in image ? image.tiles : compressRows(image.rows, nx, ny, image.encode ?? riceEncode, hdu);
  if (tiles.length !== ny) {
    throw new FitsError(
      'FITS_BAD_SHAPE',
      `${tiles.length} tiles were given for an image of ${ny} rows; give one for each.`,
      {
        hdu,
        value: tiles.length,
      },
    );
  }
  let heapBytes = 0;
  let longest = 0;
  for (const tile of tiles) {
    heapBytes += tile.length;
    longest = Math.max(longest, tile.length);
  }
  const wide = heapBytes > MAX_P_HEAP;
  const descriptorBytes = wide ? 16 : 8;
  const structural = compressedStructure(
    nx,
    ny,
    descriptorBytes,
    heapBytes,
    `1${wide ? 'Q' : 'P'}B(${longest})`,
  );
  const write = (to: ByteSink): void => writeTiles(to, tiles, descriptorBytes);
  const sum = (): number => {
    const total = new DataSum();
    write((chunk) => total.update(chunk));
    return total.value;
  };
  writeHdu(sink, structural, header, { length: ny * descriptorBytes + heapBytes, sum, write }, options);
}

function compressedStructure(
  nx: number,
  ny: number,
  descriptorBytes: number,
  heapBytes: number,
  tform: string,
): Card[] {
  return [
    ...tableStructure(descriptorBytes, ny, heapBytes, 1),
    stringCard('TTYPE1', 'COMPRESSED_DATA', 'compressed tiles'),
    stringCard('TFORM1', tform, 'variable-length bytes'),
    integerCard('THEAP', ny * descriptorBytes, 'offset of the heap'),
    logicalCard('ZIMAGE', true, 'a tile-compressed image'),
    stringCard('ZTENSION', 'IMAGE', 'extension type of the image'),
    integerCard('ZBITPIX', 32, 'array data type of the image'),
    integerCard('ZNAXIS', 2, 'number of dimensions of the image'),
    integerCard('ZNAXIS1', nx, 'length of axis 1 of the image'),
    integerCard('ZNAXIS2', ny, 'length of axis 2 of the image'),
    integerCard('ZPCOUNT', 0, 'PCOUNT of the image'),
    integerCard('ZGCOUNT', 1, 'GCOUNT of the image'),
    integerCard('ZTILE1', nx, 'pixels of a tile along axis 1'),
    integerCard('ZTILE2', 1, 'pixels of a tile along axis 2'),
    stringCard('ZCMPTYPE', 'RICE_1', 'compression algorithm'),
    stringCard('ZNAME1', 'BLOCKSIZE', 'parameter 1'),
    integerCard('ZVAL1', RICE_BLOCK, 'pixels per block'),
    stringCard('ZNAME2', 'BYTEPIX', 'parameter 2'),
    integerCard('ZVAL2', 4, 'bytes per pixel'),
  ];
}

function compressRows(
  rows: Int32Array | ((y: number) => Int32Array),
  nx: number,
  ny: number,
  encode: RiceEncoder,
  hdu: string | undefined,
): Uint8Array[] {
  const bad = (what: string, length: number): FitsError =>
    new FitsError('FITS_BAD_SHAPE', `${what} has ${length} pixels, not those of ${nx} x ${ny}.`, {
      hdu,
      value: length,
    });
  if (typeof rows !== 'function' && rows.length !== nx * ny) throw bad('The image', rows.length);
  const tiles: Uint8Array[] = [];
  for (let y = 0; y < ny; y++) {
    const row = typeof rows === 'function' ? rows(y) : rows.subarray(y * nx, (y + 1) * nx);
    if (row.length !== nx) throw bad(`Row ${y}`, row.length);
    tiles.push(encode(row));
  }
  return tiles;
}

/** The descriptors (length, offset; 32 or 64 bits each), then the tiles, gathered into chunks. */
function writeTiles(to: ByteSink, tiles: readonly Uint8Array[], descriptorBytes: number): void {
  const table = new Uint8Array(tiles.length * descriptorBytes);
  const view = new DataView(table.buffer);
  let offset = 0;
  tiles.forEach((tile, y) => {
    if (descriptorBytes === 8) {
      view.setInt32(8 * y, tile.length);
      view.setInt32(8 * y + 4, offset);
    } else {
      view.setBigInt64(16 * y, BigInt(tile.length));
      view.setBigInt64(16 * y + 8, BigInt(offset));
    }
    offset += tile.length;
  });
  to(table);
  for (let first = 0; first < tiles.length;) {
    let end = first;
    let length = 0;
    do length += tiles[end++]?.length ?? 0;
    while (end < tiles.length && length + (tiles[end]?.length ?? 0) <= CHUNK_BYTES);
    const chunk = new Uint8Array(length);
    let at = 0;
    for (const tile of tiles.slice(first, end)) {
      chunk.set(tile, at);
      at += tile.length;
    }
    if (length > 0) to(chunk);
    first = end;
  }
}
