import { describe, expect, it } from 'vitest';
import { readRequest } from '../request/read-request.js';
import { expandRequest } from './expand-request.js';

function expand(detectors: unknown) {
  const document = {
    pointing: { raDeg: 53, decDeg: -27.5 },
    band: 'r',
    obsMjdTai: 61_041.1,
    skyModel: 'dark',
    sky: [],
    detectors,
  };
  return expandRequest(readRequest([{ origin: 'test', document }]).request, []);
}

describe('a raft or wildcard that stands for wavefront sensors, too', () => {
  it.each([
    ['R00', 'R00_SW0, R00_SW1'],
    ['R4*', 'R40_SW0, R40_SW1, R44_SW0, R44_SW1'],
  ])('%s tells which it leaves out', (detectors, names) => {
    const { notes, recipes } = expand(detectors);
    expect(notes.join()).toContain(`left out: ${names};`);
    expect(recipes.some(({ detector }) => detector.name.includes('SW'))).toBe(false);
  });

  it.each(['R22', 'all', 'guiders', '90..98'])('%s leaves nothing out', (detectors) => {
    expect(expand(detectors).notes).toEqual([]);
  });
});
