/** Files and folders on their way from a browser to the service: how far they are, cancelled, cut off, gone on with, and what is said of them. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedPath } from '@imsim-od/testing';
import type { Locator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal, type Visitor } from './support/portal.js';

const skyCatalogs = sharedPath('data/skycatalogs');

/** Bytes of the large table, and of a second for the network that the tests let through. */
const LARGE_BYTES = 24_000_000;
const BYTES_PER_S = 1_200_000;

/** f_lambda from 300 to 1200 nm, growing. */
const SPECTRUM = Array.from({ length: 181 }, (_, i) => `${300 + 5 * i} ${1 + i}\n`).join('');

/** Bytes of uploads by the offset at which each request began. */
function watchOffsets(page: Page): number[] {
  const offsets: number[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
  });
  return offsets;
}

/** The network as the page has it: so many bytes a second on their way out, or none at all. */
async function networkOf({ context, page }: Visitor): Promise<(state: 'slow' | 'gone') => Promise<void>> {
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  return async (state) => {
    await session.send('Network.emulateNetworkConditions', {
      offline: state === 'gone',
      latency: 5,
      downloadThroughput: -1,
      uploadThroughput: BYTES_PER_S,
    });
  };
}

/** Drags files or folders of this machine over an element, as a hand does, and lets them go there. */
async function dropOn({ context, page }: Visitor, target: Locator, files: readonly string[]): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (box === null) throw new Error('there is no place to drop on');
  const session = await context.newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at });
  await session.detach();
}

