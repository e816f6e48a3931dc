/** The reference scene drawn by the command line: noiseless against GalSim's truth, noisy against its own Poisson noise. */
import { join } from 'node:path';
import { hasPython, sharedPath } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askJudge, runImsimOd, scienceFolder } from './support/run-science.js';

interface Verdict {
  readonly shape: readonly number[];
  readonly bitpix: number;
  readonly chi2: number;
  readonly sum: number;
  readonly truthSum: number;
  readonly correlation: number;
  readonly brightWorstFraction: number;
  readonly brightRmsFraction: number;
}

const catalog = sharedPath('bench/scene-r.csv');
const truth = sharedPath('bench/scene-r-truth-bin16.fits');
const folder = scienceFolder();

async function drawn(kind: 'noisy' | 'noiseless'): Promise<Verdict> {
  const spec = join(folder, `${kind}.json`);
  const image = join(folder, `${kind}.fits`);
  await askJudge('reference_scene', 'spec', spec, kind);
  const source = [
    '--catalog',
    String(catalog),
    '--catalog-origin',
    '1',
    '--zero-point-mag',
    '28.36',
    '--exposure-s',
    '30',
  ];
  await runImsimOd(['draw', spec, ...source, '--out', image]);
  return askJudge('reference_scene', 'judge', image, String(truth), kind);
}

describe.skipIf(!hasPython || catalog === undefined || truth === undefined)('the reference scene', () => {
  it('without noise is the truth that GalSim drew', async () => {
    const verdict = await drawn('noiseless');
    expect(verdict.shape).toEqual([4096, 4096]);
    expect(verdict.bitpix).toBe(-32);
    // GalSim's stamps of 256 and 512 pixels with a folding threshold of 5e-4 lose up to 1e-3 of the light.
    expect(Math.abs(verdict.sum / verdict.truthSum - 1)).toBeLessThan(1e-3);
    expect(verdict.correlation).toBeGreaterThan(0.999999);
    // Bins of more than 1000 electrons: folding moves a few parts in a thousand of the brightest galaxies' light.
    expect(verdict.brightRmsFraction).toBeLessThan(1e-3);
    expect(verdict.brightWorstFraction).toBeLessThan(5e-3);
  });

  it('with photons and sky noise differs from the truth by Poisson noise alone', async () => {
    const verdict = await drawn('noisy');
    // 65,536 bins: standard error 0.0055; photons and sky noise are fixed by the seed.
    expect(Math.abs(verdict.chi2 - 1)).toBeLessThan(0.02);
    // Poisson noise of all electrons, sky included: sqrt(1.34e10) = 116,000.
    expect(Math.abs(verdict.sum - verdict.truthSum)).toBeLessThan(4 * 116_000);
  });
});
