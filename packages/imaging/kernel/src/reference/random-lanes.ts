/**
 * Scalar twins of assembly/rng.ts and assembly/gaussian.ts: four lanes of xoshiro128++ and Box-Muller normals, each
 * single-precision operation rounded by Math.fround. Same bits as the kernel. Used by tests.
 */
import { seedWords } from '@imsim-od/portable-math';

const f = Math.fround;
const bits = new DataView(new ArrayBuffer(4));

/** The bits of a single-precision float. */
export function floatBits(x: number): number {
  bits.setFloat32(0, x);
  return bits.getInt32(0);
}

/** The single-precision float of some bits. */
export function bitsFloat(i: number): number {
  bits.setInt32(0, i);
  return bits.getFloat32(0);
}

/** a b + c, rounded after each operation. */
export function multiplyAdd(a: number, b: number, c: number): number {
  return f(f(f(a) * f(b)) + f(c));
}

/** Horner's rule in single precision: coefficients from the highest power down. */
export function polynomial(x: number, ...coefficients: number[]): number {
  return coefficients.reduce((sum, c) => multiplyAdd(sum, x, c));
}

/** Four lanes of words. */
export type Words4 = [number, number, number, number];

/** The four-lane generator of a key. */
export class LaneWords {
  private readonly s: Int32Array;

  constructor(key: readonly [number, number, number, number]) {
    this.s = Int32Array.from(seedWords(...key));
  }

  /** The next word of each lane, as signed integers. */
  next(): Words4 {
    return [this.step(0), this.step(1), this.step(2), this.step(3)];
  }

  private step(lane: number): number {
    const { s } = this;
    const at = (word: number): number => s[4 * word + lane] ?? 0;
    const sum = (at(0) + at(3)) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + at(0)) | 0;
    const s2 = at(2) ^ at(0);
    const s3 = at(3) ^ at(1);
    const t = at(1) << 9;
    s[4 + lane] = at(1) ^ s2;
    s[lane] = at(0) ^ s3;
    s[8 + lane] = s2 ^ t;
    s[12 + lane] = (s3 << 11) | (s3 >>> 21);
    return result;
  }
}

function naturalLogarithm(x: number): number {
  const i = (floatBits(x) - 0x3f3504f3) | 0;
  const e = f(i >> 23);
  const m = bitsFloat((i & 0x007fffff) + 0x3f3504f3);
  const s = f(f(m - 1) / f(m + 1));
  const z = f(s * s);
  const p = polynomial(z, 0.2857142857, 0.4, 0.6666666667, 2);
  return multiplyAdd(e, 0.69314718056, f(p * s));
}

/** sqrt(-2 ln u) of a word. */
export function rayleigh(word: number): number {
  const u = multiplyAdd(f(word >>> 1), 4.656612873e-10, 2.3283064e-10);
  return f(Math.sqrt(Math.max(f(naturalLogarithm(u) * -2), 0)));
}

/** Cosine and sine of an arc in [-pi/4, pi/4], turned by what the top two bits of the word say. */
export function turn(arc: number, word: number): { c: number; s: number } {
  const z = f(arc * arc);
  const sine = multiplyAdd(
    f(polynomial(z, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1) * z),
    arc,
    arc,
  );
  const p = polynomial(z, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
  const cosine = multiplyAdd(f(z * z), p, multiplyAdd(z, -0.5, 1));
  const c = word < 0 ? -cosine : cosine;
  return word & 0x40000000 ? { c: sine, s: c } : { c, s: sine };
}

/** Eight normals from two words a lane: four by cosine, four by sine. `scale` multiplies the radius first. */
export function normals8(w1: Words4, w2: Words4, scale = 1): number[] {
  const r = w1.map((w) => f(f(scale) * rayleigh(w)));
  const turns = w2.map((w) => turn(f(f((w << 2) >> 2) * f(1.4629180792671596e-9)), w));
  return [...turns.map(({ c }, i) => f((r[i] ?? 0) * c)), ...turns.map(({ s }, i) => f((r[i] ?? 0) * s))];
}
