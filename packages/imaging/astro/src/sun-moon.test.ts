import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { separationDeg } from './sky-position.js';
import { moonAt, moonSeparationDeg, sunAt } from './sun-moon.js';

const MJDS = Array.from({ length: 50 }, (_, i) => 58849.3 + i * 149.137);

const PROGRAM = `
import json, sys, warnings
warnings.simplefilter('ignore')
import numpy as np, astropy.units as u
from astropy.utils import iers
iers.conf.auto_download = False
iers.conf.auto_max_age = None
iers.conf.iers_degraded_accuracy = 'ignore'
from astropy.coordinates import get_body, AltAz, EarthLocation, solar_system_ephemeris
from astropy.time import Time
t = Time(json.load(sys.stdin), format='mjd', scale='tai')
site = EarthLocation.from_geodetic(-70.749417 * u.deg, -30.244639 * u.deg, 2663 * u.m)
solar_system_ephemeris.set('builtin')
out = {}
for name in ('sun', 'moon'):
    body = get_body(name, t, site)
    h = body.transform_to(AltAz(obstime=t, location=site))
    out[name] = {'ra': list(body.ra.deg), 'dec': list(body.dec.deg), 'alt': list(h.alt.deg), 'az': list(h.az.deg)}
s, m = get_body('sun', t), get_body('moon', t)
e = s.separation(m)
i = np.arctan2(s.distance * np.sin(e), m.distance - s.distance * np.cos(e))
out['phase'] = list((50 * (1 + np.cos(i))).value)
out['distance'] = list(m.distance.km)
print(json.dumps(out))
`;

interface Body {
  ra: number[];
  dec: number[];
  alt: number[];
  az: number[];
}

describe.skipIf(!hasPython)('Sun and Moon against astropy, 2020 to 2040', () => {
  const judge = hasPython
    ? askPython<{ sun: Body; moon: Body; phase: number[]; distance: number[] }>(PROGRAM, MJDS)
    : undefined;

  it.each(['sun', 'moon'] as const)('%s: place in the sky and over the horizon within 0.02 deg', (name) => {
    MJDS.forEach((mjd, i) => {
      const own = name === 'sun' ? sunAt(mjd) : moonAt(mjd);
      const body = judge?.[name];
      const truth = { raDeg: body?.ra[i] ?? NaN, decDeg: body?.dec[i] ?? NaN };
      const horizon = { raDeg: body?.az[i] ?? NaN, decDeg: body?.alt[i] ?? NaN };
      expect(separationDeg(own.position, truth)).toBeLessThan(0.02);
      expect(separationDeg({ raDeg: own.azimuthDeg, decDeg: own.altitudeDeg }, horizon)).toBeLessThan(0.02);
    });
  });

  it('the illuminated part within 0.1 percent and the distance within 100 km', () => {
    MJDS.forEach((mjd, i) => {
      const moon = moonAt(mjd);
      expect(Math.abs(moon.illuminatedPercent - (judge?.phase[i] ?? NaN))).toBeLessThan(0.1);
      expect(Math.abs(moon.distanceKm - (judge?.distance[i] ?? NaN))).toBeLessThan(100);
    });
  });
});

describe('the Moon', () => {
  it('is full at the total eclipse of 2022-05-16 04:11 UT, opposite the Sun', () => {
    const mjd = 59715 + (4 * 60 + 11) / 1440 + 37 / 86400;
    expect(moonAt(mjd).illuminatedPercent).toBeGreaterThan(99.9);
    // Greatest eclipse: the shadow axis passes 0.25 Earth radii from the Moon's centre, plus the parallax of the site.
    expect(separationDeg(moonAt(mjd).position, sunAt(mjd).position)).toBeGreaterThan(178.5);
  });

  it('is 0 deg from itself', () => {
    expect(moonSeparationDeg(moonAt(61000).position, 61000)).toBeLessThan(1e-9);
  });
});
