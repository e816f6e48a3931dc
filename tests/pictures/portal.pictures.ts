/**
 * Takes the pictures of docs/portal.md: every screen, in light, in dark and in a narrow window, with things on it. By hand, and looked at:
 *   npx vitest run --project pictures
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { type PortalUnderTest, SET_UP_MS, startPortal, type View } from '../portal/support/portal.js';

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
  sky: [{ type: 'synthetic', faintIMag: 22 }],
  seeingFwhm500Arcsec: 0.6,
};

describe('the portal', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let ada: TestUser['client'];
  let run: string;
  let image: string;
  let twin: string;
  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    portal = await startPortal();
    ada = portal.server.admin;
    for (const name of ['grace', 'henrietta', 'vera']) await portal.server.user(name);
    const submit = async (name: string, changes: Readonly<Record<string, unknown>>, paused = false) =>
      (await ada.call('submitRun', { body: { name, paused, requests: [smallRequest(changes)] } })).id;
    const products = ['eimage', 'truth', 'preview'];
    const sky = [{ type: 'synthetic', faintIMag: 22 }];
    run = await submit('Deep field, middle row', { ...DESIGN, visitId: 101, sky, products });
    expect((await untilEnded(ada, run)).state).toBe('succeeded');
    const { id: clone } = await ada.call('cloneRun', {
      params: { id: run },
      body: {
        name: 'Deep field without charge diffusion',
        changes: { detectors: 'R22_S11', 'effects.chargeDiffusion': false },
      },
    });
    expect((await untilEnded(ada, clone)).state).toBe('succeeded');
    const stopped = await submit('Too low in the sky', { visitId: 102, airmass: 2 }, true);
    await ada.call('cancelRun', { params: { id: stopped } });
    await submit('Every detector, tonight', { visitId: 103, detectors: 'all' }, true);
    const first = async (runId: string): Promise<string> => {
      const { items } = await ada.call('searchDatasets', {
        query: { runId, type: ['eimage'], detector: ['R22_S11'] },
      });
      return items[0]?.id ?? '';
    };
    [image, twin] = [await first(run), await first(clone)];
  }, 2 * SET_UP_MS);
  afterAll(() => portal.close());

  /** Each screen: where it is, and what is done until there is something to see. */
  const screens = (): Readonly<Record<string, (page: Page) => Promise<void>>> => ({
    design: async (page) => {
      await page.goto(`/design#request=${Buffer.from(JSON.stringify(DESIGN)).toString('base64url')}`);
      await page.locator('canvas[data-drawn]:not([data-drawn="0"])').waitFor({ timeout: 60_000 });
      await page.getByText('3 images').waitFor({ timeout: 60_000 });
    },
    runs: async (page) => {
      await page.goto('/runs');
      await page.getByRole('link', { name: 'Deep field, middle row' }).waitFor();
    },
    run: async (page) => {
      await page.goto(`/runs/${run}`);
      await page
        .getByRole('link', { name: /^Download eimage/ })
        .first()
        .waitFor();
    },
    'focal-plane': async (page) => {
      await page.goto(`/runs/${run}/image`);
      await page.locator('[data-loaded="3"]').waitFor({ timeout: 60_000 });
      await page.waitForTimeout(1500);
    },
    look: async (page) => {
      await page.goto(`/look?dataset=${image}`);
      await page.locator('[data-shown]').waitFor({ timeout: 60_000 });
      await page.getByText(/^Marks of \d+ of \d+ sources$/).waitFor();
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
  });

  it.each(Object.keys(VIEWS))('in %s', async (name) => {
    const view: View = { ...VIEWS[name], scale: SCALE };
    const take = async (page: Page, screen: string): Promise<void> => {
      await page.waitForTimeout(300);
      // And once as PNG, to be looked at before it is kept.
      await page.screenshot({
        path: join(repositoryRoot, '.cache/screenshots', `docs-${screen}-${name}.png`),
        animations: 'disabled',
      });
      await page.screenshot({
        path: join(FOLDER, `${screen}-${name}.jpg`),
        type: 'jpeg',
        quality: QUALITY,
        animations: 'disabled',
      });
    };
    const stranger = await portal.open(undefined, view);
    await stranger.page.goto('/login');
    await stranger.page.getByRole('heading', { name: 'Log in' }).waitFor();
    await take(stranger.page, 'login');
    await stranger.close();
    const visitor = await portal.open('ada', view);
    const missing: string[] = [];
    for (const [screen, show] of Object.entries(screens())) {
      await show(visitor.page).catch((error: unknown) => missing.push(`${screen}: ${String(error)}`));
      await take(visitor.page, screen);
    }
    expect([...missing, ...visitor.faults()]).toEqual([]);
    await visitor.close();
  });
});
