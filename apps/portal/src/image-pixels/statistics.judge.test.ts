/** What the page measures on the pixels of a FITS file that astropy wrote, against numpy, astropy and its regions on the same file. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tanSipTransform } from '@imsim-od/astro';
import { askPython, hasPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { circleRegion, regionPosition } from './circle-region.js';
import { type ReadImage, readImageOf } from './pixel-tasks.js';
import { histogramOf, radialProfile, statisticsOf, valuesInCircle } from './statistics.js';

/** A sky of 1000 electrons with two stars, one of them at the corner, as whole numbers or floats; its world coordinates are distorted. */
const WRITE = `
import json, sys
import numpy as np
from astropy.io import fits
given = json.load(sys.stdin)
rng = np.random.default_rng(7)
y, x = np.mgrid[1:301, 1:401]
mean = 1000.0
for cx, cy, flux, s in [(150.3, 121.7, 3e6, 2.1), (1.2, 299.6, 4e5, 3.0)]:
    mean = mean + flux / (2 * np.pi * s * s) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * s * s))
data = rng.poisson(mean)
header = fits.Header()
header['BUNIT'] = 'electron'
for keyword, value in dict(CTYPE1='RA---TAN-SIP', CTYPE2='DEC--TAN-SIP', CRVAL1=53.1, CRVAL2=-27.8, CRPIX1=170.5, CRPIX2=140.25,
    CD1_1=-5.4e-5, CD1_2=1.1e-5, CD2_1=1.2e-5, CD2_2=5.5e-5, A_ORDER=2, A_2_0=2e-6, A_1_1=-1e-6, B_ORDER=2, B_0_2=3e-6, B_1_1=5e-7,
    AP_ORDER=1, AP_0_1=0.0, BP_ORDER=1, BP_1_0=0.0).items():
    header[keyword] = value
fits.PrimaryHDU(data.astype(np.int32 if given['type'] == 'int32' else np.float32), header).writeto(given['path'])
json.dump(None, sys.stdout)
`;

const JUDGE = `
import json, sys
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from regions import PixCoord, Regions
given = json.load(sys.stdin)
data, header = fits.getdata(given['path'], header=True)
v = data.astype(np.float64)
h = given['histogram']
edges = h['from'] + h['binWidth'] * np.arange(h['bins'] + 1)
inside = v[(v >= edges[0]) & (v < edges[-1])]
counts = np.bincount(np.floor((inside - edges[0]) / h['binWidth']).astype(int), minlength=h['bins'])
region, = Regions.parse(given['region'], format='ds9')
chosen = region.contains(PixCoord(*np.meshgrid(np.arange(v.shape[1]), np.arange(v.shape[0]))))
c = v[chosen]
cx, cy, radius = region.center.x, region.center.y, region.radius
yy, xx = np.mgrid[0:v.shape[0], 0:v.shape[1]]
d = np.hypot(xx - cx, yy - cy)
rings = []
for k in range(int(np.ceil(radius))):
    ring = v[(d >= k) & (d < k + 1)]
    if ring.size: rings.append(dict(radius=k + 0.5, count=int(ring.size), mean=float(ring.mean())))
places = [(0.0, 0.0), (169.5, 139.25), (399.0, 0.0), (12.3, 298.7)]
sky = WCS(header).all_pix2world(np.array(places), 0)
json.dump(dict(
    counts=counts.tolist(), below=int((v < edges[0]).sum()), above=int((v >= edges[-1]).sum()),
    low=float(np.quantile(v, 0.001)), high=float(np.quantile(v, 0.995)),
    region=dict(x=float(cx), y=float(cy), radius=float(radius)),
    circle=dict(count=int(c.size), sum=float(c.sum()), mean=float(c.mean()), median=float(np.median(c)), deviation=float(c.std()), least=float(c.min()), greatest=float(c.max())),
    rings=rings, places=places, sky=sky.tolist()), sys.stdout)
`;

