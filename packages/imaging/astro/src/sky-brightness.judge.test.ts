import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { BANDS, type Band } from './band.js';
import { mjdTaiFromUtc } from './leap-seconds.js';
import { darkSkyMagnitudeAt } from './photometry.js';
import {
  MOON_COLOUR_MAG,
  type SkyConditions,
  moonlightMagnitude,
  skyBrightness,
  twilightMagnitude,
} from './sky-brightness.js';
import { moonAt, moonSeparationDeg, sunAt } from './sun-moon.js';

/** The formulas again, in numpy and astropy's units, from the papers and not from our code. */
const JUDGE = `
import json, sys, numpy as np, astropy.units as u
asked = json.load(sys.stdin)
k = dict(u=.470, g=.213, r=.126, i=.096, z=.068, y=.171)
dark = dict(u=23.05, g=22.25, r=21.20, i=20.46, z=19.61, y=18.60)
nm = dict(u=372.4, g=480.7, r=622.1, i=755.9, z=868.0, y=975.3)
sun = dict(u=-25.18, g=-26.47, r=-26.93, i=-27.05, z=-27.07, y=-27.07)
fit = dict(u=(11.78, 1.376, -.039), g=(11.84, 1.411, -.041), r=(11.84, 1.518, -.057),
    i=(11.40, 1.567, -.064), z=(10.93, 1.470, -.062), y=(10.43, 1.420, -.052))
def airmass(altitude):
    return (1 - .96 * np.sin((90 - altitude) * u.deg) ** 2) ** -.5
out = []
for c in asked:
    b = c['band']; x = airmass(c['altitudeDeg']); flux = 10 ** (-.4 * dark[b]) * x * 10 ** (-.4 * k[b] * (x - 1))
    if c['moonAltitudeDeg'] > 0:
        alpha = np.arccos(2 * c['moonIlluminatedPercent'] / 100 - 1) * 180 / np.pi
        rho = c['moonSeparationDeg']
        illuminance = 10 ** (-.4 * (3.84 + .026 * abs(alpha) + 4e-9 * alpha ** 4))
        f = 10 ** 5.36 * (1.06 + np.cos(rho * u.deg) ** 2) + max(10 ** (6.15 - rho / 40), 6.2e7 / rho ** 2)
        kk = .06 if b == 'y' else k[b]
        nl = f * illuminance * 10 ** (-.4 * kk * airmass(c['moonAltitudeDeg'])) * (1 - 10 ** (-.4 * kk * x))
        v = (20.7233 - np.log(nl / 34.08)) / .92104
        colour = sun[b] + 26.76 - 2.5 * np.log10(1 + .00214 * (nm[b] - 551))
        flux += 10 ** (-.4 * (v + colour))
    a = 90 - c['sunAltitudeDeg']
    if a < 108:
        magnitude = np.polyval(fit[b][::-1], min(a, 106) - 95)
        flux += max(0, 10 ** (-.4 * magnitude) - 10 ** (-.4 * dark[b])) * min(1, (108 - a) / 2)
    out.append(float(-2.5 * np.log10(flux)))
print(json.dumps(out))
`;

const CLEAR = {
  altitudeDeg: 60,
  moonAltitudeDeg: -10,
  moonSeparationDeg: 90,
  moonIlluminatedPercent: 50,
  sunAltitudeDeg: -40,
};

function sky(band: Band, more: Partial<SkyConditions>): number {
  return skyBrightness({ band, ...CLEAR, ...more }).total;
}

function steps(low: number, high: number, count = 25): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

function expectRising(values: readonly number[]): void {
  for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(values[i - 1]!);
}

