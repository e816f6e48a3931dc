/** Comparing: two images of a detector and two whole runs, numbers against numpy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@imsim-od/api';
import { askPython, hasPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';
import { savedFile } from './support/saved-file.js';

describe.skipIf(!hasBrowser || !hasPython)('twins', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  let folder: string;
  let runId: string;
  let files: readonly Dataset[];

  const file = (type: string): Dataset => {
    const found = files.find((one) => one.type === type && one.detector === 'R22_S11');
    if (found === undefined) throw new Error(`the run has no ${type}`);
    return found;
  };
  const save = (dataset: Dataset): Promise<string> => savedFile(portal.server, grace, dataset, folder);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imsim-od-compare-'));
    portal = await startPortal();
    grace = await portal.server.user('grace');
    const run = await grace.client.call('submitRun', {
      body: {
        name: 'two detectors',
        requests: [
          smallRequest({
            detectors: ['R22_S11', 'R01_S00'],
            products: ['eimage', 'raw', 'truth', 'preview'],
          }),
        ],
      },
    });
    runId = run.id;
    expect((await untilEnded(grace.client, run.id)).state).toBe('succeeded');
    files = (await grace.client.call('searchDatasets', { query: { runId, limit: 100 } })).items;
  }, SET_UP_MS);
  afterAll(async () => {
    await portal.close();
    rmSync(folder, { recursive: true });
  });

  it('of one detector are subtracted as numpy subtracts them, with what differs in their recipes', async () => {
    const visitor = await portal.open('grace', { width: 1024 });
    const { page } = visitor;
    const first = file('eimage');
    await page.goto(`/look?dataset=${first.id}`);
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('combobox', { name: 'Without' }).click();
    await page.getByRole('option', { name: 'charge diffusion' }).click();
    expect(await visitor.violations()).toEqual([]);
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
    expect(await visitor.violations()).toEqual([]);

    // The raw files of the two runs: all amplifiers, put together here and by numpy; side by side they move together.
    const { items: raws } = await grace.client.call('searchDatasets', { query: { type: ['raw'], limit: 2 } });
    const [rawA, rawB] = [file('raw'), raws.find(({ id }) => id !== file('raw').id)!];
    await page.goto(`/compare?a=${rawA.id}&b=${rawB.id}`);
    await page.getByRole('heading', { name: 'The difference in numbers' }).waitFor({ timeout: 120_000 });
    const judgedRaw = askPython<Record<'differing' | 'pixels' | 'least' | 'greatest', number>>(
      `
import json, re, sys
import numpy as np
from astropy.io import fits
def whole(path):
    parts = []
    with fits.open(path) as f:
        for hdu in f:
            if 'DETSEC' not in hdu.header: continue
            cut = [int(v) for v in re.findall('[0-9]+', hdu.header['DATASEC'])]
            to = [int(v) for v in re.findall('[0-9]+', hdu.header['DETSEC'])]
            d = hdu.data[cut[2] - 1:cut[3], cut[0] - 1:cut[1]].astype(np.int64)
            if to[0] > to[1]: d = d[:, ::-1]
            if to[2] > to[3]: d = d[::-1]
            parts.append((min(to[:2]) - 1, min(to[2:]) - 1, d))
    ny = max(y + d.shape[0] for x, y, d in parts); nx = max(x + d.shape[1] for x, y, d in parts)
    image = np.full((ny, nx), -1, dtype=np.int64)
    for x, y, d in parts: image[y:y + d.shape[0], x:x + d.shape[1]] = d
    assert (image >= 0).all()
    return image
given = json.load(sys.stdin)
d = whole(given['b']) - whole(given['a'])
json.dump(dict(differing=int((d != 0).sum()), pixels=d.size, least=int(d.min()), greatest=int(d.max())), sys.stdout)
`,
      { a: await save(rawA), b: await save({ ...rawB, name: 'twin-raw.fits.fz' }) },
    );
    const rawText = await page.locator('main').innerText();
    expect(judgedRaw.pixels).toBe(4096 * 4004);
    expect(rawText).toContain(`${judgedRaw.differing} of ${judgedRaw.pixels}`);
    expect(rawText).toContain(`${judgedRaw.least}, ${judgedRaw.greatest}`);
    await page.getByText('Side by side', { exact: true }).click();
    const [left, right] = [
      page.getByRole('img', { name: /^First image/ }),
      page.getByRole('img', { name: /^Second image/ }),
    ];
    await left.focus();
    const before = await right.screenshot();
    for (let i = 0; i < 4; i++) await page.keyboard.press('+');
    await expect.poll(async () => (await right.screenshot()).equals(before)).toBe(false);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('compare-sides-narrow-light');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of whole runs are subtracted over the focal plane as numpy subtracts them, by service and page', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    const { items: all } = await grace.client.call('listRuns', { query: {} });
    const twin = all.find(({ id }) => id !== runId)!;
    const judge = (a: string, b: string) =>
      askPython<
        Record<'differing' | 'least' | 'greatest' | 'mean' | 'rms', number> & {
          blocks: number[];
          largest: number[];
        }
      >(
        `
import json, sys
import numpy as np
from astropy.io import fits
given = json.load(sys.stdin)
d = fits.getdata(given['b']).astype(float) - fits.getdata(given['a'])
ny, nx = d.shape
rows, columns = np.arange(ny) * 16 // ny, np.arange(nx) * 16 // nx
each = [d[rows == j][:, columns == i] for j in range(16) for i in range(16)]
blocks = [float(b.mean()) for b in each]
largest = [max(abs(float(b.min())), abs(float(b.max()))) for b in each]
json.dump(dict(differing=int((d != 0).sum()), least=float(d.min()), greatest=float(d.max()), mean=float(d.mean()), rms=float(np.sqrt((d ** 2).mean())), blocks=blocks, largest=largest), sys.stdout)
`,
        { a, b },
      );
    const { items } = await grace.client.call('searchDatasets', {
      query: { runId: twin.id, type: ['eimage'] },
    });
    const [first, second] = [file('eimage'), items[0]!];
    const judged = judge(await save(first), await save({ ...second, name: 'second.fits' }));
    const answer = await grace.client.call('compareImages', {
      params: { id: first.id },
      query: { with: second.id },
    });
    expect(answer).toMatchObject({
      differing: judged.differing,
      least: judged.least,
      greatest: judged.greatest,
    });
    // Sums of whole numbers of electrons are exact in both; the divisions differ in the last bits.
    expect(answer.rms).toBeCloseTo(judged.rms, 9);
    expect(answer.mean).toBeCloseTo(judged.mean, 9);
    for (const [i, mean] of answer.blocks.entries()) expect(mean).toBeCloseTo(judged.blocks[i]!, 9);
    expect(answer.largestOfBlocks.map(Math.abs)).toEqual(judged.largest);

    // From the list of runs.
    await page.goto('/runs');
    await page.getByText('Tick two runs to compare them.').waitFor();
    for (const box of await page.getByRole('checkbox', { name: /^Compare / }).all()) await box.check();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('runs-ticked-light');
    await page.getByRole('link', { name: 'Compare two runs' }).click();
    await page.getByRole('heading', { name: `two detectors and ${twin.name}` }).waitFor();
    await page
      .getByText('1 detector is subtracted: 1 differs, 0 are equal. 1 more only in the first')
      .waitFor({ timeout: 60_000 });
    expect(page.url()).toContain(`a=${runId}`);
    await page.getByRole('row', { name: /effects.chargeDiffusion true false/ }).waitFor();
    expect(await page.getByRole('button', { name: /^R22_S11, rms / }).getAttribute('aria-label')).toContain(
      `${judged.differing} pixels differ`,
    );
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('compare-runs-light');
    await page.getByRole('button', { name: 'Both focal planes' }).click();
    await page.locator('canvas[data-drawn="2"]').waitFor();
    await page.getByRole('button', { name: 'Difference by detector' }).click();
    const row = page.getByRole('row', { name: /^R22_S11/ });
    expect(await row.innerText()).toContain(String(judged.differing));
    for (const [option, legend] of [
      ['Blocks: mean difference', /^Means of 16 × 16 blocks/],
      ['Detectors: root mean square', /^The root mean square of each detector/],
    ] as const) {
      await page.getByRole('combobox', { name: 'The focal plane shows' }).click();
      await page.getByRole('option', { name: option }).click();
      await page.getByText(legend).waitFor();
    }
    await page.getByRole('button', { name: 'Methods of both' }).click();
    await page.getByText(/We simulated 2 detector images/).waitFor();
    await page.getByRole('switch', { name: 'All parameters' }).click();
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Both focal planes' }).scrollIntoViewIfNeeded();
    await visitor.picture('compare-runs-folds-light');

    // The raw images, and back to the two images of a detector by the keyboard.
    await page.getByText('Raw', { exact: true }).click();
    await page.waitForURL(/type=raw/);
    await page.getByText('1 detector is subtracted: 1 differs, 0 are equal.').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: /^R22_S11, rms / }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/compare\?a=/);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of whole runs are subtracted until one says stop, and go on from there; most different first', async () => {
    const { id } = await grace.client.call('cloneRun', {
      params: { id: runId },
      body: { name: 'both seen through more air', changes: { airmass: 1.6 } },
    });
    expect((await untilEnded(grace.client, id)).state).toBe('succeeded');
    const visitor = await portal.open('grace', { width: 1024 });
    const { page } = visitor;
    // Answers are held back until they are wanted, so that there is time to press.
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/difference*', async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    const asked: string[] = [];
    const givenUp: string[] = [];
    page.on('request', (request) => request.url().includes('/difference') && asked.push(request.url()));
    page.on(
      'requestfailed',
      (request) => request.url().includes('/difference') && givenUp.push(request.url()),
    );
    await page.goto(`/runs/compare?a=${runId}&b=${id}`);
    await page.getByText('0 of 2 detectors are subtracted').waitFor();
    await expect.poll(() => asked.length).toBe(2);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('stopped', { exact: true }).waitFor();
    await expect.poll(() => givenUp.length).toBe(2);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('compare-runs-stopped-narrow-light');
    letGo();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('2 detectors are subtracted: 2 differ, 0 are equal.').waitFor({ timeout: 60_000 });
    expect(asked).toHaveLength(4);
    await page.getByRole('button', { name: 'Difference by detector' }).click();
    const rms = async (): Promise<number[]> =>
      (await page.getByRole('row', { name: /^R\d\d_S/ }).allInnerTexts()).map((text) =>
        Number(text.split('\t')[3]),
      );
    const falling = await rms();
    expect(falling).toEqual([...falling].sort((one, other) => other - one));
    await page.getByText('By number', { exact: true }).click();
    const names = await page.getByRole('row', { name: /^R\d\d_S/ }).allInnerTexts();
    expect(names.map((text) => text.slice(0, 7))).toEqual(['R01_S00', 'R22_S11']);
    // What was answered is kept: the raw images and back ask for the raw ones alone.
    await page.getByText('Raw', { exact: true }).click();
    await page.getByText('2 detectors are subtracted: 2 differ, 0 are equal.').waitFor({ timeout: 60_000 });
    await expect.poll(() => asked.length).toBe(6);
    await page.getByText('e-images', { exact: true }).click();
    await page.waitForURL(/type=eimage/);
    await page.getByText('2 detectors are subtracted: 2 differ, 0 are equal.').waitFor();
    expect(asked).toHaveLength(6);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of the same recipes are equal; what cannot be compared says why', async () => {
    const again = await grace.client.call('cloneRun', {
      params: { id: runId },
      body: { name: 'the same again', changes: {} },
    });
    const other = await grace.client.call('submitRun', {
      body: { name: 'another place', paused: true, requests: [smallRequest({ visitId: 9 })] },
    });
    await untilEnded(grace.client, again.id);
    const visitor = await portal.open('grace', { scheme: 'dark', width: 820 });
    const { page } = visitor;
    await page.goto(`/runs/${runId}`);
    await page.getByRole('link', { name: 'Compare', exact: true }).click();
    await page.getByRole('textbox', { name: 'Compare with' }).fill('the same');
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('link', { name: 'the same again', exact: true }).click();
    await page.getByText('2 detectors are subtracted: 0 differ, 2 are equal.').waitFor();
    await page.getByText('Nothing differs: ').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('compare-runs-equal-dark-narrow');
    await page.goto(`/runs/compare?a=${runId}&b=${other.id}`);
    await page.getByRole('heading', { name: 'No detector is in both' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('compare-runs-nothing-dark-narrow');
    await page.goto(`/runs/compare?a=${runId}&b=00000000-0000-7000-8000-000000000000`);
    await page
      .getByRole('alert')
      .getByText(/no run|There is no such run/i)
      .first()
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    const refused = (first: Dataset, second: Dataset): Promise<unknown> =>
      grace.client.call('compareImages', { params: { id: first.id }, query: { with: second.id } });
    await expect(refused(file('eimage'), file('truth'))).rejects.toMatchObject({ code: 'ARCHIVE_INPUT' });
    await expect(refused(file('eimage'), file('raw'))).rejects.toMatchObject({ code: 'ARCHIVE_INPUT' });
    const itl = files.find(({ type, detector }) => type === 'eimage' && detector === 'R01_S00')!;
    await expect(refused(file('eimage'), itl)).rejects.toThrow(/choose the same detector/);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
