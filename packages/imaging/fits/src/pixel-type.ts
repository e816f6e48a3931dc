/**
 * The types a pixel may have, and how each lies in a file: BITPIX, and for the types FITS lacks (int8 and the unsigned
 * ones) the BZERO that the standard reserves for them (§5.2.5), which amounts to flipping the top bit.
 */

/** The typed array of each pixel type. */
export interface PixelArrays {
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  float32: Float32Array;
  float64: Float64Array;
}

/** The name of a pixel type. */
export type PixelType = keyof PixelArrays;

/** Pixels of any type. */
export type PixelArray = PixelArrays[PixelType];

/** How a pixel type lies in a file. */
export interface PixelEncoding {
  readonly bitpix: 8 | 16 | 32 | 64 | -32 | -64;
  readonly bytes: 1 | 2 | 4 | 8;
  /** What to add to the stored integer, BSCALE being 1; 0 where the type is FITS's own. */
  readonly bzero: bigint;
}

const ENCODINGS: Readonly<Record<PixelType, PixelEncoding>> = {
  int8: { bitpix: 8, bytes: 1, bzero: -128n },
  uint8: { bitpix: 8, bytes: 1, bzero: 0n },
  int16: { bitpix: 16, bytes: 2, bzero: 0n },
  uint16: { bitpix: 16, bytes: 2, bzero: 32768n },
  int32: { bitpix: 32, bytes: 4, bzero: 0n },
  uint32: { bitpix: 32, bytes: 4, bzero: 2147483648n },
  int64: { bitpix: 64, bytes: 8, bzero: 0n },
  uint64: { bitpix: 64, bytes: 8, bzero: 9223372036854775808n },
  float32: { bitpix: -32, bytes: 4, bzero: 0n },
  float64: { bitpix: -64, bytes: 8, bzero: 0n },
};

/** How a pixel type lies in a file. */
export function pixelEncoding(type: PixelType): PixelEncoding {
  return ENCODINGS[type];
}

/** The pixel type of a BITPIX under a BZERO (BSCALE 1), undefined where no exact type has them. */
export function pixelTypeOf(bitpix: number, bzero: bigint): PixelType | undefined {
  for (const type of PIXEL_TYPES) {
    const encoding = ENCODINGS[type];
    if (encoding.bitpix === bitpix && encoding.bzero === bzero) return type;
  }
  return undefined;
}

const PIXEL_TYPES: readonly PixelType[] = [
  'uint8',
  'int8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
];

/** A new array of `length` zeros of a pixel type. */
export function newPixelArray<T extends PixelType>(type: T, length: number): PixelArrays[T];
export function newPixelArray(type: PixelType, length: number): PixelArray {
  switch (type) {
    case 'int8':
      return new Int8Array(length);
    case 'uint8':
      return new Uint8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'uint64':
      return new BigUint64Array(length);
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
  }
}

/** The pixel type of a typed array. */
export function pixelTypeOfArray(values: PixelArray): PixelType {
  if (values instanceof Int8Array) return 'int8';
  if (values instanceof Uint8Array) return 'uint8';
  if (values instanceof Int16Array) return 'int16';
  if (values instanceof Uint16Array) return 'uint16';
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint32Array) return 'uint32';
  if (values instanceof BigInt64Array) return 'int64';
  if (values instanceof BigUint64Array) return 'uint64';
  if (values instanceof Float32Array) return 'float32';
  return 'float64';
}
