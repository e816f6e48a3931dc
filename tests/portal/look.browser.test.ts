/** Looking at images: the viewer in its frame, the truth over the picture, numbers against astropy. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Dataset } from '@imsim-od/api';
import { askPython, hasPython } from '@imsim-od/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, startPortal } from './support/portal.js';

/** What astropy says of a star and of some pixels, FITS positions. */
interface Judged {
  readonly objectId: string;
  readonly magnitude: number;
  readonly x: number;
  readonly y: number;
  readonly pixels: readonly { x: number; y: number; value: number; raDeg: number; decDeg: number }[];
  readonly cards: number;
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
pixels = []
for dx, dy in [(0, 0), (3, 0), (0, -3), (7, 5)]:
    x, y = round(sx) + dx, round(sy) + dy
    ra, dec = wcs.all_pix2world([[x, y]], 1)[0]
    pixels.append(dict(x=x, y=y, value=int(data[y - 1, x - 1]), raDeg=float(ra), decDeg=float(dec)))
json.dump(dict(objectId=str(t['object_id'][star]).strip(), magnitude=float(t['magnitude'][star]), x=sx, y=sy, pixels=pixels, cards=cards), sys.stdout)
`;

type Affine = readonly [number, number, number, number, number, number];

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
  const save = async ({ id, name }: Dataset): Promise<string> => {
    const answer = await fetch(`${portal.server.url}/api/v1/datasets/${id}/content`, {
      headers: { authorization: `Bearer ${grace.token}` },
    });
    const path = join(folder, name);
    writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
    return path;
  };

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
  });
  afterAll(async () => {
    await portal.close();
    rmSync(folder, { recursive: true });
  });

  const shown = async (page: Page): Promise<void> => {
    await page
      .locator('[data-shown]')
      .waitFor({ timeout: 60_000 })
      .catch(async () => {
        throw new Error(`the image is not shown: ${await page.locator('main').innerText()}`);
      });
  };
  const affineOf = async (page: Page): Promise<Affine> =>
    JSON.parse((await page.locator('[data-affine]').getAttribute('data-affine')) ?? '') as Affine;
  /** Where a FITS position is in the page. */
  const placeOf = async (page: Page, x: number, y: number): Promise<{ x: number; y: number }> => {
    const [a, b, c, d, e, f] = await affineOf(page);
    const box = await page.locator('iframe').boundingBox();
    return { x: (box?.x ?? 0) + a * x + c * y + e, y: (box?.y ?? 0) + b * x + d * y + f };
  };
  const violations = async (page: Page): Promise<readonly string[]> =>
    (await new AxeBuilder({ page }).exclude('iframe').analyze()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`,
    );
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
    expect(await violations(page)).toEqual([]);

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
      const place = await placeOf(page, x, y);
      await page.mouse.move(place.x, place.y);
      const text = page.locator('[data-readout]');
      await expect
        .poll(() => text.innerText())
        .toContain(`x ${x.toFixed(1)}  y ${y.toFixed(1)} (FITS)   ${value} electron`);
      const [, ra = '', dec = ''] = /RA ([\d.]+) {2}Dec (-?[\d.]+)/.exec(await text.innerText()) ?? [];
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
    expect(await violations(page)).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of a raw file are those of its amplifiers, with the truth in their pixels', async () => {
    const visitor = await portal.open('grace', { scheme: 'dark' });
    const { page } = visitor;
    const raw = file('raw');
    await page.goto(`/look?dataset=${raw.id}`);
    await shown(page);
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
    expect(await violations(page)).toEqual([]);
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
    expect(await violations(page)).toEqual([]);
    // Alone and shown closely, the detector is in the middle, and it is not empty there.
    const box = (await plane.boundingBox())!;
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await page.mouse.move(middle.x, middle.y);
    await page.getByText('1 of 205 detectors · R22_S11').waitFor();
    await page.getByRole('button', { name: 'Whole plane' }).click();
    await page.waitForTimeout(600);
    await visitor.picture('focal-plane-whole-light');
    await page.mouse.click(middle.x, middle.y);
    await page.waitForURL(new RegExp(`/look\\?dataset=${file('eimage').id}`));
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of twins are subtracted as numpy subtracts them, with what differs in their recipes', async () => {
    const visitor = await portal.open('grace', { width: 1024 });
    const { page } = visitor;
    const first = file('eimage');
    await page.goto(`/look?dataset=${first.id}`);
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('combobox', { name: 'Without' }).click();
    await page.getByRole('option', { name: 'charge diffusion' }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Draw the twin' }).click();
    await page.getByRole('heading', { name: 'The difference in numbers' }).waitFor({ timeout: 120_000 });
    const { items } = await grace.client.call('searchDatasets', { query: { type: ['eimage'], limit: 2 } });
    const second = items.find(({ id }) => id !== first.id)!;
    const judged = askPython<Record<'differing' | 'pixels' | 'sum' | 'least' | 'greatest', number>>(
      `
import json, sys
import numpy as np
from astropy.io import fits
given = json.load(sys.stdin)
d = fits.getdata(given['b']).astype(np.int64) - fits.getdata(given['a'])
json.dump(dict(differing=int((d != 0).sum()), pixels=d.size, sum=int(d.sum()), least=int(d.min()), greatest=int(d.max())), sys.stdout)
`,
      { a: await save(first), b: await save({ ...second, name: 'twin.fits' }) },
    );
    expect(judged.differing).toBeGreaterThan(0);
    const text = await page.locator('main').innerText();
    expect(text).toContain(`${judged.differing} of ${judged.pixels}`);
    expect(text).toContain(`${judged.least}, ${judged.greatest}`);
    const row = page.getByRole('row', { name: /effects.chargeDiffusion/ });
    expect(await row.innerText()).toMatch(/true\s+false/);
    await visitor.picture('compare-narrow-light');
    await page.getByText('First', { exact: true }).first().click();
    await page.getByRole('img', { name: /^First image/ }).waitFor();
    await visitor.picture('compare-first-narrow-light');
    expect(await violations(page)).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
