/** What a browser keeps of a design: whole or not at all, and for new tabs only what was changed. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal, type Visitor } from './support/portal.js';

const entry = (seed: number) => ({ type: 'synthetic', seed, faintIMag: 18 });
const DOCUMENT = {
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S11'],
  sky: [entry(1)],
  products: ['truth'],
};
const linkTo = (seed: number): string =>
  `/design#request=${Buffer.from(JSON.stringify({ ...DOCUMENT, sky: [entry(seed)] })).toString('base64url')}`;
const untilUniverse = (page: Page, seed: number) =>
  page.getByRole('switch', { name: new RegExp(`universe ${seed}$`) }).waitFor();
/** What new tabs begin with. */
const keptForTabs = (page: Page): Promise<string | null> =>
  page.evaluate(() => window.localStorage.getItem('imsim-od.design'));

/** A design is kept for new tabs a second after its change. */
const KEPT_SOON = { timeout: 20_000 };

describe.skipIf(!hasBrowser)('a design in the browser', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let visitor: Visitor;
  let page: Page;
  beforeAll(async () => {
    portal = await startPortal();
    await portal.server.user('grace');
    visitor = await portal.open('grace', { width: 768, height: 1100 });
    page = visitor.page;
  }, SET_UP_MS);
  afterAll(async () => {
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
    await portal.close();
  });

  it('that an earlier portal kept as the request alone goes on', async () => {
    await page.goto('/runs');
    await page.evaluate(
      (text) => window.localStorage.setItem('imsim-od.design', text),
      JSON.stringify({ ...DOCUMENT, sky: [entry(77)] }),
    );
    await page.goto('/design');
    await untilUniverse(page, 77);
    await page.reload();
    await untilUniverse(page, 77);
  });

  it('is the one of new tabs when it is changed, not when an old tab is loaded anew', async () => {
    await page.goto(linkTo(3));
    await untilUniverse(page, 3);
    await expect.poll(() => keptForTabs(page), KEPT_SOON).toContain('"seed":3');
    const second = await visitor.context.newPage();
    await second.goto(linkTo(4));
    await untilUniverse(second, 4);
    await expect.poll(() => keptForTabs(page), KEPT_SOON).toContain('"seed":4');
    await page.reload();
    await untilUniverse(page, 3);
    await page.goto('/runs');
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    expect(await keptForTabs(page)).toContain('"seed":4');
    await page.goto('/design');
    await page.getByRole('button', { name: 'Add a synthetic sky' }).click();
    await expect.poll(() => keptForTabs(page), KEPT_SOON).toContain('"seed":3');
    await second.close();
  });

  it('is never of two designs where there is no room, and that is said once', async () => {
    await page.goto(linkTo(5));
    await untilUniverse(page, 5);
    await page.getByLabel('Request file').setInputFiles({
      name: 'three.json',
      mimeType: 'application/json',
      buffer: Buffer.from(visitsOf(3, 6)),
    });
    await page.getByText('3 visits of three.json').first().waitFor();
    // Nearly all that the browser gives to a tab.
    await page.evaluate(() => {
      for (let size = 4_000_000; size >= 1000;)
        try {
          window.sessionStorage.setItem(`filler ${size} ${Math.random()}`, 'x'.repeat(size));
        } catch {
          size = Math.floor(size / 2);
        }
    });
    await page.getByLabel('Request file').setInputFiles({
      name: 'many.json',
      mimeType: 'application/json',
      buffer: Buffer.from(visitsOf(60, 8)),
    });
    await page.getByText('60 visits of many.json').first().waitFor();
    await untilUniverse(page, 8);
    const notice = page.getByText('This design is not kept');
    await notice.waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Add a synthetic sky' }).click();
    await page.getByRole('switch', { name: /^2\. / }).waitFor();
    expect(await notice.count()).toBe(1);
    // What was kept before is there as it was, its request with its visits.
    await page.reload();
    await page.getByText('3 visits of three.json').first().waitFor();
    await untilUniverse(page, 6);
    expect(await page.getByRole('switch', { name: /^2\. / }).count()).toBe(0);
    // With room again, the next change is kept whole.
    await page.evaluate(() => {
      for (const key of Object.keys(window.sessionStorage))
        if (key.startsWith('filler')) window.sessionStorage.removeItem(key);
    });
    await page.getByRole('button', { name: 'Add a synthetic sky' }).click();
    await page.reload();
    await page.getByText('3 visits of three.json').first().waitFor();
    await page.getByRole('switch', { name: /^2\. / }).waitFor();
  });
});

/** Requests of one file, with a universe. */
function visitsOf(count: number, seed: number): string {
  return Array.from({ length: count }, (_, k) =>
    JSON.stringify({ ...DOCUMENT, visitId: k + 1, obsMjdTai: 61060.1 + k / 1000, sky: [entry(seed)] }),
  ).join('\n---\n');
}
