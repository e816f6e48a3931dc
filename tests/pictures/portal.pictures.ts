/**
 * Takes the pictures of docs/portal.md: every screen, in light, in dark and in a narrow window, with things on it. By hand, and looked at:
 *   npx vitest run --project pictures [-t 'the portal design']
 * For the screens that show it the whole camera is drawn twice, which takes some ten minutes and 8 GB under the folder of temporary files.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser } from '../../apps/server/src/testing/test-server.js';
import {
  type PortalUnderTest,
  startPortal,
  statesOf,
  type View,
  type Visitor,
} from '../portal/support/portal.js';

const FOLDER = join(repositoryRoot, 'docs/images/portal');
/** Small files: three quarters of the size, as JPEG. */
const SCALE = 0.75;
const QUALITY = 70;

const VIEWS: Readonly<Record<string, View>> = {
  light: { scheme: 'light' },
  dark: { scheme: 'dark' },
  narrow: { scheme: 'light', width: 820, height: 1100 },
};

const DESIGN = {
  pointing: { raDeg: 53.13, decDeg: -27.8 },
  band: 'i',
  detectors: ['R22_S1*'],
  sky: [{ type: 'synthetic', seed: 1, faintIMag: 22 }],
  seeingFwhm500Arcsec: 0.6,
};

/** The whole camera: raw files, for they are small, and pictures. */
const CAMERA = {
  ...DESIGN,
  visitId: 103,
  detectors: 'all',
  sky: [{ type: 'synthetic', seed: 1, faintIMag: 19 }],
  products: ['raw', 'preview'],
};
const DRAW_CAMERA_MS = 1_800_000;

