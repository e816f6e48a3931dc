/** The whole story in one browser, from the link that a new service prints to a recipe made again at home; then the service is killed. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@imsim-od/api';
import { repositoryRoot } from '@imsim-od/testing';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildServerProgram,
  killDatabase,
  type ServerProcess,
  startServerProcess,
} from '../../apps/server/src/testing/server-process.js';
import { PASSWORD, smallRequest } from '../../apps/server/src/testing/test-server.js';
import { builtPortal } from './support/built-portal.js';
import {
  type BrowserUnderTest,
  hasBrowser,
  SET_UP_MS,
  startBrowser,
  type Visitor,
} from './support/portal.js';

const SED = 'starSED/phoSimMLT/lte031-4.5-1.0a+0.4.BT-Settl.spec.gz';
/** An instance catalog of stars around the pointing. */
const catalog = (firstId: number, raDeg: number, magnitude: number): string =>
  [
    'rightascension 53.0',
    'declination -27.5',
    'mjd 59580.1',
    'altitude 66.0',
    'azimuth 270.0',
    'filter 2',
    'rotskypos 0.0',
    'obshistid 4242',
    'seeing 0.7',
    'vistime 30',
    'seed 1',
    ...Array.from(
      { length: 5 },
      (_star, i) =>
        `object ${firstId + i} ${(raDeg + 0.004 * i).toFixed(4)} ${(-27.5 + 0.003 * i).toFixed(4)} ${magnitude + i / 4} ${SED} 0 0 0 0 0 0 point none CCM 0.1 3.1`,
    ),
    '',
  ].join('\n');
const CATALOGS = [
  { name: 'near.txt', text: catalog(901, 53.0, 17) },
  { name: 'far.txt', text: catalog(951, 52.99, 18) },
] as const;

/** Numbers of R21_S11, R22_S11, R23_S11 and of R22_S12. */
const RAFT_MIDDLES = [85, 94, 103] as const;
const NEXT_DETECTOR = 95;

