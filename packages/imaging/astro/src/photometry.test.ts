import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import {
  AirmassRangeError,
  airmassFromAltitudeDeg,
  airmassFromZenithDistanceDeg,
  altitudeDegFromAirmass,
} from './airmass.js';
import { BANDS, isBand } from './band.js';
import {
  ANNULUS_AREA_CM2,
  BAND_PHOTOMETRY,
  EFFECTIVE_AREA_CM2,
  annulusZeroPoint,
  darkSkyMagnitudeAt,
  darkSkyMagnitudeAtAirmass,
  fiveSigmaDepth,
  photometricErrorMag,
  skyElectronsPerPixel,
  sourceElectrons,
} from './photometry.js';

/** The vignetting that turns the annulus into SMTN-002's area. */
const MEAN_VIGNETTING = EFFECTIVE_AREA_CM2 / ANNULUS_AREA_CM2;

describe('airmass', () => {
  it('is 1 at the zenith, 5 on the horizon and near sec z between', () => {
    expect(airmassFromAltitudeDeg(90)).toBe(1);
    expect(airmassFromAltitudeDeg(0)).toBeCloseTo(5, 12);
    expect(Math.abs(airmassFromZenithDistanceDeg(35) * Math.cos((35 * Math.PI) / 180) - 1)).toBeLessThan(
      0.01,
    );
  });

  it('comes back to the altitude', () => {
    for (let h = 1; h <= 90; h++) {
      // asin near 90 deg loses half the digits.
      expect(Math.abs(altitudeDegFromAirmass(airmassFromAltitudeDeg(h)) - h)).toBeLessThan(1e-6);
    }
  });

  it('is refused below the horizon, above 5 and for NaN', () => {
    expect(() => airmassFromAltitudeDeg(-1)).toThrow(AirmassRangeError);
    expect(() => altitudeDegFromAirmass(0.99)).toThrow(/between 1/u);
    expect(() => altitudeDegFromAirmass(NaN)).toThrow(AirmassRangeError);
  });
});

describe('electrons', () => {
  it.each([
    ['u', 307, 1.51],
    ['g', 1908, 15.5],
    ['r', 1665, 33.0],
    ['i', 1399, 52.9],
    ['z', 977, 79.4],
    ['y', 402, 90.6],
  ] as const)('%s: AB 24 in 30 s and the dark sky are the published counts', (band, ab24, skyPerS) => {
    const conditions = { band, exposureS: 30, airmass: 1, vignetting: MEAN_VIGNETTING };
    // The zero points are given to 0.01 mag: 1 %.
    expect(Math.abs(sourceElectrons(24, conditions) / ab24 - 1)).toBeLessThan(0.01);
    const sky = skyElectronsPerPixel(BAND_PHOTOMETRY[band].darkSkyMagnitude, { ...conditions, exposureS: 1 });
    expect(Math.abs(sky / skyPerS - 1)).toBeLessThan(0.015);
  });

  it('scale with time, vignetting, airmass and 5 magnitudes = 100', () => {
    const base = { band: 'g', exposureS: 30, airmass: 1, vignetting: 1 } as const;
    const one = sourceElectrons(20, base);
    expect(sourceElectrons(20, { ...base, exposureS: 60 }) / one).toBeCloseTo(2, 12);
    expect(sourceElectrons(20, { ...base, vignetting: 0.5 }) / one).toBeCloseTo(0.5, 12);
    expect(sourceElectrons(25, base) * 100).toBeCloseTo(one, 6);
    expect(sourceElectrons(20, { ...base, airmass: 2 }) / one).toBeCloseTo(10 ** (-0.4 * 0.213), 12);
  });

  it('take the annulus: 0.067 mag above SMTN-002 on axis', () => {
    for (const band of BANDS) {
      expect(annulusZeroPoint(band) - BAND_PHOTOMETRY[band].zeroPoint).toBeCloseTo(0.067, 3);
    }
    expect(ANNULUS_AREA_CM2 / (Math.PI * (418 ** 2 - 255 ** 2))).toBeCloseTo(1, 5);
    expect(EFFECTIVE_AREA_CM2 / (Math.PI * 321.15 ** 2)).toBeCloseTo(1, 5);
  });
});

