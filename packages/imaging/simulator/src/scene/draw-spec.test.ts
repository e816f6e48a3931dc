import { describe, expect, it } from 'vitest';
import { RequestError } from '../request/request-error.js';
import { readDrawSpec } from './draw-spec.js';

const least = { nx: 10, ny: 10, psf: { kind: 'kolmogorov', fwhmArcsec: 0.7 } };

describe('readDrawSpec', () => {
  it('fills the defaults: no sources, no noise, 0.2 arcsec pixels', () => {
    expect(readDrawSpec(least, 'spec')).toEqual({
      ...least,
      pixelScaleArcsec: 0.2,
      sources: [],
      photons: false,
      seed: 1,
      skyElectrons: 0,
      noise: false,
    });
  });

  it.each([
    [{ ...least, nz: 3 }, 'unknown key nz; did you mean nx?'],
    [
      { ...least, psf: { kind: 'kolmogorov', fwhm: 1 } },
      'unknown key psf.fwhm; did you mean psf.fwhmArcsec?',
    ],
    [{ ...least, psf: { kind: 'moffat', fwhmArcsec: 1 } }, 'psf.beta is missing'],
    [
      { ...least, sources: [{ kind: 'point', x: 1, y: Number.NaN, fluxElectrons: 1 }] },
      'sources.0: y is NaN',
    ],
    [
      { ...least, sources: [{ kind: 'sersic', x: 1, y: 1, fluxElectrons: 1 }] },
      'needs n and halfLightRadiusArcsec',
    ],
    [
      {
        ...least,
        sources: [
          { kind: 'sersic', n: 1, halfLightRadiusArcsec: 1, g1: 0.8, g2: 0.8, x: 1, y: 1, fluxElectrons: 1 },
        ],
      },
      '|g| must stay under 1',
    ],
    [
      { ...least, photons: true, sources: [{ kind: 'point', x: 1, y: 1, fluxElectrons: 3e9 }] },
      'with photons it may be up to 2000000000',
    ],
    [{ ...least, nx: 1e9 }, 'nx is 1000000000; it must be a whole number from 1 to 8192'],
    [
      { ...least, psf: { kind: 'gauss', fwhmArcsec: 1 } },
      'psf.kind is "gauss"; it must be one of kolmogorov, moffat, gaussian',
    ],
    [
      { ...least, psf: { kind: 'gaussian', fwhmArcsec: 0 } },
      'psf.fwhmArcsec is 0; it must be a finite number above 0 and up to 60',
    ],
    [
      { ...least, sources: [{ kind: 'point', x: 1, y: 1, flux: 3 }] },
      'sources.0: unknown key flux; did you mean fluxElectrons?',
    ],
    [{ ...least, sources: [3] }, 'sources.0 is 3; a source is a mapping'],
    [{ ...least, sources: 3 }, 'sources is 3; it must be a list'],
    [[], 'a scene is a JSON object'],
  ])('refuses %j: %s', (document, message) => {
    expect(() => readDrawSpec(document, 'spec')).toThrow(RequestError);
    expect(() => readDrawSpec(document, 'spec')).toThrow(message);
  });
});
