/** The live preview of skies with light curves, maps of lensing and HDF5, and beside itself without an effect: the run's pixels. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { angToPixNest, ringOfNest } from '@imsim-od/astro';
import { askPython, hasPython } from '@imsim-od/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greys, stretchFor } from '../../apps/portal/src/preview/stretch.js';
import { FIELD_HEADER } from '../../apps/server/src/testing/field-catalog.js';
import type { TestUser } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';
import {
  BASE,
  drawnWindow,
  PLACES,
  previewed,
  sha256Of,
  skyAt,
  uploaded,
  WINDOW,
} from './support/previewed-pixels.js';

/** A night on which the field is high. */
const MJD_TAI = 61_291.38;
const SIDE = 512;

/** h5py, pyarrow and astropy write a cell of supernovae whose light curves are in HDF5, and a map of a singular isothermal sphere. */
const WRITE = `
import json, os, sys
import numpy as np, h5py, pyarrow as pa, pyarrow.parquet as pq
from astropy.io import fits
from astropy.wcs import WCS
given = json.load(sys.stdin)
os.chdir(given['folder'])
n = len(given['sky'])
ids = list(range(101, 101 + n))
f4 = lambda value: pa.array([value] * n, pa.float32())
pq.write_table(pa.table(dict(id=pa.array(ids), ra=[s['raDeg'] for s in given['sky']], dec=[s['decDeg'] for s in given['sky']],
    start_mjd=f4(61250), end_mjd=f4(61350), z_CMB=f4(0.4), MW_av=f4(0), MW_rv=f4(3.1), mw_extinction_applied=[False] * n)), 'snana_%d.parquet' % given['cell'])
with h5py.File('snana_%d.hdf5' % given['cell'], 'w') as f:
    for k, name in enumerate(ids):
        g = f.create_group(str(name))
        g['mjd'] = np.arange(61250, 61351, dtype='f4')
        g.create_dataset('synmag_r', data=(17 + 0.5 * k + 0.02 * np.arange(101)).astype('f4'), compression='gzip')
        g['magcor_r'] = np.full(101, 0.0, dtype='f4')
wcs = WCS(naxis=2)
wcs.wcs.ctype, wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = ['RA---TAN', 'DEC--TAN'], given['lens'], [101, 101], [-0.001, 0.001]
y, x = np.mgrid[:201, :201] - 100.0
kappa = 6 / (np.maximum(np.hypot(x, y), 0.5) * 3.6)
header = wcs.to_header()
images = dict(KAPPA=kappa, GAMMA1=-kappa * (x**2 - y**2) / np.maximum(x**2 + y**2, 1), GAMMA2=-kappa * 2 * x * y / np.maximum(x**2 + y**2, 1))
fits.HDUList([fits.PrimaryHDU()] + [fits.ImageHDU(d, header, name=k) for k, d in images.items()]).writeto('sphere.fits')
json.dump(None, sys.stdout)
`;

/** What a canvas of the preview shows, red of every pixel. */
const shownIn = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-drawn]')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(data.filter((_value, i) => i % 4 === 0));
  });

/** Signs of what a difference on that canvas shows, first row at the bottom: red is more, blue less, white neither. */
const signsIn = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-drawn]')!;
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_value, i) => {
      const at = 4 * ((height - 1 - Math.floor(i / width)) * width + (i % width));
      return Math.sign(data[at]! - data[at + 2]!);
    });
  });

