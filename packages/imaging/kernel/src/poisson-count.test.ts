import { RandomStream } from '@imsim-od/portable-math';
import { describe, expect, it } from 'vitest';
import { createKernel } from './kernel.js';
import { openCore } from './kernel-core.js';
import { loadKernelAssets } from './node/assets.js';
import { readProfileTables } from './profiles/index.js';

const assets = await loadKernelAssets();
const { wasm, map } = await openCore(assets.wasm, readProfileTables(assets.tables));
const frame = (await createKernel(assets)).openFrame(8, 8);

// around where the algorithm changes (10), where Stirling's series begins, and every decade
const MEANS = [0, 1e-12, 1e-3, 0.7, 3, 9.999, 10, 10.001, 14.5, 17, 33, 230, 1e3, 4.03e4, 1e6];

describe('poissonCount', () => {
  it.each(MEANS)('draws the counts of RandomStream.poisson at mean %f', (mean) => {
    for (let i = 0; i < 4000; i++)
      expect(frame.poissonCount(mean, [7, i, 3, 9])).toBe(new RandomStream(7, i, 3, 9).poisson(mean));
  });

  it('decides nearly all itself, so that its own decisions are what was compared', () => {
    let left = 0;
    for (const mean of MEANS)
      for (let i = 0; i < 4000; i++) if (wasm.poissonCount(map.state, 7, i, 3, 9, mean) < 0) left++;
    // a margin of 1e-9 on logarithms of order one: fewer than one in a million decisions
    expect(left).toBeLessThanOrEqual(1);
  });

  it('leaves large means to the host and refuses what is no mean', () => {
    expect(frame.poissonCount(3e9, [1, 2, 3, 4])).toBe(new RandomStream(1, 2, 3, 4).poisson(3e9));
    expect(() => frame.poissonCount(-1, [1, 2, 3, 4])).toThrow('mean is -1');
    expect(() => frame.poissonCount(NaN, [1, 2, 3, 4])).toThrow('mean is NaN');
  });
});
