import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askPython, hasPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryRangeSource } from '../range-source.js';
import { SHEAR_AXES, type ShearAxes, lensSampler } from './lens-map.js';
import { type LensMapOptions, readLensMap } from './read-lens-map.js';

/**
 * Astropy lays out images of several orientations; a mock mass stands at their tangent point and stretches around itself, its
 * shear written on the axes of the map's own pixels or of the sky. Directions come from astropy's SkyCoord.
 */
const WRITER = `
import json, sys, numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from astropy.coordinates import SkyCoord
from astropy.table import Table
import astropy.units as u
folder = json.load(sys.stdin)
rng = np.random.default_rng(3)
def wcs_of(ra, dec, cd):
    w = WCS(naxis=2)
    w.wcs.ctype = ['RA---TAN', 'DEC--TAN']
    w.wcs.crval = [ra, dec]
    w.wcs.crpix = [21, 31]
    w.wcs.cd = np.array(cd)
    return w
def write(name, w, kappa, g1, g2, **more):
    hdus = [fits.PrimaryHDU()] + [fits.ImageHDU(np.asarray(d, 'f4'), w.to_header(), name=n) for d, n in ((kappa, 'KAPPA'), (g1, 'GAMMA1'), (g2, 'GAMMA2'))]
    fits.HDUList(hdus).writeto(f'{folder}/{name}.fits')
out = {}
s = 0.002
turn = lambda a: [[-s * np.cos(a), -s * np.sin(a)], [-s * np.sin(a), s * np.cos(a)]]
for name, ra, dec, cd in (('plain', 53, -28, [[-s, 0], [0, s]]), ('turned', 359.99, 60, turn(0.6)),
                          ('mirrored', 10, -28, [[s, 0], [0, s]]), ('oblong', 100, 80, [[-s, 0.3 * s], [0.2 * s, 1.5 * s]])):
    w = wcs_of(ra, dec, cd)
    ny, nx = 61, 41
    y, x = np.mgrid[:ny, :nx]
    ra_p, dec_p = w.pixel_to_world_values(x, y)
    centre = SkyCoord(ra, dec, unit='deg')
    place = SkyCoord(ra_p.ravel(), dec_p.ravel(), unit='deg')
    pa = place.position_angle(centre).rad.reshape(x.shape)
    far = place.separation(centre).deg.reshape(x.shape)
    gt = 0.1 * np.exp(-(far / 0.1) ** 2) * (far / 0.05) ** 2 / (1 + (far / 0.05) ** 2)
    # tangential to the direction pa: the long axis lies at pa + 90 deg, North through East
    axis = pa + np.pi / 2
    # components of a long axis at an angle from x towards y
    on = lambda angle: (gt * np.cos(2 * angle), gt * np.sin(2 * angle))
    shears = {
        'westNorth': on(np.pi / 2 + axis), 'eastNorth': on(np.pi / 2 - axis),
        'northEast': on(axis), 'southEast': on(np.pi - axis),
    }
    # the image's own axes: the same direction, followed through the WCS
    d = 1e-5
    ra2 = ra_p + d * np.sin(axis) / np.cos(np.radians(dec_p)); dec2 = dec_p + d * np.cos(axis)
    x2, y2 = w.world_to_pixel_values(ra2, dec2)
    # (only where pixels are square does an angle on the image mean one on the sky)
    shears['pixel'] = on(np.arctan2(y2 - y, x2 - x))
    kappa = 0.05 + 0.001 * x + 0.002 * y
    for axes, (g1, g2) in shears.items():
        if name == 'oblong' and axes == 'pixel': continue
        write(f'{name}-{axes}', w, kappa, g1, g2)
    px = rng.uniform(2, nx - 3, 40); py = rng.uniform(2, ny - 3, 40)
    r, dd = w.pixel_to_world_values(px, py)
    p = SkyCoord(r, dd, unit='deg')
    far = p.separation(centre).deg
    gt = 0.1 * np.exp(-(far / 0.1) ** 2) * (far / 0.05) ** 2 / (1 + (far / 0.05) ** 2)
    out[name] = dict(ra=list(r), dec=list(dd), kappa=list(0.05 + 0.001 * px + 0.002 * py), gt=list(gt), pa=list(p.position_angle(centre).rad))
nan = np.full((5, 5), np.nan); one = np.ones((5, 5)); w = wcs_of(0, 0, [[-s, 0], [0, s]])
write('nan', w, nan, one, one)
blank = [fits.ImageHDU(np.full((5, 5), -9, 'i2'), w.to_header(), name=n) for n in ('KAPPA', 'GAMMA1', 'GAMMA2')]
for hdu in blank: hdu.header['BLANK'] = -9
fits.HDUList([fits.PrimaryHDU()] + blank).writeto(f'{folder}/blank.fits')
Table(dict(pixel=[5, 6, 40], kappa=[.1, .2, .3], gamma1=[.01, .02, .03], gamma2=[-.01, -.02, -.03])).write(f'{folder}/cells.fits')
Table(dict(kappa=np.arange(48.) / 100, gamma1=np.zeros(48), gamma2=np.zeros(48))).write(f'{folder}/all.vot', format='votable')
fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(one, name='KAPPA')]).writeto(f'{folder}/one.fits')
h = w.to_header(); h['CTYPE1'] = 'GLON-TAN'; h['CTYPE2'] = 'GLAT-TAN'
fits.HDUList([fits.PrimaryHDU()] + [fits.ImageHDU(one, h, name=n) for n in ('KAPPA', 'GAMMA1', 'GAMMA2')]).writeto(f'{folder}/galactic.fits')
fits.HDUList([fits.PrimaryHDU()] + [fits.ImageHDU(one[:k], w.to_header(), name=n) for n, k in (('KAPPA', 5), ('GAMMA1', 4), ('GAMMA2', 5))]).writeto(f'{folder}/sizes.fits')
print(json.dumps(out))
`;