describe('the portal', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let ada: TestUser['client'];
  let run: string;
  let image: string;
  let twin: string;
  const visitors = new Map<string, Visitor>();
  const untilDrawn = async (runId: string): Promise<void> => {
    for (;;) {
      const { state } = await ada.call('readRun', { params: { id: runId } });
      if (state === 'succeeded') return;
      if (state === 'failed' || state === 'cancelled') throw new Error(`a run is ${state}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const submit = async (name: string, changes: Readonly<Record<string, unknown>>, paused = false) =>
    (await ada.call('submitRun', { body: { name, paused, requests: [smallRequest(changes)] } })).id;
  let cameraRun: Promise<string> | undefined;
  /** The run of the whole camera, which begins when it is first asked for: the first pictures show how it goes. */
  const camera = (): Promise<string> => (cameraRun ??= submit('Whole camera, i band', CAMERA));
  let cameraTwin: Promise<string> | undefined;
  /** The whole camera drawn once more, without an effect. */
  const cameraWithout = (effect: string): Promise<string> =>
    (cameraTwin ??= (async () => {
      const { id } = await ada.call('cloneRun', {
        params: { id: await camera() },
        body: { name: `Whole camera, no ${effect}`, changes: { [`effects.${effect}`]: false } },
      });
      await untilDrawn(id);
      return id;
    })());
  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    portal = await startPortal();
    ada = portal.server.admin;
    for (const name of ['grace', 'henrietta', 'vera']) await portal.server.user(name);
    const products = ['eimage', 'truth', 'preview'];
    run = await submit('Deep field, middle row', { ...DESIGN, visitId: 101, products });
    await untilDrawn(run);
    const { id: clone } = await ada.call('cloneRun', {
      params: { id: run },
      body: {
        name: 'Deep field in poor seeing',
        changes: { detectors: 'R22_S11', seeingFwhm500Arcsec: 1.2 },
      },
    });
    await untilDrawn(clone);
    const stopped = await submit('Too low in the sky', { visitId: 102, airmass: 2 }, true);
    await ada.call('cancelRun', { params: { id: stopped } });
    const first = async (runId: string): Promise<string> => {
      const { items } = await ada.call('searchDatasets', {
        query: { runId, type: ['eimage'], detector: ['R22_S11'] },
      });
      return items[0]?.id ?? '';
    };
    [image, twin] = [await first(run), await first(clone)];
    for (const [name, view] of Object.entries(VIEWS))
      visitors.set(name, await portal.open('ada', { ...view, scale: SCALE }));
  }, DRAW_CAMERA_MS);
  afterAll(() => portal.close());

  /** Each screen: where it is, and what is done until there is something to see. */
  const SCREENS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    run: async (page) => {
      await page.goto(`/runs/${await camera()}`);
      await expect
        .poll(async () => (await statesOf(page))['succeeded'] ?? 0, { timeout: 300_000 })
        .toBeGreaterThan(40);
    },
    runs: async (page) => {
      await page.goto('/runs');
      await page.getByRole('link', { name: 'Deep field, middle row', exact: true }).waitFor();
    },
    design: async (page) => {
      await page.goto(`/design#request=${Buffer.from(JSON.stringify(DESIGN)).toString('base64url')}`);
      await page.locator('canvas[data-drawn]:not([data-drawn="0"])').waitFor({ timeout: 60_000 });
      await page.getByText('3 images').waitFor({ timeout: 60_000 });
    },
    change: async (page) => {
      await page.goto(`/runs/${run}`);
      await page.getByRole('link', { name: 'Change and run again' }).click();
      await page.getByText('Nothing differs from that run so far').waitFor();
      await page.getByRole('button', { name: 'Poor seeing' }).click();
      await page.locator('canvas[data-drawn]:not([data-drawn="0"])').waitFor({ timeout: 60_000 });
      await page.getByRole('region', { name: 'What differs from the run' }).waitFor();
      await page.evaluate(() => scrollTo(0, 0));
    },
    look: async (page) => {
      await page.goto(`/look?dataset=${image}`);
      await page.locator('[data-shown]').waitFor({ timeout: 60_000 });
      await page.getByText(/^Marks of \d+ of \d+ sources$/).waitFor();
    },
    explain: async (page) => {
      await page.goto(`/look?dataset=${image}`);
      await page.locator('[data-shown]').waitFor({ timeout: 60_000 });
      // The middle of a galaxy: light of its parts, of its neighbours and of the sky.
      await page
        .locator('tbody button')
        .filter({ hasText: /bulge|disk/ })
        .first()
        .click();
      await page.getByRole('switch', { name: /^Marks of/ }).press('Space');
      await page.getByRole('tab', { name: 'Explain' }).click();
      await page.locator('[data-explained]').waitFor({ timeout: 120_000 });
      const panel = page.getByRole('tabpanel');
      if ((page.viewportSize()?.width ?? 0) < 1000) await panel.scrollIntoViewIfNeeded();
    },
    compare: async (page) => {
      await page.goto(`/compare?a=${image}&b=${twin}`);
      await page.getByRole('heading', { name: 'The difference in numbers' }).waitFor({ timeout: 60_000 });
      await page.getByText('Side by side', { exact: true }).click();
      await page.getByRole('img', { name: /^First image/ }).focus();
      for (let i = 0; i < 4; i++) await page.keyboard.press('+');
    },
    data: async (page) => {
      await page.goto('/data');
      await page
        .getByRole('link', { name: /^Download / })
        .first()
        .waitFor();
    },
    truth: async (page) => {
      await page.goto('/truth');
      await page.getByRole('textbox', { name: 'SQL' }).waitFor();
      await page.getByRole('button', { name: 'Ask' }).click();
      await page.getByRole('tab', { name: 'Plot' }).click({ timeout: 60_000 });
      await page.getByRole('img', { name: /points/ }).waitFor();
    },
    account: async (page) => {
      await page.goto('/account');
      await page.getByRole('button', { name: 'New token' }).waitFor();
    },
    admin: async (page) => {
      await page.goto('/admin');
      await page.getByRole('cell', { name: 'up', exact: true }).waitFor();
    },
    'focal-plane': async (page) => {
      await untilDrawn(await camera());
      await page.goto(`/runs/${await camera()}/image`);
      await page.locator('[data-loaded="189"]').waitFor({ timeout: 120_000 });
      await page.waitForTimeout(1500);
    },
    'compare-runs': async (page) => {
      const twin = await cameraWithout('vignetting');
      await page.goto(`/runs/compare?a=${await camera()}&b=${twin}`);
      await page.locator('[data-subtracted="189"]').waitFor({ timeout: 600_000 });
      // Light that is lost everywhere is seen in means.
      await page.getByRole('combobox', { name: 'The focal plane shows' }).click();
      await page.getByRole('option', { name: 'Blocks: mean difference' }).click();
    },
  };

  const take = async (page: Page, name: string): Promise<void> => {
    await page.waitForFunction(() =>
      [...document.images].every((image) => image.complete || image.getBoundingClientRect().y > innerHeight),
    );
    await page.waitForTimeout(300);
    // And once as PNG, to be looked at before it is kept.
    await page.screenshot({
      path: join(repositoryRoot, '.cache/screenshots', `docs-${name}.png`),
      animations: 'disabled',
    });
    await page.screenshot({
      path: join(FOLDER, `${name}.jpg`),
      type: 'jpeg',
      quality: QUALITY,
      animations: 'disabled',
    });
  };

  it.each(Object.entries(SCREENS))('%s', { timeout: DRAW_CAMERA_MS }, async (screen, show) => {
    for (const [name, visitor] of visitors) {
      await show(visitor.page);
      await take(visitor.page, `${screen}-${name}`);
      expect(visitor.faults()).toEqual([]);
    }
  });

  it.each(Object.entries(VIEWS))('login in %s', async (name, view) => {
    const { page, close } = await portal.open(undefined, { ...view, scale: SCALE });
    await page.goto('/login');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await take(page, `login-${name}`);
    await close();
  });
});
