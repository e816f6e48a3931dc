import { describe, expect, it } from 'vitest';
import { askPython, hasPython } from '@imsim-od/testing';
import { MemoryByteSource, readInstanceCatalog } from './index.js';
import { composeShear } from './lensing.js';

/** Long-axis angle, axis ratio, position angle, gamma1, gamma2, kappa as they stand in a catalog. */
const CASES = [
  { a: 0.6, b: 0.3, pa: 0, lens: [0, 0, 0] },
  { a: 0.6, b: 0.3, pa: 30, lens: [0, 0, 0] },
  { a: 0.6, b: 0.2, pa: 144, lens: [0.05, -0.03, 0.1] },
  { a: 0.5, b: 0.5, pa: 77, lens: [-0.08, 0.06, -0.05] },
  { a: 0.9, b: 0.4, pa: 290, lens: [0.2, 0.15, 0.3] },
];

async function rows(): Promise<{ g1: number; g2: number; hlr: number }[]> {
  const lines = CASES.map(
    ({ a, b, pa, lens }, i) =>
      `object ${i} 53 -27 20 flatSED/sed_flat.txt 0 ${lens.join(' ')} 0 0 sersic2d ${a} ${b} ${pa} 1 none none`,
  );
  const text = ['rightascension 53', 'declination -27', 'filter 2', ...lines, ''].join('\n');
  const source = new MemoryByteSource(new Map([['c', new TextEncoder().encode(text)]]), 'c');
  const { sources } = await readInstanceCatalog(source);
  return CASES.map((_, i) => ({
    g1: sources.g1[i] ?? 0,
    g2: sources.g2[i] ?? 0,
    hlr: sources.halfLightRadiusArcsec[i] ?? 0,
  }));
}

/** Draws what imSim would build, and what our columns say, in a celestial WCS rolled by theta; returns their pixels' difference. */
const JUDGE = `
import sys, json, numpy as np, galsim
asked = json.load(sys.stdin)
out = []
for case, row in zip(asked['cases'], asked['rows']):
    a, b, pa = case['a'], case['b'], case['pa']
    k1, k2, kappa = case['lens'][0], -case['lens'][1], case['lens'][2]
    theirs = galsim.Exponential(half_light_radius=(a * b) ** 0.5).shear(q=b / a, beta=(90 - pa) * galsim.degrees)
    mu = 1 / ((1 - kappa) ** 2 - k1 ** 2 - k2 ** 2)
    theirs = theirs.lens(k1 / (1 - kappa), k2 / (1 - kappa), mu).withFlux(1)
    ours = galsim.Exponential(half_light_radius=row['hlr']).shear(g1=row['g1'], g2=row['g2'])
    worst = 0
    angles = []
    for theta in (0, 35, 131.2):
        t = np.radians(theta)
        s = 0.2
        affine = galsim.AffineTransform(s * np.cos(t), -s * np.sin(t), s * np.sin(t), s * np.cos(t), origin=galsim.PositionD(33, 33))
        wcs = galsim.TanWCS(affine, galsim.CelestialCoord(53 * galsim.degrees, -27 * galsim.degrees))
        local = wcs.local(galsim.PositionD(33, 33))
        psf = galsim.Gaussian(fwhm=0.7)
        images = [galsim.Convolve(o, psf).drawImage(nx=65, ny=65, wcs=local).array for o in (theirs, ours)]
        worst = max(worst, np.abs(images[0] - images[1]).max() / images[0].max())
        # Position angle on the sky from second moments through the full WCS, N through E.
        image = images[1]
        y, x = np.mgrid[1:66, 1:66]
        w = image / image.sum()
        ra, dec = wcs.xyToradec(x.astype(float), y.astype(float), units='deg')
        east = ((ra - 53 + 180) % 360 - 180) * 3600 * np.cos(np.radians(dec))
        north = (dec + 27) * 3600
        de = (w * east).sum(); dn = (w * north).sum()
        qee = (w * (east - de) ** 2).sum(); qnn = (w * (north - dn) ** 2).sum(); qen = (w * (east - de) * (north - dn)).sum()
        angles.append(float(np.degrees(0.5 * np.arctan2(2 * qen, qnn - qee)) % 180))
    out.append(dict(worst=float(worst), angles=angles))
print(json.dumps(out))
`;

describe.skipIf(!hasPython)('shapes of catalog objects against GalSim', () => {
  it('are what GalSim draws from the same line by imSim’s rules, and keep their angle on the sky at three rotator angles', async () => {
    const ours = await rows();
    const judged = askPython<{ worst: number; angles: number[] }[]>(JUDGE, {
      cases: CASES,
      rows: ours,
    });
    judged.forEach(({ worst, angles }, i) => {
      // GalSim's own FFT accuracy on folded stamps is some 1e-5 of the peak.
      expect(worst).toBeLessThan(1e-4);
      const { g1, g2 } = ours[i] ?? { g1: 0, g2: 0 };
      const g = Math.sqrt(g1 * g1 + g2 * g2);
      if (g < 0.05) return;
      // beta from West to North is the position angle (North through East) beta + 90.
      const expected = (0.5 * Math.atan2(g2, g1) * 180) / Math.PI + 90;
      for (const angle of angles) {
        const difference = ((angle - expected + 270) % 180) - 90;
        // Moments of a 13 arcsec stamp with 0.2 arcsec pixels: truncated wings turn the angle by some 0.1 deg.
        expect(Math.abs(difference)).toBeLessThan(0.3);
      }
    });
  });

  it('an unlensed pa of 30 deg lies at position angle -30 deg: the mirror that catalogs for PhoSim and imSim carry', async () => {
    const second = (await rows())[1] ?? { g1: 0, g2: 0 };
    const beta = (0.5 * Math.atan2(second.g2, second.g1) * 180) / Math.PI;
    expect(beta).toBeCloseTo(60, 10);
  });

  it('composes shears as matrices do', () => {
    const random = [0.3, -0.2, 0.1, 0.45, -0.6, 0.05, 0.2, 0.2];
    for (let i = 0; i < 6; i += 2) {
      const [o1 = 0, o2 = 0, i1 = 0, i2 = 0] = random.slice(i, i + 4);
      const matrix = multiply(shearMatrix(o1, o2), shearMatrix(i1, i2));
      // Shape of M circle: eigen-structure of M M^T = S(g)^2 with S symmetric of unit determinant.
      const { g1, g2 } = composeShear({ g1: o1, g2: o2 }, { g1: i1, g2: i2 });
      const total = shearMatrix(g1, g2);
      const left = multiply(matrix, transpose(matrix));
      const right = multiply(total, transpose(total));
      left.forEach((value, k) => expect(value).toBeCloseTo(right[k] ?? 0, 12));
    }
  });
});

type Matrix = [number, number, number, number];

function shearMatrix(g1: number, g2: number): Matrix {
  const s = 1 / Math.sqrt(1 - g1 * g1 - g2 * g2);
  return [s * (1 + g1), s * g2, s * g2, s * (1 - g1)];
}

function multiply(p: Matrix, q: Matrix): Matrix {
  return [
    p[0] * q[0] + p[1] * q[2],
    p[0] * q[1] + p[1] * q[3],
    p[2] * q[0] + p[3] * q[2],
    p[2] * q[1] + p[3] * q[3],
  ];
}

function transpose(m: Matrix): Matrix {
  return [m[0], m[2], m[1], m[3]];
}
