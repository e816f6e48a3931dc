import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  RUBIN_SITE,
  altAzFromIcrs,
  hourAngleDeg,
  icrsFromAltAz,
  parallacticAngleDeg,
  pseudoParallacticAngleDeg,
} from './observer.js';
import { separationDeg, type SkyPosition } from './sky-position.js';
import { localSiderealTimeDeg } from './earth-rotation.js';

/** 40 directions and times in 2020-2040, spread by irrational steps. */
const CASES = Array.from({ length: 40 }, (_, i) => ({
  raDeg: (i * 137.508) % 360,
  decDeg: -80 + ((i * 61.8) % 110),
  mjdTai: 58850 + ((i * 1234.567) % 7300),
}));

const HORIZON_PROGRAM = `
import json, sys, warnings
warnings.simplefilter('ignore')
import astropy.units as u
from astropy.utils import iers
iers.conf.auto_download = False
iers.conf.auto_max_age = None
iers.conf.iers_degraded_accuracy = 'ignore'
from astropy.coordinates import SkyCoord, AltAz, EarthLocation
from astropy.time import Time
cases = json.load(sys.stdin)
site = EarthLocation.from_geodetic(-70.749417 * u.deg, -30.244639 * u.deg, 2663 * u.m)
t = Time([c['mjdTai'] for c in cases], format='mjd', scale='tai')
p = SkyCoord([c['raDeg'] for c in cases] * u.deg, [c['decDeg'] for c in cases] * u.deg)
h = p.transform_to(AltAz(obstime=t, location=site))
z = AltAz(alt=90 * u.deg, az=0 * u.deg, obstime=t, location=site)
z = SkyCoord(z).icrs
dut1 = [float(x) for x in t.delta_ut1_utc]
print(json.dumps({'alt': list(h.alt.deg), 'az': list(h.az.deg), 'q': list(p.position_angle(z).deg), 'dut1': dut1}))
`;

describe.skipIf(!hasPython)('altitude and azimuth against astropy', () => {
  const judge = hasPython
    ? askPython<{ alt: number[]; az: number[]; q: number[]; dut1: number[] }>(HORIZON_PROGRAM, CASES)
    : { alt: [], az: [], q: [], dut1: [] };

  it('agrees within 5 arcsec, 2020 to 2040', () => {
    CASES.forEach(({ raDeg, decDeg, mjdTai }, i) => {
      const own = altAzFromIcrs({ raDeg, decDeg }, mjdTai);
      const apart = separationDeg(
        { raDeg: own.azimuthDeg, decDeg: own.altitudeDeg },
        { raDeg: judge.az[i] ?? NaN, decDeg: judge.alt[i] ?? NaN },
      );
      expect(apart * 3600).toBeLessThan(5);
    });
  });

  it('agrees within 1 arcsec once the Earth is turned by the UT1 - UTC that astropy used', () => {
    CASES.forEach(({ raDeg, decDeg, mjdTai }, i) => {
      const turned = {
        ...RUBIN_SITE,
        longitudeDeg: RUBIN_SITE.longitudeDeg + ((judge.dut1[i] ?? 0) * 15) / 3600,
      };
      const own = altAzFromIcrs({ raDeg, decDeg }, mjdTai, turned);
      const apart = separationDeg(
        { raDeg: own.azimuthDeg, decDeg: own.altitudeDeg },
        { raDeg: judge.az[i] ?? NaN, decDeg: judge.alt[i] ?? NaN },
      );
      // Polar motion (0.5 arcsec) and light deflection near the Sun are left out.
      expect(apart * 3600).toBeLessThan(1);
    });
  });

  it('gives the pseudo-parallactic angle as the position angle of the zenith in ICRS', () => {
    CASES.forEach((position, i) => {
      const altitude = judge.alt[i] ?? 0;
      const difference = pseudoParallacticAngleDeg(position, position.mjdTai) - (judge.q[i] ?? NaN);
      const wrapped = Math.abs(((difference + 540) % 360) - 180);
      // 5 arcsec of the zenith's place, seen from the zenith distance and from the pole's.
      expect(wrapped * 3600 * Math.cos((altitude * Math.PI) / 180)).toBeLessThan(6);
    });
  });
});

describe('the horizon', () => {
  it('comes back to the ICRS direction within 1e-6 arcsec', () => {
    for (const { raDeg, decDeg, mjdTai } of CASES) {
      const back = icrsFromAltAz(altAzFromIcrs({ raDeg, decDeg }, mjdTai), mjdTai);
      expect(separationDeg(back, { raDeg, decDeg }) * 3600).toBeLessThan(1e-6);
    }
  });

  it('turns by 15.04 arcsec a second: a star is back after a sidereal day', () => {
    const star: SkyPosition = { raDeg: 100, decDeg: -20 };
    const first = altAzFromIcrs(star, 61000);
    const later = altAzFromIcrs(star, 61000 + 0.9972695663);
    // Precession, nutation and aberration move it by up to 0.5 arcsec a day.
    expect(Math.abs(first.altitudeDeg - later.altitudeDeg) * 3600).toBeLessThan(0.6);
  });

  it('has a field due South of the zenith under q = 180 and its hour angle at 0', () => {
    const north = icrsFromAltAz({ altitudeDeg: 60, azimuthDeg: 180 }, 61000);
    expect(Math.abs(hourAngleDeg(north, 61000))).toBeLessThan(1e-6);
    expect(Math.abs(parallacticAngleDeg(0, -60.2, RUBIN_SITE))).toBeLessThan(1e-9);
    expect(Math.abs(parallacticAngleDeg(0, 10, RUBIN_SITE))).toBeCloseTo(180, 9);
  });
});

const headerPath = sharedPath('data/headers/lsstCamSim-R22_S11.yaml');

describe.skipIf(headerPath === undefined)('the header of a simulated LSSTCam raw', () => {
  const header = headerPath === undefined ? '' : readFileSync(headerPath, 'utf8');
  const value = (key: string): number => Number(new RegExp(`^${key}: (.*)$`, 'mu').exec(header)?.[1]);

  it('has the altitude and azimuth of its boresight at mid-exposure', () => {
    const boresight = { raDeg: value('RA'), decDeg: value('DEC') };
    const own = altAzFromIcrs(boresight, value('MJD'));
    const apart = separationDeg(
      { raDeg: own.azimuthDeg, decDeg: own.altitudeDeg },
      { raDeg: value('AZSTART'), decDeg: value('ELSTART') },
    );
    // imSim writes one altitude for start and end of the exposure: half of its 30 s is 225 arcsec, 37 s of TAI read as UTC
    // are 556. The sample lies 264 arcsec from ours.
    expect(apart * 3600).toBeLessThan(450);
  });

  it('has the hour angle of its boresight, as imSim counts it: TAI read as UTC, right ascension of ICRS', () => {
    const siderealTime = localSiderealTimeDeg(value('MJD-OBS') + 37 / 86400, RUBIN_SITE.longitudeDeg);
    // 0.005 deg: equation of the equinoxes and the 1 s that the two clocks may differ by.
    expect(Math.abs(siderealTime - value('RA') - value('HASTART'))).toBeLessThan(0.005);
    // Ours counts UTC and the right ascension of date, 24.2 years of precession on.
    const precession =
      (hourAngleDeg({ raDeg: value('RA'), decDeg: value('DEC') }, value('MJD-OBS')) - value('HASTART')) * -1;
    expect(precession).toBeGreaterThan(0.44);
    expect(precession).toBeLessThan(0.48);
  });
});
