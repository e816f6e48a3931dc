/** Looking at images: the viewer in its frame, the truth over the picture, numbers against astropy. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@imsim-od/api';
import { askPython, hasPython } from '@imsim-od/testing';
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { halvedPicture } from '../../apps/portal/src/focal-plane-image/picture-pyramid.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';
import { affineOf, placeOf, readOutAt, shown } from './support/ccd-picture.js';
import { savedFile } from './support/saved-file.js';

/** What astropy says of a star and of some pixels, FITS positions. */
interface Judged {
  readonly objectId: string;
  readonly magnitude: number;
  readonly x: number;
  readonly y: number;
  readonly pixels: readonly { x: number; y: number; value: number; raDeg: number; decDeg: number }[];
  readonly cards: number;
  /** Magnitudes of the brightest sources whose centres are on the detector. */
  readonly brightest: readonly number[];
}

/** Pixels beyond a histogram's range. */
interface Bounds {
  readonly below: number;
  readonly above: number;
}

/** A bright star away from the edges, without a brighter neighbour, below full well. */
const JUDGE = `
import json, sys
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
given = json.load(sys.stdin)
with fits.open(given['eimage']) as f:
    data = f[0].data.astype(float); header = f[0].header; wcs = WCS(header)
    cards = len(header.tostring(sep='', endcard=False, padding=False)) // 80
t = fits.getdata(given['truth'], 'TRUTH')
inside = (t['x_fits'] > 300) & (t['x_fits'] < data.shape[1] - 300) & (t['y_fits'] > 300) & (t['y_fits'] < data.shape[0] - 300)
good = [i for i in np.argsort(t['magnitude']) if inside[i] and (t['flags'][i] & 7) == 0 and str(t['component'][i]).strip() == 'single']
def alone(i):
    d = np.hypot(t['x_fits'] - t['x_fits'][i], t['y_fits'] - t['y_fits'][i])
    return not np.any((d > 0) & (d < 40) & (t['magnitude'] < t['magnitude'][i] + 4))
star = next(i for i in good if alone(i))
sx, sy = float(t['x_fits'][star]), float(t['y_fits'][star])
on = (t['x_fits'] >= 0.5) & (t['x_fits'] < data.shape[1] + 0.5) & (t['y_fits'] >= 0.5) & (t['y_fits'] < data.shape[0] + 0.5)
brightest = sorted(float(m) for m in t['magnitude'][on])[:25]
pixels = []
for dx, dy in [(0, 0), (3, 0), (0, -3), (7, 5)]:
    x, y = round(sx) + dx, round(sy) + dy
    ra, dec = wcs.all_pix2world([[x, y]], 1)[0]
    pixels.append(dict(x=x, y=y, value=int(data[y - 1, x - 1]), raDeg=float(ra), decDeg=float(dec)))
json.dump(dict(objectId=str(t['object_id'][star]).strip(), magnitude=float(t['magnitude'][star]), x=sx, y=sy, pixels=pixels, cards=cards, brightest=brightest), sys.stdout)
`;

/** What the panels measure, around a region of DS9 and in a histogram's bins. */
const MEASURE = `
import json, sys
import numpy as np
from astropy.io import fits
from regions import PixCoord, Regions
given = json.load(sys.stdin)
v = fits.getdata(given['eimage']).astype(float)
region, = Regions.parse(given['region'], format='ds9')
x, y, radius = region.center.x, region.center.y, region.radius
grid = np.meshgrid(np.arange(v.shape[1]), np.arange(v.shape[0]))
c = v[region.contains(PixCoord(*grid))]
d = np.hypot(grid[0] - x, grid[1] - y)
rings = [v[(d >= k) & (d < k + 1)].mean() for k in range(int(radius))]
row, column = v[round(y)], v[:, round(x)]
start, width = given['bins']
bins = np.bincount(np.clip(np.floor((v - start) / width).astype(int) + 1, 0, 129).ravel(), minlength=130)
json.dump(dict(region=[c.size, c.sum(), c.mean(), np.median(c), c.std(), c.min(), c.max()], rings=[min(rings), max(rings)],
    row=[row.min(), row.max()], column=[column.min(), column.max()], below=int(bins[0]), above=int(bins[129]),
    counts=[int(bins[1:129].min()), int(bins[1:129].max())]), sys.stdout)
`;

