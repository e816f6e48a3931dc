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

describe('a constant field of lensing', () => {
  const notesOf = (lensing: object): string => {
    const document = {
      pointing: { raDeg: 53, decDeg: -27.5 },
      band: 'r',
      obsMjdTai: 61_041.1,
      skyModel: 'dark',
      sky: [{ type: 'synthetic' }, { type: 'synthetic', lensing }],
    };
    return expandRequest(readRequest([{ origin: 'test', document }]).request, []).notes.join();
  };

  it('says so where it magnifies more than the margins of detectors allow for', () => {
    // 1 / (0.15^2 - 0.05^2) = 50
    expect(notesOf({ kappa: 0.85, gamma2: 0.05 })).toContain(
      'sky.1: its constant field of lensing magnifies 50 times',
    );
    expect(notesOf({ kappa: 0.79 })).toBe('');
    expect(notesOf({ kappa: -0.5, gamma1: 0.2 })).toBe('');
  });
});

describe('the SED files of a table', () => {
  it('are those behind rows near each detector, so that a recipe is the same whichever others are asked for', () => {
    const request = (detectors: unknown) =>
      readRequest([
        {
          origin: 'test',
          document: {
            pointing: { raDeg: 53, decDeg: 0 },
            band: 'r',
            obsMjdTai: 61_041.1,
            skyModel: 'dark',
            sky: [{ type: 'table', path: 't.csv' }],
            detectors,
          },
        },
      ]).request;
    const mark = (path: string) => ({ path, sha256: 'a'.repeat(64) });
    // Rows at the middle and 1.6 degrees to either side: a detector takes what lies half a degree around it.
    const uses = {
      names: ['middle', 'west', 'east'],
      files: [mark('middle'), mark('west'), mark('east')],
      file: Int32Array.from([0, 1, 2]),
      raDeg: Float64Array.from([53, 51.4, 54.6]),
      decDeg: new Float64Array(3),
      lengthArcsec: new Float64Array(3),
    };
    const files = [{ name: 't.csv', bytes: 1, sha256: 'b'.repeat(64) }];
    const expanded = (detectors: unknown) =>
      expandRequest(request(detectors), [{ files, sedUses: [uses] }]).recipes;
    const all = expanded('all');
    const counts = all.map(({ sky }) => ('seds' in sky[0]! ? (sky[0].seds?.files ?? 0) : 0));
    expect(new Set(counts)).toEqual(new Set([0, 1]));
    const middle = all.find(({ detector }) => detector.name === 'R22_S11')!;
    expect(middle.sky[0]).toMatchObject({ seds: { files: 1 } });
    expect(expanded('R22_S11')).toEqual([middle]);
    // What a service worked out when it planned comes to the same recipes.
    const recipeSeds = all.map(({ sky }) => ('seds' in sky[0]! ? (sky[0].seds ?? null) : null));
    expect(expandRequest(request('all'), [{ files, recipeSeds }]).recipes).toEqual(all);
  });
});
