import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { airmassFromAltitudeDeg } from './airmass.js';
import { wrapDeg180 } from './angle.js';
import { isBand } from './band.js';
import { localSiderealTimeDeg } from './earth-rotation.js';
import { mjdTaiFromUtc } from './leap-seconds.js';
import { altAzFromIcrs, hourAngleDeg, parallacticAngleDeg } from './observer.js';
import { BAND_PHOTOMETRY } from './photometry.js';
import { fwhmGeometricArcsec, seeingFor } from './seeing.js';
import { separationDeg } from './sky-position.js';
import { moonAt, moonSeparationDeg, sunAt } from './sun-moon.js';

type Visit = Record<
  | 'fieldRA'
  | 'fieldDec'
  | 'observationStartMJD'
  | 'observationStartLST'
  | 'altitude'
  | 'azimuth'
  | 'paraAngle'
  | 'sunAlt'
  | 'moonAlt'
  | 'moonDistance'
  | 'airmass'
  | 'seeingFwhm500'
  | 'seeingFwhmEff'
  | 'seeingFwhmGeom',
  number
> & { filter: string };

const path = sharedPath('data/opsim/small_opsim.db');

describe.skipIf(!hasPython || path === undefined)('the visits of a scheduler database', () => {
  const visits =
    hasPython && path !== undefined
      ? askPython<Visit[]>(
          `
import json, sqlite3, sys
db = sqlite3.connect(f'file:{json.load(sys.stdin)}?mode=ro&immutable=1', uri=True)
db.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in db.execute('select * from observations')]))
`,
          path,
        )
      : [];

  it('have our sidereal time (within 0.005 deg), Sun, Moon and parallactic angle, with their times read as UTC', () => {
    expect(visits.length).toBe(68);
    for (const visit of visits) {
      const mjdTai = mjdTaiFromUtc(visit.observationStartMJD);
      const field = { raDeg: visit.fieldRA, decDeg: visit.fieldDec };
      const lst = localSiderealTimeDeg(mjdTai, -70.749417);
      expect(Math.abs(wrapDeg180(lst - visit.observationStartLST))).toBeLessThan(0.005);
      // The scheduler interpolates the Sun and the Moon in tables.
      expect(Math.abs(sunAt(mjdTai).altitudeDeg - visit.sunAlt)).toBeLessThan(0.05);
      expect(Math.abs(moonAt(mjdTai).altitudeDeg - visit.moonAlt)).toBeLessThan(0.05);
      expect(Math.abs(moonSeparationDeg(field, mjdTai) - visit.moonDistance)).toBeLessThan(0.02);
      // It takes altitude from the J2000 place: 24 years of precession are up to 0.33 deg.
      const horizon = altAzFromIcrs(field, mjdTai);
      const apart = separationDeg(
        { raDeg: horizon.azimuthDeg, decDeg: horizon.altitudeDeg },
        { raDeg: visit.azimuth, decDeg: visit.altitude },
      );
      expect(apart).toBeLessThan(0.33);
      const q = parallacticAngleDeg(hourAngleDeg(field, mjdTai), field.decDeg);
      const zenithDistance = ((90 - visit.altitude) * Math.PI) / 180;
      expect(Math.abs(wrapDeg180(q - visit.paraAngle)) * Math.sin(zenithDistance)).toBeLessThan(0.33);
    }
  });

  it('have our seeing within 0.5 percent, and our airmass within 6 percent of sec z above 30 deg', () => {
    for (const visit of visits) {
      if (!isBand(visit.filter)) throw new Error(visit.filter);
      const seeing = seeingFor({
        fwhm500ZenithArcsec: visit.seeingFwhm500,
        wavelengthNm: BAND_PHOTOMETRY[visit.filter].effectiveWavelengthNm,
        airmass: visit.airmass,
      });
      // Its wavelengths are those of its own throughputs.
      expect(Math.abs(seeing.fwhmEffectiveArcsec / visit.seeingFwhmEff - 1)).toBeLessThan(0.005);
      expect(fwhmGeometricArcsec(visit.seeingFwhmEff)).toBeCloseTo(visit.seeingFwhmGeom, 10);
      if (visit.altitude < 30) continue;
      expect(Math.abs(airmassFromAltitudeDeg(visit.altitude) / visit.airmass - 1)).toBeLessThan(0.06);
    }
  });
});
