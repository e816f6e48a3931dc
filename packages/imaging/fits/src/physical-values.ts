/**
 * Stored integers and floats to physical values: BZERO + BSCALE · stored (TZEROn, TSCALn in tables), the reserved value of
 * unknown ones becoming NaN where floats come out (FITS Standard 4.0 §4.4.2.5, §5.3, §7.3.2). The offsets that stand for
 * int8 and unsigned types are undone exactly.
 */
import { decodeBigEndian, encodeBigEndian } from './byte-order.js';
import { FitsError } from './fits-error.js';
import { type PixelArray, type PixelType, pixelEncoding, pixelTypeOf } from './pixel-type.js';

/** How stored values become physical ones. */
export interface Scaling {
  readonly scale: number;
  readonly zero: number | bigint;
  /** The stored integer that means unknown. */
  readonly blank: number | bigint | null;
}

/** Physical values with their type. */
export interface PhysicalValues {
  readonly pixelType: PixelType;
  readonly values: PixelArray;
  /** The value in `values` that means unknown, for integers; null where there is none, or where NaN says it. */
  readonly blank: number | bigint | null;
}

function exactType(bitpix: number, { scale, zero }: Scaling): PixelType | undefined {
  if (scale !== 1) return undefined;
  if (typeof zero === 'number' && !Number.isInteger(zero)) return undefined;
  return pixelTypeOf(bitpix, BigInt(zero));
}

/** The type in which values of a BITPIX are stored. Throws `FITS_BAD_VALUE` on a BITPIX that is none. */
export function storedType(bitpix: number): PixelType {
  const type = pixelTypeOf(bitpix, 0n);
  if (type === undefined)
    throw new FitsError('FITS_BAD_VALUE', `BITPIX ${bitpix} is none of 8, 16, 32, 64, -32, -64.`, {
      value: bitpix,
    });
  return type;
}

/** Decodes `count` big-endian values at `offset` and makes them physical. */
export function decodePhysical(
  bitpix: number,
  scaling: Scaling,
  bytes: Uint8Array,
  offset: number,
  count: number,
): PhysicalValues {
  const exact = exactType(bitpix, scaling);
  if (exact !== undefined) {
    const values = decodeBigEndian(exact, bytes, offset, count);
    return { pixelType: exact, values, blank: exactBlank(exact, scaling.blank) };
  }
  const stored = decodeBigEndian(storedType(bitpix), bytes, offset, count);
  return { pixelType: 'float64', values: scaleValues(stored, scaling), blank: null };
}

/** Makes stored values physical; exact types are converted by their offset, others by double arithmetic. */
export function toPhysical(bitpix: number, scaling: Scaling, stored: PixelArray): PhysicalValues {
  const exact = exactType(bitpix, scaling);
  if (exact === undefined) return { pixelType: 'float64', values: scaleValues(stored, scaling), blank: null };
  if (pixelEncoding(exact).bzero === 0n) {
    return { pixelType: exact, values: stored, blank: exactBlank(exact, scaling.blank) };
  }
  const bytes = new Uint8Array(stored.byteLength);
  encodeBigEndian(stored, bytes, 0);
  return decodePhysical(bitpix, scaling, bytes, 0, stored.length);
}

function exactBlank(type: PixelType, blank: number | bigint | null): number | bigint | null {
  if (blank === null || type.startsWith('float')) return null;
  const { bytes, bzero } = pixelEncoding(type);
  const value = BigInt(blank) + bzero;
  return bytes === 8 ? value : Number(value);
}

function scaleValues(stored: PixelArray, { scale, zero, blank }: Scaling): Float64Array {
  const values = new Float64Array(stored.length);
  const offset = Number(zero);
  const integers = !(stored instanceof Float32Array || stored instanceof Float64Array);
  const wide = stored instanceof BigInt64Array || stored instanceof BigUint64Array;
  const unknownValue = blank === null ? null : wide ? BigInt(blank) : Number(blank);
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i] ?? 0;
    const unknown = integers && value === unknownValue;
    values[i] = unknown ? NaN : offset + scale * Number(value);
  }
  return values;
}
