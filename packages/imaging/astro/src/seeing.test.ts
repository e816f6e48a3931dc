import { describe, expect, it } from 'vitest';
import { BANDS } from './band.js';
import { BAND_PHOTOMETRY } from './photometry.js';
import { legacyDc2RotationDeg, rotSkyPosDeg, rotTelPosDeg } from './rotator.js';
import {
  effectivePixelCount,
  fwhmEffectiveArcsec,
  fwhmGeometricArcsec,
  fwhmSystemArcsec,
  seeingFor,
} from './seeing.js';

describe('seeing', () => {
  it('has the atmosphere alone at 500 nm and the zenith', () => {
    const seeing = seeingFor({ fwhm500ZenithArcsec: 0.7, wavelengthNm: 500, airmass: 1 });
    expect(seeing.fwhmAtmosphereArcsec).toBe(0.7);
    expect(seeing.fwhmSystemArcsec).toBeCloseTo(Math.sqrt(0.25 ** 2 + 0.08 ** 2 + 0.3 ** 2), 12);
    expect(seeing.fwhmEffectiveArcsec).toBeCloseTo(1.16 * Math.sqrt(0.1589 + 1.04 * 0.49), 10);
    expect(seeing.fwhmGeometricArcsec).toBeCloseTo(0.822 * seeing.fwhmEffectiveArcsec + 0.052, 12);
  });

  it('gives the fiducial FWHM_eff of SMTN-002 in all bands from one atmosphere', () => {
    const published = { u: 0.92, g: 0.87, r: 0.83, i: 0.8, z: 0.78, y: 0.76 };
    for (const band of BANDS) {
      const wavelengthNm = BAND_PHOTOMETRY[band].effectiveWavelengthNm;
      const seeing = seeingFor({ fwhm500ZenithArcsec: 0.61, wavelengthNm, airmass: 1 });
      // The table is rounded to 0.01 and made for its own set of wavelengths: 2 %.
      expect(Math.abs(seeing.fwhmEffectiveArcsec / published[band] - 1)).toBeLessThan(0.02);
    }
  });

  it('grows with airmass to the 0.6 and shrinks with wavelength to the 0.3', () => {
    expect(fwhmSystemArcsec(2) / fwhmSystemArcsec(1)).toBeCloseTo(2 ** 0.6, 12);
    const blue = seeingFor({ fwhm500ZenithArcsec: 0.6, wavelengthNm: 400, airmass: 1.3 });
    const red = seeingFor({ fwhm500ZenithArcsec: 0.6, wavelengthNm: 800, airmass: 1.3 });
    expect(blue.fwhmAtmosphereArcsec / red.fwhmAtmosphereArcsec).toBeCloseTo(2 ** 0.3, 12);
  });

  it('has the opsim database row 19500 (y, X = 1.236, 0.459 arcsec): FWHM_eff 0.7284, FWHM_geom 0.6508', () => {
    const seeing = seeingFor({ fwhm500ZenithArcsec: 0.45906769, wavelengthNm: 991.66, airmass: 1.23596391 });
    // The scheduler's model uses its own effective wavelength and airmass: 1 %.
    expect(Math.abs(seeing.fwhmEffectiveArcsec / 0.72843819 - 1)).toBeLessThan(0.01);
    expect(fwhmGeometricArcsec(0.72843819)).toBeCloseTo(0.65077619, 6);
  });

  it('counts noise pixels', () => {
    expect(effectivePixelCount(0.8)).toBeCloseTo(2.266 * 16, 12);
    expect(fwhmEffectiveArcsec(0, 1)).toBe(1.16);
  });
});

describe('the rotator', () => {
  it('follows rotSkyPos = q - rotTelPos - 90 and comes back', () => {
    expect(rotSkyPosDeg(100, 10)).toBe(0);
    expect(rotSkyPosDeg(10, 10)).toBe(270);
    expect(rotTelPosDeg(100, 0)).toBe(10);
    for (let q = -300; q < 700; q += 37) {
      for (let tel = -89; tel < 90; tel += 13) {
        expect(rotTelPosDeg(q, rotSkyPosDeg(q, tel))).toBeCloseTo(tel, 9);
      }
    }
  });

  it('keeps the DC2 rotation apart: 90 - ROTANGLE', () => {
    expect(legacyDc2RotationDeg(30)).toBe(60);
    expect(legacyDc2RotationDeg(120)).toBe(330);
  });
});