const throughputs = sharedPath('data/throughputs');

describe.skipIf(!hasPython || throughputs === undefined)('zero points against the throughput files', () => {
  it('count the photons of AB 0 through the total curve at airmass 1.2 within 0.02 mag', () => {
    const judge = askPython<Record<string, number>>(
      `
import json, sys, numpy as np
folder = json.load(sys.stdin); out = {}
for b in 'ugrizy':
    w, t = np.loadtxt(f'{folder}/total_{b}.dat', unpack=True)[:2]
    integral = np.sum((t[1:] / w[1:] + t[:-1] / w[:-1]) / 2 * np.diff(w))
    out[b] = 2.5 * np.log10(3.631e-20 / 6.62607015e-27 * 324015 * integral)
print(json.dumps(out))
`,
      throughputs,
    );
    for (const band of BANDS) {
      const own = BAND_PHOTOMETRY[band].zeroPoint - 0.2 * BAND_PHOTOMETRY[band].extinctionPerAirmass;
      expect(Math.abs(own - (judge[band] ?? NaN))).toBeLessThan(0.02);
    }
  });
});

describe('depth', () => {
  it.each([
    ['u', 0.92, 23.7],
    ['g', 0.87, 24.97],
    ['r', 0.83, 24.52],
    ['i', 0.8, 24.13],
    ['z', 0.78, 23.56],
    ['y', 0.76, 22.55],
  ] as const)('%s: 30 s in the dark at the zenith reaches SMTN-002', (band, fwhmEffectiveArcsec, m5) => {
    const skyMagnitude = BAND_PHOTOMETRY[band].darkSkyMagnitude;
    const depth = fiveSigmaDepth({ band, exposureS: 30, skyMagnitude, fwhmEffectiveArcsec, airmass: 1 });
    // Seeing and sky are rounded to 0.01.
    expect(Math.abs(depth - m5)).toBeLessThan(0.02);
  });

  it('grows by 1.25 log10 of time where the sky rules, and of the snaps', () => {
    const base = {
      band: 'i',
      exposureS: 1e5,
      skyMagnitude: 18,
      fwhmEffectiveArcsec: 0.8,
      airmass: 1,
    } as const;
    const longer = fiveSigmaDepth({ ...base, exposureS: 4e5 }) - fiveSigmaDepth(base);
    expect(longer).toBeCloseTo(1.25 * Math.log10(4), 4);
    expect(fiveSigmaDepth({ ...base, snaps: 2 }) - fiveSigmaDepth(base)).toBeCloseTo(
      1.25 * Math.log10(2),
      12,
    );
    expect(fiveSigmaDepth({ ...base, cloudOpticalDepth: 0.1 }) - fiveSigmaDepth(base)).toBeCloseTo(-0.11, 12);
  });

  it('has an error of 0.2 mag at five sigma', () => {
    for (const band of BANDS) expect(photometricErrorMag(band, 24, 24)).toBeCloseTo(0.2, 3);
  });
});

describe('the dark sky', () => {
  it('is the zenith value at the zenith and follows X 10^(-0.4 k (X - 1))', () => {
    expect(darkSkyMagnitudeAt('r', 90)).toBe(21.2);
    expect(darkSkyMagnitudeAtAirmass('r', 1.5)).toBeCloseTo(21.2 - 2.5 * Math.log10(1.5) + 0.126 * 0.5, 12);
    expect(() => darkSkyMagnitudeAt('r', -3)).toThrow(AirmassRangeError);
  });
});

describe('bands', () => {
  it('are six, and nothing else is one', () => {
    expect(BANDS.map((band) => isBand(band))).toEqual([true, true, true, true, true, true]);
    expect(isBand('Y')).toBe(false);
    expect(isBand('')).toBe(false);
  });
});
