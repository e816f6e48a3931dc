/** Change one thing and run again: a run's request opens on the design screen, and only what changes is drawn. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { FIELD_HEADER, fieldStar } from '../../apps/server/src/testing/field-catalog.js';
import {
  PASSWORD,
  smallRequest,
  type TestUser,
  untilEnded,
} from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal, type Visitor } from './support/portal.js';
import { uploaded } from './support/previewed-pixels.js';

const THREE = ['R22_S10', 'R22_S11', 'R22_S12'];

/** What a service in trouble answers. */
const FAILED = {
  status: 500,
  contentType: 'application/problem+json',
  body: JSON.stringify({ code: 'INTERNAL', status: 500, title: 'Internal error', detail: 'It failed.' }),
};

const noticeOf = (page: Page, name: string) =>
  page.getByRole('region', { name: `A change of the run ${name}` });
const submitted = (page: Page) => page.waitForURL(/\/runs\/[0-9a-f-]{36}$/, { timeout: 60_000 });

/** Sets the seeing by its field. */
async function setSeeing(page: Page, value: string): Promise<void> {
  const field = page.getByRole('textbox', { name: /^Seeing at 500 nm/ });
  await field.fill(value);
  await field.press('Tab');
}

describe.skipIf(!hasBrowser)('a run that is changed', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  let bob: TestUser;
  let visitor: Visitor;
  let catalog: string;
  let runId: string;
  beforeAll(async () => {
    portal = await startPortal();
    grace = await portal.server.user('grace');
    bob = await portal.server.user('bob');
    catalog = await uploaded(grace.client, 'field.txt', FIELD_HEADER + fieldStar(1), '/catalogs');
    runId = await made('three <b>CCDs</b>', [
      smallRequest({
        detectors: THREE,
        products: ['truth'],
        sky: [
          { type: 'instanceCatalog', path: catalog },
          { type: 'synthetic', seed: 1, faintIMag: 20 },
        ],
      }),
    ]);
    visitor = await portal.open('grace', { height: 1200 });
  }, SET_UP_MS);
  afterAll(async () => {
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
    await portal.close();
  });

  /** A finished run. */
  const made = async (name: string, requests: unknown[], user = grace): Promise<string> => {
    const { id } = await user.client.call('submitRun', { body: { name, requests } });
    expect((await untilEnded(user.client, id)).state).toBe('succeeded');
    return id;
  };
  const requestsOf = async (id: string, user = grace) =>
    (await user.client.call('readRequests', { params: { id } })).requests as Record<string, unknown>[];
  /** Submits, and gives the run that came of it when it has ended, and the address that was asked. */
  const submit = async (page: Page, user = grace) => {
    const [call] = await Promise.all([
      page.waitForRequest(
        (request) => request.method() === 'POST' && /\/runs(\/.*\/clone)?$/.test(request.url()),
      ),
      page.getByRole('button', { name: 'Submit', exact: true }).click(),
    ]);
    await submitted(page);
    const run = await untilEnded(user.client, new URL(page.url()).pathname.slice('/runs/'.length));
    return { run, address: new URL(call.url()).pathname.replace('/api/v1', '') };
  };

  it('opens from the list by the keyboard, all of it, and says what it is', async () => {
    const { page } = visitor;
    await page.goto('/runs');
    await page.getByRole('link', { name: 'Change and run again: three <b>CCDs</b>' }).press('Enter');
    const notice = noticeOf(page, 'three <b>CCDs</b>');
    await notice.getByText('Nothing differs from that run so far').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('switch', { name: '1. Catalog field.txt' }).waitFor();
    await page.getByRole('switch', { name: '2. Synthetic galaxies and stars to i 20, universe 1' }).waitFor();
    await page.getByText(/3 images, taken over from the archive: nothing is drawn anew/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('change-run-nothing-light');
  });

  it('lists what differs, over a reload, and draws only what is new', async () => {
    const { page } = visitor;
    const notice = noticeOf(page, 'three <b>CCDs</b>');
    await page.locator('[data-detector="97"]').click();
    await notice
      .getByRole('row', { name: 'detectors R22_S10, R22_S11, R22_S12 R22_S10, R22_S11, R22_S12, R22_S21' })
      .waitFor();
    await notice.getByText('One value differs from that run').waitFor();
    const estimate = page.getByText('4 images: 3 taken over from the archive, 1 drawn anew');
    await estimate.waitFor();
    await page.reload();
    await notice.getByRole('row', { name: /^detectors / }).waitFor();
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await page.getByRole('heading', { name: 'Data', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Design', exact: true }).click();
    await estimate.waitFor();
    // Said no more, and the same by default: no difference.
    await page.getByRole('switch', { name: /^bleed/i }).uncheck();
    await notice.getByRole('row', { name: 'effects.bleed true false' }).waitFor();
    await page.getByText('4 images, all drawn anew').waitFor();
    await page.getByRole('switch', { name: /^bleed/i }).check();
    await notice.getByText('One value differs from that run').waitFor();
    await page.evaluate(() => window.scrollTo(0, 0));
    await visitor.picture('change-run-light');
    const { run, address } = await submit(page);
    expect(address).toBe(`/runs/${runId}/clone`);
    expect(run).toMatchObject({
      name: 'three <b>CCDs</b> (changed)',
      state: 'succeeded',
      cost: { tasks: 4, reusedTasks: 3 },
    });
    const [before] = await requestsOf(runId);
    const [after] = await requestsOf(run.id);
    expect(after).toEqual({ ...before, detectors: [...THREE, 'R22_S21'] });
  });

  it('shows that act as code, in four tongues', async () => {
    const { page } = visitor;
    await page.goto(`/runs/${runId}`);
    await page.getByRole('link', { name: 'Change and run again' }).click();
    // The change that was begun goes on.
    const notice = noticeOf(page, 'three <b>CCDs</b>');
    await notice.getByRole('row', { name: /^detectors / }).waitFor();
    await notice.getByRole('button', { name: 'Take back all changes' }).press('Enter');
    await notice.getByText('Nothing differs').waitFor();
    await setSeeing(page, '0.9');
    await notice.getByRole('row', { name: /^seeingFwhm500Arcsec .* 0.9$/ }).waitFor();
    await page.getByRole('switch', { name: '1. Catalog field.txt' }).press('Space');
    await notice.getByRole('row', { name: /^sky.0 .*path field.txt.* –$/ }).waitFor();
    await page.getByRole('button', { name: 'As code', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /Submit this request outside/ });
    const panel = dialog.getByRole('tabpanel').locator('pre');
    await panel.waitFor();
    expect(parseAllDocuments(await panel.innerText())[0]?.toJS()).toEqual({
      name: 'three <b>CCDs</b> (changed)',
      changes: { seeingFwhm500Arcsec: 0.9, 'sky.0': null },
    });
    expect(await visitor.violations()).toEqual([]);
    for (const [tab, wanted] of [
      ['Command line', `imsim-od clone ${runId} --set sky.0=null --set seeingFwhm500Arcsec=0.9`],
      ['HTTP', `/api/v1/runs/${runId}/clone`],
      ['Python', '"sky.0": None'],
    ] as const) {
      await dialog.getByRole('tab', { name: tab }).click();
      expect(await dialog.getByRole('tabpanel', { name: tab }).locator('pre').innerText()).toContain(wanted);
    }
    await page.keyboard.press('Escape');
  });

  it('is let go of by a press, or by another design', async () => {
    const { page } = visitor;
    const notice = noticeOf(page, 'three <b>CCDs</b>');
    await notice.getByRole('button', { name: 'Start as a new design' }).press('Enter');
    await notice.waitFor({ state: 'hidden' });
    await page.getByRole('switch', { name: 'Catalog field.txt, switched off' }).waitFor();
    await page.goto(`/design?change=${runId}`);
    await notice.getByText('Nothing differs').waitFor();
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Back to the design of before' }).click();
    await notice.waitFor({ state: 'hidden' });
    await page.getByRole('switch', { name: 'Catalog field.txt, switched off' }).waitFor();
    await page.goto(`/design?change=${runId}`);
    await notice.getByText('Nothing differs').waitFor();
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Begin anew' }).click();
    await notice.waitFor({ state: 'hidden' });
  });

  it('of many visits keeps what is each visit’s own', async () => {
    const seeds = [11, 12, 13];
    const many = await made(
      'three visits',
      seeds.map((seed) =>
        smallRequest({
          visitId: seed,
          obsMjdTai: 61060.1 + seed / 1000,
          products: ['truth'],
          sky: [
            { type: 'synthetic', seed, faintIMag: 18 },
            { type: 'synthetic', seed: 2, faintIMag: 18 },
          ],
        }),
      ),
    );
    const narrow = await portal.open('grace', { scheme: 'dark', width: 768, height: 1100 });
    const { page } = narrow;
    await page.goto('/runs');
    await page.getByRole('link', { name: 'Change and run again: three visits' }).waitFor();
    expect(await narrow.violations()).toEqual([]);
    await narrow.picture('change-run-list-dark-narrow');
    await page.getByRole('link', { name: 'Change and run again: three visits' }).click();
    const notice = noticeOf(page, 'three visits');
    await page.getByText('3 visits of three visits').waitFor();
    await page.getByText('3 images, taken over from the archive: nothing is drawn anew').waitFor();
    await page.getByRole('switch', { name: /universe 2$/ }).press('Space');
    await notice.getByRole('row', { name: /^sky.1 / }).waitFor();
    await setSeeing(page, '1.1');
    await notice.getByText('2 values differ from that run, in the visit that is shown.').waitFor();
    await page.getByText('3 images, all drawn anew').waitFor();
    expect(await narrow.violations()).toEqual([]);
    await page.evaluate(() => window.scrollTo(0, 0));
    await narrow.picture('change-run-many-dark-narrow');
    const { run, address } = await submit(page);
    expect(address).toBe(`/runs/${many}/clone`);
    const before = await requestsOf(many);
    const after = await requestsOf(run.id);
    expect(after).toEqual(
      before.map((request) => ({
        ...request,
        seeingFwhm500Arcsec: 1.1,
        sky: (request['sky'] as unknown[]).slice(0, 1),
      })),
    );

    // One of them alone is no clone, and is taken over all the same.
    await page.goto(`/design?change=${run.id}`);
    await page.getByRole('button', { name: 'Keep only the one shown' }).click();
    const second = noticeOf(page, 'three visits (changed)');
    await second.getByRole('row', { name: 'visits 3 1' }).waitFor();
    await second.getByText('the requests are submitted whole').waitFor();
    await page.getByText('1 image, taken over from the archive: nothing is drawn anew').waitFor();
    const one = await submit(page);
    expect(one.address).toBe('/runs');
    expect(one.run).toMatchObject({ name: 'three visits (changed 2)', cost: { tasks: 1, reusedTasks: 1 } });
    expect(narrow.faults()).toEqual([]);
    await narrow.close();
  });

  it('is another in each tab', async () => {
    const { page, context } = visitor;
    const other = await made('another', [smallRequest({ visitId: 30, products: ['truth'] })]);
    await page.goto(`/design?change=${runId}`);
    await noticeOf(page, 'three <b>CCDs</b>').getByText('Nothing differs').waitFor();
    await setSeeing(page, '0.8');
    const second = await context.newPage();
    await second.goto(`/design?change=${other}`);
    await noticeOf(second, 'another').getByText('Nothing differs').waitFor();
    await setSeeing(second, '1.2');
    await page.reload();
    await noticeOf(page, 'three <b>CCDs</b>')
      .getByRole('row', { name: /^seeing.* 0.8$/ })
      .waitFor();
    await second.reload();
    await noticeOf(second, 'another')
      .getByRole('row', { name: /^seeing.* 1.2$/ })
      .waitFor();
    await second.close();
  });

  it('is read once more where the service failed', async () => {
    const { page } = visitor;
    await page.goto(`/design?change=${runId}`);
    const notice = noticeOf(page, 'three <b>CCDs</b>');
    await notice
      .getByText(/differ/)
      .first()
      .waitFor();
    const requests = /\/runs\/[^/]*\/requests/;
    await page.route(requests, (route) => route.fulfill(FAILED));
    await page.reload();
    await notice.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 60_000 });
    await page.getByText('could not be read: Submit waits for it').waitFor();
    expect(await page.getByRole('button', { name: 'Submit', exact: true }).isDisabled()).toBe(true);
    expect(await visitor.violations()).toEqual([]);
    await page.unroute(requests);
    await page.getByRole('button', { name: 'Read it again' }).click();
    await notice
      .getByText(/differ/)
      .first()
      .waitFor();
    expect(await page.getByText('could not be read: Submit waits for it').count()).toBe(0);
  });

  it('and deleted meanwhile becomes a design of its own', async () => {
    const { page } = visitor;
    const gone = await made('soon gone', [smallRequest({ visitId: 31, products: ['truth'] })]);
    await page.goto(`/design?change=${gone}`);
    const notice = noticeOf(page, 'soon gone');
    await notice.getByText('Nothing differs').waitFor();
    await setSeeing(page, '0.8');
    await notice.getByRole('row', { name: /^seeing.* 0.8$/ }).waitFor();
    await grace.client.call('deleteRun', { params: { id: gone } });
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText('is gone: Submit starts a run of its own').waitFor();
    await notice.getByText('That run is gone').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('change-run-gone-light');
    await page.reload();
    await notice.getByText('That run is gone').waitFor();
    // That it begins as a run of its own may fail as well, and is said.
    await page.route(/\/api\/v1\/runs$/, (route) =>
      route.request().method() === 'POST' ? route.fulfill(FAILED) : route.continue(),
    );
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByRole('alert').getByText('That did not work').waitFor();
    await page.getByText('is gone: Submit starts a run of its own').waitFor();
    await page.unroute(/\/api\/v1\/runs$/);
    const { run, address } = await submit(page);
    expect(address).toBe('/runs');
    expect(await requestsOf(run.id)).toMatchObject([{ visitId: 31, seeingFwhm500Arcsec: 0.8 }]);
    await page.goto(`/design?change=${gone}`);
    await page.getByRole('alert').getByText('What you were designing is kept').waitFor();
    await page.getByRole('button', { name: 'Go on with it' }).click();
    await page.getByRole('region', { name: 'Sky' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('of another user opens where it is shared, and says which files are not', async () => {
    const guest = await portal.open('bob');
    const { page } = guest;
    await page.goto(`/design?change=${runId}`);
    await page.getByRole('alert').getByText('What you were designing is kept').waitFor();
    expect(await guest.violations()).toEqual([]);
    await grace.client.call('shareRun', { params: { id: runId }, body: { with: 'all' } });
    await page.getByRole('button', { name: 'Try again' }).click();
    await noticeOf(page, 'three <b>CCDs</b>').waitFor();
    await page.getByText('This file is gone, or its owner does not share it with you').waitFor();
    await page.getByText(/No estimate: .*you may see/).waitFor();
    expect(await guest.violations()).toEqual([]);
    await guest.picture('change-run-shared-light');
    await page.getByRole('switch', { name: /^1\. Catalog/ }).press('Space');
    await page.getByText('3 images, all drawn anew').waitFor();
    const { run, address } = await submit(page, bob);
    expect(address).toBe(`/runs/${runId}/clone`);
    expect(run.ownerId).toBe(bob.id);
    expect(guest.faults()).toEqual([]);
    await guest.close();
  });

  it('opens after the session had ended', async () => {
    const late = await portal.open();
    const { page } = late;
    await page.goto(`/design?change=${runId}`);
    await page.getByLabel('Name').fill('grace');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await noticeOf(page, 'three <b>CCDs</b>').getByText('Nothing differs').waitFor();
    expect(late.faults()).toEqual([]);
    await late.close();
  });
});
