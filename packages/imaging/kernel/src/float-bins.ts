/**
 * Bins by the bits of a float: exponent and five bits of mantissa, 32 bins an octave, as the kernel's tables have them.
 */
const bits = new DataView(new ArrayBuffer(4));

/** The first value of a bin of a table that begins at 2^minExponent. */
export function binStart(minExponent: number, bin: number): number {
  bits.setInt32(0, (32 * (127 + minExponent) + bin) << 18);
  return bits.getFloat32(0);
}

/** The bin in which s lies, held within 0 .. bins - 1. */
export function binOf(minExponent: number, bins: number, s: number): number {
  bits.setFloat32(0, s);
  return Math.min(Math.max((bits.getInt32(0) >>> 18) - 32 * (127 + minExponent), 0), bins - 1);
}

/** A table's first bin, last bin, and the largest s of the last bin, as the kernel's lookups take them. */
export function tableBounds(minExponent: number, bins: number): { base: number; last: number; top: number } {
  bits.setInt32(0, ((32 * (127 + minExponent) + bins) << 18) - 1);
  return { base: 32 * (127 + minExponent), last: bins - 1, top: bits.getFloat32(0) };
}

/** The piecewise linear table (pairs a, b: a + b s) at s, in double precision. */
export function readTable(table: Float32Array, minExponent: number, s: number): number {
  const bin = binOf(minExponent, table.length / 2, s);
  return (table[2 * bin] ?? 0) + (table[2 * bin + 1] ?? 0) * s;
}
