/** Zero points over the whole focal plane and five-sigma depths from images, against SMTN-002, in six bands. */
import { join } from 'node:path';
import { hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askJudge, scienceFolder, simulateScene } from './support/run-science.js';

interface ZeroPoint {
  readonly detectors: number;
  readonly stars: number;
  readonly published: number;
  readonly ofMeanFlux: number;
  readonly meanOfDetectors: number;
  readonly expectedOfMeanFlux: number;
}

interface Measured {
  readonly depth: number;
  readonly error: number;
}

interface Depth {
  readonly stars: number;
  readonly published: number;
  readonly eimage: Measured;
  readonly eimagePredicted: number;
  readonly raw: Measured;
  readonly rawPredicted: number;
  readonly asPublished: number;
}

const BANDS = ['u', 'g', 'r', 'i', 'z', 'y'] as const;
const root = scienceFolder();

describe.skipIf(!hasPython).each(BANDS)('band %s', (band) => {
  it('has the zero point of SMTN-002 within 0.01 mag in the mean over 189 CCDs', async () => {
    const folder = join(root, `zero-point-${band}`);
    await askJudge('zero_point', 'prepare', folder, band);
    await simulateScene(folder);
    const verdict = await askJudge<ZeroPoint>('zero_point', 'judge', folder);
    expect(verdict.detectors).toBe(189);
    expect(verdict.stars).toBe(189 * 9);
    expect(Math.abs(verdict.ofMeanFlux - verdict.published)).toBeLessThan(0.01);
    // 1701 stars of 4e5 electrons and more (u): Poisson 1e-4 mag; the rest is light lost at the CCDs' edges.
    expect(Math.abs(verdict.ofMeanFlux - verdict.expectedOfMeanFlux)).toBeLessThan(0.002);
  });

  it('reaches the five-sigma depth of SMTN-002 within 0.05 mag', async () => {
    const folder = join(root, `depth-${band}`);
    await askJudge('depth', 'prepare', folder, band);
    await simulateScene(folder);
    const verdict = await askJudge<Depth>('depth', 'judge', folder);
    expect(verdict.stars).toBeGreaterThan(2000);
    // Scatter of 2000 stars: 0.017 mag; SMTN-002's FWHM_eff is 0.015 mag wider than the profile it stands for.
    expect(Math.abs(verdict.eimage.depth - verdict.eimagePredicted)).toBeLessThan(0.05);
    expect(Math.abs(verdict.raw.depth - verdict.rawPredicted)).toBeLessThan(0.05);
    // The published table follows from the same coefficients with the instrument noise of the requirements.
    expect(Math.abs(verdict.asPublished - verdict.published)).toBeLessThan(0.01);
  });
});
