/** Visits of a scheduler's database: uploaded, narrowed, chosen on map and table, planned and observed. */
import type { Page } from 'playwright-core';
import initSqlite from '@sqlite.org/sqlite-wasm';
import { readFileSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal, type Visitor } from './support/portal.js';

/** 120 visits in a row along the southern sky, the bands in turn, airmass and night growing. */
async function database(): Promise<Buffer> {
  const sqlite = await initSqlite();
  const db = new sqlite.oo1.DB(':memory:');
  db.exec(
    `CREATE TABLE observations (observationId INTEGER, fieldRA REAL, fieldDec REAL, observationStartMJD REAL, visitExposureTime REAL,
       band TEXT, rotTelPos REAL, numExposures INTEGER, airmass REAL, seeingFwhm500 REAL, skyBrightness REAL, night INTEGER, moonPhase REAL, note TEXT);
     WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 119)
     INSERT INTO observations SELECT 7001 + i, 53 + 0.2 * i, -60 + (i % 10) * 5, 61060.06 + 0.0005 * (i % 40) + i / 40, 30, substr('ugrizy', i % 6 + 1, 1), 0, 1,
       1 + 0.005 * i, 0.6 + (i % 7) * 0.1, 21 - (i % 5) * 0.3, 76 + i / 40, (i * 13) % 100, 'pair ' || (i % 2) FROM n`,
  );
  const bytes = Buffer.from(sqlite.capi.sqlite3_js_db_export(db));
  db.close();
  return bytes;
}

/** A design whose estimate and pixels are quick. */
const DOCUMENT = {
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S11'],
  sky: [],
  products: ['truth'],
};
const LINK = `/design#request=${Buffer.from(JSON.stringify(DOCUMENT)).toString('base64url')}`;

/** What three visits, one key of them changed, look like outside of the page: file, code, link. */
async function holdsAllVisits({ page, context }: Visitor): Promise<void> {
  const wanted = [7003, 7009, 7015].map((visitId) => ({ visitId, band: 'r', seeingFwhm500Arcsec: 1.2 }));
  const documentsOf = (text: string): unknown[] =>
    parseAllDocuments(text).map((one) => one.toJS() as unknown);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export YAML' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('requests.yaml');
  const file = readFileSync(await download.path(), 'utf8');
  expect(documentsOf(file)).toMatchObject(wanted);
  await page.getByText(/--opsim night.db --where .* --limit 3 --set .*seeingFwhm500Arcsec=1.2/).waitFor();

  await page.getByRole('button', { name: 'As code', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /Submit this request outside/ });
  const yaml = await dialog.locator('pre', { hasText: '---' }).innerText();
  expect(documentsOf(yaml)).toMatchObject(wanted);
  for (const [tab, pattern] of [
    ['HTTP', /7003.*7009.*7015/s],
    ['Python', /7003.*7009.*7015/s],
    ['Command line', /submit requests\.yaml/],
  ] as const) {
    await dialog.getByRole('tab', { name: tab }).click();
    expect(await dialog.getByRole('tabpanel', { name: tab }).locator('pre').innerText()).toMatch(pattern);
  }
  await page.keyboard.press('Escape');

  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByRole('button', { name: 'Link copied' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole('button', { name: 'Keep only the one shown' }).click();
  await page.getByText('One visit, as it is said on this screen.').waitFor();
  await page.goto(link);
  await page.getByText('3 visits of night.db').waitFor();
  await page.getByText(/Changed here, for all of them: .*seeingFwhm500Arcsec/).waitFor();

  await page
    .getByLabel('Request file')
    .setInputFiles({ name: 'three.yaml', mimeType: 'application/yaml', buffer: Buffer.from(file) });
  await page.getByText('3 visits of three.yaml').waitFor();
  const many = Array.from({ length: 1000 }, (_, i) => ({
    ...DOCUMENT,
    visitId: i + 1,
    obsMjdTai: 61060.1 + i / 3000,
  }));
  await page.getByLabel('Request file').setInputFiles({
    name: 'many.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(many.map((one) => stringify(one)).join('---\n')),
  });
  await page.getByText(/1\s000 visits of many.yaml/).waitFor();
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByRole('dialog', { name: 'Too long for a link' }).waitFor();
  const [whole] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save requests.yaml' }).click(),
  ]);
  expect(documentsOf(readFileSync(await whole.path(), 'utf8'))).toEqual(many);
  await page.goto(LINK);
  await page.getByText('One visit, as it is said on this screen.').waitFor();
  await page.goto(link);
  await page.getByText('3 visits of night.db').waitFor();
  await page.getByText('3 images').waitFor({ timeout: 30_000 });
}

