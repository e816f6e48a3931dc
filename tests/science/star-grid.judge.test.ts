/** A star grid measured by source-extractor: aperture fluxes over the analytic encircled energy, windowed positions. */
import { join } from 'node:path';
import { hasPython, hasTool } from '@imsim-od/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { askJudge, run, scienceFolder, simulateScene } from './support/run-science.js';

interface Verdict {
  readonly stars: number;
  readonly found: number;
  readonly distinct: number;
  readonly signalToNoise: number;
  readonly fluxMeanFraction: number;
  readonly scatterRatio: number;
  readonly scatterRatioError: number;
  readonly dxMean: number;
  readonly dyMean: number;
  readonly dxScatter: number;
  readonly dyScatter: number;
  readonly centroidError: number;
  readonly truthPositionWorstPx: number;
}

const folder = scienceFolder();

describe.skipIf(!hasPython || !hasTool('source-extractor'))('a star grid seen by source-extractor', () => {
  let verdict: Verdict;

  beforeAll(async () => {
    await askJudge('star_grid', 'prepare', folder);
    const { outputs } = await simulateScene(folder);
    await askJudge('star_grid', 'configure', folder);
    const image = outputs.find(({ product }) => product === 'eimage')?.name ?? '';
    await run('source-extractor', [join('out', image), '-c', 'se.sex'], folder);
    verdict = await askJudge('star_grid', 'judge', folder);
  });

  it('finds every star once, with a signal-to-noise above 200', () => {
    expect(verdict.stars).toBeGreaterThan(600);
    expect(verdict.found).toBe(verdict.stars);
    expect(verdict.distinct).toBe(verdict.stars);
    expect(verdict.signalToNoise).toBeGreaterThan(200);
  });

  it('measures the fluxes within 0.3 % in the mean and the predicted scatter', () => {
    expect(Math.abs(verdict.fluxMeanFraction)).toBeLessThan(0.003);
    // Standard deviation of N values: relative error 1 / sqrt(2N); and 2 % for source-extractor's sub-pixel apertures.
    expect(Math.abs(verdict.scatterRatio - 1)).toBeLessThan(4 * verdict.scatterRatioError + 0.02);
  });

  it('measures the positions of the truth plus 1 within 0.005 pixel in the mean', () => {
    expect(Math.abs(verdict.dxMean)).toBeLessThan(0.005);
    expect(Math.abs(verdict.dyMean)).toBeLessThan(0.005);
    // Windowed centroids come within a fifth of the Cramer-Rao bound, and never under it.
    for (const scatter of [verdict.dxScatter, verdict.dyScatter]) {
      expect(scatter / verdict.centroidError).toBeGreaterThan(0.9);
      expect(scatter / verdict.centroidError).toBeLessThan(1.3);
    }
    expect(verdict.truthPositionWorstPx).toBeLessThan(1e-4);
  });
});