describe.skipIf(!hasBrowser)('uploads', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-uploads-'));
  const large = join(folder, 'large.csv');
  beforeAll(async () => {
    const rows = Array.from(
      { length: 1000 },
      (_, i) => `${String(i).padStart(6, '0')},${(53 + i * 1e-5).toFixed(7)},-27.5000000,22.0\n`,
    ).join('');
    writeFileSync(large, `id,ra,dec,mag_r\n${rows.repeat(Math.ceil(LARGE_BYTES / rows.length))}`);
    mkdirSync(join(folder, 'library/starSED'), { recursive: true });
    writeFileSync(join(folder, 'library/starSED/steep.txt'), SPECTRUM);
    writeFileSync(join(folder, 'library/.DS_Store'), 'x');
    portal = await startPortal();
    grace = await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(async () => {
    await portal.close();
    rmSync(folder, { recursive: true });
  });
  const uploadsOfServer = (): string[] =>
    readdirSync(join(portal.server.home, 'uploads')).filter((name) => name.endsWith('.json'));

  it('say how far they are, wait for a lost connection, and go on after the page was loaded anew', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    const offsets = watchOffsets(page);
    await page.goto('/design');
    // The screen's own parts do not come by the slow network.
    await page.getByLabel('Catalog or table', { exact: true }).waitFor({ state: 'attached' });
    const setNetwork = await networkOf(visitor);
    await setNetwork('slow');
    await page.getByLabel('Catalog or table', { exact: true }).setInputFiles(large);
    await page
      .getByText(/large\.csv: .* of 24\.. MB, \d+ % sent, .*B\/s, .* s left/)
      .waitFor({ timeout: 60_000 });
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('progressbar', { name: 'Upload of large.csv' }).scrollIntoViewIfNeeded();
    await visitor.picture('upload-under-way-light');

    await setNetwork('gone');
    await page.getByText('The service is not reached. The upload goes on where it stands').waitFor();
    await visitor.picture('upload-waits-light');
    const stood = Math.max(...offsets);
    expect(stood).toBeGreaterThan(0);
    const tries = offsets.length;
    await setNetwork('slow');
    await page
      .getByText('The service is not reached. The upload')
      .waitFor({ state: 'hidden', timeout: 30_000 });
    await expect.poll(() => offsets.length, { timeout: 30_000 }).toBeGreaterThan(tries + 1);
    const resumedAt = Math.max(...offsets);
    expect(resumedAt).toBeGreaterThanOrEqual(stood);

    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    offsets.length = 0;
    await page.getByLabel('Catalog or table', { exact: true }).setInputFiles(large);
    await page.getByText(/large\.csv: \d+.000 objects|large\.csv: .* objects/).waitFor({ timeout: 120_000 });
    expect(offsets[0]).toBeGreaterThanOrEqual(resumedAt);
    const { items } = await grace.client.call('searchDatasets', { query: { type: ['catalog'] } });
    expect(items.map(({ name, sha256 }) => [name, sha256])).toEqual([
      ['large.csv', createHash('sha256').update(readFileSync(large)).digest('hex')],
    ]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('come to the sky as it is when they end', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    const slow = join(folder, 'slow.csv');
    writeFileSync(slow, `id,ra,dec,mag_r\n${'000001,53.0000000,-27.5000000,22.0\n'.repeat(150_000)}`);
    await page.goto('/design');
    await page.getByRole('switch', { name: /^1\. Synthetic/ }).waitFor();
    await (
      await networkOf(visitor)
    )('slow');
    await page.getByLabel('Catalog or table', { exact: true }).setInputFiles(slow);
    await page.getByText(/slow\.csv: .* sent/).waitFor({ timeout: 60_000 });
    await page.getByRole('switch', { name: /^1\. Synthetic/ }).press('Space');
    await page.getByRole('button', { name: 'Add a synthetic sky' }).click();
    await page.getByRole('switch', { name: /^1\. .*universe 2$/ }).waitFor();
    expect(await page.getByRole('progressbar', { name: 'Upload of slow.csv' }).count()).toBe(1);
    await page.getByRole('switch', { name: '2. Table slow.csv' }).waitFor({ timeout: 60_000 });
    await page.getByRole('switch', { name: /universe 1, switched off$/ }).waitFor();
    await page.getByRole('switch', { name: /^1\. .*universe 2$/ }).waitFor();
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('are cancelled, at the service too, and the same file may be chosen again', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/design');
    // The screen's own parts do not come by the slow network.
    await page.getByLabel('Catalog or table', { exact: true }).waitFor({ state: 'attached' });
    const setNetwork = await networkOf(visitor);
    await setNetwork('slow');
    const input = page.getByLabel('Catalog or table', { exact: true });
    // Another file than before by its time.
    utimesSync(large, 1e9, 1e9);
    await input.setInputFiles(large);
    await page.getByRole('button', { name: 'Cancel the upload of large.csv' }).click({ timeout: 30_000 });
    await page
      .getByText('The upload of large.csv was cancelled; the service removes what it has of it.')
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    for (let looks = 0; uploadsOfServer().length > 0 && looks < 100; looks++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(uploadsOfServer()).toEqual([]);
    await input.setInputFiles(large);
    await page.getByText(/large\.csv: .* of 24\.. MB/).waitFor();
    // The file changes under the upload.
    writeFileSync(large, 'id,ra,dec,mag_r\n');
    await page.getByText('large.csv cannot be read any more').waitFor({ timeout: 60_000 });
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('that are cancelled while the service is not reached are ended there when it is, also by the next page', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    writeFileSync(large, `id,ra,dec,mag_r\n${'000001,53.0000000,-27.5000000,22.0\n'.repeat(600_000)}`);
    // What the tests before have left there.
    const others = uploadsOfServer();
    page.on('dialog', (dialog) => void dialog.accept());
    const setNetwork = await networkOf(visitor);
    for (const isLoadedAnew of [false, true]) {
      await page.goto('/design');
      await page.getByLabel('Catalog or table', { exact: true }).waitFor({ state: 'attached' });
      await setNetwork('slow');
      await page.getByLabel('Catalog or table', { exact: true }).setInputFiles(large);
      await page.getByText(/large\.csv: .*, [1-9]\d* % sent/).waitFor({ timeout: 60_000 });
      expect(uploadsOfServer()).toHaveLength(others.length + 1);
      await setNetwork('gone');
      await page.getByText('The service is not reached. The upload goes on').waitFor();
      await page.getByRole('button', { name: 'Cancel the upload of large.csv' }).click();
      await page
        .getByText('the service removes what it has of it when it is reached again, or after')
        .waitFor();
      expect(uploadsOfServer()).toHaveLength(others.length + 1);
      if (isLoadedAnew) {
        // Closed without the network: this window never reaches the service again.
        const state = await visitor.context.storageState();
        await page.close();
        expect(JSON.stringify(state.origins)).toContain('imsim-od.uploads.given-up');
        const next = await visitor.context.newPage();
        await next.goto('/runs');
      } else await setNetwork('slow');
      await expect.poll(uploadsOfServer, { timeout: 60_000 }).toEqual(others);
    }
    const [rest] = (await visitor.context.storageState()).origins;
    expect(rest?.localStorage.map(({ name }) => name)).not.toContain('imsim-od.uploads.given-up');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('are cancelled at once though the connection hangs, and ended at the service by the next page', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    const others = uploadsOfServer();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto('/design');
    // The screen's own parts do not come by the slow network.
    await page.getByLabel('Catalog or table', { exact: true }).waitFor({ state: 'attached' });
    const setNetwork = await networkOf(visitor);
    await setNetwork('slow');
    let hanging = 0;
    const hang = (route: Route): Promise<void> => {
      if (route.request().method() !== 'DELETE') return route.fallback();
      hanging++;
      return Promise.resolve();
    };
    await page.route('**/api/v1/uploads/*', hang);
    await page.getByLabel('Catalog or table', { exact: true }).setInputFiles(large);
    await page.getByText(/large\.csv: .*, [1-9]\d* % sent/).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Cancel the upload of large.csv' }).click();
    await page.getByText('The upload of large.csv was cancelled').waitFor({ timeout: 3000 });
    await expect.poll(() => hanging).toBe(1);
    expect(uploadsOfServer()).toHaveLength(others.length + 1);
    await page.unroute('**/api/v1/uploads/*', hang);
    await page.goto('/runs');
    await expect.poll(uploadsOfServer, { timeout: 60_000 }).toEqual(others);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('are dropped: a folder with all its levels, a file, and nothing that is neither', async () => {
    const dropped = join(folder, 'dropped');
    mkdirSync(join(dropped, 'starSED/kurucz'), { recursive: true });
    // A browser gives the entries of a folder a hundred at a time.
    for (let i = 0; i < 230; i++) writeFileSync(join(dropped, `starSED/kurucz/s${i}.txt`), SPECTRUM);
    writeFileSync(join(dropped, 'starSED/.DS_Store'), 'x');
    const catalog = join(folder, 'dropped.csv');
    writeFileSync(catalog, 'id,ra,dec,mag_r\na,53,-27.5,20\n');
    const visitor = await portal.open('grace', { scheme: 'dark', width: 768, height: 1100 });
    const { page } = visitor;
    await page.goto('/design');
    const zone = (label: string): Locator => page.getByRole('button', { name: label }).locator('xpath=..');
    const [files, folders, seds] = [
      zone('Upload a catalog or table'),
      zone('Upload a folder of sky catalogs'),
      zone('Upload a folder of SED files'),
    ];
    await folders.getByText('or drop it here').waitFor();
    await dropOn(visitor, seds, [dropped]);
    await page.getByText('dropped: 230 files sent.').waitFor({ timeout: 60_000 });
    await dropOn(visitor, seds, [dropped]);
    await page.getByText('dropped: 0 files sent, 230 were there already.').waitFor({ timeout: 60_000 });
    // Chosen in the picker it is the same folder: nothing is sent.
    await page.getByLabel('Folder of SED files', { exact: true }).setInputFiles(dropped);
    await page.getByText('dropped: 0 files sent, 230 were there already.').waitFor({ timeout: 60_000 });

    await dropOn(visitor, files, [catalog]);
    await page.getByText(/^(added )?dropped\.csv: 1 objects/).waitFor({ timeout: 60_000 });

    const refused = page.getByRole('alert').filter({ hasText: 'was not taken' });
    await dropOn(visitor, folders, [catalog]);
    await refused.getByText('dropped.csv is a file. A folder is taken here').waitFor();
    await dropOn(visitor, folders, [dropped, catalog]);
    await refused.getByText('2 things were dropped. Drop one folder at a time.').waitFor();
    mkdirSync(join(folder, 'empty'));
    await dropOn(visitor, folders, [join(folder, 'empty')]);
    await refused.getByText('empty has no files.').waitFor();
    await dropOn(visitor, files, [dropped]);
    await refused.getByText('dropped is a folder. A single file is taken here.').waitFor();
    // Beside the places a drop does nothing: the page stays.
    await dropOn(visitor, page.getByRole('heading', { name: 'Sky', exact: true }), [catalog]);
    await page.waitForTimeout(300);
    expect(new URL(page.url()).pathname).toBe('/design');
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('uploads-dropped-dark-narrow');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it.skipIf(skyCatalogs === undefined)(
    'of folders of sky catalogs fill the library, and the sky',
    async () => {
      const cells = join(folder, 'cells');
      cpSync(skyCatalogs!, cells, { recursive: true });
      writeFileSync(join(cells, 'zz.parquet'), 'PAR1 and nothing else');
      const visitor = await portal.open('ada');
      const { page } = visitor;
      await page.goto('/admin');
      await page.getByRole('tab', { name: 'Library' }).click();
      await page.getByText('The library is empty').waitFor();
      expect(await visitor.violations()).toEqual([]);
      const picker = page.getByLabel('Folder of sky catalogs', { exact: true });
      await picker.setInputFiles(cells);
      const alert = page.getByRole('alert').filter({ hasText: 'The folder was not taken' });
      await alert.getByText(/zz\.parquet: .*4 of 5 files are there/s).waitFor({ timeout: 60_000 });
      expect(await visitor.violations()).toEqual([]);
      rmSync(join(cells, 'zz.parquet'));
      // Other files make another folder of the archive; the same ones chosen again are there.
      const sent: string[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST' && request.url().endsWith('/uploads')) sent.push(request.url());
      });
      await picker.setInputFiles(cells);
      await page.getByText('cells: 4 files sent.').waitFor({ timeout: 60_000 });
      expect(sent).toHaveLength(4);
      await picker.setInputFiles(cells);
      await page.getByText('cells: 0 files sent, 4 were there already.').waitFor({ timeout: 60_000 });
      expect(sent).toHaveLength(4);
      await page.getByText('To be offered: the folder cells.').waitFor();
      await page.getByLabel('Name in requests').fill('dc2');
      await page.getByRole('button', { name: 'Offer it' }).click();
      // 500 galaxies and 495 point sources, as pyarrow counts the rows.
      await page.getByText(/folder of sky catalogs, 995 objects/).waitFor({ timeout: 60_000 });
      expect(await visitor.violations()).toEqual([]);
      await visitor.picture('library-light');

      // A user's own folder goes straight into the sky of the design.
      const own = await portal.open('grace');
      const request = {
        pointing: { raDeg: 54.83, decDeg: -35.7 },
        band: 'i',
        detectors: ['R22_S11'],
        sky: [],
      };
      await own.page.goto(`/design#request=${Buffer.from(JSON.stringify(request)).toString('base64url')}`);
      await own.page.getByLabel('Folder of sky catalogs', { exact: true }).setInputFiles(cells);
      await own.page.getByText('1. Sky catalogs').waitFor({ timeout: 60_000 });
      await own.page
        .getByText(/objects.*i magnitude/)
        .first()
        .waitFor({ timeout: 60_000 });
      for (const each of [visitor, own]) {
        expect(each.faults()).toEqual([]);
        await each.close();
      }
    },
  );

  it('of folders of SED files are offered by name, chosen on the design screen, and drawn by', async () => {
    const admin = await portal.open('ada');
    await admin.page.goto('/admin');
    await admin.page.getByRole('tab', { name: 'Library' }).click();
    await admin.page
      .getByLabel('Folder of SED files', { exact: true })
      .setInputFiles(join(folder, 'library'));
    await admin.page.getByText('library: 1 file sent.').waitFor({ timeout: 60_000 });
    await admin.page.getByText('To be offered: the SED files of library.').waitFor();
    await admin.page.getByLabel('Name in requests').fill('catsim');
    await admin.page.getByLabel('What it holds').fill('one spectrum');
    await admin.page.getByRole('button', { name: 'Offer it' }).click();
    await admin.page.getByText(/SED files, 1 spectra/).waitFor({ timeout: 60_000 });
    mkdirSync(join(folder, 'no seds'));
    writeFileSync(join(folder, 'no seds/notes.txt'), 'about these\n');
    await admin.page
      .getByLabel('Folder of SED files', { exact: true })
      .setInputFiles(join(folder, 'no seds'));
    await admin.page
      .getByText(/no-seds\.tar is no archive of SED files: none of its files is a spectrum/)
      .waitFor();
    expect(await admin.violations()).toEqual([]);
    await admin.close();

    writeFileSync(join(folder, 'field.csv'), 'id,ra,dec,magnorm,sed\na,53,-27.5,18,starSED/steep.txt\n');
    const visitor = await portal.open('grace');
    const { page } = visitor;
    const request = {
      pointing: { raDeg: 53, decDeg: -27.5 },
      band: 'r',
      detectors: ['R22_S11'],
      sky: [],
      products: ['truth'],
    };
    await page.goto(`/design#request=${Buffer.from(JSON.stringify(request)).toString('base64url')}`);
    await page.getByLabel('Catalog or table', { exact: true }).setInputFiles(join(folder, 'field.csv'));
    await page.getByText('1. Table field.csv').waitFor({ timeout: 60_000 });
    const seds = page.getByRole('group', { name: 'SED files' });
    await seds.getByText('the SED files of the service').waitFor();
    await seds.getByRole('combobox', { name: 'Take SED files of the library' }).click();
    await page.getByRole('option', { name: 'catsim: one spectrum' }).click();
    await seds.getByText('library:catsim').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('design-seds-light');
    await page.getByRole('button', { name: 'As code', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /Submit this request outside/ });
    for (const tab of ['HTTP', 'Python']) {
      await dialog.getByRole('tab', { name: tab }).click();
      expect(await dialog.getByRole('tabpanel', { name: tab }).locator('pre').innerText()).toContain(
        'library:catsim',
      );
    }
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('1 of 1 done').waitFor({ timeout: 120_000 });
    const [run] = (await grace.client.call('listRuns', { query: {} })).items;
    await untilEnded(grace.client, run?.id ?? '');
    const { items } = await grace.client.call('searchDatasets', {
      query: { runId: run?.id ?? '', type: ['recipe'] },
    });
    const answer = await grace.client.open('download', { params: { id: items[0]?.id ?? '' } });
    const { recipe } = (await answer.json()) as { recipe: { sky: readonly { seds?: { sha256: string } }[] } };
    const file = createHash('sha256').update(SPECTRUM).digest('hex');
    expect(recipe.sky[0]?.seds?.sha256).toBe(
      createHash('sha256').update(`starSED/steep.txt ${file}\n`).digest('hex'),
    );
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
