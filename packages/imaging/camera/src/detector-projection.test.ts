import {
  separationDeg,
  tanSipCards,
  tanSipTransform,
  BehindTangentPlaneError,
  type SkyPosition,
} from '@imsim-od/astro';
import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { amplifiersOf } from './amplifiers.js';
import { detectorProjection } from './detector-projection.js';
import { detectorTanSip, segmentTanSip } from './detector-wcs.js';
import { DETECTORS, SCIENCE_DETECTORS, detectorByName, type Detector } from './detectors.js';
import {
  fieldRadiusMm,
  focalPlaneToPixel0,
  focalPlaneToTangentPlane,
  pixel0ToFocalPlane,
  tangentPlaneToFocalPlane,
} from './focal-plane.js';
import { distortionFactor, inverseDistortionFactor } from './radial-distortion.js';

/** 0.2 arcsec in degrees. */
const PIXEL_DEG = 0.200059 / 3600;

function named(name: string): Detector {
  const found = detectorByName(name);
  if (!found) throw new Error(name);
  return found;
}

function cornerRadiusMm(detector: Detector): number {
  const { nx, ny } = detector;
  return Math.max(
    ...[
      [-0.5, -0.5],
      [nx - 0.5, -0.5],
      [-0.5, ny - 0.5],
      [nx - 0.5, ny - 0.5],
    ].map(([x = 0, y = 0]) => fieldRadiusMm(detector, x, y)),
  );
}

function mostExtreme(vendor: string): Detector[] {
  return SCIENCE_DETECTORS.filter((detector) => detector.vendor === vendor)
    .sort((a, b) => cornerRadiusMm(b) - cornerRadiusMm(a) || a.id - b.id)
    .slice(0, 4);
}

const JUDGED = [
  named('R22_S11'),
  ...mostExtreme('e2v'),
  ...mostExtreme('ITL'),
  ...['R00_SG0', 'R00_SG1', 'R04_SG1', 'R40_SG0'].map(named),
];
const ROTATIONS = [0, 81.1232673442895, 237.5];
const POINTINGS: SkyPosition[] = [
  { raDeg: 250.07661821814654, decDeg: 1.9776604368351238 },
  { raDeg: 0.3, decDeg: -27.5 },
  { raDeg: 120, decDeg: -84 },
];

/**
 * The camera once more, from the facts alone and by other formulas: pixel -> mm -> distorted radius -> unit vector by
 * rotation of axes. Compares astropy's reading of the headers with it, in pixels.
 */