interface Judged {
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
  readonly low: number;
  readonly high: number;
  readonly region: { readonly x: number; readonly y: number; readonly radius: number };
  readonly circle: Readonly<Record<string, number>>;
  readonly rings: readonly { readonly radius: number; readonly count: number; readonly mean: number }[];
  readonly places: readonly (readonly [number, number])[];
  readonly sky: readonly (readonly [number, number])[];
}

describe.skipIf(!hasPython).each(['int32', 'float32'] as const)('an image of %s', (type) => {
  // The star's centre as a press of the mouse has it, and one whose circle leaves the image.
  const centres = [
    { ...regionPosition({ x: 149.2537, y: 120.7468 }), radius: 12 },
    { ...regionPosition({ x: 1.2461, y: 298.7519 }), radius: 7.5 },
  ];
  let folder: string;
  let image: ReadImage;
  let judged: readonly Judged[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imsim-od-measured-'));
    const path = join(folder, 'image.fits');
    askPython(WRITE, { path, type });
    image = await readImageOf(new Uint8Array(readFileSync(path)));
    const { from, binWidth, counts } = histogramOf(image.values)!;
    const histogram = { from, binWidth, bins: counts.length };
    judged = centres.map(({ x, y, radius }) =>
      askPython<Judged>(JUDGE, { path, histogram, region: circleRegion({ x, y }, radius) }),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has numpy’s histogram, bin by bin, over the range that was asked for', () => {
    const { from, binWidth, counts, below, above } = histogramOf(image.values)!;
    const [{ counts: theirs, below: less, above: more, low, high }] = judged as [Judged];
    expect(counts).toEqual(theirs);
    expect([below, above]).toEqual([less, more]);
    // Quantiles come from every second pixel: of 60,000 values of a Poisson law the 0.1 % point is known to some 0.6 electrons' worth.
    expect(Math.abs(from - low)).toBeLessThan(6);
    // 128 bins of whole width reach over the upper point by less than 128 electrons.
    const top = from + counts.length * binWidth;
    expect(top).toBeGreaterThan(high - 0.05 * (high - low));
    expect(top).toBeLessThan(high + 0.05 * (high - low) + 128);
  });

  it('has the statistics of a circle as astropy’s regions cut it out, read from the page’s own region text', () => {
    for (const [i, { x, y, radius }] of centres.entries()) {
      const { region, circle } = judged[i]!;
      expect(region).toEqual({ x, y, radius });
      const found = statisticsOf(valuesInCircle(image, x, y, radius))!;
      expect(found.count).toBe(circle['count']);
      // Sums of whole numbers are exact; the others are rounded differently by numpy's pairwise sums.
      for (const name of ['sum', 'mean', 'median', 'deviation', 'least', 'greatest'] as const)
        expect(found[name] / circle[name]!).toBeCloseTo(1, 12);
    }
  });

  it('has numpy’s means in rings', () => {
    for (const [i, { x, y, radius }] of centres.entries()) {
      const rings = radialProfile(image, x, y, radius);
      const theirs = judged[i]!.rings;
      expect(rings.map((ring) => [ring.radius, ring.count])).toEqual(
        theirs.map((ring) => [ring.radius, ring.count]),
      );
      for (const [k, { mean }] of rings.entries()) expect(mean / theirs[k]!.mean).toBeCloseTo(1, 12);
    }
  });

  it('has astropy’s ICRS positions, distortion included', () => {
    const { places, sky } = judged[0]!;
    const { pixelToSky } = tanSipTransform(image.wcs!);
    for (const [i, [x, y]] of places.entries()) {
      const found = pixelToSky(x, y);
      // 1e-10 deg is 0.4 µas: double rounding of angles.
      expect(Math.abs(found.raDeg - sky[i]![0])).toBeLessThan(1e-10);
      expect(Math.abs(found.decDeg - sky[i]![1])).toBeLessThan(1e-10);
    }
  });
});
