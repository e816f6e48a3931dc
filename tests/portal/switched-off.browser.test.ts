/** Sky entries that are switched off are a part of the design: they stay where they are, and go where it goes. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal, type Visitor } from './support/portal.js';

const entry = (seed: number) => ({ type: 'synthetic', seed, faintIMag: 18 });
const DOCUMENT = {
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  visitId: 7,
  detectors: ['R22_S11'],
  sky: [entry(1), entry(2), entry(3)],
  products: ['truth'],
};
const linkTo = (document: unknown): string =>
  `/design#request=${Buffer.from(JSON.stringify(document)).toString('base64url')}`;
const ALL = ['1. universe 1', '2. universe 2', '3. universe 3'];
const ONE_OFF = ['1. universe 1', 'universe 2, switched off', '2. universe 3'];

/** The entries of the sky in the order of the screen. */
const stackOf = (page: Page): Promise<string[]> =>
  page
    .getByRole('region', { name: 'Sky' })
    .getByRole('switch', { name: /universe/ })
    .evaluateAll((all) =>
      all.map(
        (one) =>
          (one.closest('label') ?? one.parentElement?.parentElement)?.textContent?.replace(
            /Synthetic galaxies and stars to i 18, /,
            '',
          ) ?? '',
      ),
    );
const untilStack = (page: Page, wanted: readonly string[]) =>
  expect.poll(() => stackOf(page), { timeout: 20_000 }).toEqual(wanted);
const switchOf = (page: Page, seed: number) =>
  page.getByRole('switch', { name: new RegExp(`universe ${seed}`) });

async function exported(page: Page): Promise<{ sky: unknown }[]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export YAML' }).click(),
  ]);
  return parseAllDocuments(readFileSync(await download.path(), 'utf8')).map(
    (one) => one.toJS() as { sky: unknown },
  );
}

async function importFile(page: Page, name: string, documents: readonly unknown[]): Promise<void> {
  await page.getByLabel('Request file').setInputFiles({
    name,
    mimeType: 'application/yaml',
    buffer: Buffer.from(documents.map((one) => stringify(one)).join('---\n')),
  });
}

const chooseTemplate = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name: 'Templates' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
};

