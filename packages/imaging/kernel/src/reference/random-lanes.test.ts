import { RandomStream } from '@imsim-od/portable-math';
import { describe, expect, it } from 'vitest';
import { openCore } from '../kernel-core.js';
import { loadKernelAssets } from '../node/assets.js';
import { readProfileTables } from '../profiles/index.js';
import { LaneWords, normals8 } from './random-lanes.js';

const assets = await loadKernelAssets();
const core = await openCore(assets.wasm, readProfileTables(assets.tables));
const { map, wasm } = core;
const keys = [
  [0, 0, 0, 0],
  [1, 2, 3, 4],
  [0xffffffff, 0x80000000, 7, 0xdeadbeef],
] as const;

describe('random words', () => {
  it.each(keys)('are those of the scalar generator, lane by lane, for key %i %i %i %i', (...key) => {
    wasm.seed(map.state, ...key);
    wasm.fillWords(map.state, map.riceIn, 4096);
    const lanes = new LaneWords([...key]);
    const all = new Int32Array(4096);
    for (let i = 0; i < 4096; i += 4) all.set(lanes.next(), i);
    expect(core.integers(map.riceIn, 4096)).toEqual(all);
  });

  it('have portable-math’s stream as lane 0', () => {
    wasm.seed(map.state, 5, 6, 7, 8);
    wasm.fillWords(map.state, map.riceIn, 400);
    const stream = new RandomStream(5, 6, 7, 8);
    const words = core.integers(map.riceIn, 400);
    for (let i = 0; i < 100; i++) expect((words[4 * i] ?? 0) >>> 0).toBe(stream.nextU32());
  });
});

describe('normal deviates', () => {
  it('have the same bits as the scalar twin', () => {
    wasm.seed(map.state, 1, 2, 3, 4);
    wasm.fillNormals(map.state, map.riceIn, 8192);
    const words = new LaneWords([1, 2, 3, 4]);
    const expected = new Float32Array(8192);
    for (let i = 0; i < 8192; i += 8) expected.set(normals8(words.next(), words.next()), i);
    expect(core.floats(map.riceIn, 8192)).toEqual(expected);
  });

  it('have the moments of the normal distribution', () => {
    const n = 65_536;
    const rounds = 16;
    let [m1, m2, m3, m4] = [0, 0, 0, 0];
    wasm.seed(map.state, 9, 9, 9, 9);
    for (let round = 0; round < rounds; round++) {
      wasm.fillNormals(map.state, map.riceIn, n);
      for (const z of core.floats(map.riceIn, n)) {
        m1 += z;
        m2 += z * z;
        m3 += z * z * z;
        m4 += z * z * z * z;
      }
    }
    // five standard errors of each moment of 1,048,576 normals: 1, sqrt 2, sqrt 15, sqrt 96 over 1024
    const total = n * rounds;
    expect(Math.abs(m1 / total)).toBeLessThan(5 / 1024);
    expect(Math.abs(m2 / total - 1)).toBeLessThan((5 * Math.sqrt(2)) / 1024);
    expect(Math.abs(m3 / total)).toBeLessThan((5 * Math.sqrt(15)) / 1024);
    expect(Math.abs(m4 / total - 3)).toBeLessThan((5 * Math.sqrt(96)) / 1024);
  });
});
