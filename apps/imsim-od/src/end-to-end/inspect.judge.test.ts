/** `inspect` on files that astropy made. */
import { join } from 'node:path';
import { hasPython, runPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();

interface Inspected {
  readonly hdus: readonly {
    name: string;
    kind: string;
    shape: number[];
    keywords: Record<string, unknown>;
    statistics?: Record<string, number>;
    columns?: { name: string; unit: string }[];
    sky?: { centre: { raDeg: number; decDeg: number }; corners: { raDeg: number; decDeg: number }[] };
  }[];
}

interface Truth {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly median: number;
  readonly sky: readonly (readonly [number, number])[];
}

const MAKE = `
import json, sys, numpy as np
from astropy.io import fits
from astropy.wcs import WCS
rng = np.random.default_rng(4)
a = rng.normal(1000, 30, (50, 70)).astype('f4')
h = fits.Header()
h.update({'INSTRUME': 'TestCam', 'EXPTIME': 12.5, 'CTYPE1': 'RA---TAN-SIP', 'CTYPE2': 'DEC--TAN-SIP', 'CRVAL1': 359.99, 'CRVAL2': -30.0,
  'CRPIX1': 20.0, 'CRPIX2': 30.0, 'CD1_1': -4e-5, 'CD1_2': 3e-5, 'CD2_1': 3e-5, 'CD2_2': 4e-5,
  'A_ORDER': 2, 'B_ORDER': 2, 'A_2_0': 1e-4, 'A_1_1': -2e-5, 'B_0_2': 5e-5})
table = fits.BinTableHDU.from_columns([fits.Column('id', 'K', array=np.arange(3)), fits.Column('ra', 'D', unit='deg', array=np.zeros(3))], name='CAT')
packed = fits.CompImageHDU(rng.integers(0, 5000, (40, 30)).astype('i4'), name='PACKED', compression_type='RICE_1')
fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(a, h, name='SCI'), table, packed]).writeto(sys.argv[1])
w = WCS(h)
corners = w.all_pix2world([[34.5, 24.5], [-.5, -.5], [69.5, -.5], [69.5, 49.5], [-.5, 49.5]], 0)
print(json.dumps({'min': float(a.min()), 'max': float(a.max()), 'mean': float(a.mean(dtype='f8')), 'std': float(a.std(dtype='f8')),
  'median': float(np.median(a.astype('f8'))), 'sky': corners.tolist()}))
`;

describe.skipIf(!hasPython)('inspect', () => {
  it('agrees with astropy on shapes, statistics and the sky', () => {
    const path = join(folder, 'made.fits');
    const truth = JSON.parse(runPython(MAKE, [path])) as Truth;
    const { hdus } = askCli<Inspected>(['inspect', path, '--json']);
    expect(hdus.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'image ',
      'image SCI',
      'table CAT',
      'compressed-image PACKED',
    ]);
    const science = hdus[1]!;
    expect(science.shape).toEqual([70, 50]);
    expect(science.keywords).toMatchObject({ INSTRUME: 'TestCam', EXPTIME: 12.5 });
    const { statistics } = science;
    // 1e-9: both sum the same float32 values in double precision.
    for (const [ours, theirs] of [
      ['min', truth.min],
      ['max', truth.max],
      ['mean', truth.mean],
      ['median', truth.median],
      ['deviation', truth.std],
    ] as const) {
      expect(Math.abs(statistics![ours]! / theirs - 1), ours).toBeLessThan(1e-9);
    }
    const ours = [science.sky!.centre, ...science.sky!.corners];
    // 1e-9 deg = 4 micro-arcseconds: double rounding.
    truth.sky.forEach(([raDeg, decDeg], i) => {
      expect(Math.abs(ours[i]!.raDeg - raDeg)).toBeLessThan(1e-9);
      expect(Math.abs(ours[i]!.decDeg - decDeg)).toBeLessThan(1e-9);
    });
    expect(hdus[2]!.shape).toEqual([3]);
    expect(hdus[2]!.columns).toMatchObject([{ name: 'id' }, { name: 'ra', unit: 'deg' }]);
    expect(hdus[3]!.shape).toEqual([30, 40]);
    const text = runCli(['inspect', path]);
    expect(text.status).toBe(0);
    expect(text.stdout).toContain('HDU 1 SCI: image 70 x 50 float32');
  });
});
