/**
 * Scalar twin of assembly/photons.ts: photon by photon, with the same bits. Used by tests.
 */
import { floatBits, multiplyAdd, turn, type LaneWords, type Words4 } from './random-lanes.js';

const f = Math.fround;

/** What is shot at, and where: base pixel, offset, image. */
export interface Target {
  readonly baseX: number;
  readonly baseY: number;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly nx: number;
  readonly ny: number;
  /** Counts, rows of nx. */
  readonly counts: Int32Array;
}

/** The radius that a word picks from a radius table. */
export function radiusOf(word: number, table: Float32Array): number {
  const t = f((word & 0x7fffffff) | 1);
  const bin = (floatBits(t) >>> 18) - 4064 + (word < 0 ? 1024 : 0);
  return multiplyAdd(table[2 * bin + 1] ?? 0, t, table[2 * bin] ?? 0);
}

/** Cosine and sine of the angle that the upper 16 bits of a word pick: one of 65,536. */
export function turnOf16(word: number): { c: number; s: number } {
  return turn(f(f(f((word << 2) >> 18) + 0.5) * f(9.587379924285257e-5)), word);
}

function pixelOf(position: number, base: number): number {
  return (floatBits(f(position + 12582912)) + base - 0x4b400000) | 0;
}

function hit(target: Target, px: number, py: number): number {
  const x = pixelOf(px, target.baseX);
  const y = pixelOf(py, target.baseY);
  if (x < 0 || x >= target.nx || y < 0 || y >= target.ny) return 0;
  target.counts[y * target.nx + x] = (target.counts[y * target.nx + x] ?? 0) + 1;
  return 1;
}

/** Shoots n photons of a Sersic profile through a PSF; continues the words given. Returns the hits. */
export function shootSersicScalar(
  words: LaneWords,
  n: number,
  galaxy: Float32Array,
  psf: Float32Array,
  matrix: readonly [number, number, number, number],
  target: Target,
): number {
  const [a11, a12, a21, a22] = matrix;
  let hits = 0;
  for (let i = 0; i < n; i += 4) {
    const [w1, w2, w3] = [words.next(), words.next(), words.next()];
    for (let lane = 0; lane < 4 && i + lane < n; lane++) {
      const angles = w3[lane] ?? 0;
      const rg = radiusOf(w1[lane] ?? 0, galaxy);
      const rp = radiusOf(w2[lane] ?? 0, psf);
      const g = turnOf16(angles);
      const p = turnOf16(angles << 16);
      const gx = f(rg * g.c);
      const gy = f(rg * g.s);
      const px = multiplyAdd(rp, p.c, multiplyAdd(a11, gx, multiplyAdd(a12, gy, target.offsetX)));
      const py = multiplyAdd(rp, p.s, multiplyAdd(a21, gx, multiplyAdd(a22, gy, target.offsetY)));
      hits += hit(target, px, py);
    }
  }
  return hits;
}

/** Shoots n photons of a point source. Returns the hits. */
export function shootPointScalar(words: LaneWords, n: number, psf: Float32Array, target: Target): number {
  let hits = 0;
  for (let i = 0; i < n; i += 8) {
    const [w1, w2, w3] = [words.next(), words.next(), words.next()];
    const four = (radii: Words4, shift: number, first: number): void => {
      for (let lane = 0; lane < 4 && first + lane < n; lane++) {
        const r = radiusOf(radii[lane] ?? 0, psf);
        const { c, s } = turnOf16((w3[lane] ?? 0) << shift);
        hits += hit(target, multiplyAdd(r, c, target.offsetX), multiplyAdd(r, s, target.offsetY));
      }
    };
    four(w1, 0, i);
    four(w2, 16, i + 4);
  }
  return hits;
}