const NUMPY_PROGRAM = `
import json, sys, warnings
warnings.simplefilter('ignore')
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
GUIDERS = {'R00_SG0': (-212.24, -258.74, 90), 'R00_SG1': (-258.74, -212.24, 180), 'R04_SG1': (212.24, -258.74, 270), 'R40_SG0': (-258.74, 212.24, 0)}
ITL_RAFTS = 'R01 R02 R03 R10 R20 R41 R42 R43'.split()
def camera(name, x, y):
    if name in GUIDERS:
        cx, cy, yaw = GUIDERS[name]; itl = True
    else:
        cx = 127.0 * (int(name[2]) - 2) + 42.25 * (int(name[6]) - 1); cy = 127.0 * (int(name[1]) - 2) + 42.25 * (int(name[5]) - 1)
        yaw = 0; itl = name[:3] in ITL_RAFTS
    p0 = (2036.5, 2000.5) if itl else (2047.5, 2001.5)
    z = np.exp(1j * np.radians(yaw)) * ((x - p0[0]) + 1j * (y - p0[1])) * 0.01
    return cx + z.real, cy + z.imag
def sky(name, x, y, ra0, dec0, rot):
    X, Y = camera(name, np.asarray(x, float), np.asarray(y, float))
    r = np.hypot(X, Y); phi = np.arctan2(Y, X)
    rho = np.radians(20.005867576692737 / 3600) * (r - 8.33713991e-9 * r**3 - 1.41389858e-15 * r**5)
    pa = np.radians(rot) + phi - np.pi / 2        # position angle, N through E: +y lies at ROTPA, +x 90 deg before
    c = np.arctan(rho); a0, d0 = np.radians(ra0), np.radians(dec0)
    n = np.array([-np.sin(d0) * np.cos(a0), -np.sin(d0) * np.sin(a0), np.cos(d0)]); e = np.array([-np.sin(a0), np.cos(a0), 0])
    b = np.array([np.cos(d0) * np.cos(a0), np.cos(d0) * np.sin(a0), np.sin(d0)])
    return (np.cos(c) * b[:, None] + np.sin(c) * (np.cos(pa) * n[:, None] + np.sin(pa) * e[:, None]))
def to_ccd(vendor, amp, col, row):
    i = int(amp[2]); top = amp[1] == '1'
    if vendor == 'e2v':
        c = col - 10
        return (512 * i + 511 - c, 4003 - row) if top else (512 * i + c, row)
    c = col - 3
    return (509 * i + 508 - c, 3999 - row) if top else (509 * i + 508 - c, row)
def vec(ra, dec):
    ra, dec = np.radians(ra), np.radians(dec)
    return np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
def poly(h, name, u, v):
    s = 0 * u
    for p in range(10):
        for q in range(10):
            k = f'{name}_{p}_{q}'
            if k in h: s = s + h[k] * u**p * v**q
    return s
def judge(h, x, y, truth):
    w = WCS(h)
    ra, dec = w.all_pix2world(x, y, 0)
    miss = np.linalg.norm(vec(ra, dec) - truth, axis=0) / np.radians(0.200059 / 3600)
    tra, tdec = np.degrees(np.arctan2(truth[1], truth[0])), np.degrees(np.arctan2(truth[2], np.hypot(truth[0], truth[1])))
    bx, by = w.all_world2pix(tra, tdec, 0, tolerance=1e-7, maxiter=50)
    fx, fy = w.wcs_world2pix(tra, tdec, 1)
    U, V = fx - h['CRPIX1'], fy - h['CRPIX2']
    ax, ay = fx + poly(h, 'AP', U, V) - 1, fy + poly(h, 'BP', U, V) - 1
    return [float(miss.max()), float(np.hypot(bx - x, by - y).max()), float(np.hypot(ax - x, ay - y).max())]
out = []
for case in json.load(sys.stdin):
    name, vendor = case['name'], case['vendor']
    ny, nx = (4004, 4096) if vendor == 'e2v' else (4000, 4072)
    gx, gy = [g.ravel() for g in np.meshgrid(np.linspace(-0.5, nx - 0.5, 9), np.linspace(-0.5, ny - 0.5, 9))]
    result = {'ccd': None, 'segments': [], 'exact': None}
    def header(cards):
        h = fits.Header()
        for c in cards: h[c['keyword']] = c['value']
        h['NAXIS'] = 2; h['NAXIS1'] = nx; h['NAXIS2'] = ny
        return h
    truth = sky(name, gx, gy, case['ra'], case['dec'], case['rot'])
    result['ccd'] = judge(header(case['cards']), gx, gy, truth)
    for segment in case['segments']:
        col, row = [g.ravel() for g in np.meshgrid(np.linspace(0, 575, 5), np.linspace(0, 2001, 5))]
        cx, cy = to_ccd(vendor, segment['name'], col, row)
        inside = (cx >= -0.5) & (cx <= nx - 0.5) & (cy >= -0.5) & (cy <= ny - 0.5)
        col, row, cx, cy = col[inside], row[inside], cx[inside], cy[inside]
        result['segments'].append(judge(header(segment['cards']), col, row, sky(name, cx, cy, case['ra'], case['dec'], case['rot'])))
    px, py = np.array(case['x']), np.array(case['y'])
    own = vec(np.array(case['raOwn']), np.array(case['decOwn']))
    result['exact'] = float((np.linalg.norm(own - sky(name, px, py, case['ra'], case['dec'], case['rot']), axis=0) / np.radians(0.200059 / 3600)).max())
    out.append(result)
print(json.dumps(out))
`;

interface Verdict {
  ccd: number[];
  segments: number[][];
  exact: number;
}

