/** The synthetic sky is one sky: the same objects in neighbouring detectors, other bands and later epochs. */
import { join } from 'node:path';
import { hasPython } from '@imsim-od/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { askJudge, scienceFolder, simulateScene } from './support/run-science.js';

interface Common {
  readonly common: number;
  readonly apartArcsec: number;
  readonly magnitudeWorst: number;
  readonly colourMedian: number;
  readonly colourStd: number;
}

interface Missing {
  readonly asked: number;
  readonly missing: number;
}

interface Verdict {
  readonly neighbour: Common;
  readonly otherBand: Common;
  readonly otherEpoch: Common;
  readonly neighbourMissing: Missing;
  readonly otherBandMissing: Missing;
  readonly otherEpochMissing: Missing;
  readonly counts: {
    readonly limits: readonly number[];
    readonly galaxies: readonly number[];
    readonly published: readonly number[];
    readonly stars: number;
    readonly starsPerDeg2: number;
  };
}

const root = scienceFolder();

describe.skipIf(!hasPython)('the synthetic sky', () => {
  let verdict: Verdict;

  beforeAll(async () => {
    const visits = [
      { name: 'first', band: 'i', epoch: '0' },
      { name: 'other-band', band: 'r', epoch: '0' },
      { name: 'other-epoch', band: 'i', epoch: '1' },
    ];
    const folders: string[] = [];
    for (const { name, band, epoch } of visits) {
      const folder = join(root, name);
      await askJudge('population', 'prepare', folder, band, epoch);
      await simulateScene(folder);
      folders.push(folder);
    }
    verdict = await askJudge('population', 'judge', ...folders);
  });

  it('shows neighbouring detectors the same objects where they overlap', () => {
    expect(verdict.neighbour.common).toBeGreaterThan(20);
    expect(verdict.neighbour.apartArcsec).toBe(0);
    expect(verdict.neighbour.magnitudeWorst).toBe(0);
    expect(verdict.neighbourMissing.missing).toBe(0);
  });

  it('shows another band the same objects in other colours', () => {
    expect(verdict.otherBand.common).toBeGreaterThan(5000);
    expect(verdict.otherBand.apartArcsec).toBe(0);
    expect(verdict.otherBandMissing.missing).toBe(0);
    // i - r: the facts' medians of r - i lie from 0.4 to 0.6, with colours of stars and galaxies spread about them.
    expect(verdict.otherBand.colourMedian).toBeGreaterThan(-1);
    expect(verdict.otherBand.colourMedian).toBeLessThan(-0.2);
    expect(verdict.otherBand.colourStd).toBeGreaterThan(0.05);
  });

  it('shows a later epoch with another rotation the same objects, unchanged', () => {
    expect(verdict.otherEpoch.common).toBeGreaterThan(5000);
    expect(verdict.otherEpoch.apartArcsec).toBe(0);
    expect(verdict.otherEpoch.magnitudeWorst).toBe(0);
    expect(verdict.otherEpochMissing.asked).toBeGreaterThan(5000);
    expect(verdict.otherEpochMissing.missing).toBe(0);
  });

  it('has the published number of galaxies, N(<i) = 46 x 10^(0.31 (i - 25)) per square arcmin', () => {
    verdict.counts.limits.forEach((limit, k) => {
      const [found, published] = [verdict.counts.galaxies[k] ?? 0, verdict.counts.published[k] ?? 0];
      // Poisson, five sigma; the facts let the bright end (i < 23) go by another slope: 20 % there.
      const tolerance = 5 * Math.sqrt(published) + (limit < 23.5 ? 0.2 : 0.02) * published;
      expect(Math.abs(found - published), `i < ${limit}`).toBeLessThan(tolerance);
    });
  });

  it('has a plausible number of stars at b = -56 deg: some thousand per square degree', () => {
    expect(verdict.counts.starsPerDeg2).toBeGreaterThan(1500);
    expect(verdict.counts.starsPerDeg2).toBeLessThan(12_000);
  });
});