describe.skipIf(!hasBrowser)('sky entries that are switched off', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let visitor: Visitor;
  beforeAll(async () => {
    portal = await startPortal();
    await portal.server.user('grace');
    visitor = await portal.open('grace', { width: 768, height: 1200 });
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  }, SET_UP_MS);
  afterAll(async () => {
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
    await portal.close();
  });

  it('stay in their place, over a reload and while other screens are shown', async () => {
    const { page } = visitor;
    await page.goto(linkTo(DOCUMENT));
    await untilStack(page, ALL);
    await switchOf(page, 2).press('Space');
    await untilStack(page, ONE_OFF);
    await page.getByText('1 image').waitFor({ timeout: 60_000 });
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('region', { name: 'Sky' }).scrollIntoViewIfNeeded();
    await visitor.picture('switched-off-narrow');
    await page.reload();
    await untilStack(page, ONE_OFF);
    await page.goto('/runs');
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    await page.goBack();
    await untilStack(page, ONE_OFF);
    await page.goto('/runs');
    await page.goto('/design');
    await untilStack(page, ONE_OFF);
  });

  it('are moved and removed as others are, and come back where they are', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: /^Move .*universe 2.* down$/ }).press('Enter');
    await untilStack(page, ['1. universe 1', '2. universe 3', 'universe 2, switched off']);
    await page.getByRole('button', { name: /^Move .*universe 1 down$/ }).press('Enter');
    await page.getByRole('button', { name: /^Move .*universe 1 down$/ }).press('Enter');
    await untilStack(page, ['1. universe 3', 'universe 2, switched off', '2. universe 1']);
    await switchOf(page, 2).press('Space');
    await untilStack(page, ['1. universe 3', '2. universe 2', '3. universe 1']);
    await switchOf(page, 3).press('Space');
    await page.getByRole('button', { name: /^Remove .*universe 3, switched off$/ }).press('Enter');
    await untilStack(page, ['1. universe 2', '2. universe 1']);
  });

  it('are in a link and in a template, and an exported file says that it leaves them out', async () => {
    const { page } = visitor;
    await page.goto(linkTo(DOCUMENT));
    await switchOf(page, 2).press('Space');
    await untilStack(page, ONE_OFF);
    expect((await exported(page)).map(({ sky }) => sky)).toEqual([[entry(1), entry(3)]]);
    await page.getByText('The sky entry that is switched off is not in it').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('button', { name: 'Link copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: /Keep this as a template/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Keep as a template' });
    await dialog.getByLabel('Name').fill('one off');
    await dialog.getByRole('button', { name: 'Keep' }).click();

    // Another design has none of them.
    await chooseTemplate(page, 'Begin anew');
    await untilStack(page, ['1. Synthetic galaxies and stars to i 26, universe 1']);
    await chooseTemplate(page, 'one off');
    await untilStack(page, ONE_OFF);
    await importFile(page, 'other.yaml', [{ ...DOCUMENT, sky: [entry(9)] }]);
    await untilStack(page, ['1. universe 9']);
    await chooseTemplate(page, 'Back to the design of before');
    await untilStack(page, ONE_OFF);
    await page.goto(linkTo({ ...DOCUMENT, sky: [entry(8)] }));
    await untilStack(page, ['1. universe 8']);
    await page.reload();
    await untilStack(page, ['1. universe 8']);

    // Somebody else gets the link.
    const other = await portal.open('ada', { scheme: 'dark' });
    await other.page.goto(link);
    await untilStack(other.page, ONE_OFF);
    await switchOf(other.page, 2).press('Space');
    await untilStack(other.page, ALL);
    expect(await other.violations()).toEqual([]);
    expect(other.faults()).toEqual([]);
    await other.close();
  });

  it('leave each visit of several its own sky', async () => {
    const { page } = visitor;
    const documents = [1, 2, 3].map((k) => ({
      ...DOCUMENT,
      visitId: k,
      obsMjdTai: 61060.1 + k / 1000,
      sky: [entry(10 + k), entry(2)],
    }));
    await importFile(page, 'three.yaml', documents);
    await untilStack(page, ['1. universe 11', '2. universe 2']);
    await switchOf(page, 2).press('Space');
    await untilStack(page, ['1. universe 11', 'universe 2, switched off']);
    expect((await exported(page)).map(({ sky }) => sky)).toEqual([[entry(11)], [entry(12)], [entry(13)]]);
    await page.reload();
    await untilStack(page, ['1. universe 11', 'universe 2, switched off']);
    // The visits' own entry off instead: another visit has another.
    await switchOf(page, 2).press('Space');
    await switchOf(page, 11).press('Space');
    await page.getByRole('combobox', { name: /^Shown on this screen/ }).click();
    await page.getByRole('option', { name: 'Visit 3, r' }).click();
    await untilStack(page, ['universe 13, switched off', '1. universe 2']);
    expect((await exported(page)).map(({ sky }) => sky)).toEqual([[entry(2)], [entry(2)], [entry(2)]]);
    await switchOf(page, 13).press('Space');
    await untilStack(page, ['1. universe 13', '2. universe 2']);
    expect(await exported(page)).toEqual(documents);
  });

  it('are those of each tab', async () => {
    const { page, context } = visitor;
    await page.goto(linkTo(DOCUMENT));
    await switchOf(page, 2).press('Space');
    const second = await context.newPage();
    await second.goto(linkTo({ ...DOCUMENT, sky: [entry(5), entry(6)] }));
    await switchOf(second, 5).press('Space');
    await page.reload();
    await untilStack(page, ONE_OFF);
    await second.reload();
    await untilStack(second, ['universe 5, switched off', '1. universe 6']);
    await second.close();
  });
});
