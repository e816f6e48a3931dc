/** Designing a visit, seeing it while it is designed, and submitting it. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { expandRequest, readRequest, simulateDetector } from '@imsim-od/simulator';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { builtPortal } from './support/built-portal.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal, type Visitor } from './support/portal.js';

/** A sky that is quick to draw. */
const DOCUMENT = {
  visitId: 7,
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S11'],
  sky: [{ type: 'synthetic', faintIMag: 21, brightestMag: 12 }],
  products: ['eimage'],
};

const linkTo = (document: unknown): string =>
  `/design#request=${Buffer.from(JSON.stringify(document)).toString('base64url')}`;

/** Waits until a picture is drawn that was not there before, and gives its number. */
async function drawn(page: Page, after = 0): Promise<number> {
  const canvas = page.locator('canvas[data-drawn]');
  const handle = await page.waitForFunction(
    (before) => {
      const number = Number(document.querySelector('canvas[data-drawn]')?.getAttribute('data-drawn') ?? 0);
      return number > before ? number : false;
    },
    after,
    { timeout: 60_000 },
  );
  await canvas.waitFor();
  return Number(await handle.jsonValue());
}

/** A number that changes with the picture. */
const fingerprint = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-drawn]');
    const data = canvas?.getContext('2d')?.getImageData(0, 0, 512, 512).data ?? new Uint8ClampedArray();
    let hash = 0;
    for (let i = 0; i < data.length; i += 4) hash = (Math.imul(hash, 31) + (data[i] ?? 0)) | 0;
    return hash;
  });

describe.skipIf(!hasBrowser)('the design of a visit', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  beforeAll(async () => {
    portal = await startPortal();
    grace = await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(() => portal.close());

  const settled = async (visitor: Visitor): Promise<void> => {
    await drawn(visitor.page);
    await visitor.page.getByText(/\d image/).waitFor({ timeout: 30_000 });
  };

  it('is what one sees first; from there to a run by pressing alone', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto(linkTo(DOCUMENT));
    await page.getByRole('heading', { name: 'Design a visit' }).waitFor();
    await settled(visitor);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('design-light');

    await page.getByRole('button', { name: 'ECDFS' }).click();
    await page.getByRole('checkbox', { name: /^R22_S11/ }).press('ArrowRight');
    await page.keyboard.press('Space');
    await page.getByText('2 chosen: 2 e2v').waitFor();
    await page.getByText('2 images').waitFor({ timeout: 30_000 });
    await page.getByText('Further options').click();
    await page.getByLabel('Visit id').waitFor();
    await page.getByText('Limits, offset, lensing').click();
    await page.getByLabel('Lensing', { exact: true }).check();
    await page.getByLabel('Gamma1').fill('2');
    await page
      .getByText(/gamma1 is 2; it must be a finite number from -1 to 1/)
      .first()
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('design-fault-light');
    await page.getByLabel('Lensing', { exact: true }).uncheck();
    await page.getByText('2 images').waitFor();

    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('2 of 2 done').waitFor({ timeout: 120_000 });
    const runs = await grace.client.call('listRuns', { query: {} });
    expect(runs.items.map(({ name }) => name)).toEqual(['r band, 2 detectors']);
    await untilEnded(grace.client, runs.items[0]?.id ?? '');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('is seen to change with the seeing, and beside itself without an effect', async () => {
    const visitor = await portal.open('grace', { scheme: 'dark' });
    const { page } = visitor;
    await page.goto(linkTo(DOCUMENT));
    await settled(visitor);
    const sharp = await fingerprint(page);
    const before = Number(await page.locator('canvas[data-drawn]').getAttribute('data-drawn'));
    await page.getByRole('button', { name: 'Poor seeing' }).click();
    await drawn(page, before);
    await page.getByText(/FWHM 1\.\d\d″/).waitFor();
    expect(await fingerprint(page)).not.toBe(sharp);
    await page.getByRole('combobox', { name: 'Compare with' }).click();
    await page.getByRole('option', { name: 'without charge diffusion' }).click();
    await page.getByRole('slider', { name: 'Where the two pictures meet' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('design-dark');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('keeps what was said over a reload, and fits a narrow window', async () => {
    const visitor = await portal.open('grace', { width: 820, height: 1180 });
    const { page } = visitor;
    await page.goto(linkTo({ ...DOCUMENT, band: 'i' }));
    await settled(visitor);
    await page.goto('/design');
    await page.getByRole('radio', { name: 'i', exact: true }).isChecked();
    await settled(visitor);
    const { scrollWidth, clientWidth } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      clientWidth: document.documentElement.clientWidth,
    }));
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('design-narrow');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('shows the pixels of the run’s electron image, bit for bit', async () => {
    const worker = readdirSync(join(builtPortal(), 'assets')).find((name) =>
      /^preview-worker.*\.js$/.test(name),
    );
    const visitor = await portal.open('grace');
    await visitor.page.goto('/runs');
    const window = { x0: 3500, x1: 4012, y0: 100, y1: 612 };
    const inPage = await visitor.page.evaluate(
      ([script, document, window]) =>
        new Promise<string>((resolve, reject) => {
          const worker = new Worker(script, { type: 'module' });
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({
            data,
          }: MessageEvent<{ electrons?: Int32Array<ArrayBuffer>; message?: string }>) => {
            if (data.electrons === undefined) return reject(new Error(data.message));
            void crypto.subtle
              .digest('SHA-256', data.electrons)
              .then((digest) =>
                resolve(
                  Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(''),
                ),
              );
          };
          worker.postMessage({
            kind: 'pixels',
            number: 1,
            slot: 'design',
            document,
            detector: 'R22_S11',
            window,
          });
        }),
      [`/assets/${worker ?? ''}`, DOCUMENT, window] as const,
    );
    await visitor.close();

    const { request } = readRequest([{ origin: 'test', document: DOCUMENT }]);
    const [recipe] = expandRequest(request, []).recipes;
    const chunks: Uint8Array[] = [];
    await simulateDetector(recipe!, {
      kernel: await createKernel(await loadKernelAssets()),
      catalogs: [],
      products: ['eimage'],
      openSink: () => ({
        write: (chunk) => chunks.push(chunk.slice()),
        close: () => Promise.resolve({ bytes: 0, sha256: '', adler32: '' }),
        discard: () => Promise.resolve(),
      }),
    });
    const file = Buffer.concat(chunks);
    const nx = 4096;
    const ny = 4004;
    // The image is the last of the file, padded to blocks of 2880 bytes.
    const data = file.length - Math.ceil((4 * nx * ny) / 2880) * 2880;
    const whole = new Int32Array(512 * 512);
    for (let y = 0; y < 512; y++)
      for (let x = 0; x < 512; x++)
        whole[y * 512 + x] = file.readInt32BE(data + 4 * ((window.y0 + y) * nx + window.x0 + x));
    expect(inPage).toBe(createHash('sha256').update(new Uint8Array(whole.buffer)).digest('hex'));
  });
});
