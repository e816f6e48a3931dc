/** Requests whose values have another form than the screen's fields, however they come: the screen says what is wrong, and stays usable. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hasBrowser,
  HOSTILE,
  type PortalUnderTest,
  SET_UP_MS,
  startPortal,
  type Visitor,
} from './support/portal.js';

const DOCUMENT = {
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S11'],
  sky: [],
  products: ['truth'],
};
const fragmentOf = (name: string, content: unknown): string =>
  `/design#${name}=${Buffer.from(JSON.stringify(content)).toString('base64url')}`;
const linkTo = (changes: object): string => fragmentOf('request', { ...DOCUMENT, ...changes });

/** Values of another form, and what is said of them: each of these ended in the page for faults, or was said nowhere. */
const MISFORMED: readonly (readonly [object, RegExp])[] = [
  [{ products: 5 }, /products is 5; it must be array/],
  [{ products: HOSTILE }, /products is "<img src=x.*; it must be array/],
  [{ products: [7] }, /products\.0 is 7; it must be one of eimage/],
  [{ sky: 5 }, /sky is 5; it must be array/],
  [
    { sky: [null, { type: 'synthetic', faintIMag: 20 }] },
    /sky\.0 is null; a sky entry is a mapping with a type/,
  ],
  [{ effects: 'none' }, /effects is "none"; it must be object/],
  [{ detectors: [{}] }, /detectors\.0 is a mapping; it must be string/],
  [{ duplicates: [] }, /duplicates is an empty list; it must be object/],
  [{ obsMjdTai: 1e12 }, /obsMjdTai is 1000000000000; it must be/],
  [{ [`key ${HOSTILE}`]: { a: [] } }, /unknown key key <img src=x/],
];

describe.skipIf(!hasBrowser)('requests of another form', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let visitor: Visitor;
  let page: Page;
  beforeAll(async () => {
    portal = await startPortal();
    await portal.server.user('grace');
    visitor = await portal.open('grace', { width: 768, height: 1100 });
    page = visitor.page;
  }, SET_UP_MS);
  afterAll(() => portal.close());

  const faults = () => page.getByRole('region', { name: 'To be mended' });
  const parts = ['Visits', 'Pointing', 'Detectors', 'Sky', 'Visit', 'Effects and products'];
  const expectWhole = async (): Promise<void> => {
    for (const name of parts) await page.getByRole('heading', { name, exact: true, level: 2 }).waitFor();
    expect(await page.getByText('This screen cannot be shown').count()).toBe(0);
  };

  it.each(MISFORMED)('as a link: %j is said, and can be taken out', async (changes, said) => {
    await page.goto(linkTo(changes));
    await faults().getByText(said).first().waitFor();
    await expectWhole();
    expect(await page.getByRole('button', { name: 'Submit' }).isDisabled()).toBe(true);
    const takeOut = faults().getByRole('button', { name: /^Take out/ });
    for (let left = await takeOut.count(); left > 0; left = await takeOut.count())
      await takeOut.first().press('Enter');
    // A document without faults has an estimate.
    await page
      .getByText(/^(Estimating …|0 images|1 image|No estimate)/)
      .first()
      .waitFor();
    expect(visitor.faults()).toEqual([]);
  });

  it('as a link: what is no sky entry keeps its place until it is removed', async () => {
    const link = { sky: [null, { type: 'synthetic', faintIMag: 99 }, { type: 'synthetic', seed: 3 }, 5] };
    await page.goto(linkTo(link));
    const sky = page.getByRole('region', { name: 'Sky' });
    await sky.getByText('1. No entry', { exact: true }).waitFor();
    const wrong = sky
      .locator('.mantine-Card-root')
      .filter({ has: page.getByRole('switch', { name: /^2\. .*i 99/ }) });
    await wrong
      .getByRole('alert')
      .getByText(/faintIMag is 99/)
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    // Switched off and on, it leaves the others as they are.
    await sky.getByRole('switch', { name: /^3\. / }).press('Space');
    await sky.getByText('3. No entry', { exact: true }).waitFor();
    await faults().getByRole('button', { name: 'Take out sky.0', exact: true }).press('Enter');
    await sky.getByRole('button', { name: 'Remove 2. No entry' }).press('Enter');
    await sky.getByRole('switch', { name: /^1\. .*i 99/ }).waitFor();
    await sky.getByRole('switch', { name: /universe 3, switched off/ }).press('Space');
    await sky.getByRole('switch', { name: /^2\. .*universe 3$/ }).waitFor();
    expect(visitor.faults()).toEqual([]);
  });

  it('as a link: a pointing of another form gives way to one from the map', async () => {
    for (const pointing of [5, [1, 2], 'COSMOS', null]) {
      await page.goto(linkTo({ pointing }));
      await faults()
        .getByText(/^pointing is .*it must be object \(where the telescope points\)/)
        .waitFor();
      await page.getByText('No pointing is said.').waitFor();
      await page.getByRole('button', { name: 'COSMOS', exact: true }).click();
      await faults().waitFor({ state: 'hidden' });
    }
    await expectWhole();
  });

  it('as a file, a template and what the browser kept', async () => {
    await page.goto(linkTo({}));
    await faults().waitFor({ state: 'hidden' });
    await page.getByLabel('Request file').setInputFiles({
      name: 'r.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from(JSON.stringify({ ...DOCUMENT, products: 'raw', sky: {} })),
    });
    await faults().getByText('2 things to mend:').waitFor();
    await faults()
      .getByText(/^products is "raw"; it must be array/)
      .waitFor();
    await faults()
      .getByText(/^sky is a mapping; it must be array/)
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('misformed-request-narrow');

    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: /Keep this as a template/ }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('wrong');
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Begin anew' }).click();
    await faults().waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'wrong', exact: true }).click();
    await faults()
      .getByText(/^sky is a mapping; it must be array/)
      .waitFor();

    // What is worked on is kept: it is there in the same state after the page is left.
    await page.goto('/runs');
    await page.goto('/design');
    await faults().getByText('2 things to mend:').waitFor();
    await expectWhole();
    await page.getByRole('button', { name: 'Take out products' }).click();
    await page.getByRole('button', { name: 'Take out sky' }).click();
    await faults().waitFor({ state: 'hidden' });
    expect(visitor.faults()).toEqual([]);
  });

  it('as visits of a link: values of another form are shown as they are said', async () => {
    const table = {
      databaseName: HOSTILE,
      option: null,
      notes: [HOSTILE],
      shown: 0,
      keys: ['visitId', 'obsMjdTai', 'pointing', 'band'],
    };
    await page.goto(
      fragmentOf('design', {
        document: { ...DOCUMENT, visitId: [], obsMjdTai: 1e12, pointing: 5, band: {} },
        ...table,
        rows: [
          [[], 1e12, 5, {}],
          [1, 'now', null, 'r'],
        ],
      }),
    );
    await page.getByText('2 visits of <img src=x').first().waitFor();
    await page.getByText('Plan of the visits').click();
    await page.getByRole('cell', { name: '1000000000000' }).waitFor();
    await expectWhole();
    expect(visitor.faults()).toEqual([]);
  });

  it('says why a link holds no request that can be opened, and goes on with the former one', async () => {
    const cut = linkTo({}).slice(0, -40);
    for (const [link, why] of [
      [cut, /JSON/],
      ['/design#request=%%%', /they are not all of the letters that this page writes/],
      [fragmentOf('request', [1, 2]), /A request is a mapping of keys to values/],
      [fragmentOf('design', { document: {}, rows: 5 }), /they are no request with the table of its visits/],
    ] as const) {
      await page.goto('/runs');
      await page.goto(link);
      const alert = page
        .getByRole('alert')
        .filter({ hasText: 'This link holds no request that can be opened' });
      await alert.getByText(why).waitFor();
      await expectWhole();
    }
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('unreadable-link-narrow');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByText('This link holds no request').waitFor({ state: 'hidden' });
    expect(new URL(page.url()).hash).toBe('');
    expect(visitor.faults()).toEqual([]);
  });

  it('as what stands after the question mark of any screen: what makes no sense is left out', async () => {
    const id = '018f5a1e-0000-7000-8000-000000000001';
    for (const path of [
      '/runs?state=%5B1%5D&from=5&name=%7B%22a%22%3A1%7D',
      `/runs/${id}?task=%5B%5D`,
      '/runs/compare?a=5&b=%5B%5D',
      `/runs/${id}/image?exposure=7`,
      '/look?dataset=5&hdu=abc&bias=%5B%5D',
      `/look?dataset=${id}&hdu=1e999`,
      '/compare?a=%7B%7D&b=null&twin=true',
      '/data?expression=5&type=%7B%7D&band=%5B%5B%5D%5D&runId=1&view=%5B%5D',
      '/login?back=%5B%22%2Fruns%22%5D',
    ]) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.getByText('The portal has a bug').count(), path).toBe(0);
    }
    expect(visitor.faults()).toEqual([]);
  });
});
