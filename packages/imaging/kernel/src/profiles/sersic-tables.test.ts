import { createHash } from 'node:crypto';
import { regularizedGammaP, regularizedGammaQ } from '@imsim-od/portable-math';
import { beforeAll, describe, expect, it } from 'vitest';
import { ProfileTablesError } from './profile-error.js';
import { generateProfileTables, readProfileTables, type ProfileTables } from './profile-tables.js';
import { sersicB, sersicMoment, sersicTransform } from './sersic-profile.js';
import { octaveNode, SERSIC_TRANSFORM_MIN_EXPONENT } from './table-bins.js';

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Reads a table as the kernel does: by the bits of the float32 argument. */
function look(table: Float32Array, firstBin: number, s: number): number {
  float[0] = s;
  const bin = (word[0]! >>> 18) - firstBin;
  return table[2 * bin]! + table[2 * bin + 1]! * s;
}

let bytes: Uint8Array;
let tables: ProfileTables;
beforeAll(() => {
  bytes = generateProfileTables();
  tables = readProfileTables(bytes);
});

describe('Sersic tables', () => {
  it('are on the grid 0.30 to 6.20 and of the agreed size', () => {
    expect(tables.sersicIndex.length).toBe(119);
    expect(tables.sersicIndex[0]).toBe(0.3);
    expect(tables.sersicIndex[74]).toBe(4);
    expect(tables.sersicIndex[118]).toBe(6.2);
    expect(tables.radius(3).length).toBe(4096);
  });

  it.each([0.3, 0.5, 1, 2, 4, 6.2])('hold the transform of n = %f to 5e-5', (n) => {
    // The line's largest error is h^2 f'' / 12 <= 4.5e-5 (n = 0.5: s^2 f'' = 0.54, h = s / 32); n >= 1 stay below 2.5e-5.
    const table = tables.transform(Math.round((n - 0.3) / 0.05));
    const firstBin = 32 * (127 + SERSIC_TRANSFORM_MIN_EXPONENT);
    let worst = 0;
    for (let s = 2 ** -22; s < 2 ** 19.9; s *= 1.0471) {
      worst = Math.max(worst, Math.abs(look(table, firstBin, s) - sersicTransform(n, Math.sqrt(s))));
    }
    expect(worst).toBeLessThan(n < 1 ? 5e-5 : 2.5e-5);
  });

  it.each([0.5, 1, 2, 4, 6.2])('give photons of n = %f their mean square radius to 2e-7', (n) => {
    const table = tables.radius(Math.round((n - 0.3) / 0.05));
    let sum = 0;
    for (const side of [0, 1]) {
      for (let bin = 0; bin < 992; bin++) {
        const t0 = octaveNode(0, bin, 32);
        const t1 = octaveNode(0, bin + 1, 32);
        const at = (t: number): number =>
          (table[2 * (1024 * side + bin)]! + table[2 * (1024 * side + bin) + 1]! * t) ** 2;
        sum += ((at(t0) + 4 * at(0.5 * (t0 + t1)) + at(t1)) / 6) * (t1 - t0); // exact for a square
      }
      sum += table[2048 * side]! ** 2; // t < 1
    }
    // Least-squares lines lose only the mean square of their residuals; float32 adds a few 1e-8.
    expect(Math.abs(sum / 2 ** 32 / sersicMoment(n, 2) - 1)).toBeLessThan(2e-7);
  });

  it.each([0.5, 1, 2, 4])('put photons of n = %f at the quantiles of the light', (n) => {
    const table = tables.radius(Math.round((n - 0.3) / 0.05));
    const b = sersicB(n);
    for (const side of [0, 1] as const) {
      for (let t = 40; t < 2 ** 31; t *= 1.37) {
        const r = look(table.subarray(2048 * side), 127 * 32, t);
        const x = b * r ** (1 / n);
        const fraction = side === 0 ? regularizedGammaP(2 * n, x) : regularizedGammaQ(2 * n, x);
        // Within a bin the line is off by up to h^2 / 12 r'' / r, largest near the end of a bin: 3e-4 in the fraction.
        expect(Math.abs((fraction * 2 ** 32) / t - 1), `side ${side}, t ${t}`).toBeLessThan(3e-4);
      }
    }
  });

  it('hold finite radii that fall from the outside to the centre', () => {
    for (let i = 0; i < 119; i++) {
      const table = tables.radius(i);
      let last = Infinity;
      let wrong = 0;
      for (let bin = 0; bin < 992; bin++) {
        const middle = 0.5 * (octaveNode(0, bin, 32) + octaveNode(0, bin + 1, 32));
        const r = table[2 * (1024 + bin)]! + table[2 * (1024 + bin) + 1]! * middle;
        if (!(r <= last && r > 0)) wrong++;
        last = r;
      }
      expect(wrong, `n ${tables.sersicIndex[i]}`).toBe(0);
    }
  });
});

describe('tables.bin', () => {
  it('carries the SHA-256 of its body, as node:crypto works it out', () => {
    const body = createHash('sha256').update(bytes.subarray(56)).digest('hex');
    expect(Buffer.from(bytes.subarray(24, 56)).toString('hex')).toBe(body);
  });

  it('is refused when damaged, cut short or of another kind', () => {
    const damaged = bytes.slice();
    damaged[100_000]! ^= 1;
    const foreign = bytes.slice();
    foreign[7] = 0x30;
    const cases = [
      [damaged, 'sha256'],
      [bytes.subarray(0, 1000), 'length'],
      [foreign, 'magic'],
      [new Uint8Array(0), 'magic'],
    ] as const;
    for (const [input, fact] of cases) {
      try {
        readProfileTables(input);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(ProfileTablesError);
        expect((error as ProfileTablesError).fact).toBe(fact);
      }
    }
  });
});
