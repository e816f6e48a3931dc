import { ANNULUS_AREA_CM2, EFFECTIVE_AREA_CM2 } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import { SCIENCE_DETECTORS } from './detectors.js';
import { fieldRadiusMm } from './focal-plane.js';
import { vignetting } from './vignetting.js';

describe('vignetting', () => {
  it('goes through the table', () => {
    const table: [number, number][] = [
      [0, 1],
      [50, 0.9995],
      [200, 0.986],
      [300, 0.928],
      [315, 0.897],
      [345, 0.56],
      [360, 0.319],
      [365, 0.187],
    ];
    for (const [radius, value] of table) expect(vignetting(radius)).toBeCloseTo(value, 14);
  });

  it('falls everywhere, without jumps, to 0 at 372.1 mm', () => {
    let last = vignetting(0);
    for (let radius = 0.05; radius < 380; radius += 0.05) {
      const value = vignetting(radius);
      expect(value <= last && last - value < 0.0016).toBe(true);
      last = value;
    }
    expect(vignetting(368.9)).toBeGreaterThan(0.08);
    expect(vignetting(372.1)).toBe(0);
    expect(vignetting(1e9)).toBe(0);
  });

  it('brings the annulus back to the zero points of SMTN-002: 0.01 mag over the 189 science CCDs', () => {
    let sum = 0;
    const cells = 24;
    for (const detector of SCIENCE_DETECTORS) {
      for (let j = 0; j < cells; j++) {
        for (let i = 0; i < cells; i++) {
          const x = ((i + 0.5) / cells) * detector.nx - 0.5;
          const y = ((j + 0.5) / cells) * detector.ny - 0.5;
          sum += vignetting(fieldRadiusMm(detector, x, y));
        }
      }
    }
    const mean = sum / (SCIENCE_DETECTORS.length * cells * cells);
    const shift = 2.5 * Math.log10((mean * ANNULUS_AREA_CM2) / EFFECTIVE_AREA_CM2);
    expect(Math.abs(shift)).toBeLessThan(0.01);
    expect(shift).toBeCloseTo(0.0056, 3);
  });
});
