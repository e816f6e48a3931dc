/** FITS images as sources, from astropy's files to the image: where their light lies on the sky, and how much of it there is. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askPython, hasPython, runPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const FIELD = { raDeg: 53, decDeg: -28 };

/** An L without any symmetry, 0.1 arcsec a pixel, as six kinds of files that astropy writes. */
const WRITE = `
import sys, os
import numpy as np
from astropy.io import fits
image = np.zeros((101, 121), 'i4')
image[50, 60:110] = 300
image[50:80, 60] = 600
at = lambda name: os.path.join(sys.argv[1], name)
fits.PrimaryHDU(image.astype('f4')).writeto(at('float.fits'))
fits.PrimaryHDU(image.astype('u2')).writeto(at('unsigned.fits'))
fits.PrimaryHDU(image.astype('f4')).writeto(at('packed.fits.gz'))
fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(image, compression_type='RICE_1')]).writeto(at('rice.fits'))
fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(image.astype('f8')[None], name='SCI'), fits.ImageHDU(np.ones((5, 5)), name='MASK')]).writeto(at('cube.fits'))
hdu = fits.PrimaryHDU((image // 2).astype('i2'))
hdu.header['BSCALE'] = 2.0
hdu.writeto(at('scaled.fits'))
`;

/** Light and moments to the third order, East and North in arcsec about each place: in the image, and of the stamp itself. */
const MEASURE = `
import json, sys, warnings
import numpy as np
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS
warnings.simplefilter('ignore')
asked = json.load(sys.stdin)
hdu = next(h for h in fits.open(asked['image']) if h.data is not None)
y, x = np.nonzero(hdu.data)
light = hdu.data[y, x].astype(float)
ra, dec = WCS(hdu.header).all_pix2world(x, y, 0)
def moments(east, north, w):
    total = w.sum(); w = w / total
    e, n = (east * w).sum(), (north * w).sum()
    de, dn = east - e, north - n
    return [total, e, n] + [(w * m).sum() for m in (de * de - dn * dn, de * dn, de * de * dn, de * dn * dn)]
data = fits.getdata(asked['stamp']).astype(float)
py, px = np.mgrid[:data.shape[0], :data.shape[1]]
px, py = (px - (data.shape[1] - 1) / 2) * 0.1, (py - (data.shape[0] - 1) / 2) * 0.1
truth = {str(row['object_id']).strip(): float(row['expected_electrons']) for row in Table.read(asked['truth'])}
out = []
for id, ra0, dec0, angle in asked['sources']:
    east, north = (ra - ra0) * np.cos(np.radians(dec0)) * 3600, (dec - dec0) * 3600
    near = np.hypot(east, north) < 20
    a = np.radians(angle)
    # +y along the position angle, North through East; +x a quarter turn West of it
    wanted = moments(py * np.sin(a) - px * np.cos(a), py * np.cos(a) + px * np.sin(a), data)
    out.append(dict(found=moments(east[near], north[near], light[near]), wanted=[truth[id]] + wanted[1:]))
print(json.dumps(out))
`;

interface Measured {
  readonly found: readonly number[];
  readonly wanted: readonly number[];
}

const SOURCES = [
  ['float.fits', 53, -28, 0],
  ['unsigned.fits', 53.03, -28, 90],
  ['packed.fits.gz', 53, -28.03, 200],
  ['rice.fits', 52.97, -28, 30],
  ['cube.fits', 53, -27.97, -75],
  ['scaled.fits', 53.03, -27.97, 135],
] as const;

function measure(name: string, sky: object): Measured[] {
  const request = {
    pointing: FIELD,
    band: 'r',
    obsMjdTai: 61_041.1,
    seeingFwhm500Arcsec: 0.3,
    rotTelPosDeg: 77,
    effects: { background: false, vignetting: false, bleed: false },
    products: ['eimage', 'truth'],
    sky: [sky],
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(request));
  askCli(['simulate', `${name}.json`, '--out', name, '--json'], folder);
  const file = (start: string): string =>
    join(
      name,
      readdirSync(join(folder, name)).find((path) => path.startsWith(start) && path.endsWith('.fits'))!,
    );
  return askPython<Measured[]>(MEASURE, {
    image: join(folder, file('eimage')),
    truth: join(folder, file('truth')),
    stamp: join(folder, 'float.fits'),
    sources: SOURCES.map(([stamp, ra, dec, angle]) => [stamp, ra, dec, angle]),
  });
}

describe.skipIf(!hasPython)('FITS images as sources', () => {
  runPython(WRITE, [folder]);

  const expectThere = (measured: readonly Measured[]): void => {
    expect(measured).toHaveLength(SOURCES.length);
    for (const { found, wanted } of measured) {
      // The truth's electrons; 2.8 million of them scatter by 6e-4, and 1e-3 of a round PSF lies beyond 20 arcsec.
      expect(Math.abs(found[0]! / wanted[0]! - 1)).toBeLessThan(0.004);
      // A round PSF adds nothing to the centroid, to the quadrupole, or to third moments but noise of its wings: 0.002 and 0.02 arcsec^2, arcsec^3.
      for (const i of [1, 2]) expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(0.01);
      for (const i of [3, 4]) expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(0.03);
      for (const i of [5, 6]) expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(0.25);
      // The L is no mirror image of itself: one that is flipped has another sign here.
      expect(Math.max(Math.abs(wanted[5]!), Math.abs(wanted[6]!))).toBeGreaterThan(0.5);
    }
  };

  it('of a table stand as their position angles say, neither mirrored nor resized, with the light of their magnitude, whatever the file', () => {
    const rows = SOURCES.map(([stamp, ra, dec, angle]) => `${stamp},${ra},${dec},16,${stamp},100,${angle}`);
    writeFileSync(
      join(folder, 'stamps.csv'),
      `id,ra,dec,mag_r,stamp,stampPixelScale [mas],pa\n${rows.join('\n')}\n`,
    );
    expectThere(measure('table', { type: 'table', path: 'stamps.csv' }));
  });

  it('of an instance catalog turn the other way, as PhoSim and imSim draw them', () => {
    // A flat spectrum of magnorm 16 is magnitude 16 in every band.
    const lines = SOURCES.map(
      ([stamp, ra, dec, angle]) =>
        `object ${stamp} ${ra} ${dec} 16 flatSED/sed_flat.txt 0 0 0 0 0 0 ${stamp} 0.1 ${-angle} none none\n`,
    );
    writeFileSync(
      join(folder, 'stamps.txt'),
      `rightascension 53\ndeclination -28\nfilter 2\nseeing 0.3\n${lines.join('')}`,
    );
    expectThere(measure('catalog', { type: 'instanceCatalog', path: 'stamps.txt' }));
  });
});
