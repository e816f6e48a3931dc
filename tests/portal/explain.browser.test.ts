/** A pixel explained in the page: pressed or typed, with the value that the file has there. */
import type { Dataset } from '@imsim-od/api';
import { amplifiersOf, detectorById, rawToPixel0 } from '@imsim-od/camera';
import { openFits, readPixels } from '@imsim-od/fits';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';

/** An image of a file. */
interface Pixels {
  readonly nx: number;
  readonly values: ArrayLike<number | bigint>;
}

describe.skipIf(!hasBrowser)('a pixel of an image', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  let files: readonly Dataset[];

  const file = (type: string): Dataset => files.find((one) => one.type === type)!;
  const pixelsOf = async ({ id }: Dataset, extension: string): Promise<Pixels> => {
    const answer = await fetch(`${portal.server.url}/api/v1/datasets/${id}/content`, {
      headers: { authorization: `Bearer ${grace.token}` },
    });
    const { hdus } = openFits(new Uint8Array(await answer.arrayBuffer()));
    const hdu = hdus.find(({ name, index }) => (extension === '' ? index === 0 : name === extension));
    if (hdu?.kind !== 'image' && hdu?.kind !== 'compressed-image') throw new TypeError(extension);
    return { nx: hdu.shape[0]!, values: (await readPixels(hdu)).values };
  };
  const brightestOf = ({ nx, values }: Pixels): { x: number; y: number } => {
    let best = 0;
    for (let i = 0; i < values.length; i++) if (values[i]! > values[best]!) best = i;
    return { x: best % nx, y: Math.floor(best / nx) };
  };
  const open = async (page: Page, search: string): Promise<void> => {
    await page.goto(`/look?${search}`);
    await page.locator('[data-shown]').waitFor({ timeout: 90_000 });
    await page.getByRole('tab', { name: 'Explain' }).click();
  };
  /** The viewer's frame is a page of its own. */
  /** What the panel says under a name. */
  const factOf = (page: Page, name: string): Promise<string> =>
    page
      .locator('[data-explained] dl > div', { has: page.getByText(name, { exact: true }) })
      .locator('dd')
      .innerText();
  const explainedAt = (page: Page, x: number, y: number): Promise<void> =>
    page.locator(`[data-explained="${x} ${y}"]`).waitFor({ timeout: 120_000 });

  beforeAll(async () => {
    portal = await startPortal();
    grace = await portal.server.user('grace');
    const run = await grace.client.call('submitRun', {
      body: { requests: [smallRequest({ products: ['eimage', 'raw', 'truth'] })] },
    });
    expect((await untilEnded(grace.client, run.id)).state).toBe('succeeded');
    files = (await grace.client.call('searchDatasets', { query: { runId: run.id, limit: 100 } })).items;
  }, SET_UP_MS);
  afterAll(() => portal.close());

  it('is explained where it is typed and where it is pressed, with its value and a way to its source', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    const pixels = await pixelsOf(file('eimage'), '');
    const { x, y } = brightestOf(pixels);
    const valueAt = (px: number, py: number): number => Number(pixels.values[py * pixels.nx + px]);
    await open(page, `dataset=${file('eimage').id}`);
    expect(await visitor.violations()).toEqual([]);
    await page.getByLabel('Pixel x (FITS)').fill(String(x + 1));
    await page.getByLabel('Pixel y (FITS)').fill(String(y + 1));
    await page.getByLabel('Pixel y (FITS)').press('Enter');
    await explainedAt(page, x, y);
    expect(await factOf(page, 'Value in the file')).toBe(`${valueAt(x, y)} electron`);
    const explained = await grace.client.call('explainPixel', {
      params: { id: file('eimage').id },
      query: { x, y },
    });
    expect(explained.realisedElectrons).toBe(valueAt(x, y));
    const [brightest] = explained.sources;
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('look-explain-light');

    const source = page.getByRole('button', { name: new RegExp(`^${brightest!.objectId}`) });
    await source.click();
    await page.getByRole('tab', { name: 'Sources' }).click();
    await page.locator(`[data-source="${brightest!.objectId}"]`).waitFor();
    await page.getByRole('tab', { name: 'Explain' }).click();

    // With the mouse, at the middle of what is shown.
    const box = (await page.locator('iframe').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2 + 40, box.y + box.height / 2 + 30);
    await expect
      .poll(async () => page.locator('[data-explained]').getAttribute('data-explained'), { timeout: 60_000 })
      .not.toBe(`${x} ${y}`);
    const [px, py] = ((await page.locator('[data-explained]').getAttribute('data-explained')) ?? '')
      .split(' ')
      .map(Number);
    await expect.poll(() => factOf(page, 'Value in the file')).toBe(`${valueAt(px!, py!)} electron`);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of a raw file is explained by its amplifier; an overscan pixel is said to hold no light', async () => {
    const visitor = await portal.open('grace', { scheme: 'dark', width: 800 });
    const { page } = visitor;
    const segment = await pixelsOf(file('raw'), 'Segment10');
    // The whole CCD without its bias: the panel still speaks of the file's values.
    await open(page, `dataset=${file('raw').id}`);
    const choose = async (x: number, y: number): Promise<void> => {
      await page.getByLabel('Pixel x (FITS)').fill(String(x + 1));
      await page.getByLabel('Pixel y (FITS)').fill(String(y + 1));
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
    };
    const c10 = amplifiersOf(detectorById(94)!)[0]!;
    const onCcd = rawToPixel0(detectorById(94)!, c10, 300, 900);
    for (const [search, x, y] of [
      [null, onCcd.x, onCcd.y],
      [`dataset=${file('raw').id}&hdu=1`, 300, 900],
    ] as const) {
      if (search !== null) await open(page, search);
      await choose(x, y);
      await explainedAt(page, onCcd.x, onCcd.y);
      expect(await factOf(page, 'Amplifier')).toBe('C10, Segment10 301, 901');
      expect(await factOf(page, 'Value in the file')).toBe(
        `${Number(segment.values[900 * segment.nx + 300])} adu`,
      );
    }
    // one draw from a bell curve, fixed by the seed
    expect(Math.abs(Number.parseFloat((await factOf(page, 'Deviation')).replace('−', '-')))).toBeLessThan(5);
    expect(await visitor.violations()).toEqual([]);
    await page.locator('[data-explained]').scrollIntoViewIfNeeded();
    await page.getByText('All together').scrollIntoViewIfNeeded();
    await visitor.picture('look-explain-raw-narrow-dark');
    await choose(2, 900);
    await page.getByText(/^No light falls here/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
