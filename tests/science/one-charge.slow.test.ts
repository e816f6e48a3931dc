/** One realisation of charge serves all products, and each effect of the read-out does what the facts say and no more. */
import { join } from 'node:path';
import { hasPython } from '@imsim-od/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { askJudge, scienceFolder, simulateScene } from './support/run-science.js';

interface Noisy {
  readonly amplifiers: number;
  readonly meanWorstSigmas: number;
  readonly varianceWorstSigmas: number;
  readonly correlationWorstSigmas: number;
}

interface Exact {
  readonly amplifiers: number;
  readonly worstInAdu: number;
  readonly pixelsOverHalfAdu: number;
  readonly scansAtBias: boolean;
  readonly brightestPixel: number;
}

interface Crosstalk {
  readonly sameEimage: boolean;
  readonly residualWorstAdu: number;
  readonly residualMeanAdu: number;
  readonly fitted: { readonly nearest: number; readonly second: number; readonly other: number };
}

interface Transfer {
  readonly sameEimage: boolean;
  readonly keptWorstSigmas: number;
  readonly serialOverNominal: number;
  readonly parallelOverNominal: number;
}

interface Bleed {
  readonly hotColumns: number;
  readonly saturatedPixels: number;
  readonly rawOverFullWellAdu: number;
  readonly untouchedWorstAdu: number;
  readonly wholeColumnWorst: number;
  readonly excessMedian: number;
  readonly halfColumnWorst: number;
}

interface Brilliant {
  readonly largest: number;
  readonly smallest: number;
  readonly coreLeast: number;
  readonly rawLeast: number;
  readonly rawMost: number;
  readonly filledColumnOverWell: number;
  readonly upperHalfOverWell: number;
}

const root = scienceFolder();

async function simulated(detector: string, effects: string): Promise<string> {
  const folder = join(root, `${detector}-${effects || 'none'}`);
  await askJudge('one_charge', 'prepare', folder, detector, effects);
  await simulateScene(folder);
  return folder;
}