describe('the brightness of the sky', () => {
  it.skipIf(!hasPython)('is that of the published formulas, evaluated apart from ours', () => {
    const cases = BANDS.flatMap((band) =>
      [90, 45, 25].flatMap((altitudeDeg) =>
        [-1, 3, 40, 85].flatMap((moonAltitudeDeg) =>
          [3, 20, 75, 130].flatMap((moonSeparationDeg) =>
            [2, 60, 100].flatMap((moonIlluminatedPercent) =>
              [-50, -17, -15, -9, -5.5].map((sunAltitudeDeg) => ({
                band,
                altitudeDeg,
                moonAltitudeDeg,
                moonSeparationDeg,
                moonIlluminatedPercent,
                sunAltitudeDeg,
              })),
            ),
          ),
        ),
      ),
    );
    const chosen = cases.filter((_, i) => i % 7 === 0);
    const judged = askPython<number[]>(JUDGE, chosen);
    chosen.forEach((conditions, i) => {
      // Colours of the Moon are kept to 0.01 mag.
      expect(Math.abs(skyBrightness(conditions).total - judged[i]!)).toBeLessThan(0.008);
    });
  });

  it('is the dark sky with neither Moon nor twilight, whatever the Moon would give', () => {
    for (const band of BANDS) {
      for (const altitudeDeg of [30, 60, 90]) {
        const parts = skyBrightness({ band, ...CLEAR, altitudeDeg, moonIlluminatedPercent: 100 });
        expect(parts).toEqual({
          total: darkSkyMagnitudeAt(band, altitudeDeg),
          dark: darkSkyMagnitudeAt(band, altitudeDeg),
          moon: Infinity,
          twilight: Infinity,
        });
      }
    }
  });

  it('grows with the lit Moon, towards the Moon out to 90 deg, and with the Sun', () => {
    for (const band of BANDS) {
      const up = { moonAltitudeDeg: 40 };
      expect(sky(band, up)).toBeLessThan(sky(band, {}));
      expectRising(
        steps(100, 0).map((moonIlluminatedPercent) => sky(band, { ...up, moonIlluminatedPercent })),
      );
      expectRising(steps(1, 90).map((moonSeparationDeg) => sky(band, { ...up, moonSeparationDeg })));
      expectRising(steps(-5, -12).map((sunAltitudeDeg) => sky(band, { sunAltitudeDeg })));
      const whole = steps(-5, -20, 400).map((sunAltitudeDeg) => sky(band, { sunAltitudeDeg }));
      for (let i = 1; i < whole.length; i++) {
        expect(whole[i]).toBeGreaterThanOrEqual(whole[i - 1]! - 1e-12);
        // No step: at most the steepest twilight, 1.6 mag a degree.
        expect(whole[i]! - whole[i - 1]!).toBeLessThan((1.7 * 15) / 399);
      }
      expect(twilightMagnitude(band, -18)).toBe(Infinity);
    }
  });

  it('has the worked Moon, and one that is redder than the Sun', () => {
    // A full Moon 60 deg high (X = 1.147), 90 deg away, seen at 45 deg (X = 1.387) with k = 0.213, by hand: f = 2.507e5, I* = 0.02911,
    // B = 2.507e5 * 0.02911 * 0.7985 * 0.2382 = 1388 nL, V = 18.475.
    const { u, g, r, y } = MOON_COLOUR_MAG;
    const full = { ...CLEAR, altitudeDeg: 45, moonAltitudeDeg: 60, moonIlluminatedPercent: 100 };
    expect(moonlightMagnitude({ band: 'g', ...full }) - g).toBeCloseTo(18.475, 2);
    expect(u - g).toBeGreaterThan(1.29);
    expect(g - r).toBeGreaterThan(0.46);
    expect(r - y).toBeGreaterThan(0.14);
  });
});

interface Visit {
  readonly filter: Band;
  readonly fieldRA: number;
  readonly fieldDec: number;
  readonly altitude: number;
  readonly observationStartMJD: number;
  readonly skyBrightness: number;
}

const path = sharedPath('data/opsim/small_opsim.db');

describe.skipIf(!hasPython || path === undefined)('the sky of the scheduler’s database', () => {
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

  it('is ours within 0.35 mag, and within 0.1 mag rms of the mean in each band; with the Moon far closer than the dark sky', () => {
    const differences = new Map<Band, number[]>();
    let moonlit = 0;
    let unlit = 0;
    for (const {
      filter,
      fieldRA,
      fieldDec,
      altitude,
      observationStartMJD,
      skyBrightness: theirs,
    } of visits) {
      const mjdTai = mjdTaiFromUtc(observationStartMJD);
      const moon = moonAt(mjdTai);
      const ours = skyBrightness({
        band: filter,
        altitudeDeg: altitude,
        moonAltitudeDeg: moon.altitudeDeg,
        moonSeparationDeg: moonSeparationDeg({ raDeg: fieldRA, decDeg: fieldDec }, mjdTai),
        moonIlluminatedPercent: moon.illuminatedPercent,
        sunAltitudeDeg: sunAt(mjdTai).altitudeDeg,
      });
      differences.set(filter, [...(differences.get(filter) ?? []), ours.total - theirs]);
      // ESO's model against SMTN-002's dark sky and a formula for V: 0.3 mag apart in u even in the dark.
      expect(Math.abs(ours.total - theirs)).toBeLessThan(0.35);
      if (moon.altitudeDeg > 5) {
        moonlit += (ours.total - theirs) ** 2;
        unlit += (ours.dark - theirs) ** 2;
      }
    }
    expect(Math.sqrt(moonlit / unlit)).toBeLessThan(0.35);
    const table = [...differences].map(([band, values]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const rms = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      expect(rms, band).toBeLessThan(0.13);
      return `${band} ${values.length} visits: ${mean.toFixed(2)} ± ${rms.toFixed(2)}`;
    });
    console.info(`sky minus the scheduler's, mag: ${table.join('; ')}`);
  });
});
