import { describe, expect, it } from 'vitest';
import { RequestError } from './request-error.js';
import { readRequest } from './read-request.js';

const least = { pointing: { raDeg: 53, decDeg: -27.5 }, band: 'r' };

function read(...documents: unknown[]) {
  return readRequest(documents.map((document, i) => ({ origin: `layer ${i}`, document })));
}

function faultsOf(document: unknown): readonly string[] {
  try {
    read(document);
  } catch (error) {
    if (error instanceof RequestError) return error.faults.map((fault) => fault.message);
    throw error;
  }
  return [];
}

describe('readRequest', () => {
  it('needs a pointing and a band, and fills every default', () => {
    const { request, origins } = read(least);
    expect(request.exposureS).toBe(30);
    expect(request.detectors).toBe('R22_S11');
    expect(request.effects.bleed).toBe(true);
    expect(request.sky).toEqual([
      { type: 'synthetic', seed: 1, brightestMag: 14, faintIMag: 26, galaxies: true, stars: true },
    ]);
    expect(origins.get('pointing.raDeg')).toBe('layer 0');
    expect(origins.get('exposureS')).toBe('default');
  });

  it('lets later layers win key by key, and says where each value came from', () => {
    const { request, origins } = read(
      { ...least, exposureS: 15 },
      { exposureS: 20, effects: { bleed: false } },
    );
    expect(request.exposureS).toBe(20);
    expect(request.effects).toMatchObject({ bleed: false, crosstalk: true });
    expect(origins.get('exposureS')).toBe('layer 1');
    expect(origins.get('effects.bleed')).toBe('layer 1');
  });

  it('changes nothing in the documents it is given', () => {
    const document = { ...least, sky: [{ type: 'synthetic' }] };
    read(document);
    expect(document).toEqual({ ...least, sky: [{ type: 'synthetic' }] });
  });

  it.each([
    [
      { ...least, sky: [{ type: 'synthetic', brightestMag: 22, faintIMag: 21 }] },
      'sky.0: faintIMag is 21; it must be above brightestMag, 22',
    ],
    [
      { ...least, sky: [{ type: 'synthetic', brightestMag: 5 }] },
      'sky.0: brightestMag is 5; it must be a finite number from 8 to 30',
    ],
    [
      { ...least, sky: [{ type: 'synthetic', lensing: { gamma1: 0.6, gamma2: 0.8, kappa: 0 } }] },
      'it must be below 1',
    ],
    [
      { ...least, detectors: 'R22_S1' },
      "detectors: 'R22_S1' names no detector of LSSTCam. Did you mean 'R22_S10'?",
    ],
    [{ ...least, detectors: ['R22', 'R00_SW0'] }, "detectors: 'R00_SW0' names the wavefront sensor"],
    [{ ...least, detectors: [] }, 'detectors'],
    [{ ...least, seeingg: 3 }, 'unknown key seeingg; did you mean seeingFwhm500Arcsec?'],
    [{ ...least, exposuresS: 3 }, 'unknown key exposuresS; did you mean exposureS?'],
    [{ ...least, pointing: { raDeg: 1, dec: 2 } }, 'unknown key pointing.dec; did you mean pointing.decDeg?'],
    [{ ...least, exposureS: Number.NaN }, 'exposureS is NaN'],
    [{ ...least, exposureS: Infinity }, 'exposureS is Infinity'],
    [{ ...least, exposureS: '30' }, 'exposureS is "30"; it must be a finite number from 0.1 to 3600'],
    [{ ...least, exposureS: 0.05 }, 'exposureS is 0.05; it must be a finite number from 0.1 to 3600'],
    [{ ...least, band: 'R' }, 'band is "R"; it must be one of u, g, r, i, z, y'],
    [
      { ...least, pointing: { raDeg: 360, decDeg: 0 } },
      'pointing.raDeg is 360; it must be a finite number from 0 and below 360',
    ],
    [{ band: 'r' }, 'pointing is missing'],
    [
      { ...least, sky: [{ type: 'syntetic' }] },
      'sky.0.type is "syntetic"; known: synthetic, instanceCatalog, table, skyCatalogs; did you mean synthetic?',
    ],
    [
      { ...least, sky: [{ type: 'synthetic', faintMag: 2 }] },
      'sky.0: unknown key faintMag; did you mean faintIMag?',
    ],
    [{ ...least, products: ['eimage', 'eimage'] }, 'products'],
    [{ ...least, effects: { bleeding: true } }, 'unknown key effects.bleeding; did you mean effects.bleed?'],
    [
      JSON.parse('{"pointing":{"raDeg":1,"decDeg":2},"band":"r","__proto__":{"x":1}}'),
      'unknown key __proto__',
    ],
  ])('refuses %j: %s', (document, message) => {
    expect(faultsOf(document).join('\n')).toContain(message);
  });

  it('names every fault at once', () => {
    expect(faultsOf({ ...least, exposureS: -1, snaps: 0.5 })).toHaveLength(2);
  });

  it.each([[null], [[1]], ['text'], [3]])('refuses the document %j', (document) => {
    expect(faultsOf(document)[0]).toContain('a request is a mapping');
  });

  it('refuses nesting without end', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const pointing: unknown = JSON.parse(`${open.repeat(200_000)}1${close.repeat(200_000)}`);
      expect(() => readRequest([{ origin: 'x', document: { pointing, band: 'r' } }])).toThrow(
        /at most 100 deep/,
      );
    }
  });
});