/** A template of the three visits brings all of them back, after a reload as well; one of before templates held visits is still read. */
async function isKeptAsTemplate({ page, violations }: Visitor): Promise<void> {
  const keepAs = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: /Keep this as a template/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Keep as a template' });
    await dialog.getByText('this one with its 3 visits').waitFor();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Keep' }).click();
  };
  await page.evaluate(
    (document) => window.localStorage.setItem('imsim-od.templates', JSON.stringify({ old: document })),
    { ...DOCUMENT, band: 'z' },
  );
  await page.reload();
  await page.getByText('3 visits of night.db').waitFor();
  await keepAs('my night');
  await page.getByRole('button', { name: 'Templates' }).click();
  await page.getByRole('menuitem', { name: 'my night 3 visits', exact: true }).waitFor();
  expect(await violations()).toEqual([]);
  await page.getByRole('menuitem', { name: 'old', exact: true }).click();
  await page.getByText('One visit, as it is said on this screen.').waitFor();
  await page.waitForFunction(() => window.sessionStorage.getItem('imsim-od.design')?.includes('"z"'));
  await page.reload();
  await page.getByRole('button', { name: 'Templates' }).click();
  await page.getByRole('menuitem', { name: 'my night 3 visits', exact: true }).click();
  await page.getByText('3 visits of night.db').waitFor();
  await page.getByText(/Changed here, for all of them: .*seeingFwhm500Arcsec/).waitFor();

  // A browser without room says so, and keeps what it had.
  await page.evaluate(() => {
    for (let size = 1 << 22; size >= 1; size >>= 1)
      try {
        const before = window.localStorage.getItem('full') ?? '';
        window.localStorage.setItem('full', before + 'x'.repeat(size));
      } catch {
        // So much more does not fit.
      }
  });
  await keepAs('too much');
  await page.getByText('The template was not kept').waitFor();
  await page.keyboard.press('Escape');
  await page.evaluate(() => window.localStorage.removeItem('full'));
  await page.reload();
  await page.getByText('3 visits of night.db').waitFor();
  await page.getByRole('button', { name: 'Templates' }).click();
  await page.getByRole('menuitem', { name: 'my night 3 visits', exact: true }).waitFor();
  expect(await page.getByRole('menuitem', { name: /^too much/ }).count()).toBe(0);
  await page.keyboard.press('Escape');
}

const isWiderThanItsPlace = (page: Page, label: string): Promise<boolean | undefined> =>
  page.evaluate((name) => {
    const place = document.querySelector(`table[aria-label="${name}"]`)?.parentElement;
    return place ? place.scrollWidth > place.clientWidth : undefined;
  }, label);

