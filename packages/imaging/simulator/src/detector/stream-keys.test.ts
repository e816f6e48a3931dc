import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { describe, expect, it } from 'vitest';
import { expandRequest } from '../recipe/expand-request.js';
import type { Recipe } from '../recipe/recipe.js';
import { readRequest } from '../request/read-request.js';
import { RepeatCounter, type StreamPurpose, knotWords, objectWords, streamPrefix } from './stream-keys.js';

const kernel = await createKernel(await loadKernelAssets());

function recipeOf(change: Record<string, unknown>): Recipe {
  const document = {
    pointing: { raDeg: 53, decDeg: -27.5 },
    band: 'r',
    seed: 42,
    obsMjdTai: 61_041.1,
    sky: [],
  };
  const { request } = readRequest([{ origin: 'test', document: { ...document, ...change } }]);
  return expandRequest(request, []).recipes[0]!;
}

/** Sky noise of a recipe in units of its standard deviation. */
function noiseOf(recipe: Recipe, purpose: StreamPurpose): Float64Array {
  const mean = 400;
  const frame = kernel.openFrame(256, 256);
  frame.realiseUniform(mean, [...streamPrefix(recipe, purpose), 0]);
  const out = new Int32Array(256 * 256);
  frame.readCounts(out, 0, 256);
  return Float64Array.from(out, (count) => (count - mean) / Math.sqrt(mean));
}

function correlation(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length;
}

describe('the streams of two visits with one seed', () => {
  const first = recipeOf({});

  it.each([
    ['another number', { visitId: 2 }],
    ['a number that agrees in its last 32 bits', { visitId: 2 ** 32 + 1 }],
    ['another band', { band: 'i' }],
    ['another time', { obsMjdTai: 61_041.1005 }],
    ['another detector', { detectors: 'R22_S12' }],
  ])('are independent for %s', (_, change) => {
    const other = recipeOf(change);
    for (const purpose of ['objects', 'sky', 'dark', 'readNoise'] as const) {
      // 65,536 independent pairs correlate by 1/256; four of these.
      const found = correlation(noiseOf(first, purpose), noiseOf(other, purpose));
      expect(Math.abs(found), purpose).toBeLessThan(4 / 256);
    }
  });

  it('so that N visits add up to noise that falls as 1 / sqrt(N)', () => {
    const visits = Array.from({ length: 9 }, (_, i) => noiseOf(recipeOf({ visitId: i + 1 }), 'sky'));
    const mean = Float64Array.from(
      visits[0]!,
      (_, i) => visits.reduce((sum, noise) => sum + noise[i]!, 0) / 9,
    );
    // The variance of 65,536 values is good to sqrt(2 / 65536) = 0.55 %: four of these.
    expect(Math.abs(9 * correlation(mean, mean) - 1)).toBeLessThan(0.022);
  });

  it('are the same for the same visit', () => {
    expect(streamPrefix(recipeOf({}), 'sky')).toEqual(streamPrefix(first, 'sky'));
  });
});

describe('the words of a source', () => {
  const source = { catalog: 0, objectId: '7', component: 0, raDeg: 53, decDeg: -27.5 };

  it('tell objects apart that share an identifier, by their places and, at one place, by their number', () => {
    expect(objectWords({ ...source, raDeg: 53.000001 })).not.toEqual(objectWords(source));
    const repeats = new RepeatCounter();
    const words = [source, source, source].map((each) => String(repeats.apart(objectWords(each))));
    expect(new Set(words).size).toBe(3);
    expect(words[0]).toBe(String(objectWords(source)));
  });

  it('are counted one by one, however many there are, by the first and the upper bits of the second', () => {
    const repeats = new RepeatCounter();
    const seen = new Map<string, number>();
    // Few first words, so that places are sought next to each other, and words that differ in the lower bits alone.
    for (let k = 0; k < 20_000; k++) {
      const [a, b] = [(k * 7919) % 577, Math.imul(k % 4001, 0x9e3779b1) >>> 0];
      const before = seen.get(`${a} ${b >>> 11}`) ?? 0;
      expect(repeats.count(a, (b ^ (k & 0x7ff)) >>> 0)).toBe(before);
      seen.set(`${a} ${b >>> 11}`, before + 1);
    }
  });

  it('give a galaxy the same knots wherever its catalog stands in the list', () => {
    expect(knotWords({ ...source, catalog: 1 } as typeof source)).toEqual(knotWords(source));
    expect(knotWords({ ...source, objectId: '8' })).not.toEqual(knotWords(source));
  });
});
