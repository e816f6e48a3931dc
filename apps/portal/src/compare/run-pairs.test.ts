import { DETECTORS } from '@imsim-od/camera';
import { describe, expect, it } from 'vitest';
import { type ImagePair, inOrderOfUse } from './run-pairs.js';

describe('detectors that are compared', () => {
  it('come one of every raft first, then a second one, each once', () => {
    const science = DETECTORS.filter(({ kind }) => kind === 'science');
    const pairs = science.map(({ id, name }) => ({ detectorId: id, detector: name }) as ImagePair);
    expect(pairs).toHaveLength(189);
    const ordered = inOrderOfUse(pairs);
    expect(new Set(ordered)).toEqual(new Set(pairs));
    for (let turn = 0; turn < 9; turn++) {
      const rafts = ordered.slice(21 * turn, 21 * (turn + 1)).map(({ detector }) => detector.slice(0, 3));
      expect(new Set(rafts).size).toBe(21);
    }
    expect(ordered.slice(0, 21).every(({ detector }) => detector.endsWith('_S11'))).toBe(true);
  });

  it('of corners come after those of the rafts', () => {
    const pairs = ['R00_SG0', 'R01_S12', 'R01_S11'].map(
      (detector, detectorId) => ({ detectorId, detector }) as ImagePair,
    );
    expect(inOrderOfUse(pairs).map(({ detector }) => detector)).toEqual(['R01_S11', 'R01_S12', 'R00_SG0']);
  });
});