describe.skipIf(!hasBrowser)('visits of a scheduler’s database', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  beforeAll(async () => {
    portal = await startPortal();
    grace = await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(() => portal.close());

  it('are narrowed by facets, expression and box, kept as file, link and template, and become one run', async () => {
    const visitor = await portal.open('grace', { height: 1300 });
    const { page } = visitor;
    await page.goto(LINK);
    await page.getByRole('button', { name: /Choose from a scheduler/ }).click();
    const dialog = page.getByRole('dialog', { name: /Visits of a scheduler/ });
    await dialog.getByRole('heading', { name: 'Visits as a scheduler planned them' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await dialog
      .getByLabel('Scheduler database')
      .setInputFiles({ name: 'night.db', mimeType: 'application/x-sqlite3', buffer: await database() });
    const fit = dialog.getByRole('status').filter({ hasText: /visits fit$/ });
    await fit.filter({ hasText: '120 of 120' }).waitFor({ timeout: 60_000 });
    await dialog.getByText('1 to 25 of 120').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('visits-light');

    await dialog.getByText('r 20', { exact: true }).click();
    await fit.filter({ hasText: '20 of 120' }).waitFor();
    const from = dialog.getByRole('slider', { name: 'Airmass, from' });
    await from.focus();
    for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowRight');
    // From 1.10: 20, 26 … 116 of 0 to 119.
    await fit.filter({ hasText: '17 of 120' }).waitFor();
    for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowLeft');
    await fit.filter({ hasText: '20 of 120' }).waitFor();
    await dialog.getByLabel('And any condition of yours').fill('airmas < 1.2');
    await page.keyboard.press('Enter');
    await dialog.getByText(/did you mean airmass/).waitFor();
    await dialog.getByLabel('And any condition of yours').fill("note like '%0' and night < 78");
    await page.keyboard.press('Enter');
    // i % 6 = 2 and so even; nights 76 and 77 are the first 80: 2, 8 … 74
    await fit.filter({ hasText: '13 of 120' }).waitFor();
    await dialog.getByText(/--opsim night.db --where/).waitFor();
    await dialog.getByRole('button', { name: 'Airmass' }).click();
    await dialog.getByRole('button', { name: 'Airmass' }).click();
    await dialog.getByRole('columnheader', { name: /Airmass ↓/ }).waitFor();

    const map = dialog.getByRole('img', { name: /Map of the sky with 13 pointings/ });
    const area = await map.boundingBox();
    if (area === null) throw new Error('the map has no place');
    const at = (x: number, y: number): [number, number] => [
      area.x + x * area.width,
      area.y + y * area.height,
    ];
    await page.mouse.move(...at(0.3, 0.6));
    await page.mouse.down();
    await page.mouse.move(...at(0.4, 0.7), { steps: 4 });
    await page.mouse.move(...at(0.42, 0.75), { steps: 4 });
    await page.mouse.up();
    await dialog.getByText(/decDeg between/).waitFor();
    await dialog.getByRole('button', { name: 'Whole sky' }).click();
    await fit.filter({ hasText: '13 of 120' }).waitFor();

    await dialog.getByLabel('At most, the earliest first').fill('3');
    await dialog.getByRole('button', { name: 'Take the 3 visits that fit' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('3 visits of night.db').waitFor();
    await page.getByText('3 images').waitFor({ timeout: 30_000 });
    await page.getByText('Plan of the visits').click();
    const plan = page.getByRole('table', { name: 'Plan of the visits' });
    await plan.getByRole('cell', { name: '7003', exact: true }).waitFor();
    expect(await plan.getByRole('row').count()).toBe(4);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('visits-chosen-light');
    // Counts are those of the visit that is shown, and say so: the number differs from field to field.
    const sky = page.getByRole('region', { name: 'Sky' });
    await sky.getByRole('button', { name: 'Add a synthetic sky' }).click();
    const counted = sky.getByText(/by the model; i magnitude/);
    await counted.filter({ hasText: 'of visit 7003, the one shown' }).waitFor({ timeout: 60_000 });
    const before = await counted.innerText();
    await page.getByRole('combobox', { name: 'Shown on this screen, and in the preview' }).click();
    await page.getByRole('option', { name: 'Visit 7009, r' }).click();
    await counted.filter({ hasText: 'of visit 7009, the one shown' }).waitFor();
    await page.waitForFunction(
      (text) => !document.body.innerText.includes(text),
      before.split(' objects')[0],
    );
    await page.getByRole('combobox', { name: 'Shown on this screen, and in the preview' }).click();
    await page.getByRole('option', { name: 'Visit 7003, r' }).click();
    await sky.getByRole('button', { name: /^Remove 1\. Synthetic/ }).click();
    await page.getByRole('button', { name: 'Poor seeing' }).click();
    await page.getByText(/Changed here, for all of them: .*seeingFwhm500Arcsec/).waitFor();
    await holdsAllVisits(visitor);
    await isKeptAsTemplate(visitor);
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('3 of 3 done').waitFor({ timeout: 120_000 });
    const [run] = (await grace.client.call('listRuns', { query: {} })).items;
    await untilEnded(grace.client, run?.id ?? '');
    const { requests } = await grace.client.call('readRequests', { params: { id: run?.id ?? '' } });
    expect(requests).toMatchObject(
      [7003, 7009, 7015].map((visitId) => ({ visitId, band: 'r', seeingFwhm500Arcsec: 1.2, exposureS: 30 })),
    );
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('are picked one by one, on the map and by the keyboard, in dark and narrow', async () => {
    const visitor = await portal.open('grace', { scheme: 'dark', width: 820, height: 1180 });
    const { page } = visitor;
    await page.goto(LINK);
    await page.getByRole('button', { name: /Choose from a scheduler/ }).click();
    const dialog = page.getByRole('dialog', { name: /Visits of a scheduler/ });
    await dialog.getByRole('combobox', { name: 'Database' }).click();
    await page.getByRole('option', { name: /night.db/ }).click();
    await dialog.getByRole('checkbox', { name: 'Visit 7001', exact: true }).press('Space');
    await dialog.getByRole('button', { name: 'Take the 1 chosen visit' }).waitFor();
    const map = dialog.getByRole('img', { name: /Map of the sky with 120 pointings/ });
    const area = await map.boundingBox();
    if (area === null) throw new Error('the map has no place');
    // RA 53, Dec -60 in the Hammer projection: the first pointing is taken back.
    const [ra, dec] = [(53 * Math.PI) / 180, (-60 * Math.PI) / 180];
    const z = Math.sqrt(1 + Math.cos(dec) * Math.cos(ra / 2));
    const x = (-2 * Math.cos(dec) * Math.sin(ra / 2)) / z;
    const y = Math.sin(dec) / z;
    await page.mouse.click(
      area.x + (area.width * (14 + 150 * (2 + x))) / 628,
      area.y + (area.height * (14 + 150 * (1 - y))) / 328,
    );
    await dialog.getByRole('checkbox', { name: 'Visit 7001', exact: true, checked: false }).waitFor();
    await dialog.getByRole('checkbox', { name: 'Visit 7002', exact: true }).press('Space');
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('visits-dark-narrow');
    expect(await isWiderThanItsPlace(page, 'Visits that fit')).toBe(false);
    await dialog.getByRole('columnheader', { name: /Airmass/ }).waitFor();
    await dialog.getByRole('button', { name: 'Take the 1 chosen visit' }).click();
    await page.getByText('1 visit of night.db').waitFor();
    await page.getByText('Plan of the visits').click();
    const plan = page.getByRole('table', { name: 'Plan of the visits' });
    await plan.getByRole('cell', { name: '7002', exact: true }).waitFor();
    for (const width of [820, 420]) {
      await page.setViewportSize({ width, height: 1180 });
      expect(await plan.getByRole('columnheader').count()).toBe(10);
      expect(await isWiderThanItsPlace(page, 'Plan of the visits')).toBe(false);
      expect(await visitor.violations()).toEqual([]);
    }
    await plan.scrollIntoViewIfNeeded();
    await visitor.picture('visits-plan-phone');
    await page.setViewportSize({ width: 820, height: 1180 });
    await page.getByLabel(/Right ascension/).waitFor();
    expect(await page.getByLabel(/Right ascension/).inputValue()).toBe('53.2');
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