describe.skipIf(!hasPython).each([
  { detector: 'R22_S11', vendor: 'e2v' },
  { detector: 'R01_S00', vendor: 'ITL' },
])('the raw of an $vendor CCD', ({ detector, vendor }) => {
  let plain = '';
  /** Read noise alone: dither, without which a third of an ADU would not survive rounding. */
  let still = '';

  beforeAll(async () => {
    plain = await simulated(detector, '');
    still = await simulated(detector, 'readNoise');
  });

  it('without effects is the e-image by the gain, rounded, every segment in its place and turned right', async () => {
    const exact = await askJudge<Exact>('one_charge', 'exact', plain);
    expect(exact.amplifiers).toBe(16);
    // Rounding is half an ADU, and a few of 16 million pixels exceed it: the read-out counts in float32, whose steps are
    // 0.0078 ADU above 65,536 and 0.0156 ADU above 131,072.
    expect(exact.worstInAdu).toBeLessThan(0.5 + 0.0156);
    expect(exact.pixelsOverHalfAdu).toBeLessThan(200);
    expect(exact.scansAtBias).toBe(true);
    expect(exact.brightestPixel).toBeGreaterThan(50_000);
  });

  it('differs from it, bias and mean dark charge apart, by read noise, dark current and rounding alone', async () => {
    const noisy = await askJudge<Noisy>(
      'one_charge',
      'noisy',
      await simulated(detector, 'darkCurrent,readNoise'),
    );
    expect(noisy.amplifiers).toBe(16);
    // The worst of 16 deviates exceeds 4 once in 1,000 runs; the seed is fixed.
    expect(noisy.meanWorstSigmas).toBeLessThan(4);
    expect(noisy.varianceWorstSigmas).toBeLessThan(4);
    expect(noisy.correlationWorstSigmas).toBeLessThan(4);
  });

  it('holds crosstalk by the matrix of neighbours, and the e-image does not', async () => {
    const crosstalk = await askJudge<Crosstalk>(
      'one_charge',
      'crosstalk',
      await simulated(detector, 'crosstalk,readNoise'),
      still,
    );
    expect(crosstalk.sameEimage).toBe(true);
    // Each raw is rounded once: half an ADU twice; the source's read noise and rounding by 2e-4; and float32.
    expect(crosstalk.residualWorstAdu).toBeLessThan(1.04);
    expect(Math.abs(crosstalk.residualMeanAdu)).toBeLessThan(0.01);
    // A regression over 16 million pixels with 0.4 ADU of rounding, led by the stars.
    expect(crosstalk.fitted.nearest / 2.2e-4).toBeCloseTo(1, 1);
    expect(crosstalk.fitted.second / 2.1e-5).toBeCloseTo(1, 0);
    expect(crosstalk.fitted.other).toBeLessThan(0);
  });

  it('keeps its charge in transfer and trails 1e-6 of it for each', async () => {
    const moved = await simulated(detector, 'chargeTransferInefficiency,readNoise');
    const transfer = await askJudge<Transfer>('one_charge', 'transfer', moved, still);
    expect(transfer.sameEimage).toBe(true);
    // Sum of rounding differences of a segment, variance 1/6 each at most.
    expect(transfer.keptWorstSigmas).toBeLessThan(5);
    // 0.36 ADU a row with 0.4 ADU of rounding in each of 32,000 rows: 0.6 %; 1.4 ADU in 8,000 columns: 0.3 %.
    expect(Math.abs(transfer.serialOverNominal - 1)).toBeLessThan(0.025);
    expect(Math.abs(transfer.parallelOverNominal - 1)).toBeLessThan(0.015);
  });

  it('lets charge above full well run along its column, keeping it', async () => {
    const bled = await askJudge<Bleed>('one_charge', 'bleed', await simulated(detector, 'bleed'));
    expect(bled.hotColumns).toBeGreaterThan(5);
    expect(bled.rawOverFullWellAdu).toBeLessThanOrEqual(1);
    expect(bled.untouchedWorstAdu).toBeLessThan(0.5 + 0.0156);
    // No star is bright enough to fill a whole half column: nothing leaves at the register.
    // In units of what rounding can do to a column; what ran along it is a hundred times that.
    expect(bled.excessMedian).toBeGreaterThan(20);
    expect(bled.wholeColumnWorst).toBeLessThan(1);
    // e2v has a stop at mid-height: each half keeps its own.
    if (vendor === 'e2v') expect(bled.halfColumnWorst).toBeLessThan(1);
  });

  it('holds a star of magnitude 4 at the largest count there is, and bleeds it to the ends of its column', async () => {
    const folder = join(root, `${detector}-brilliant`);
    await askJudge('one_charge', 'prepare_brilliant', folder, detector);
    await simulateScene(folder);
    const seen = await askJudge<Brilliant>('one_charge', 'brilliant', folder);
    expect(seen.largest).toBe(2 ** 31 - 1);
    expect(seen.smallest).toBeGreaterThan(0);
    // 20 to 30 pixels from 1.8e11 electrons (less than half of them at the field's edge) the wings hold 5e4 a pixel and more:
    // no hole, nothing that wrapped around.
    expect(seen.coreLeast).toBeGreaterThan(40_000);
    expect(seen.rawLeast).toBeGreaterThan(10_000);
    expect(seen.rawMost).toBeLessThanOrEqual(262_143);
    // The half column below the star is full. e2v's stop keeps the upper half to its own light; ITL has none.
    expect(Math.abs(seen.filledColumnOverWell - 1)).toBeLessThan(0.001);
    if (vendor === 'ITL') expect(Math.abs(seen.upperHalfOverWell - 1)).toBeLessThan(0.001);
    else expect(seen.upperHalfOverWell).toBeLessThan(0.9);
  });
});
