/** Finding data, taking it home, and asking the truth. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askPython, hasPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';

describe.skipIf(!hasBrowser)('data', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imsim-od-take-home-'));
    portal = await startPortal();
    grace = await portal.server.user('grace');
    await portal.server.user('henrietta');
    const run = await grace.client.call('submitRun', {
      body: {
        name: 'two detectors',
        requests: [
          smallRequest({ detectors: ['R22_S11', 'R01_S00'], products: ['eimage', 'truth', 'preview'] }),
        ],
      },
    });
    await untilEnded(grace.client, run.id);
  }, SET_UP_MS);
  afterAll(async () => {
    await portal.close();
    rmSync(folder, { recursive: true });
  });

  it('is found by facet and expression, and looked at in three ways', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/data');
    await page
      .getByRole('status')
      .filter({ hasText: /^12 files/ })
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('data-light');
    await page.getByRole('checkbox', { name: /^truth/ }).check();
    await page
      .getByRole('status')
      .filter({ hasText: /^4 files/ })
      .waitFor();
    await page.getByLabel('Expression').fill("detector like 'R01%'");
    await page.getByRole('button', { name: 'Search' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /^2 files/ })
      .waitFor();
    expect(new URL(page.url()).search).toContain('type');
    await page.getByLabel('Expression').fill('seeing < 1');
    await page.getByRole('button', { name: 'Search' }).click();
    await page
      .getByText(/seeingArcsec/)
      .first()
      .waitFor();
    expect(await page.getByText('Nothing fits').count()).toBe(0);
    await page.goto('/data?view=sky');
    await page.getByRole('img', { name: /Sky map of 12 files/ }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('data-sky-light');
    await page.getByText('Focal plane', { exact: true }).click();
    await page.getByRole('checkbox', { name: 'R01_S00, 6 files' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /^6 files/ })
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('data-plane-light');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('goes home as one ZIP, whole and under its checksums', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/data');
    await page.getByRole('button', { name: /Take home \(all 12\)/ }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /One ZIP/ }).click(),
    ]);
    const path = join(folder, 'all.zip');
    await download.saveAs(path);
    const { items } = await grace.client.call('searchDatasets', {});
    if (hasPython) {
      const found = askPython<Record<string, string>>(
        [
          'import hashlib, json, sys, zipfile',
          'with zipfile.ZipFile(json.load(sys.stdin)) as z:',
          '    assert z.testzip() is None',
          '    print(json.dumps({i: hashlib.sha256(z.read(i)).hexdigest() for i in z.namelist()}))',
        ].join('\n'),
        path,
      );
      const { SHA256SUMS: _sums, ...files } = found;
      expect(files).toEqual(Object.fromEntries(items.map(({ name, sha256 }) => [name, sha256])));
    }
    const metalink = await (await grace.client.open('metalink', { query: { type: ['truth'] } })).text();
    for (const { sha256 } of items.filter(({ type }) => type === 'truth'))
      expect(metalink).toContain(`<hash type="sha-256">${sha256}</hash>`);
    const [first = ''] = (
      await (await grace.client.open('urlList', { query: { type: ['recipe'] } })).text()
    ).split('\n');
    const bytes = Buffer.from(await (await grace.client.send(new URL(first).pathname)).arrayBuffer());
    expect(items.map(({ sha256 }) => sha256)).toContain(createHash('sha256').update(bytes).digest('hex'));
    writeFileSync(join(folder, 'recipe.json'), bytes);
    expect(JSON.parse(readFileSync(join(folder, 'recipe.json'), 'utf8'))).toHaveProperty(
      'recipe.simulationVersion',
    );
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('that is not there yet is taught about', async () => {
    const visitor = await portal.open('henrietta', { scheme: 'dark', width: 820 });
    await visitor.page.goto('/data');
    await visitor.page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('data-empty-dark-narrow');
    // Where a first run would be missed, a press leads to making it.
    for (const [address, title] of [
      ['/runs', 'No runs yet'],
      ['/look', 'No images yet'],
    ] as const) {
      await visitor.page.goto(address);
      await visitor.page.getByRole('heading', { name: title }).waitFor();
      expect(await visitor.violations()).toEqual([]);
      await visitor.page.locator('main').getByRole('link', { name: 'Design a visit' }).click();
      await visitor.page.waitForURL(/\/design/);
    }
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('of the truth is asked in SQL, and answered as a table and a plot', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/truth');
    await page.getByRole('textbox', { name: 'SQL' }).waitFor();
    await page.getByRole('button', { name: 'Ask' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /100 rows.*from 2 tables/ })
      .waitFor({ timeout: 60_000 });
    const answer = await grace.client.call('query', {
      body: { sql: 'select min(magnitude) as m from truth' },
    });
    const cells = page.getByRole('region', { name: 'Answer' }).getByRole('cell');
    expect(Number(await cells.nth(4).textContent())).toBeCloseTo(Number(answer.rows[0]?.[0]), 5);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('truth-light');
    await page.getByRole('tab', { name: 'Plot' }).click();
    await page.getByRole('img', { name: /points/ }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('truth-plot-light');
    await page.getByRole('textbox', { name: 'SQL' }).click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type(' nonsense');
    await page.keyboard.press('ControlOrMeta+Enter');
    await page
      .getByRole('alert')
      .getByText(/syntax error/i)
      .waitFor();
    // Typed over all lines, which the browser would join with styles that the page's policy refuses.
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('select count(*) as n from truth');
    await page.keyboard.press('ControlOrMeta+Enter');
    await page
      .getByRole('status')
      .filter({ hasText: /^1 row/ })
      .waitFor();
    expect(await page.getByRole('textbox', { name: 'SQL' }).innerText()).toBe(
      'select count(*) as n from truth',
    );
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
