import { separationDeg } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import { readDeclination, readRightAscension } from './coordinates.js';
import { fromMap, linesOf, toMap } from './hammer.js';
import { circle, ecliptic, galactic } from './sky-curves.js';

describe('the Hammer projection', () => {
  it('has the sky inside an ellipse of axes 2 to 1, East to the left', () => {
    expect(toMap({ raDeg: 0, decDeg: 90 }).y).toBeCloseTo(1, 12);
    expect(toMap({ raDeg: 180, decDeg: 0 }).x).toBeCloseTo(-2, 12);
    expect(toMap({ raDeg: 90, decDeg: 0 }).x).toBeCloseTo(
      (-2 * Math.SQRT1_2) / Math.sqrt(1 + Math.SQRT1_2),
      12,
    );
    expect(fromMap({ x: 1.99, y: 0.3 })).toBeUndefined();
  });

  it('is equal in area: small squares of the sky have areas as the cosine of their declination', () => {
    const area = (raDeg: number, decDeg: number): number => {
      const d = 1e-3;
      const o = toMap({ raDeg, decDeg });
      const a = toMap({ raDeg: raDeg + d, decDeg });
      const b = toMap({ raDeg, decDeg: decDeg + d });
      return Math.abs((a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x));
    };
    for (const [raDeg, decDeg] of [
      [0, 0],
      [100, 0],
      [-60, 60],
      [150, -40],
    ] as const)
      expect(area(raDeg, decDeg) / area(0, 0) / Math.cos((decDeg * Math.PI) / 180)).toBeCloseTo(1, 3);
  });

  it('is undone by its inverse', () => {
    for (let raDeg = 1; raDeg < 360; raDeg += 23)
      for (let decDeg = -85; decDeg < 90; decDeg += 17) {
        const back = fromMap(toMap({ raDeg, decDeg }));
        expect(back).toBeDefined();
        expect(separationDeg(back ?? { raDeg: 0, decDeg: 0 }, { raDeg, decDeg })).toBeLessThan(1e-6);
      }
  });

  it('cuts lines at its edge', () => {
    expect(linesOf([170, 175, 185, 190].map((raDeg) => ({ raDeg, decDeg: 0 })))).toHaveLength(2);
  });
});

describe('curves of the sky', () => {
  // Astropy 5.2: SkyCoord(l, b, frame="galactic").icrs and SkyCoord(lon, 0, frame=BarycentricTrueEcliptic) at J2000.
  it('have the Galactic centre and pole where they are', () => {
    expect(separationDeg(galactic(0, 0), { raDeg: 266.404_988, decDeg: -28.936_178 })).toBeLessThan(1e-4);
    expect(separationDeg(galactic(0, 90), { raDeg: 192.859_48, decDeg: 27.128_25 })).toBeLessThan(1e-4);
    expect(separationDeg(galactic(90, 0), { raDeg: 318.004_39, decDeg: 48.329_64 })).toBeLessThan(1e-3);
  });

  it('have the solstice at the obliquity, and circles of their radius', () => {
    expect(ecliptic(90)).toEqual({ raDeg: 90, decDeg: expect.closeTo(23.439_291, 6) });
    for (const place of circle({ raDeg: 359, decDeg: -80 }, 1.75))
      expect(separationDeg(place, { raDeg: 359, decDeg: -80 })).toBeCloseTo(1.75, 9);
  });
});

describe('coordinates', () => {
  it('are read in degrees and in sixties', () => {
    for (const text of ['150.1', '10:00:24', '10h00m24s', '10 00 24', ' 10 : 00 : 24.0 '])
      expect(readRightAscension(text), text).toBeCloseTo(150.1, 9);
    for (const text of ['150d06m00s', '150°06′', '+150.1 deg'])
      expect(readRightAscension(text), text).toBeCloseTo(150.1, 9);
    for (const text of ['-2.5', '-02:30', '-2d30m00s', '−2 30 0', '-2°30′'])
      expect(readDeclination(text), text).toBeCloseTo(-2.5, 9);
    expect(readDeclination('-00:30:00')).toBeCloseTo(-0.5, 9);
  });

  it('are refused where they are none', () => {
    for (const text of [
      '',
      'COSMOS',
      '360',
      '25:00:00',
      '10:61:00',
      '-1',
      '1e9',
      'NaN',
      '24:00:00',
      '360d00m',
    ])
      expect(readRightAscension(text), text).toBeUndefined();
    for (const text of ['91', '-90.1', '10:00:99', '++3', '2h10m48s', `1${' '.repeat(100_000)}x`])
      expect(readDeclination(text), text).toBeUndefined();
  });
});
