/** Galaxies of known position angle and shear on the sky, at three rotator angles, against GalSim drawing what imSim would. */
import { join } from 'node:path';
import { hasPython } from '@imsim-od/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { askJudge, scienceFolder, simulateScene } from './support/run-science.js';

interface Verdict {
  readonly objects: readonly {
    readonly pa: number;
    readonly lens: readonly number[];
    readonly coreChi2: number;
    readonly wingFraction: number;
    readonly de1: number;
    readonly de2: number;
    readonly dsize: number;
    readonly distortion: number;
    readonly angleError: number | null;
    readonly fluxFraction: number;
  }[];
}

const root = scienceFolder();

describe.skipIf(!hasPython).each([0, 71.5, 248])('at rotSkyPos %d deg', (rotation) => {
  let objects: Verdict['objects'];

  beforeAll(async () => {
    const folder = join(root, String(rotation));
    await askJudge('orientation', 'prepare', folder, String(rotation));
    await simulateScene(folder);
    ({ objects } = await askJudge<Verdict>('orientation', 'judge', folder));
  });

  it('draws galaxies with the position angle of the catalog (beta = 90 deg - pa, +u West)', () => {
    const angles = objects.filter(({ angleError }) => angleError !== null);
    expect(angles).toHaveLength(5);
    // The shape's angle errs by 1e-3 / (2 x 0.6) rad; the PSF is round.
    for (const { pa, angleError } of angles) expect(Math.abs(angleError ?? 90), `pa ${pa}`).toBeLessThan(0.3);
  });

  it('draws galaxies with the ellipticity, size, lensing and flux that GalSim gives them', () => {
    expect(objects).toHaveLength(20);
    for (const { pa, lens, de1, de2, dsize, distortion, fluxFraction } of objects) {
      const who = `pa ${pa}, lens ${lens.join(' ')}`;
      expect(distortion, who).toBeGreaterThan(0.2);
      // Shot noise of e is sqrt(2 / N) times about 1.5 for N = 5e5 electrons at the CCD's dim edge and more: 3e-3; four of them.
      expect(Math.abs(de1), who).toBeLessThan(0.012);
      expect(Math.abs(de2), who).toBeLessThan(0.012);
      expect(Math.abs(dsize), who).toBeLessThan(0.008);
      expect(Math.abs(fluxFraction), who).toBeLessThan(0.008);
    }
    const mean = (pick: (o: Verdict['objects'][number]) => number) =>
      objects.reduce((sum, o) => sum + pick(o), 0) / objects.length;
    // Twenty objects: systematic errors show at a quarter of that.
    expect(Math.abs(mean(({ de1 }) => de1))).toBeLessThan(0.002);
    expect(Math.abs(mean(({ de2 }) => de2))).toBeLessThan(0.002);
    expect(Math.abs(mean(({ dsize }) => dsize))).toBeLessThan(0.002);
  });

  it('draws their light pixel by pixel as GalSim does, within Poisson noise', () => {
    for (const { pa, lens, coreChi2, wingFraction } of objects) {
      const who = `pa ${pa}, lens ${lens.join(' ')}`;
      // Chi squared per pixel within 20 pixels: 1257 pixels, standard error 0.04.
      expect(Math.abs(coreChi2 - 1), who).toBeLessThan(0.16);
      // Farther out an FFT box folds light back onto itself: up to 0.5 % of it, the drawing's own limit.
      expect(Math.abs(wingFraction), who).toBeLessThan(0.005);
    }
  });
});