describe.skipIf(!hasBrowser || !hasPython)('images', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  let folder: string;
  let runId: string;
  let files: readonly Dataset[];
  let star: Judged;

  const file = (type: string, format?: string): Dataset => {
    const found = files.find((one) => one.type === type && (format === undefined || one.format === format));
    if (found === undefined) throw new Error(`the run has no ${type}`);
    return found;
  };
  const save = (dataset: Dataset): Promise<string> => savedFile(portal.server, grace, dataset, folder);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imsim-od-look-'));
    portal = await startPortal();
    grace = await portal.server.user('grace');
    const run = await grace.client.call('submitRun', {
      body: {
        name: 'one detector',
        requests: [smallRequest({ products: ['eimage', 'raw', 'truth', 'preview'] })],
      },
    });
    runId = run.id;
    expect((await untilEnded(grace.client, run.id)).state).toBe('succeeded');
    files = (await grace.client.call('searchDatasets', { query: { runId, limit: 100 } })).items;
    star = askPython<Judged>(JUDGE, {
      eimage: await save(file('eimage')),
      truth: await save(file('truth', 'fits')),
    });
  }, SET_UP_MS);
  afterAll(async () => {
    await portal.close();
    rmSync(folder, { recursive: true });
  });

  /** Centre of the light in a square around a place of the page, from a picture of the page. */
  const centreOfLight = async (page: Page, at: { x: number; y: number }, half: number) => {
    const clip = {
      x: Math.round(at.x) - half,
      y: Math.round(at.y) - half,
      width: 2 * half,
      height: 2 * half,
    };
    const png = (await page.screenshot({ clip })).toString('base64');
    const offset = await page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data: rgba } = context.getImageData(0, 0, image.width, image.height);
      const light = Array.from({ length: rgba.length / 4 }, (_v, i) => rgba[4 * i]!);
      const level = Math.max(...light) / 2;
      let [sum, x, y] = [0, 0, 0];
      light.forEach((value, i) => {
        const weight = Math.max(0, value - level);
        sum += weight;
        x += weight * ((i % image.width) + 0.5);
        y += weight * (Math.floor(i / image.width) + 0.5);
      });
      return { x: x / sum, y: y / sum };
    }, png);
    return { x: clip.x + offset.x, y: clip.y + offset.y };
  };

  it('are shown with truth where the light is, and with the values and positions that astropy reads', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto(`/look?dataset=${file('eimage').id}`);
    await shown(page);
    await page.getByText(/^Marks of \d+ of \d+ sources$/).waitFor();
    await visitor.picture('look-light');
    expect(await visitor.violations()).toEqual([]);

    // No press leads to a source that is beside the detector.
    expect(await page.locator('tbody tr td:last-child').allInnerTexts()).toEqual(
      star.brightest.map((magnitude) => magnitude.toFixed(3)),
    );
    await page.getByRole('button', { name: star.objectId, exact: true }).click();
    const row = page.locator('[data-source]');
    await expect.poll(() => row.innerText()).toContain(star.magnitude.toFixed(4));
    // Zoomed to two screen pixels per pixel, the star in the middle.
    await expect.poll(async () => Math.abs((await affineOf(page))[0]) >= 2).toBe(true);
    await page.getByRole('switch', { name: /^Marks of/ }).press('Space');
    await page.waitForTimeout(300);
    const mark = await placeOf(page, star.x, star.y);
    const light = await centreOfLight(page, mark, 9);
    expect(Math.hypot(light.x - mark.x, light.y - mark.y)).toBeLessThan(1);

    for (const { x, y, value, raDeg, decDeg } of star.pixels) {
      let said = '';
      await expect
        .poll(async () => (said = await readOutAt(page, x, y)), { timeout: 15_000 })
        .toContain(`x ${x.toFixed(1)}  y ${y.toFixed(1)} (FITS)   ${value} electron`);
      const [, ra = '', dec = ''] = /RA ([\d.]+) {2}Dec (-?[\d.]+)/.exec(said) ?? [];
      // Half a CSS pixel of the pointer is a twentieth of an arcsecond.
      expect(Math.abs(Number(ra) - raDeg)).toBeLessThan(3e-5);
      expect(Math.abs(Number(dec) - decDeg)).toBeLessThan(3e-5);
    }
    await page.getByRole('switch', { name: /^Marks of/ }).press('Space');
    const place = await placeOf(page, star.x, star.y);
    await page.mouse.click(place.x, place.y);
    await page.getByRole('tab', { name: 'Profile' }).click();
    await page.getByRole('img', { name: /^Mean electron in rings/ }).waitFor();
    await visitor.picture('look-profile-light');
    await page.getByRole('tab', { name: 'Cuts' }).click();
    await page.getByRole('img', { name: new RegExp(`^Row y = ${Math.round(star.y)}`) }).waitFor();
    await page.getByRole('tab', { name: 'Header' }).click();
    const header = await page.getByRole('region', { name: 'Header' }).innerText();
    expect(header.trimEnd().split('\n')).toHaveLength(star.cards);
    expect(header).toMatch(/^CTYPE1\s+= 'RA---TAN-SIP'/m);
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('are measured where they are pressed as numpy and astropy’s regions measure the same file', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto(`/look?dataset=${file('eimage').id}`);
    await shown(page);
    await page.getByRole('button', { name: star.objectId, exact: true }).click();
    await expect.poll(async () => Math.abs((await affineOf(page))[0]) >= 2).toBe(true);
    const place = await placeOf(page, star.x + 1, star.y - 2);
    await page.mouse.click(place.x, place.y);
    await page.getByRole('tab', { name: 'Region' }).click();
    const region = await page.getByText(/^image; circle\(/).innerText();
    const values = (await page.locator('dd').allInnerTexts()).map((text) => Number.parseFloat(text));
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('look-region-light');
    /** The least and the greatest value, and the first and the last position, that a plot tells. */
    const told = async (tab: string, label: RegExp): Promise<readonly number[]> => {
      await page.getByRole('tab', { name: tab }).click();
      const text = (await page.getByRole('img', { name: label }).getAttribute('aria-label')) ?? '';
      return /values from (\S+) to (\S+), at (\S+) to (\S+)$/.exec(text)?.slice(1).map(Number) ?? [];
    };
    const row = await told('Cuts', /^Row y/);
    const column = await told('Cuts', /^Column x/);
    const rings = await told('Profile', /^Mean electron in rings/);
    const histogram = await told('Histogram', /^Pixels per bin/);
    const caption = await page.locator('figcaption').innerText();
    const beyond = await page.getByText(/pixels lie below/).innerText();
    await visitor.picture('look-histogram-light');
    const width = Number.parseFloat(caption.replace('Pixels per bin of ', ''));
    const judged = askPython<Record<'region' | 'rings' | 'row' | 'column' | 'counts', number[]> & Bounds>(
      MEASURE,
      { eimage: await save(file('eimage')), region, bins: [histogram[2]! - width / 2, width] },
    );
    // The page tells five figures.
    const figures = (numbers: readonly number[]): number[] =>
      numbers.map((number) => Number(number.toPrecision(5)));
    expect(figures(values)).toEqual(figures(judged.region));
    expect(figures(row)).toEqual(figures([...judged.row, 1, 4096]));
    expect(figures(column)).toEqual(figures([...judged.column, 1, 4004]));
    expect(figures(rings)).toEqual(figures([...judged.rings, 0.5, 19.5]));
    expect(figures(histogram.slice(0, 2))).toEqual(figures(judged.counts));
    expect(beyond).toBe(`${judged.below} pixels lie below, ${judged.above} above.`);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of a raw file are the whole CCD without bias, or one amplifier as it was read, with the truth in their pixels', async () => {
    const visitor = await portal.open('grace', { scheme: 'dark' });
    const { page } = visitor;
    const raw = file('raw');
    await page.goto(`/look?dataset=${raw.id}`);
    await shown(page);
    // Zoomed in on the star, so that pixels are pointed at exactly.
    await page
      .getByRole('button', { name: new RegExp(`^${star.objectId}$`) })
      .first()
      .click();
    await expect.poll(async () => (await affineOf(page))[0]).toBeGreaterThan(1.5);
    const whole = askPython<{ x: number; y: number; channel: string; bias: number; value: number }[]>(
      `
import json, re, sys
import numpy as np
from astropy.io import fits
given = json.load(sys.stdin)
numbers = lambda text: [int(v) for v in re.findall('[0-9]+', text)]
out = []
with fits.open(given['raw']) as f:
    for x, y in given['at']:
        for hdu in f:
            if 'DETSEC' not in hdu.header: continue
            x1, x2, y1, y2 = numbers(hdu.header['DETSEC'])
            if not (min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)): continue
            d1, _, d2, _ = numbers(hdu.header['DATASEC'])
            b = numbers(hdu.header['BIASSEC'])
            bias = int(np.median(hdu.data[b[2] - 1:b[3], b[0] - 1:b[1]]))
            out.append(dict(x=x, y=y, channel=hdu.header['CHANNEL'], bias=bias, value=int(hdu.data[d2 - 1 + abs(y - y1), d1 - 1 + abs(x - x1)]) - bias))
json.dump(out, sys.stdout)
`,
      { raw: await save(raw), at: star.pixels.map(({ x, y }) => [x, y]) },
    );
    expect(whole).toHaveLength(star.pixels.length);
    for (const [i, judged] of whole.entries()) {
      const { x, y, raDeg, decDeg } = star.pixels[i]!;
      const place = await placeOf(page, x, y);
      await page.mouse.move(place.x, place.y);
      const text = await page.locator('[data-readout]').innerText();
      expect(text).toContain(
        `(FITS)   ${judged.value} adu   ${judged.channel}, its bias of ${judged.bias} adu taken off`,
      );
      const [, ra = '', dec = ''] = /RA ([\d.]+) {2}Dec (-?[\d.]+) deg/.exec(text) ?? [];
      // A quarter of a pixel of 0.2 arcsec: the pointer is put to a tenth of one.
      expect(Math.abs(Number(ra) - raDeg) * Math.cos((decDeg * Math.PI) / 180) * 3600).toBeLessThan(0.05);
      expect(Math.abs(Number(dec) - decDeg) * 3600).toBeLessThan(0.05);
    }
    await page.getByRole('button', { name: 'Whole image' }).click();
    await page.waitForTimeout(500);
    await visitor.picture('look-raw-whole-dark');
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('combobox', { name: 'Amplifier' }).click();
    await page.getByRole('option', { name: 'C03' }).click();
    await page.waitForURL(/hdu=/);
    await shown(page);
    const judged = askPython<{ values: number[]; shape: number[] }>(
      `
import json, sys
from astropy.io import fits
given = json.load(sys.stdin)
with fits.open(given['raw']) as f:
    hdu = next(h for h in f if h.header.get('CHANNEL') == 'C03')
    json.dump(dict(values=[float(hdu.data[y - 1, x - 1]) for x, y in given['at']], shape=list(hdu.data.shape)), sys.stdout)
`,
      {
        raw: await save(raw),
        at: [
          [5, 5],
          [300, 1000],
          [560, 2040],
        ],
      },
    );
    expect(judged.shape).toEqual([2048, 576]);
    for (const [i, [x, y]] of (
      [
        [5, 5],
        [300, 1000],
        [560, 2040],
      ] as const
    ).entries()) {
      const place = await placeOf(page, x, y);
      await page.mouse.move(place.x, place.y);
      const text = await page.locator('[data-readout]').innerText();
      const [, shownX = '', shownY = '', value = ''] =
        /x ([\d.]+) {2}y ([\d.]+) \(FITS\) {3}(-?[\d.]+) adu/.exec(text) ?? [];
      // Drawn smaller than its pixels, the image is pointed at to within one of them.
      expect(Math.abs(Number(shownX) - x)).toBeLessThan(4);
      expect(Math.abs(Number(shownY) - y)).toBeLessThan(4);
      expect(Math.abs(Number(value) - judged.values[i]!)).toBeLessThan(0.3 * judged.values[i]!);
    }
    await visitor.picture('look-raw-dark');
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of a run are together the focal plane, where a detector leads to its pixels', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto(`/runs/${runId}`);
    await page.getByRole('link', { name: 'See the focal plane' }).click();
    const plane = page.locator('[data-pictures]');
    await plane.waitFor();
    expect(await plane.getAttribute('data-pictures')).toBe('1');
    await page.waitForTimeout(1000);
    await visitor.picture('focal-plane-light');
    expect(await visitor.violations()).toEqual([]);
    // Alone and shown closely, the detector is in the middle, and it is not empty there.
    const box = (await plane.boundingBox())!;
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await page.mouse.move(middle.x, middle.y);
    await page.getByText('1 of 205 detectors · R22_S11').waitFor();
    // Closely shown, it is drawn from the preview; the levels between are halves of it, down to what the thumbnail shows.
    await page.locator('[data-level="1"], [data-level="2"], [data-level="3"]').waitFor();
    for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.locator('[data-level="3"]').waitFor();
    await page.waitForTimeout(600);
    await visitor.picture('focal-plane-close-light');
    const [preview, thumbnail] = await Promise.all(
      (['preview', 'thumbnail'] as const).map(async (type) => {
        const { width, height, data } = decode(readFileSync(await save(file(type))));
        return { width, height, greys: Uint8Array.from(data) };
      }),
    );
    const halved = halvedPicture(preview!, 3);
    const apart = Array.from({ length: thumbnail!.height * thumbnail!.width }, (_v, i) => {
      const [x, y] = [i % thumbnail!.width, Math.floor(i / thumbnail!.width)];
      return Math.abs(halved.greys[y * halved.width + x]! - thumbnail!.greys[i]!);
    });
    // The thumbnail leaves the four topmost rows of the detector out, a quarter of its pixel; noise differs by that, stars at their edges.
    expect(apart.reduce((sum, grey) => sum + grey) / apart.length).toBeLessThan(12);
    await page.getByRole('button', { name: 'Whole plane' }).click();
    await page.waitForTimeout(600);
    await visitor.picture('focal-plane-whole-light');
    await page.mouse.click(middle.x, middle.y);
    await page.waitForURL(new RegExp(`/look\\?dataset=${file('eimage').id}`));
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('are three in memory: a fourth begins with a new frame, and the oldest is fetched anew', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    const { id } = file('raw');
    let fetched = 0;
    page.on('request', (request) => {
      if (request.url().endsWith(`/datasets/${id}/content`)) fetched++;
    });
    await page.goto(`/look?dataset=${id}`);
    await shown(page);
    const open = async (channel: string): Promise<void> => {
      const before = await page.locator('[data-shown]').getAttribute('data-shown');
      await page.getByRole('combobox', { name: 'Amplifier' }).click();
      await page.getByRole('option', { name: channel, exact: true }).click();
      await page
        .locator(`[data-shown]:not([data-shown="${before ?? ''}"])`)
        .waitFor({ timeout: 90_000 })
        .catch(async () => {
          throw new Error(`${channel} is not shown: ${await page.locator('main').innerText()}`);
        });
    };
    const isSameFrame = (): Promise<boolean> =>
      page.evaluate(() => document.querySelector('iframe')?.hasAttribute('data-first') === true);
    await page.evaluate(() => document.querySelector('iframe')?.setAttribute('data-first', ''));
    const [, second = '', third = '', fourth = ''] = ['C10', 'C11', 'C12', 'C13'];
    await open(second);
    await open(third);
    expect([fetched, await isSameFrame()]).toEqual([3, true]);
    await open(second);
    expect([fetched, await isSameFrame()]).toEqual([3, true]);
    await open(fourth);
    expect([fetched, await isSameFrame()]).toEqual([4, false]);
    await open(third);
    expect(fetched).toBe(4);
    await open('CCD without bias');
    expect(fetched).toBe(5);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
