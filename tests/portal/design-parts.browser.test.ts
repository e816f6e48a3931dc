/** The parts of the design screen one by one: focal plane, sky map, the document as a whole, entries of the sky, the tour. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FIELD_HEADER, fieldStar } from '../../apps/server/src/testing/field-catalog.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';

/** A design whose estimate and pixels are quick. */
const DOCUMENT = {
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S11'],
  sky: [{ type: 'synthetic', faintIMag: 20 }],
  products: ['truth'],
};
const linkTo = (document: unknown): string =>
  `/design#request=${Buffer.from(JSON.stringify(document)).toString('base64url')}`;
/** Two of its stars are on the detector, the third is degrees away. */
const CATALOG = FIELD_HEADER + fieldStar(1) + fieldStar(2, 53.002) + fieldStar(3, 58);

/** A map of even convergence, a degree wide, around the field. */
function lensMap(kappa: number): Buffer {
  const collector = new ByteCollector();
  const writer = new FitsFileWriter(collector.sink);
  const side = 16;
  for (const [name, value] of [
    ['KAPPA', kappa],
    ['GAMMA1', 0],
    ['GAMMA2', 0],
  ] as const) {
    const header = new HeaderBuilder()
      .string('EXTNAME', name)
      .string('CTYPE1', 'RA---TAN')
      .string('CTYPE2', 'DEC--TAN')
      .float('CRVAL1', 53)
      .float('CRVAL2', -27.5)
      .float('CRPIX1', 8.5)
      .float('CRPIX2', 8.5)
      .float('CDELT1', -0.06)
      .float('CDELT2', 0.06);
    writer.writeImage(header, {
      pixelType: 'float32',
      nx: side,
      ny: side,
      rows: new Float32Array(side * side).fill(value),
    });
  }
  return Buffer.from(collector.bytes());
}

