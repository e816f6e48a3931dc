import { describe, expect, it } from 'vitest';
import { psfProfile, psfTransformFunction, type PsfModel } from './psf-model.js';
import { makePsfRadiusTable, makePsfTables, scaleRadiusTable } from './psf-tables.js';
import {
  PSF_TRANSFORM_BINS,
  PSF_TRANSFORM_MIN_EXPONENT,
  RADIAL_BINS,
  RADIAL_MIN_EXPONENT,
  RADIUS_TABLE_FLOATS,
} from './table-bins.js';

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Reads a table as the kernel does: by the bits of the float32 argument. */
function look(table: Float32Array, minExponent: number, s: number): number {
  float[0] = s;
  const bin = (word[0]! >>> 18) - 32 * (127 + minExponent);
  return table[2 * bin]! + table[2 * bin + 1]! * s;
}

const MODELS: PsfModel[] = [
  { kind: 'kolmogorov', fwhmPx: 3.5 },
  { kind: 'kolmogorov', fwhmPx: 2.8, gaussianSigmaPx: 0.7 },
  { kind: 'moffat', fwhmPx: 3.5, beta: 3, gaussianSigmaPx: 0.5 },
  { kind: 'gaussian', sigmaPx: 1.5 },
];

describe.each(MODELS)('tables of $kind', (model) => {
  const tables = makePsfTables(model);

  it('are finite and of the agreed sizes', () => {
    expect(tables.radius.length).toBe(RADIUS_TABLE_FLOATS);
    expect(tables.transform.length).toBe(2 * PSF_TRANSFORM_BINS);
    expect(tables.radial.length).toBe(2 * RADIAL_BINS);
    for (const table of [tables.radius, tables.transform, tables.radial]) {
      expect(table.every((v) => Number.isFinite(v))).toBe(true);
    }
    expect([...tables.transform.subarray(-2)]).toEqual([0, 0]);
  });

  it('hold the transform to 4.5e-5', () => {
    // h^2 f'' / 12 with h = s / 32 and s^2 f'' at most 0.54 (Gaussian), 0.3 to 0.4 (others).
    const transformAt = psfTransformFunction(model);
    for (let s = 2 ** -24; s < 2 ** 9.9; s *= 1.031) {
      const error = look(tables.transform, PSF_TRANSFORM_MIN_EXPONENT, s) - transformAt(Math.sqrt(s));
      expect(Math.abs(error), `s ${s}`).toBeLessThan(4.5e-5);
    }
  });

  it('hold the pixel brightness to 3e-5 of the peak, and 1e-3 of itself out to 1e-6 of the peak', () => {
    // In a wing r^-11/3 the line is off by up to 4.4e-4 at a bin's ends; steeper flanks double that. The mean of a bin is exact.
    const profile = psfProfile(model, true);
    const peak = profile.brightness(0);
    for (let s = 2 ** -8; s < 2 ** 26; s *= 1.047) {
      const truth = profile.brightness(Math.sqrt(s));
      const error = Math.abs(look(tables.radial, RADIAL_MIN_EXPONENT, s) - truth);
      expect(error / peak).toBeLessThan(3e-5);
      if (model.kind !== 'gaussian' && truth > 1e-6 * peak)
        expect(error / truth, `s ${s}`).toBeLessThan(1e-3);
    }
  });

  it('put photons at the quantiles of the light', () => {
    const profile = psfProfile(model, false);
    for (const side of [0, 1] as const) {
      for (let t = 40; t < 2 ** 31; t *= 1.61) {
        const r = look(tables.radius.subarray(2048 * side), 0, t);
        const fraction = side === 0 ? profile.inside(r) : profile.outside(r);
        expect(Math.abs((fraction * 2 ** 32) / t - 1), `side ${side}, t ${t}`).toBeLessThan(3e-4);
      }
    }
  });

  it('are the same on a second making', () => {
    const again = makePsfTables(model);
    expect(again.radius).toEqual(tables.radius);
    expect(again.radial).toEqual(tables.radial);
  });
});

describe('scaleRadiusTable', () => {
  it('makes the table of any Kolmogorov PSF from that of 1 px', () => {
    const unit = makePsfRadiusTable({ kind: 'kolmogorov', fwhmPx: 1 });
    const scaled = scaleRadiusTable(unit, 3.7);
    const direct = makePsfRadiusTable({ kind: 'kolmogorov', fwhmPx: 3.7 });
    // two roundings to float and the quadrature's 1e-8
    for (let i = 0; i < direct.length; i++) {
      expect(Math.abs(scaled[i]! - direct[i]!)).toBeLessThanOrEqual(3e-6 * Math.abs(direct[i]!) + 1e-30);
    }
  });
});
