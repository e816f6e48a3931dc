import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { mjdTaiFromUtc, mjdUtcFromTai } from './leap-seconds.js';
import { separationDeg } from './sky-position.js';
import { earthBarycentricAu, J2000_MJD_TAI, placeAtEpoch } from './space-motion.js';
import { mjdUt1FromTai, TT_MINUS_TAI_S } from './time.js';

const STARS = [
  { raDeg: 269.452, decDeg: 4.693, pmRa: -801.6, pmDec: 10362.4, parallax: 546.98, rv: -110.5 }, // Barnard's star
  { raDeg: 217.429, decDeg: -62.679, pmRa: -3781.3, pmDec: 769.8, parallax: 768.07, rv: -22.4 }, // Proxima Centauri
  { raDeg: 0.001, decDeg: 0, pmRa: -900, pmDec: 0, parallax: 0, rv: 0 },
  { raDeg: 53, decDeg: -89.999, pmRa: 300, pmDec: -400, parallax: 20, rv: 0 },
  { raDeg: 120, decDeg: 30, pmRa: 5, pmDec: -3, parallax: 1, rv: 40 },
];
const EPOCHS = [51_544.5, 57_000.25, 61_041.1, 61_224.7, 68_000.3];

const JUDGE = `
import sys, json, numpy as np, erfa, warnings
warnings.simplefilter('ignore')
asked = json.load(sys.stdin)
out = []
for star in asked['stars']:
    for mjd in asked['epochs']:
        tdb = mjd + 32.184 / 86400
        pvh, pvb = erfa.epv00(2400000.5, tdb)
        d = np.radians
        mas = d(1 / 3.6e6)
        v = erfa.pmpx(d(star['raDeg']), d(star['decDeg']), star['pmRa'] * mas / np.cos(d(star['decDeg'])), star['pmDec'] * mas,
                      star['parallax'] / 1000, star['rv'], (mjd - asked['start']) / 365.25, pvb['p'])
        ra, dec = erfa.c2s(v)
        out.append([float(np.degrees(ra) % 360), float(np.degrees(dec)), *[float(x) for x in pvb['p']]])
json.dump(out, sys.stdout)
`;

describe.skipIf(!hasPython)('the place of a star at an epoch, against ERFA', () => {
  it('agrees to a milliarcsecond, and the Earth to 3e-4 au', () => {
    const asked = { stars: STARS, epochs: EPOCHS, start: J2000_MJD_TAI };
    const answers = askPython<number[][]>(JUDGE, asked);
    const places: number[] = [];
    const earths: number[] = [];
    for (const star of STARS) {
      for (const mjd of EPOCHS) {
        const [raDeg, decDeg, ...earth] = answers[places.length]!;
        const place = placeAtEpoch(
          star,
          {
            epochMjdTai: J2000_MJD_TAI,
            pmRaCosDecMasPerYr: star.pmRa,
            pmDecMasPerYr: star.pmDec,
            parallaxMas: star.parallax,
            radialVelocityKmPerS: star.rv,
          },
          mjd,
        );
        places.push(separationDeg(place, { raDeg: raDeg!, decDeg: decDeg! }) * 3_600_000);
        const ours = earthBarycentricAu(mjd);
        earths.push(Math.hypot(...ours.map((value, axis) => value - earth[axis]!)));
      }
    }
    // ERFA's light time and second-order terms, and our Earth within 3e-4 au of a parallax of 0.77 arcsec.
    expect(Math.max(...places)).toBeLessThan(1);
    expect(Math.max(...earths)).toBeLessThan(3e-4);
  });
});

describe.skipIf(!hasPython)('TAI, UTC, TT and UT1, against astropy', () => {
  it('agree to a microsecond, leap seconds included', () => {
    const instants = [41_400.3, 50_082.999_99, 57_753.999_9, 57_754.000_3, 57_754.000_6, 61_041.123_456_7];
    const theirs = askPython<number[][]>(
      `
import sys, json
from astropy.time import Time
from astropy.utils import iers
iers.conf.auto_download = False
out = []
for mjd in json.load(sys.stdin):
    t = Time(mjd, format='mjd', scale='tai')
    out.append([t.utc.mjd, t.tt.mjd, Time(t.utc.mjd, format='mjd', scale='utc').tai.mjd])
json.dump(out, sys.stdout)
`,
      instants,
    );
    instants.forEach((mjdTai, i) => {
      const [utc, tt, back] = theirs[i]!;
      // 1e-11 d is a microsecond, a little above the resolution of a double MJD.
      expect(Math.abs(mjdUtcFromTai(mjdTai) - utc!)).toBeLessThan(2e-11);
      expect(Math.abs(mjdTai + TT_MINUS_TAI_S / 86_400 - tt!)).toBeLessThan(2e-11);
      expect(Math.abs(mjdTaiFromUtc(utc!) - back!)).toBeLessThan(2e-11);
      expect(Math.abs(mjdUt1FromTai(mjdTai) - utc!)).toBeLessThan(1.2e-5); // a second, by definition
    });
  });
});
