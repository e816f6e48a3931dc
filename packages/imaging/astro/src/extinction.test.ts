import { describe, expect, it } from 'vitest';
import { BANDS } from './band.js';
import { ExtinctionRangeError, extinctionRatio, extinctionRatioAt, extinctionRatios } from './extinction.js';

describe('dust', () => {
  it.each(['F19', 'CCM89'] as const)('%s is 1 in V and falls to the red', (curve) => {
    for (const rv of [2.1, 3.1, 5]) {
      // V is at 550 nm in F19 and at 1/1.82 um = 549.5 nm in CCM89.
      expect(extinctionRatioAt(curve === 'F19' ? 1000 / 1.818 : 1000 / 1.82, rv, curve)).toBeCloseTo(1, 6);
      const ratios = BANDS.map((band) => extinctionRatio(band, rv, curve));
      expect([...ratios].sort((a, b) => b - a)).toEqual(ratios);
    }
  });

  it('F19 has the published points of its Table 3 (R = 3.1): 1 + k / R', () => {
    expect(extinctionRatioAt(500)).toBeCloseTo(1 + 0.438 / 3.1, 12);
    expect(extinctionRatioAt(1000)).toBeCloseTo(1 - 1.757 / 3.1, 12);
    expect(extinctionRatioAt(1000 / 2.8, 5)).toBeCloseTo(1 + (1.791 - 0.017 * 0.99 * 1.9) / 5, 12);
  });

  it('F19 follows the spline through its table, as imSim evaluates it', () => {
    // The not-a-knot cubic spline through Table 3 at 310 nm and the six effective wavelengths, R = 2.1, 3.1, 5.
    const spline: [number, number, number, number][] = [
      [310, 2.21217, 1.78945, 1.45212],
      [365.49, 1.81372, 1.54797, 1.3359],
      [480.03, 1.30271, 1.20611, 1.12902],
      [622.2, 0.84088, 0.87284, 0.89834],
      [754.06, 0.59263, 0.67277, 0.73673],
      [868.21, 0.44193, 0.54204, 0.62194],
      [991.66, 0.33726, 0.4382, 0.51876],
    ];
    for (const [wavelengthNm, ...ratios] of spline) {
      [2.1, 3.1, 5].forEach((rv, i) => {
        // Two ways through points that are given to 0.001 differ by 0.0012 at most.
        expect(Math.abs(extinctionRatioAt(wavelengthNm, rv) - (ratios[i] ?? NaN))).toBeLessThan(0.0015);
      });
    }
  });

  it('CCM89 has its own worked values (Table 3, R = 3.1): U 1.569, R 0.751, I 0.479', () => {
    const published: [number, number][] = [
      [2.78, 1.569],
      [1.43, 0.751],
      [1.11, 0.479],
    ];
    for (const [x, ratio] of published) {
      expect(extinctionRatioAt(1000 / x, 3.1, 'CCM89')).toBeCloseTo(ratio, 2);
    }
  });

  it('have A_B - A_V = E(B-V): 1 + 1 / R in B, 440 nm', () => {
    for (const rv of [2.5, 3.1, 5.5]) {
      expect(extinctionRatioAt(1000 / 2.273, rv)).toBeCloseTo(1 + 1 / rv, 12);
      // CCM89's polynomials meet their definition to 0.3 %.
      expect(Math.abs(extinctionRatioAt(1000 / 2.27, rv, 'CCM89') - 1 - 1 / rv)).toBeLessThan(0.003);
    }
  });

  it('both curves agree within 8 percent in the LSST bands at R = 3.1', () => {
    const own = extinctionRatios();
    for (const band of BANDS)
      expect(Math.abs(own[band] / extinctionRatio(band, 3.1, 'CCM89') - 1)).toBeLessThan(0.08);
  });

  it('is refused outside 300-1200 nm and R 2-6', () => {
    expect(() => extinctionRatioAt(299)).toThrow(ExtinctionRangeError);
    expect(() => extinctionRatio('r', 1)).toThrow(/R_V/u);
    expect(() => extinctionRatio('r', NaN)).toThrow(ExtinctionRangeError);
  });
});
