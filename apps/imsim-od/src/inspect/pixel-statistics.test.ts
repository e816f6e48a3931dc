import { describe, expect, it } from 'vitest';
import { pixelStatistics } from './pixel-statistics.js';

describe('pixelStatistics', () => {
  it('agrees with the sums of a known series', () => {
    const values = Int32Array.from({ length: 101 }, (_, i) => 1000 + i);
    const statistics = pixelStatistics(values);
    expect(statistics).toMatchObject({
      min: 1000,
      max: 1100,
      mean: 1050,
      median: 1050,
      sum: 106_050,
      blank: 0,
    });
    // Variance of 0..n-1 is (n^2 - 1) / 12; 1e-9: double rounding.
    expect(statistics.deviation).toBeCloseTo(Math.sqrt((101 * 101 - 1) / 12), 9);
    expect(statistics.robustDeviation).toBeCloseTo(1.4826 * 25, 9);
  });

  it('counts pixels without a value apart', () => {
    expect(pixelStatistics(Float32Array.of(1, NaN, 3))).toMatchObject({ mean: 2, blank: 1 });
    expect(pixelStatistics(Int16Array.of(1, -32768, 3), -32768)).toMatchObject({ mean: 2, min: 1, blank: 1 });
    expect(pixelStatistics(Float32Array.of(NaN))).toMatchObject({ mean: 0, blank: 1 });
  });

  it('keeps small deviations on a large level', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2));
    expect(pixelStatistics(values).deviation).toBeCloseTo(0.5, 9);
  });
});