interface Judged {
  readonly ra: number[];
  readonly dec: number[];
  readonly kappa: number[];
  readonly gt: number[];
  readonly pa: number[];
}

describe.skipIf(!hasPython)('a map of lensing', () => {
  let folder: string;
  let judged: Readonly<Record<string, Judged>>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lens-map-'));
    judged = askPython<Record<string, Judged>>(WRITER, folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const read = (name: string, options?: LensMapOptions) =>
    readLensMap(new MemoryRangeSource(name, readFileSync(join(folder, name))), options);
  const fault = (name: string, options?: LensMapOptions) =>
    read(name, options).then(
      () => 'it was read',
      (error: Error) => error.message,
    );

  const cases = ['plain', 'turned', 'mirrored', 'oblong'].flatMap((name) =>
    SHEAR_AXES.filter((axes) => !(name === 'oblong' && axes === 'pixel')).map(
      (axes) => [name, axes] as const,
    ),
  );
  it.each(cases)(
    '%s, on axes %s, stretches around its mass as astropy sees it',
    async (name, axes: ShearAxes) => {
      const sampler = lensSampler(await read(`${name}-${axes}.fits`), axes);
      const { ra, dec, kappa, gt, pa } = judged[name]!;
      for (let i = 0; i < ra.length; i++) {
        const value = sampler.at(ra[i]!, dec[i]!)!;
        // bilinear in x and y, as it was written, but for 4-byte floats
        expect(Math.abs(value.kappa - kappa[i]!)).toBeLessThan(1e-6);
        // the direction of the mass from +u (West) is 90 deg + pa; across it the image is stretched
        const twice = 2 * (Math.PI / 2 + pa[i]!);
        // 0.003 of 0.1: the curve between pixels 0.002 deg apart on a scale of 0.05 deg
        expect(Math.abs(value.gamma1 + gt[i]! * Math.cos(twice))).toBeLessThan(3e-3);
        expect(Math.abs(value.gamma2 + gt[i]! * Math.sin(twice))).toBeLessThan(3e-3);
      }
      const strongest = Math.max(...gt);
      expect(strongest).toBeGreaterThan(0.03);
    },
  );

  it('has no value outside, nor where a pixel has none', async () => {
    const plain = lensSampler(await read('plain-westNorth.fits'), 'westNorth');
    expect(plain.at(53.2, -28)).toBeUndefined();
    expect(plain.at(233, 28)).toBeUndefined();
    const nan = lensSampler(await read('nan.fits'), 'westNorth');
    expect(nan.at(0.036, -0.056)).toBeUndefined();
    // Integers that BLANK makes unknown are none either; taken as -9 they would be a map.
    expect([...(await read('blank.fits')).kappa]).toEqual(Array(25).fill(NaN));
  });

  it('of HEALPix cells gives the value of the cell, nested or ring', async () => {
    // Gorski et al. 2005: nside 2, ring cell 5 is centred at z = 2/3, phi = 3 pi / 8; nested cell 5 is of face 1.
    const z = (Math.asin(2 / 3) * 180) / Math.PI;
    const ring = lensSampler(await read('cells.fits', { nside: 2, ordering: 'ring' }), 'southEast');
    expect(ring.at(67.5, z)).toEqual({
      kappa: Math.fround(0.1),
      gamma1: -Math.fround(0.01),
      gamma2: -Math.fround(0.01),
    });
    expect(ring.at(200, 0)).toBeUndefined();
    const nested = lensSampler(await read('cells.fits', { nside: 2, ordering: 'nested' }), 'eastNorth');
    const seen = new Set<number>();
    for (let ra = 1; ra < 360; ra += 3)
      for (let dec = -89; dec < 90; dec += 3) {
        const value = nested.at(ra, dec);
        if (value) seen.add(value.kappa);
      }
    expect([...seen].sort()).toEqual([0.1, 0.2, 0.3].map(Math.fround));
    const all = lensSampler(await read('all.vot', { nside: 2, ordering: 'ring' }), 'westNorth');
    expect(all.at(67.5, z)?.kappa).toBeCloseTo(0.05, 7);
    const part = await read('cells.fits', { nside: 2, ordering: 'nested', keepCell: (cell) => cell < 10 });
    expect(part.kappa).toHaveLength(2);
  });

  it.each<[string, LensMapOptions | undefined, RegExp]>([
    ['one.fits', undefined, /no image is named GAMMA1 .*it holds HDU 0 without a name, KAPPA/],
    ['galactic.fits', undefined, /KAPPA has CTYPE1 'GLON-TAN'.*RA---TAN and DEC--TAN are read/],
    ['sizes.fits', undefined, /the images KAPPA and GAMMA1 differ in size or WCS/],
    ['all.vot', undefined, /must say nside and ordering/],
    ['all.vot', { nside: 4, ordering: 'ring' }, /48 rows and no column of cells .* all 192 cells of nside 4/],
    ['all.vot', { nside: 1, ordering: 'ring' }, /row 13 is one too many; nside 1 has the cells 0 to 11/],
    ['cells.fits', { nside: 1, ordering: 'ring' }, /row 3 has cell 40; nside 1 has the cells 0 to 11/],
    ['one.fits', { nside: 2, ordering: 'ring' }, /one\.fits/],
  ])('refuses %s read with %o', async (name, options, message) => {
    expect(await fault(name, options)).toMatch(message);
  });
});