describe.skipIf(!hasPython)(
  'headers read by astropy against an independent computation of the camera',
  () => {
    const cases = JUDGED.flatMap((detector, i) =>
      ROTATIONS.map((rot, k) => {
        const boresight = POINTINGS[(i + k) % POINTINGS.length] ?? { raDeg: 0, decDeg: 0 };
        const wcs = detectorTanSip(detector, boresight, rot);
        const projection = detectorProjection(detector, boresight, rot);
        const points = [
          [0, 0],
          [detector.nx - 1, 17],
          [1000.25, 3210.5],
          [-300, detector.ny + 500],
        ].map(([x = 0, y = 0]) => ({ x, y, ...projection.pixelToSky(x, y) }));
        return {
          name: detector.name,
          vendor: detector.vendor,
          ra: boresight.raDeg,
          dec: boresight.decDeg,
          rot,
          cards: tanSipCards(wcs),
          segments: amplifiersOf(detector)
            .filter(({ name }) => ['C10', 'C17', 'C07', 'C00'].includes(name))
            .map((amplifier) => ({
              name: amplifier.name,
              cards: tanSipCards(segmentTanSip(wcs, detector, amplifier)),
            })),
          x: points.map(({ x }) => x),
          y: points.map(({ y }) => y),
          raOwn: points.map(({ raDeg }) => raDeg),
          decOwn: points.map(({ decDeg }) => decDeg),
        };
      }),
    );
    const verdicts = hasPython ? askPython<Verdict[]>(NUMPY_PROGRAM, cases) : [];

    it.each(JUDGED.map(({ name }, i) => [name, i] as const))(
      '%s: 0.001 pixel at three rotator angles, e-image and segments, both directions',
      (name, i) => {
        const own = verdicts.slice(3 * i, 3 * i + 3);
        expect(own.length).toBe(3);
        for (const verdict of own) {
          for (const [forward = NaN, iterated = NaN, polynomial = NaN] of [
            verdict.ccd,
            ...verdict.segments,
          ]) {
            expect(forward, `${name} pixel to sky`).toBeLessThan(1e-3);
            expect(iterated, `${name} sky to pixel, iterated`).toBeLessThan(1e-3);
            expect(polynomial, `${name} sky to pixel, AP and BP`).toBeLessThan(1e-3);
          }
          // The exact projection differs by rounding alone.
          expect(verdict.exact).toBeLessThan(1e-7);
        }
      },
    );
  },
);

describe('the focal plane', () => {
  it('comes back from mm and from the tangent plane', () => {
    for (const detector of [named('R22_S11'), named('R01_S00'), named('R00_SG0'), named('R04_SG1')]) {
      for (const [x, y] of [
        [0, 0],
        [4071, 3999],
        [12.5, 3777.25],
      ] as const) {
        const point = pixel0ToFocalPlane(detector, x, y);
        const back = focalPlaneToPixel0(
          detector,
          tangentPlaneToFocalPlane(focalPlaneToTangentPlane(point, 33), 33),
        );
        expect(Math.hypot(back.x - x, back.y - y)).toBeLessThan(1e-9);
      }
    }
  });

  it('has the farthest corner at 368.9 mm, within 0.1 mm (half pixels, reference pixels)', () => {
    const farthest = Math.max(...SCIENCE_DETECTORS.map(cornerRadiusMm));
    expect(Math.abs(farthest - 368.9)).toBeLessThan(0.1);
  });

  it('is distorted by -0.225 mm (cubic) and -0.0034 mm (quintic) at 300 mm', () => {
    expect(300 * (1 - distortionFactor(90_000))).toBeCloseTo(0.2251 + 0.0034, 4);
  });

  it('has an exact inverse of the distortion at all radii, continuous at 500 mm', () => {
    for (const radius of [1e-6, 1, 100, 300, 369, 499.999, 500, 500.001, 800, 20_000, 1e7]) {
      const distorted = radius * distortionFactor(radius * radius);
      expect((inverseDistortionFactor(distorted * distorted) * distorted) / radius).toBeCloseTo(1, 14);
    }
    expect(distortionFactor(500.0001 ** 2) / distortionFactor(499.9999 ** 2)).toBeCloseTo(1, 8);
  });
});

