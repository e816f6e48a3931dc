import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { RankDeficientError, solveLeastSquares } from './least-squares.js';
import { separationDeg } from './sky-position.js';
import { tanSipCards, type HeaderCard } from './tan-sip-cards.js';
import { TanSipFitError, fitTanSip, type TanSipFrame } from './tan-sip-fit.js';
import {
  SipInversionError,
  cutTanSip,
  pixelScaleArcsec,
  pixelToSky,
  skyToPixel,
  type TanSip,
} from './tan-sip.js';
import { ZERO_SIP } from './sip-polynomial.js';
import { BehindTangentPlaneError, tangentPlaneAt, type TangentPoint } from './wcs-tan.js';

const FRAME: TanSipFrame = {
  crval: { raDeg: 30, decDeg: -60 },
  crpix: [-9000, 12_000],
  cd: [-5e-5, 2e-5, 2.1e-5, 5.1e-5],
};

/** A smooth distortion that is no polynomial of the order: a few pixels with a sine of a 12,000 px wave. */
function distorted(x: number, y: number): TangentPoint {
  const u = x + 1 - FRAME.crpix[0];
  const v = y + 1 - FRAME.crpix[1];
  const r2 = (u * u + v * v) * 1e-8;
  const f = u * (1 - 8e-5 * r2) + 0.02 * Math.sin(v / 6000);
  const g = v * (1 - 8e-5 * r2 - 1e-6 * r2 * r2);
  const [a, b, c, d] = FRAME.cd;
  return { xiDeg: a * f + b * g, etaDeg: c * f + d * g };
}

const ASTROPY_PROGRAM = `
import json, sys, warnings
warnings.simplefilter('ignore')
from astropy.io import fits
from astropy.wcs import WCS
given = json.load(sys.stdin)
h = fits.Header()
for c in given['cards']: h[c['keyword']] = c['value']
h['NAXIS'] = 2; h['NAXIS1'] = 4096; h['NAXIS2'] = 4004
w = WCS(h)
ra, dec = w.all_pix2world(given['x'], given['y'], 0)
x, y = w.all_world2pix(given['ra'], given['dec'], 0, tolerance=1e-8)
print(json.dumps({'ra': list(ra), 'dec': list(dec), 'x': list(x), 'y': list(y)}))
`;

describe('the tangent plane', () => {
  const plane = tangentPlaneAt({ raDeg: 350, decDeg: 80 });

  it('has tan of the angle as its radius and comes back', () => {
    const { xiDeg, etaDeg } = plane.project(350, 85);
    expect(xiDeg).toBeCloseTo(0, 14);
    expect(etaDeg).toBeCloseTo((Math.tan((5 * Math.PI) / 180) * 180) / Math.PI, 12);
    for (const [xi, eta] of [
      [0, 0],
      [1.7, -0.3],
      [-20, 14],
      [0, 10],
      [0.001, 300],
    ] as const) {
      const { raDeg, decDeg } = plane.deproject(xi, eta);
      const back = plane.project(raDeg, decDeg);
      expect(Math.abs(back.xiDeg - xi) + Math.abs(back.etaDeg - eta)).toBeLessThan(
        1e-11 * (1 + Math.abs(eta)),
      );
    }
  });

  it('refuses what is behind, with code and place', () => {
    expect(() => plane.project(170, -5)).toThrow(BehindTangentPlaneError);
    expect(() => plane.project(NaN, 0)).toThrow(BehindTangentPlaneError);
    expect(() => plane.project(170, -80)).toThrow(/RA 170, Dec -80/u);
  });

  it('projects arrays to the same bits and gives NaN behind', () => {
    const ra = Float64Array.of(10, 340, 170, NaN);
    const dec = Float64Array.of(75, 88, -80, 0);
    const xi = new Float64Array(4);
    const eta = new Float64Array(4);
    plane.projectArrays(ra, dec, xi, eta);
    for (const i of [0, 1]) {
      const one = plane.project(ra[i] ?? NaN, dec[i] ?? NaN);
      expect([xi[i], eta[i]]).toEqual([one.xiDeg, one.etaDeg]);
    }
    expect([xi[2], eta[2], xi[3]]).toEqual([NaN, NaN, NaN]);
  });

  it('has derivatives that are the differences, also at the pole', () => {
    for (const [ra, dec] of [
      [352, 79],
      [100, 89.5],
      [330, 75],
    ] as const) {
      const step = 1e-5;
      const cosDec = Math.cos((dec * Math.PI) / 180);
      const east = [plane.project(ra + step / cosDec, dec), plane.project(ra - step / cosDec, dec)] as const;
      const north = [plane.project(ra, dec + step), plane.project(ra, dec - step)] as const;
      const expected = [
        (east[0].xiDeg - east[1].xiDeg) / (2 * step),
        (north[0].xiDeg - north[1].xiDeg) / (2 * step),
        (east[0].etaDeg - east[1].etaDeg) / (2 * step),
        (north[0].etaDeg - north[1].etaDeg) / (2 * step),
      ];
      plane.derivatives(ra, dec).forEach((value, i) => {
        // Differences of 1e-14 deg over 2e-5.
        expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-7);
      });
    }
  });
});

