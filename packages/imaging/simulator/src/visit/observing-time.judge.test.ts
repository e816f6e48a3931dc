import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../request/read-request.js';
import { resolveVisit } from './resolve-visit.js';

const JUDGE = `
import sys, json
import astropy.units as u
from astropy.coordinates import AltAz, EarthLocation, SkyCoord, get_body
from astropy.time import Time
from astropy.utils import iers
iers.conf.auto_download = False
iers.conf.iers_degraded_accuracy = 'ignore'
site = EarthLocation.from_geodetic(-70.749417 * u.deg, -30.244639 * u.deg, 2663 * u.m)
out = []
for visit in json.load(sys.stdin):
    t = Time(visit['mjd'], format='mjd', scale='tai')
    frame = AltAz(obstime=t, location=site)
    field = SkyCoord(visit['ra'] * u.deg, visit['dec'] * u.deg).transform_to(frame)
    out.append({
        'sun': get_body('sun', t, site).transform_to(frame).alt.deg,
        'moon': get_body('moon', t, site).transform_to(frame).alt.deg,
        'altitude': field.alt.deg,
        'azimuth': field.az.deg,
    })
print(json.dumps(out))
`;

interface Seen {
  readonly sun: number;
  readonly moon: number;
  readonly altitude: number;
  readonly azimuth: number;
}

describe.skipIf(!hasPython)('a visit without a time, judged by astropy', () => {
  const pointings = [30, 90, 150, 200, 250, 300, 350].flatMap((raDeg) =>
    [-60, -30, 0].map((decDeg) => ({ raDeg, decDeg })),
  );

  it.each([undefined, 1.2, 1.5, 2])(
    'with airmass %s has the Sun below -18 deg and the Moon down',
    (airmass) => {
      const visits = pointings.map((pointing) => {
        const document = { pointing, band: 'r', ...(airmass === undefined ? {} : { airmass }) };
        const { visit, notes } = resolveVisit(readRequest([{ origin: 'test', document }]).request, 'test');
        expect(notes.join()).toContain('on a dark night');
        return visit;
      });
      const seen = askPython<Seen[]>(
        JUDGE,
        visits.map(({ raDeg, decDeg, obsMjdTai }) => ({ ra: raDeg, dec: decDeg, mjd: obsMjdTai })),
      );
      seen.forEach(({ sun, moon, altitude, azimuth }, i) => {
        // Our Sun and Moon are good to 0.02 deg, the horizon to 5 arcsec.
        expect(sun).toBeLessThan(-18 + 0.02);
        expect(moon).toBeLessThan(0.02);
        expect(Math.abs(altitude - visits[i]!.altitudeDeg)).toBeLessThan(0.01);
        if (airmass === undefined) return;
        expect(azimuth, 'sinking in the West').toBeGreaterThan(180);
        const zenith = ((90 - altitude) * Math.PI) / 180;
        expect(1 / Math.sqrt(1 - 0.96 * Math.sin(zenith) ** 2)).toBeCloseTo(airmass, 3);
      });
    },
  );
});