describe.skipIf(!hasBrowser || !hasPython)('the preview', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  let table: string;
  let map: string;
  let folder: string;
  let catalog: string;
  const files = mkdtempSync(join(tmpdir(), 'imsim-od-variable-'));
  beforeAll(async () => {
    portal = await startPortal();
    grace = await portal.server.user('grace');
    const upload = (name: string, content: string | Uint8Array, into: string) =>
      uploaded(grace.client, name, content, into);
    const at = (dx: number, dy: number) => PLACES.map(([x, y]) => skyAt(x + dx, y + dy));
    const supernovae = at(25, -60);
    const [first] = supernovae;
    const cell = ringOfNest(angToPixNest(first!.raDeg, first!.decDeg, 5), 5);
    const lens = skyAt(1250, 2250);
    askPython(WRITE, { folder: files, sky: supernovae, cell, lens: [lens.raDeg, lens.decDeg] });
    // Each curve falls by a magnitude in ten days; what has none keeps the magnitude of its row.
    const curves = PLACES.slice(0, 5).flatMap((_place, i) =>
      [-10, 0, 10].map((day) => `v${i},${MJD_TAI + day},r,${18 + 0.3 * i + 0.1 * day}`),
    );
    await upload('curves.csv', `id,mjd,band,mag\n${curves.join('\n')}\n`, '/variable');
    const rows = at(-40, 80).map(({ raDeg, decDeg }, i) => `v${i},${raDeg},${decDeg},${17 + 0.4 * i}`);
    table = await upload('variable.csv', `id,ra,dec,mag\n${rows.join('\n')}\n`, '/variable');
    map = await upload('sphere.fits', readFileSync(join(files, 'sphere.fits')), '/maps');
    const cells = readdirSync(files).filter((name) => name.startsWith('snana_'));
    expect(cells).toHaveLength(2);
    for (const name of cells) {
      const path = await upload(name, readFileSync(join(files, name)), '/supernovae');
      if (name.endsWith('.parquet')) folder = path;
    }
    const objects = at(60, 40).map(
      ({ raDeg, decDeg }, i) =>
        `object ${i} ${raDeg} ${decDeg} ${15 + 0.5 * i} starSED/kurucz/km10_6500.fits_g40_6600.gz 0 0 0 0 0 0 point none none\n`,
    );
    catalog = await upload('stars.txt', FIELD_HEADER + objects.join(''), '/catalogs');
  }, SET_UP_MS);
  afterAll(async () => {
    await portal.close();
    rmSync(files, { recursive: true });
  });

  it(
    'is the run’s electron image, bit for bit, of light curves, a map of lensing, and supernovae in HDF5',
    { timeout: 400_000 },
    async () => {
      const design = (sky: readonly object[], changes: object = {}): object => ({
        ...BASE,
        obsMjdTai: MJD_TAI,
        sky,
        ...changes,
      });
      const lensing = { map: { path: map, redshifts: { lens: 0.3, source: 1 } } };
      const galaxies = { type: 'synthetic', seed: 1, faintIMag: 22 };
      const documents = {
        curves: design([{ type: 'table', path: table, lightCurves: 'curves.csv' }]),
        later: design([{ type: 'table', path: table, lightCurves: 'curves.csv' }], {
          obsMjdTai: MJD_TAI + 8,
        }),
        plain: design([{ type: 'table', path: table }]),
        lensed: design([{ ...galaxies, lensing }]),
        unlensed: design([galaxies]),
        supernovae: design([{ type: 'skyCatalogs', path: folder }]),
        together: design([
          { ...galaxies, lensing },
          { type: 'table', path: table, lightCurves: 'curves.csv' },
          { type: 'skyCatalogs', path: folder },
        ]),
      };
      const answers = await previewed(portal, 'grace', Object.values(documents));
      const found = Object.fromEntries(Object.keys(documents).map((name, i) => [name, answers[i]!]));
      expect(answers.flatMap(({ leftOut }) => leftOut)).toEqual([]);
      expect(found['supernovae']?.sourcesPlaced).toBeGreaterThan(3);
      expect(new Set(answers.map(({ sha256 }) => sha256)).size).toBe(answers.length);
      for (const name of ['curves', 'later', 'lensed', 'supernovae', 'together'] as const)
        expect([name, found[name]?.sha256]).toEqual([
          name,
          sha256Of(await drawnWindow(grace.client, documents[name])),
        ]);
    },
  );

  it(
    'of all of them is beside itself without an effect, each side the pixels of its run, without a fault of the page',
    { timeout: 240_000 },
    async () => {
      const document = {
        ...BASE,
        obsMjdTai: MJD_TAI,
        sky: [
          { type: 'instanceCatalog', path: catalog },
          { type: 'table', path: table, lightCurves: 'curves.csv' },
          { type: 'skyCatalogs', path: folder },
        ],
      };
      const [whole, without] = [
        await drawnWindow(grace.client, document),
        await drawnWindow(grace.client, { ...document, effects: { chargeDiffusion: false } }),
      ];
      const stretch = stretchFor(whole);
      const [left, right] = [whole, without].map((electrons) => {
        const out = new Uint8ClampedArray(4 * SIDE * SIDE);
        greys(electrons, SIDE, stretch, out);
        return Array.from(out.filter((_value, i) => i % 4 === 0));
      });
      expect(right).not.toEqual(left);
      const visitor = await portal.open('grace');
      const { page } = visitor;
      await page.goto(`/design#request=${Buffer.from(JSON.stringify(document)).toString('base64url')}`);
      await page.getByLabel('First column').fill(String(WINDOW.x0));
      await page.getByLabel('First row').fill(String(WINDOW.y0));
      await expect.poll(() => shownIn(page), { timeout: 60_000 }).toEqual(left);
      await page.getByRole('combobox', { name: 'Compare with' }).click();
      await page.getByRole('option', { name: 'without charge diffusion' }).click();
      const slider = page.getByRole('slider', { name: 'Where the two pictures meet' });
      await slider.press('Home');
      // All of it is the other side then, but for the line where the two meet, which is at the edge.
      await expect
        .poll(async () => (await shownIn(page)).filter((_v, i) => i % SIDE > 0), { timeout: 60_000 })
        .toEqual(right!.filter((_v, i) => i % SIDE > 0));
      for (let i = 0; i < 25; i++) await slider.press('ArrowRight');
      const isBeside = (i: number): boolean => Math.abs((i % SIDE) - 128) > 1;
      const both = left!
        .map((value, i) => (i % SIDE < 128 ? value : right![i]!))
        .filter((_v, i) => isBeside(i));
      await expect
        .poll(async () => (await shownIn(page)).filter((_v, i) => isBeside(i)), { timeout: 60_000 })
        .toEqual(both);
      await visitor.picture('preview-beside');
      // Subtracted, they are the runs' own pixels subtracted: told, and in colour where they differ.
      const differs = whole.map((value, i) => value - without[i]!);
      const least = differs.reduce((a, b) => Math.min(a, b));
      const greatest = differs.reduce((a, b) => Math.max(a, b));
      const count = differs.filter((value) => value !== 0).length;
      const said = await page.getByText(/pixels differ/).innerText();
      const plain = said.replaceAll('\u2009', '');
      expect(plain).toContain(`${count} of ${SIDE * SIDE} pixels differ, by ${least} to +${greatest} e⁻`);
      await page.getByRole('radiogroup', { name: 'How the two are shown' }).getByText('Difference').click();
      const signs = Array.from(differs, (value) => Math.sign(value));
      await expect.poll(() => signsIn(page), { timeout: 60_000 }).toEqual(signs);
      await visitor.picture('preview-difference');
      expect(await page.getByText('Not all of the sky is in the preview').count()).toBe(0);
      expect(await visitor.violations()).toEqual([]);
      expect(visitor.faults()).toEqual([]);
      await visitor.close();
    },
  );
});