/** Where a detector is on the screen. */
async function centreOf(page: Page, detectorId: number): Promise<{ x: number; y: number }> {
  const box = await page.locator(`[data-detector="${detectorId}"]`).boundingBox();
  if (box === null) throw new Error(`detector ${detectorId} is not shown`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** What the screen holds, as its link says. */
const said = (page: Page): Promise<unknown> =>
  page.evaluate(
    () =>
      (JSON.parse(window.sessionStorage.getItem('imsim-od.design') ?? 'null') as { document?: unknown })
        ?.document,
  );

describe.skipIf(!hasBrowser)('the design screen', { sequential: true }, () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await startPortal();
    await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(() => portal.close());

  it('takes detectors by box and whole rafts, and a pointing from the map', async () => {
    // So high that the bar of the estimate does not lie over the focal plane.
    const visitor = await portal.open('grace', { height: 1700 });
    const { page } = visitor;
    // 49.0 % of the Moon are lit then, as astropy has it.
    await page.goto(linkTo({ ...DOCUMENT, obsMjdTai: 61066.1, sky: [] }));
    await page.getByText('1 chosen: 1 e2v').waitFor();
    // R22 has the detectors 90 to 98, R21 81 to 89.
    const [from, to] = [await centreOf(page, 90), await centreOf(page, 98)];
    const edge = 6;
    await page.mouse.move(Math.min(from.x, to.x) - edge, Math.min(from.y, to.y) - edge);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
    await page.mouse.move(Math.max(from.x, to.x) + edge, Math.max(from.y, to.y) + edge, { steps: 3 });
    await page.mouse.up();
    await page.getByText('9 chosen: 9 e2v').waitFor();
    expect(await said(page)).toMatchObject({ detectors: ['R22_S*'] });
    // A box that is drawn beyond the focal plane ends where the button is let go.
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x - 60, from.y - 60, { steps: 3 });
    await page.mouse.move(2, 2, { steps: 3 });
    await page.mouse.up();
    await page.getByText('9 chosen: 9 e2v').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Centre raft' }).click();
    await page.getByText('9 chosen: 9 e2v').waitFor();
    await page.locator('[data-detector="85"]').click({ modifiers: ['Shift'] });
    await page.getByText('18 chosen: 18 e2v').waitFor();
    await page.locator('[data-detector="85"]').click({ modifiers: ['Shift'] });
    await page.getByText('9 chosen: 9 e2v').waitFor();
    await page.getByRole('button', { name: 'All science' }).click();
    await page.getByText(/^189 chosen/).waitFor();
    await page.getByRole('button', { name: 'Centre CCD' }).click();
    await page.getByText('1 chosen: 1 e2v').waitFor();
    await page.getByRole('button', { name: 'Centre raft' }).click();
    await page.getByText('9 chosen: 9 e2v').waitFor();

    await page.getByText('Sun', { exact: true }).waitFor();
    await page.getByText(/^Moon (48|49|50) %$/).waitFor();

    const map = await page.getByRole('application', { name: /press to point there/ }).boundingBox();
    if (map === null) throw new Error('the map has no place');
    // RA 30, Dec -40 by the Hammer projection's formula.
    const [ra, dec] = [(30 * Math.PI) / 180, (-40 * Math.PI) / 180];
    const z = Math.sqrt(1 + Math.cos(dec) * Math.cos(ra / 2));
    await page.mouse.click(
      map.x + (map.width * (14 + 150 * (2 - (2 * Math.cos(dec) * Math.sin(ra / 2)) / z))) / 628,
      map.y + (map.height * (14 + 150 * (1 - Math.sin(dec) / z))) / 328,
    );
    const { pointing } = (await said(page)) as { pointing: { raDeg: number; decDeg: number } };
    // A pixel of the screen is half a degree.
    expect(Math.abs(pointing.raDeg - 30)).toBeLessThan(1);
    expect(Math.abs(pointing.decDeg + 40)).toBeLessThan(1);

    await page.getByRole('combobox', { name: 'Field by name' }).fill('virgo');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    // M 87, in the middle of the cluster, is at 12:30:49.42 +12:23:28.0.
    const { pointing: virgo } = (await said(page)) as { pointing: { raDeg: number; decDeg: number } };
    expect(virgo.raDeg).toBeCloseTo(187.7059, 3);
    expect(virgo.decDeg).toBeCloseTo(12.3911, 3);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('tells the region of a pointing, moves it by keys, and has Sun and Moon where it never rises', async () => {
    const visitor = await portal.open('grace', { scheme: 'dark' });
    const { page } = visitor;
    await page.goto(linkTo({ ...DOCUMENT, pointing: { raDeg: 150.11, decDeg: 5.43 }, sky: [] }));
    const text = page.getByText(/deep field\.|from its centre/);
    await expect
      .poll(() => text.textContent())
      .toMatch(/^In the wide survey .*; 3\.2° from the COSMOS deep field\.$/);
    const map = page.getByRole('application', { name: /Map of the sky/ });
    expect(await map.locator('[data-part]').count()).toBe(5);
    await map.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => text.textContent())
      .toBe('In the COSMOS deep field, 0.2° from its centre; in the wide survey.');
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('ArrowLeft');
    const { pointing } = (await said(page)) as { pointing: { raDeg: number; decDeg: number } };
    expect(pointing.decDeg).toBeCloseTo(12.43, 9);
    // A degree East along the parallel.
    expect(pointing.raDeg).toBeCloseTo(150.11 + 1 / Math.cos((12.43 * Math.PI) / 180), 5);

    // 49.0 % of the Moon are lit then, as astropy has it; the field stays below the horizon of Cerro Pachón.
    await page.goto(linkTo({ ...DOCUMENT, pointing: { raDeg: 0, decDeg: 75 }, obsMjdTai: 61066.1, sky: [] }));
    await page
      .getByText('Sun and Moon as they stand at the time of the visit, 2026-01-26 02:23 UTC.')
      .waitFor();
    await page.getByText(/^Moon (48|49|50) %$/).waitFor();
    await page.goto(linkTo({ ...DOCUMENT, pointing: { raDeg: 0, decDeg: 75 }, sky: [] }));
    await page.getByText(/^Sun and Moon as they stand tonight, \d{4}-\d\d-\d\d 04:43 UTC/).waitFor();
    await page.getByText('Sun', { exact: true }).waitFor();
    await page.getByText(/^Outside of the survey; \d+° from the \S+ deep field\.$/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('goes out and comes back: template, file, link', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(linkTo({ ...DOCUMENT, band: 'z' }));
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: /Keep this as a template/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Keep as a template' });
    await dialog.getByLabel('Name').fill('deep <i>z</i>');
    expect(await visitor.violations()).toEqual([]);
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Begin anew' }).click();
    await page.waitForFunction(() => !window.sessionStorage.getItem('imsim-od.design')?.includes('"z"'));
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'deep <i>z</i>', exact: true }).click();
    await page.waitForFunction(() => window.sessionStorage.getItem('imsim-od.design')?.includes('"z"'));

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export YAML' }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    expect(parse(text)).toEqual({ ...DOCUMENT, band: 'z' });
    await page.getByLabel('Request file').setInputFiles({
      name: 'r.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from(text.replace('band: z', 'band: g')),
    });
    await page.waitForFunction(() => window.sessionStorage.getItem('imsim-od.design')?.includes('"g"'));
    await page
      .getByLabel('Request file')
      .setInputFiles({ name: 'list.yaml', mimeType: 'application/yaml', buffer: Buffer.from('- 1\n') });
    await page.getByText('list.yaml is no request').waitFor();
    expect(await said(page)).toEqual({ ...DOCUMENT, band: 'g' });

    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('button', { name: 'Link copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    await page.goto(linkTo({ ...DOCUMENT, band: 'u' }));
    await page.waitForFunction(() => window.sessionStorage.getItem('imsim-od.design')?.includes('"u"'));
    await page.goto(link);
    await page.waitForFunction(() => window.sessionStorage.getItem('imsim-od.design')?.includes('"g"'));
    expect(await said(page)).toEqual({ ...DOCUMENT, band: 'g' });
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('stacks a sky: counts and magnitudes of each entry, a catalog uploaded, moved and switched off by keys', async () => {
    const visitor = await portal.open('grace', { scheme: 'dark', height: 1500 });
    const { page } = visitor;
    await page.goto(linkTo(DOCUMENT));
    const sky = page.getByRole('region', { name: 'Sky' });
    await sky
      .getByText(/objects on the chosen detectors, by the model; i magnitude/)
      .waitFor({ timeout: 60_000 });
    await sky.getByRole('img', { name: /^Objects by i magnitude, from .* to 20, / }).waitFor();
    await sky
      .getByLabel('Catalog or table', { exact: true })
      .setInputFiles({ name: 'field.txt', mimeType: 'text/plain', buffer: Buffer.from(CATALOG) });
    await sky.getByRole('switch', { name: '2. Catalog field.txt' }).waitFor({ timeout: 60_000 });
    await sky
      .getByText(/2 objects on the chosen detectors, counted; r magnitude/)
      .waitFor({ timeout: 60_000 });
    expect(await visitor.violations()).toEqual([]);
    await sky.scrollIntoViewIfNeeded();
    await visitor.picture('sky-entries-dark');

    await sky.getByRole('button', { name: 'Move 2. Catalog field.txt up' }).press('Enter');
    await sky.getByRole('switch', { name: '1. Catalog field.txt' }).press('Space');
    await sky.getByRole('switch', { name: 'Catalog field.txt, switched off' }).waitFor();
    expect(((await said(page)) as { sky: unknown[] }).sky).toEqual(DOCUMENT.sky);
    await sky.getByRole('switch', { name: 'Catalog field.txt, switched off' }).press('Space');
    await sky.getByRole('switch', { name: '1. Catalog field.txt' }).waitFor();
    expect(((await said(page)) as { sky: { type: string }[] }).sky.map(({ type }) => type)).toEqual([
      'instanceCatalog',
      'synthetic',
    ]);
    await sky.getByRole('button', { name: 'Remove 1. Catalog field.txt' }).press('Enter');
    expect(((await said(page)) as { sky: unknown[] }).sky).toEqual(DOCUMENT.sky);

    await sky.getByLabel('Catalog or table', { exact: true }).setInputFiles({
      name: 'broken.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(`${CATALOG}object 4 53 -27 19 sed 0 0 0 0 0 0 movingPoint\n`),
    });
    await sky
      .getByRole('alert')
      .getByText(/broken.txt/)
      .waitFor({ timeout: 60_000 });
    await sky.getByLabel('Catalog or table', { exact: true }).setInputFiles({
      name: 'request.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from('pointing: { raDeg: 53, decDeg: -28 }\nband: r\n'),
    });
    await sky
      .getByRole('alert')
      .getByText(/request.yaml.*no catalog; submit or import it/)
      .waitFor({ timeout: 60_000 });
    const switchOn = page.getByRole('switch', { name: 'Colour by number of objects' });
    await switchOn.check();
    await page.getByText(/From dark, [\d\u2009]+ objects, to bright, [\d\u2009]+\./).waitFor();
    const colours = await page
      .locator('[data-detector]')
      .evaluateAll((shapes) => shapes.map((shape) => getComputedStyle(shape).fill));
    expect(new Set(colours).size).toBeGreaterThan(4);
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('takes a catalog from the library, which an administrator fills', async () => {
    const admin = await portal.open('ada', { scheme: 'dark' });
    await admin.page.goto('/admin?part=library');
    await admin.page.getByRole('heading', { name: 'The library is empty' }).waitFor();
    expect(await admin.violations()).toEqual([]);
    await admin.page
      .getByLabel('File for the library', { exact: true })
      .setInputFiles({ name: 'deep.txt', mimeType: 'text/plain', buffer: Buffer.from(CATALOG) });
    await admin.page.getByText('To be offered: deep.txt.').waitFor({ timeout: 60_000 });
    await admin.page.getByLabel('Name in requests').fill('deep-field');
    await admin.page.getByLabel('What it holds').fill('two <b>stars</b>');
    await admin.page.getByRole('button', { name: 'Offer it' }).click();
    await admin.page.getByRole('heading', { name: 'deep-field' }).waitFor();
    await admin.page.getByText(/deep.txt, catalog, 3 objects/).waitFor({ timeout: 60_000 });
    expect(await admin.violations()).toEqual([]);
    await admin.picture('admin-library-dark');

    const visitor = await portal.open('grace', { width: 820, height: 1500 });
    const { page } = visitor;
    await page.goto(linkTo({ ...DOCUMENT, sky: [] }));
    const sky = page.getByRole('region', { name: 'Sky' });
    const library = sky.getByRole('combobox', { name: 'Add a catalog or table of the library' });
    await library.fill('deep');
    await page.getByRole('option', { name: 'deep-field: two <b>stars</b>' }).click();
    await sky.getByRole('switch', { name: /1\. Catalog .*deep-field/ }).waitFor();
    expect(await said(page)).toMatchObject({
      sky: [{ type: 'instanceCatalog', path: 'library:deep-field' }],
    });
    await sky
      .getByText(/2 objects on the chosen detectors, counted; r magnitude/)
      .waitFor({ timeout: 60_000 });
    expect(await visitor.violations()).toEqual([]);
    await sky.scrollIntoViewIfNeeded();
    await visitor.picture('sky-library-narrow');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();

    await admin.page.getByRole('button', { name: 'Remove', exact: true }).click();
    await admin.page.getByRole('button', { name: 'Remove it' }).click();
    await admin.page.getByRole('heading', { name: 'The library is empty' }).waitFor();
    expect(admin.faults()).toEqual([]);
    await admin.close();
  });

  it('takes a map of lensing, by which what lies behind is brighter', async () => {
    const visitor = await portal.open('grace', { height: 1500 });
    const { page } = visitor;
    await page.goto(linkTo({ ...DOCUMENT, sky: [] }));
    const sky = page.getByRole('region', { name: 'Sky' });
    await sky.getByLabel('Catalog or table', { exact: true }).setInputFiles({
      name: 'galaxy.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('id,ra,dec,mag_r,half_light_radius,sersic\ng,53,-27.5,20.2,1,1\n'),
    });
    await sky
      .getByRole('img', { name: /^Objects by r magnitude, from 20 to 20.5,/ })
      .waitFor({ timeout: 60_000 });
    await sky.getByText('Limits, offset, lensing').click();
    const choice = sky.getByRole('group', { name: 'Map of lensing' });
    await choice
      .getByLabel('Map of lensing', { exact: true })
      .setInputFiles({ name: 'field.txt', mimeType: 'text/plain', buffer: Buffer.from(CATALOG) });
    await choice.getByText(/field.txt is no map/).waitFor({ timeout: 60_000 });
    await choice
      .getByLabel('Map of lensing', { exact: true })
      .setInputFiles({ name: 'mass.fits', mimeType: 'application/fits', buffer: lensMap(0.2) });
    await choice.getByText('Map of lensing: mass.fits').waitFor({ timeout: 60_000 });
    // kappa 0.2 without shear magnifies by 1 / 0.8^2: 20.2 mag become 19.72.
    await sky
      .getByRole('img', { name: /^Objects by r magnitude, from 19.5 to 20,/ })
      .waitFor({ timeout: 60_000 });
    expect(await said(page)).toMatchObject({
      sky: [{ lensing: { map: { path: expect.stringMatching(/^dataset:/) as string } } }],
    });
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('sky-lens-map-light');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('is shown around once, by keys, and again from the help', async () => {
    const visitor = await portal.open('grace', { isFirstVisit: true });
    const { page } = visitor;
    await page.goto(linkTo(DOCUMENT));
    const card = page.getByRole('dialog', { name: 'Welcome' });
    await card.waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('tour-light');
    // The bar of the submission is wholly to be seen and pressed beside the tour, in a wide window and in a narrow one.
    for (const width of [1280, 820, 420]) {
      await page.setViewportSize({ width, height: 900 });
      await page.getByText('1 image').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Submit', exact: true }).click({ trial: true, timeout: 5_000 });
      const [over, under] = await Promise.all([
        card.boundingBox(),
        page.getByRole('region', { name: 'Estimate and submission' }).boundingBox(),
      ]);
      expect((over?.y ?? NaN) + (over?.height ?? NaN)).toBeLessThanOrEqual(under?.y ?? NaN);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await card.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('dialog', { name: 'Design a visit' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.keyboard.press('ArrowLeft');
    await card.waitFor();
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'hidden' });
    await page.reload();
    await page.getByRole('heading', { name: 'Design a visit' }).waitFor();
    await page.waitForTimeout(500);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('h');
    await page.getByRole('button', { name: 'Show the tour' }).click();
    await card.waitFor();
    for (const title of ['Design a visit', 'Watch it run', 'Look at it', 'Take it home', 'When in doubt']) {
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('dialog', { name: title }).waitFor();
    }
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
