import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.js';

describe('the nearest name', () => {
  it.each([
    // One slip each: a letter wrong, left out, doubled, two swapped, the case.
    ['bamd', ['band', 'seed'], 'band'],
    ['pointng', ['products', 'pointing'], 'pointing'],
    ['seeed', ['band', 'seed'], 'seed'],
    ['abnd', ['band', 'seed'], 'band'],
    ['RADEG', ['decDeg', 'raDeg'], 'raDeg'],
    // Abbreviations, right and nearly right, and a name with something after it.
    ['exposure', ['effects', 'exposureS'], 'exposureS'],
    ['seeingg', ['seed', 'seeingFwhm500Arcsec'], 'seeingFwhm500Arcsec'],
    ['bandpass', ['products', 'band'], 'band'],
    ['R22_S1', ['R22_S01', 'R22_S10', 'R22_S11', 'R22'], 'R22_S10'],
    // The first of equals.
    ['R22_S31', ['R22_S01', 'R22_S11', 'R22'], 'R22_S01'],
  ])('of %s among %j is %s', (name, candidates, nearest) => {
    expect(nearestName(name, candidates)).toBe(nearest);
  });

  it.each([
    ['moonlight', ['band', 'seed', 'snaps']],
    ['xy', ['exposureS']],
    ['band', []],
    ['', ['snaps']],
  ])('of %s among %j is none', (name, candidates) => {
    expect(nearestName(name, candidates)).toBeUndefined();
  });

  it('may come from any list that can be gone through', () => {
    expect(nearestName('vist', new Map([['visit', 1]]).keys())).toBe('visit');
  });
});
