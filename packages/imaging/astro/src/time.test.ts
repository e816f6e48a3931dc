import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { dayOfMjd, isCalendarDay, mjdOfDay } from './calendar.js';
import { gastDeg, gmstDeg, icrsToTrueOfDate } from './earth-rotation.js';
import { TimeRangeError, mjdTaiFromUtc, mjdUtcFromTai, taiMinusUtcS, utcDayLengthS } from './leap-seconds.js';
import { TimeFormatError, dayObs, isoTai, isoUtc, parseFitsTime, parseRfc3339 } from './time.js';

describe('the calendar', () => {
  it('knows MJD 0, the century rule and the leap day', () => {
    expect(mjdOfDay({ year: 1858, month: 11, day: 17 })).toBe(0);
    expect(mjdOfDay({ year: 2000, month: 1, day: 1 })).toBe(51544);
    expect(isCalendarDay({ year: 1900, month: 2, day: 29 })).toBe(false);
    expect(isCalendarDay({ year: 2000, month: 2, day: 29 })).toBe(true);
    expect(isCalendarDay({ year: 2026, month: 4, day: 31 })).toBe(false);
  });

  it('comes back to every day from 1850 to 2150, each one after the last', () => {
    const wrong: number[] = [];
    for (let mjd = -3500; mjd < 106_000; mjd++) {
      const date = dayOfMjd(mjd);
      const follows = date.day === 1 || date.day === dayOfMjd(mjd - 1).day + 1;
      if (mjdOfDay(date) !== mjd || !follows || !isCalendarDay(date)) wrong.push(mjd);
    }
    expect(wrong).toEqual([]);
  });
});

describe('leap seconds', () => {
  it('are 10 s in 1972, 36 s in 2016 and 37 s since 2017', () => {
    expect(taiMinusUtcS(41317)).toBe(10);
    expect(taiMinusUtcS(57753.9)).toBe(36);
    expect(taiMinusUtcS(57754)).toBe(37);
    expect(utcDayLengthS(57753)).toBe(86_401);
    expect(() => taiMinusUtcS(41316)).toThrow(TimeRangeError);
  });

  it('are written as second 60 and read back', () => {
    const inside = mjdTaiFromUtc(57753) + 86_400.5 / 86_400;
    expect(isoUtc(inside)).toBe('2016-12-31T23:59:60.500Z');
    // 1e-11 d is 0.9 microseconds, the resolution of a double MJD.
    expect(Math.abs(parseRfc3339('2016-12-31T23:59:60.500Z') - inside)).toBeLessThan(1e-11);
    expect(isoUtc(inside + 0.6 / 86_400)).toBe('2017-01-01T00:00:00.100Z');
  });

  it('leave UTC and TAI one to one around the leap second', () => {
    for (let step = 0; step < 400; step++) {
      const mjdTai = 57753.9995 + step * 2.5e-6;
      expect(Math.abs(mjdTaiFromUtc(mjdUtcFromTai(mjdTai)) - mjdTai)).toBeLessThan(2e-11);
    }
  });
});

describe('texts of times', () => {
  it('give the header of a real simulated raw', () => {
    expect(isoTai(60390.329388276514)).toBe('2024-03-21T07:54:19.147');
    expect(isoTai(60390.32956188762)).toBe('2024-03-21T07:54:34.147');
    // The text has milliseconds: 1.2e-8 d.
    expect(Math.abs(parseFitsTime('2024-03-21T07:54:19.147', 'TAI') - 60390.329388276514)).toBeLessThan(
      1.2e-8,
    );
  });

  it('name the observing day by the TAI date at noon', () => {
    expect(dayObs(60390.329388276514)).toBe('20240320');
    expect(dayObs(60390.49999)).toBe('20240320');
    expect(dayObs(60390.5)).toBe('20240321');
  });

  it('round up into the next day and year', () => {
    expect(isoTai(61040.9999999999)).toBe('2026-01-01T00:00:00.000');
    expect(isoTai(61040.5, 0)).toBe('2025-12-31T12:00:00');
  });

  it('read zones and fractions', () => {
    const noon = parseRfc3339('2026-01-31T12:00:00Z');
    expect(noon).toBeCloseTo(61071.5 + 37 / 86_400, 10);
    expect(parseRfc3339('2026-01-31T09:00:00-03:00')).toBe(noon);
    expect(parseRfc3339('2026-02-01T01:30:00+13:30')).toBe(noon);
    expect(parseFitsTime('2026-01-31T12:00:00', 'UTC')).toBe(noon);
    expect(isoUtc(noon)).toBe('2026-01-31T12:00:00.000Z');
  });

  it.each([
    ['2026-01-31', 'zone'],
    ['2026-01-31T12:00:00', 'zone'],
    ['2026-02-30T12:00:00Z', 'does not exist'],
    ['2026-01-31T24:00:00Z', 'hours'],
    ['2026-01-31T23:59:60Z', 'leap second'],
    ['2026-01-31T12:00:75Z', 'leap second'],
    ['yesterday', 'zone'],
  ])('refuse %s', (text, rule) => {
    expect(() => parseRfc3339(text)).toThrow(TimeFormatError);
    expect(() => parseRfc3339(text)).toThrow(rule);
  });
});

describe.skipIf(!hasPython)('against ERFA', () => {
  const mjds = Array.from({ length: 60 }, (_, i) => 51544.25 + i * 311.7);
  const judge = hasPython
    ? askPython<{ gmst: number[]; gast: number[]; matrix: number[][]; utc: number[]; iso: string[] }>(
        `
import json, sys, erfa, numpy as np, warnings
warnings.simplefilter('ignore')
from astropy.time import Time
mjd = np.array(json.load(sys.stdin))
t = Time(mjd, format='mjd', scale='tai')
u = t.utc
dat = np.round((mjd - u.mjd) * 86400)
ut1 = mjd - dat / 86400
tt = mjd + 32.184 / 86400
gmst = erfa.gmst06(2400000.5, ut1, 2400000.5, tt)
gast = erfa.gst06a(2400000.5, ut1, 2400000.5, tt)
m = erfa.pnm06a(2400000.5, tt)
u.precision = 3
print(json.dumps({'gmst': list(np.degrees(gmst)), 'gast': list(np.degrees(gast)), 'matrix': m.reshape(-1, 9).tolist(), 'utc': list(u.mjd), 'iso': list(u.isot)}))
`,
        mjds,
      )
    : { gmst: [], gast: [], matrix: [], utc: [], iso: [] };

  it('has the mean sidereal time to 1e-4 arcsec and the apparent one to 0.03 arcsec', () => {
    mjds.forEach((mjd, i) => {
      expect(Math.abs(gmstDeg(mjd) - (judge.gmst[i] ?? NaN)) * 3600).toBeLessThan(1e-3);
      // Nutation is cut after 20 terms.
      expect(Math.abs(gastDeg(mjd) - (judge.gast[i] ?? NaN)) * 3600).toBeLessThan(0.03);
    });
  });

  it('has precession and nutation to 0.03 arcsec', () => {
    mjds.forEach((mjd, i) => {
      icrsToTrueOfDate(mjd)
        .flat()
        .forEach((element, k) => {
          expect(Math.abs(element - (judge.matrix[i]?.[k] ?? NaN)) * 206265).toBeLessThan(0.03);
        });
    });
  });

  it('has the same UTC', () => {
    mjds.forEach((mjd, i) => {
      expect(Math.abs(mjdUtcFromTai(mjd) - (judge.utc[i] ?? NaN))).toBeLessThan(2e-11);
      expect(isoUtc(mjd)).toBe(`${judge.iso[i]}Z`);
    });
  });
});