describe('least squares', () => {
  it('finds the coefficients of a polynomial far from its origin', () => {
    const x = Float64Array.from({ length: 40 }, (_, i) => 0.9 + i * 0.0025);
    const columns = [0, 1, 2, 3].map((p) => x.map((value) => value ** p));
    const truth = [3, -2, 0.5, 7];
    const side = x.map((value) => truth.reduce((sum, c, p) => sum + c * value ** p, 0));
    const [solution] = solveLeastSquares(columns, [side]);
    // The condition number is about 1e7.
    truth.forEach((c, p) => expect(Math.abs((solution?.[p] ?? NaN) - c)).toBeLessThan(1e-7));
  });

  it('is the mean for one column of ones, and leaves its input alone', () => {
    const ones = Float64Array.of(1, 1, 1);
    const side = Float64Array.of(1, 2, 6);
    expect(solveLeastSquares([ones], [side])[0]?.[0]).toBeCloseTo(3, 14);
    expect([...side]).toEqual([1, 2, 6]);
  });

  it('refuses dependent columns and too few rows', () => {
    const ones = Float64Array.of(1, 1, 1);
    expect(() => solveLeastSquares([ones, ones], [ones])).toThrow(RankDeficientError);
    expect(() => solveLeastSquares([Float64Array.of(1), Float64Array.of(2)], [Float64Array.of(1)])).toThrow(
      /Column 1/u,
    );
  });
});