describe.skipIf(!hasBrowser)('somebody who has never seen the portal', { sequential: true }, () => {
  let folder: string;
  let home: string;
  let program: string;
  let server: ServerProcess;
  let portal: BrowserUnderTest;
  let visitor: Visitor;
  let page: Page;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imsim-od-story-'));
    home = mkdtempSync(join(tmpdir(), 'imsim-od-story-home-'));
    chmodSync(home, 0o711);
    program = join(repositoryRoot, '.cache', `story-server-${process.pid}`);
    await buildServerProgram(program);
    server = await startServerProcess(program, { home, settings: { portalFolder: builtPortal() } });
    portal = await startBrowser(server.started.url);
    visitor = await portal.open();
    page = visitor.page;
  }, SET_UP_MS);
  afterAll(async () => {
    await portal.close();
    server.child.kill('SIGTERM');
    await server.ended;
    killDatabase(home);
    for (const path of [folder, home, program])
      rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  });

  const detector = (id: number): Locator => page.locator(`[data-detector="${id}"]`);
  const pixels = (): Promise<string> =>
    page.evaluate(
      () => document.querySelector<HTMLCanvasElement>('canvas[data-drawn]')?.toDataURL().slice(-4000) ?? '',
    );
  const download = async (name: RegExp): Promise<string> => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name }).first().click(),
    ]);
    const path = join(folder, file.suggestedFilename());
    await file.saveAs(path);
    return path;
  };
  const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

  it('becomes the first administrator by the link that the service prints', async () => {
    await page.goto(server.started.setupUrl ?? '');
    await page.getByRole('heading', { name: 'First administrator' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Password again').fill(PASSWORD);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('heading', { name: 'Design a visit' }).waitFor();
    expect(page.url()).not.toContain('#');
  });

  it('chooses field, rafts and detectors, and adds two catalogs', async () => {
    await page.getByLabel(/^Right ascension/).fill('53');
    await page.getByLabel(/^Declination/).fill('-27.5');
    await page.getByRole('button', { name: 'None', exact: true }).click();
    for (const id of RAFT_MIDDLES) await detector(id).click({ modifiers: ['Shift'] });
    await page.getByText(/^27 chosen/).waitFor();
    // A box around two detectors takes the place of them all.
    const [left, right] = [await detector(94).boundingBox(), await detector(NEXT_DETECTOR).boundingBox()];
    const corners = [left!, right!].flatMap(({ x, y, width, height }) => [
      { x: x - 3, y: y - 3 },
      { x: x + width + 3, y: y + height + 3 },
    ]);
    await page.mouse.move(Math.min(...corners.map(({ x }) => x)), Math.min(...corners.map(({ y }) => y)));
    await page.mouse.down();
    await page.mouse.move(Math.max(...corners.map(({ x }) => x)), Math.max(...corners.map(({ y }) => y)), {
      steps: 4,
    });
    await page.mouse.up();
    await page.getByText(/^2 chosen/).waitFor();

    await page.getByText('Limits, offset, lensing').first().click();
    await page.getByLabel(/^Faint i/i).fill('20');
    for (const { name, text } of CATALOGS) {
      await page
        .getByLabel('Catalog or table', { exact: true })
        .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
      await page.getByText(`${name}: 5 objects`).waitFor({ timeout: 60_000 });
    }
    await page.getByRole('checkbox', { name: /^raw exposure/ }).uncheck();
    await page.getByText('2 images').waitFor({ timeout: 60_000 });
    // What the service notes on the catalogs' headers is folded.
    const fold = page
      .locator('details', { has: page.getByRole('region', { name: 'Notes', includeHidden: true }) })
      .getByText(/^\d+ notes$/);
    await fold.click();
    await page
      .getByRole('region', { name: 'Notes' })
      .getByText(/^far\.txt: the header has no .*seqnum/)
      .scrollIntoViewIfNeeded();
    expect(await visitor.violations()).toEqual([]);
    await fold.click();
  });

  it('sees the preview change with the seeing', async () => {
    await page.locator('canvas[data-drawn]:not([data-drawn="0"])').waitFor({ timeout: 60_000 });
    const before = await pixels();
    const slider = page.getByRole('slider', { name: /^Seeing at 500 nm/ });
    await slider.focus();
    await page.keyboard.press('End');
    await page.getByText(/FWHM (1\.[5-9]|2\.)\d+″/).waitFor({ timeout: 60_000 });
    await expect.poll(pixels).not.toBe(before);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('story-design');
  });

  it('submits it, watches it being drawn, and looks at an image with the truth over it', async () => {
    await page.getByLabel('Name of the run').fill('my first visit');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('heading', { name: 'my first visit' }).waitFor();
    await page.locator('[data-detector][data-state="running"]').first().waitFor({ timeout: 60_000 });
    await page.getByText('2 of 2 done').waitFor({ timeout: 120_000 });
    await page.getByRole('link', { name: /^eimage_.*R22_S11/ }).click();
    await page.locator('[data-shown]').waitFor({ timeout: 60_000 });
    await page.getByText(/^Marks of [1-9]\d* of \d+ sources$/).waitFor();
    await page.getByRole('button', { name: '901', exact: true }).click();
    await page.locator('[data-source="901"]').waitFor();
    await visitor.picture('story-look');
  });

  it('compares it with a twin', async () => {
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('combobox', { name: 'Without' }).click();
    await page.getByRole('option', { name: 'charge diffusion' }).click();
    await page.getByRole('button', { name: 'Draw the twin' }).click();
    await page.getByRole('heading', { name: 'The difference in numbers' }).waitFor({ timeout: 120_000 });
    await page.getByRole('row', { name: /effects.chargeDiffusion/ }).waitFor();
  });

  it('takes image, recipe and catalogs home, and makes the same bytes there', async () => {
    await page.goto('/runs');
    await page.getByRole('link', { name: 'my first visit', exact: true }).click();
    const row = page.getByRole('row').filter({ hasText: /^eimage_.*R22_S11/ });
    const shown = await row.getByRole('img', { name: /^SHA-256/ }).getAttribute('aria-label');
    const image = await download(/^Download eimage_.*R22_S11/);
    expect(`SHA-256 ${sha256Of(image)}`).toBe(shown);
    const recipe = await download(/^Download recipe_.*R22_S11/);
    const command = join(repositoryRoot, 'apps/imsim-od/bin/imsim-od.js');
    const reproduce = () => spawnSync(process.execPath, [command, 'reproduce', recipe], { encoding: 'utf8' });
    const alone = reproduce();
    expect(alone.status).toBe(3);
    expect(alone.stderr).toContain(`was made from near.txt (SHA-256 ${textSha256(CATALOGS[0].text)})`);
    for (const { name, text } of CATALOGS) {
      await page.goto(`/data?type=${encodeURIComponent('["catalog"]')}`);
      const path = await download(new RegExp(`^Download ${name}`));
      expect(sha256Of(path)).toBe(textSha256(text));
    }
    const made = reproduce();
    expect(made.stdout).toContain('Every file is the same');
    expect(made.status).toBe(0);
    expect(visitor.faults()).toEqual([]);
  });

  it('sees the page of a run go on after the service was killed and came back', async () => {
    const { url } = server.started;
    const { text: token } = await createClient({ baseUrl: url }).call('login', {
      body: { name: 'ada', password: PASSWORD },
    });
    const run = await createClient({ baseUrl: url, token }).call('submitRun', {
      body: { name: 'through a crash', requests: [smallRequest({ detectors: ['R22_S0*', 'R22_S1*'] })] },
    });
    await page.goto(`/runs/${run.id}`);
    await page.locator('[data-detector][data-state="succeeded"]').first().waitFor({ timeout: 120_000 });
    server.child.kill('SIGKILL');
    await server.ended;
    const notice = page.getByText('The service is out of reach');
    await notice.waitFor({ timeout: 30_000 });
    expect(await page.locator('[data-detector][data-state="succeeded"]').count()).toBeLessThan(6);
    await visitor.picture('run-while-service-is-down');
    server = await startServerProcess(program, {
      home,
      settings: { portalFolder: builtPortal(), port: Number(new URL(url).port) },
    });
    await notice.waitFor({ state: 'hidden', timeout: 60_000 });
    await page.getByText('6 of 6 done').waitFor({ timeout: 180_000 });
    expect(await page.locator('[data-detector][data-state="succeeded"]').count()).toBe(6);
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
  });
});

function textSha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