describe('the projection of a detector', () => {
  const boresight = { raDeg: 53, decDeg: -27.5 };

  it('has North up and East left at ROTPA 0, and +y at position angle ROTPA', () => {
    const up = detectorProjection(named('R22_S11'), boresight, 0);
    const north = up.skyToPixel(53, -27.4);
    expect(north.y).toBeGreaterThan(2001.5 + 1790);
    expect(Math.abs(north.x - 2047.5)).toBeLessThan(1e-6);
    expect(up.skyToPixel(53.1, -27.5).x).toBeLessThan(2047.5 - 1500);
    const turned = detectorProjection(named('R22_S11'), boresight, 90);
    expect(turned.skyToPixel(53.1, -27.5).y).toBeGreaterThan(2001.5 + 1500);
  });

  it('gives arrays the bits of single directions, and NaN behind the plane', () => {
    for (const detector of [named('R22_S11'), named('R43_S22'), named('R04_SG1')]) {
      const projection = detectorProjection(detector, boresight, 123.4);
      const ra = Float64Array.of(53, 54.5, 51, 100, 233, NaN);
      const dec = Float64Array.of(-27.5, -28.5, -26, 10, 27.5, 0);
      const { x, y } = projection.skyToPixelArrays(ra, dec);
      for (let i = 0; i < 4; i++) {
        expect({ x: x[i], y: y[i] }).toEqual(projection.skyToPixel(ra[i] ?? NaN, dec[i] ?? NaN));
      }
      expect([x[4], y[4], x[5], y[5]]).toEqual([NaN, NaN, NaN, NaN]);
      expect(() => projection.skyToPixel(233, 27.5)).toThrow(BehindTangentPlaneError);
    }
  });

  it('agrees with its TAN-SIP on every detector of the camera', () => {
    for (const detector of DETECTORS) {
      const projection = detectorProjection(detector, boresight, 200);
      const transform = tanSipTransform(detectorTanSip(detector, boresight, 200));
      for (const [fx, fy] of [
        [0, 0],
        [1, 0.5],
        [0.3, 1],
      ] as const) {
        const x = fx * (detector.nx - 1);
        const y = fy * (detector.ny - 1);
        const sky = projection.pixelToSky(x, y);
        expect(separationDeg(sky, transform.pixelToSky(x, y)) / PIXEL_DEG).toBeLessThan(1e-3);
        const back = transform.skyToPixel(sky.raDeg, sky.decDeg);
        expect(Math.hypot(back.x - x, back.y - y)).toBeLessThan(1e-3);
      }
    }
  });

  it('has a Jacobian that is the difference of pixels over steps West and North', () => {
    for (const detector of [named('R22_S11'), named('R01_S00'), named('R34_S22'), named('R00_SG0')]) {
      for (const pointing of POINTINGS) {
        const projection = detectorProjection(detector, pointing, 40);
        const [x, y] = [700, 3100];
        const { raDeg, decDeg } = projection.pixelToSky(x, y);
        const stepArcsec = 0.5;
        const step = stepArcsec / 3600;
        const cosDec = Math.cos((decDeg * Math.PI) / 180);
        const west = projection.skyToPixel(raDeg - step / cosDec, decDeg);
        const east = projection.skyToPixel(raDeg + step / cosDec, decDeg);
        const north = projection.skyToPixel(raDeg, decDeg + step);
        const south = projection.skyToPixel(raDeg, decDeg - step);
        const expected = [
          (west.x - east.x) / (2 * stepArcsec),
          (north.x - south.x) / (2 * stepArcsec),
          (west.y - east.y) / (2 * stepArcsec),
          (north.y - south.y) / (2 * stepArcsec),
        ];
        // Differences of positions good to 1e-9 pixel over 1 arcsec; curvature of the sky near the pole 1e-7.
        projection
          .jacobian(x, y)
          .forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-6));
      }
    }
  });
});

const headerPath = sharedPath('data/headers/lsstCamSim-R22_S11.yaml');

describe.skipIf(headerPath === undefined)(
  'the header of a simulated LSSTCam raw, segment C10 of R22_S11',
  () => {
    const header = headerPath === undefined ? '' : readFileSync(headerPath, 'utf8');
    const value = (key: string): number => Number(new RegExp(`^${key}: (.*)$`, 'mu').exec(header)?.[1]);
    const detector = named('R22_S11');
    const boresight = { raDeg: value('RA'), decDeg: value('DEC') };
    const c10 = amplifiersOf(detector)[0];
    const own = c10 && segmentTanSip(detectorTanSip(detector, boresight, value('ROTPA')), detector, c10);

    it('has our CD matrix for its ROTPA: obs_lsst turns the camera the same way', () => {
      // imSim ray-traces the telescope: 0.1 deg of rotation and 1e-3 of scale besides ours, 1e-7 of 5.5e-5 deg.
      ['CD1_1', 'CD1_2', 'CD2_1', 'CD2_2'].forEach((key, i) => {
        expect(Math.abs((own?.cd[i] ?? NaN) - value(key))).toBeLessThan(1.5e-7);
      });
    });

    it('has our cubic distortion within 2 percent', () => {
      const coefficient = own?.a.terms.find(({ p, q }) => p === 3 && q === 0)?.coefficient ?? NaN;
      expect(Math.abs(coefficient / value('A_3_0') - 1)).toBeLessThan(0.02);
    });

    it('has our CRPIX but for the 10 prescan columns and the 0-based count that it leaves out', () => {
      expect((own?.crpix[0] ?? NaN) - 10).toBeCloseTo(value('CRPIX1'), 1);
      expect(own?.crpix[1] ?? NaN).toBeCloseTo(value('CRPIX2') + 0, 1);
    });
  },
);