describe('TAN-SIP', () => {
  const fit = fitTanSip(distorted, 4096, 4004, FRAME);
  const plane = tangentPlaneAt(FRAME.crval);
  const corners: [number, number][] = [
    [0, 0],
    [4095, 0],
    [2047.5, 2001.5],
    [0, 4003],
    [4095, 4003],
    [1234.5, 789.25],
  ];

  it('is fitted to the tolerance in both directions, order 3 or more', () => {
    expect(fit.forwardErrorPx).toBeLessThan(5e-4);
    expect(fit.inverseErrorPx).toBeLessThan(5e-4);
    expect(fit.wcs.a.order).toBeGreaterThanOrEqual(3);
    for (const [x, y] of corners) {
      const { xiDeg, etaDeg } = distorted(x, y);
      const truth = plane.deproject(xiDeg, etaDeg);
      expect(separationDeg(pixelToSky(fit.wcs, x, y), truth) / 5.4e-5).toBeLessThan(1e-3);
    }
  });

  it('comes back to the pixel within 1e-8', () => {
    for (const [x, y] of corners) {
      const { raDeg, decDeg } = pixelToSky(fit.wcs, x, y);
      const back = skyToPixel(fit.wcs, raDeg, decDeg);
      // 1e-9 pixel by Newton; RA and Dec in double degrees round at 1e-9 pixel too.
      expect(Math.hypot(back.x - x, back.y - y)).toBeLessThan(1e-8);
    }
  });

  it('says where no order is enough', () => {
    const rough = (x: number, y: number): TangentPoint => ({ ...distorted(x, y), xiDeg: Math.sin(x) });
    expect(() => fitTanSip(rough, 4096, 4004, FRAME)).toThrow(TanSipFitError);
  });

  it('refuses a direction that the polynomial never reaches', () => {
    const folded: TanSip = {
      ...FRAME,
      a: { order: 2, terms: [{ p: 2, q: 0, coefficient: 1 }] },
      b: ZERO_SIP,
      ap: ZERO_SIP,
      bp: ZERO_SIP,
    };
    const { raDeg, decDeg } = plane.deproject(0.05, 0);
    expect(() => skyToPixel(folded, raDeg, decDeg)).toThrow(SipInversionError);
  });

  it('cut and mirrored sees the same sky', () => {
    for (const flipX of [false, true]) {
      for (const flipY of [false, true]) {
        const cut = cutTanSip(fit.wcs, { startX: 511, startY: 2002, flipX, flipY });
        const there = pixelToSky(cut, 100, 250);
        const here = pixelToSky(fit.wcs, 511 + (flipX ? -100 : 100), 2002 + (flipY ? -250 : 250));
        expect(separationDeg(there, here) * 3600).toBeLessThan(1e-7);
        const back = skyToPixel(cut, there.raDeg, there.decDeg);
        expect(Math.hypot(back.x - 100, back.y - 250)).toBeLessThan(1e-8);
      }
    }
  });

  it('has cards in an order that readers accept, and plain TAN without distortion', () => {
    const cards = tanSipCards(fit.wcs);
    expect(cards[0]).toMatchObject({ keyword: 'WCSAXES', value: 2 });
    expect(cards.filter(({ keyword }) => keyword === 'A_ORDER').length).toBe(1);
    expect(new Set(cards.map(({ keyword }) => keyword)).size).toBe(cards.length);
    const plain = tanSipCards({ ...fit.wcs, a: ZERO_SIP, b: ZERO_SIP });
    expect(plain.find(({ keyword }) => keyword === 'CTYPE1')?.value).toBe('RA---TAN');
    expect(plain.some(({ keyword }) => keyword.startsWith('A'))).toBe(false);
    expect(pixelScaleArcsec(fit.wcs)).toBeCloseTo(3600 * Math.sqrt(5e-5 * 5.1e-5 + 2e-5 * 2.1e-5), 9);
  });

  it.skipIf(!hasPython)('is read by astropy with the same pixels and sky, and a sufficient inverse', () => {
    const sky = corners.map(([x, y]) => pixelToSky(fit.wcs, x, y));
    const judge = askPython<{ ra: number[]; dec: number[]; x: number[]; y: number[] }>(ASTROPY_PROGRAM, {
      cards: tanSipCards(fit.wcs) satisfies HeaderCard[],
      x: corners.map(([x]) => x),
      y: corners.map(([, y]) => y),
      ra: sky.map(({ raDeg }) => raDeg),
      dec: sky.map(({ decDeg }) => decDeg),
    });
    corners.forEach(([x, y], i) => {
      const apart = separationDeg(sky[i] ?? FRAME.crval, {
        raDeg: judge.ra[i] ?? NaN,
        decDeg: judge.dec[i] ?? NaN,
      });
      // 1e-6 pixel: double rounding of polynomials over 20,000 pixels.
      expect(apart / 5.4e-5).toBeLessThan(1e-6);
      expect(Math.hypot((judge.x[i] ?? NaN) - x, (judge.y[i] ?? NaN) - y)).toBeLessThan(1e-6);
    });
  });
});
