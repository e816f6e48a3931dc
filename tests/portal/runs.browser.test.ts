/** The list of runs and the page of one, live. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import {
  areStylesThere,
  hasBrowser,
  HOSTILE,
  type PortalUnderTest,
  SET_UP_MS,
  startPortal,
  statesOf,
} from './support/portal.js';

describe.skipIf(!hasBrowser)('runs', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  beforeAll(async () => {
    portal = await startPortal();
    grace = await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(() => portal.close());

  it('that are not there yet are taught about', async () => {
    const visitor = await portal.open('grace');
    await visitor.page.goto('/runs');
    await visitor.page.getByRole('heading', { name: 'No runs yet' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('runs-empty-light');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('are followed on the focal plane from beginning to end', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/runs');
    const run = await grace.client.call('submitRun', {
      body: { name: 'one raft', requests: [smallRequest({ detectors: 'R22_S*' })] },
    });
    await page.getByRole('link', { name: 'one raft', exact: true }).click({ timeout: 15_000 });
    await page.getByRole('heading', { name: 'one raft' }).waitFor();
    // A dropped connection is noticed, and what happened meanwhile is read anew.
    await visitor.context.setOffline(true);
    await page.getByText('The service is out of reach').waitFor({ timeout: 60_000 });
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('run-interrupted-light');
    await visitor.context.setOffline(false);
    await page.getByText('The service is out of reach').waitFor({ state: 'hidden' });
    // The page of the focal plane's image, fetched ahead, has lost its style sheet; it comes now.
    await page.waitForFunction(areStylesThere);
    await page.getByText('9 of 9 done').waitFor({ timeout: 120_000 });
    expect(await statesOf(page)).toEqual({ succeeded: 9, absent: 196 });
    await page.getByText(/^done$/).waitFor();
    await page
      .getByRole('link', { name: /^Download eimage/ })
      .first()
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('run-light');

    await page.getByRole('button', { name: 'R22_S11, done' }).click();
    const panel = page.getByRole('dialog', { name: /R22_S11, visit 7/ });
    await panel.getByText(/Drawing R22_S11 of visit 7/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('run-task-light');

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('link', { name: /^Download eimage/ }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^eimage_.*R22_S11.*\.fits/);
    expect(visitor.faults()).toEqual([]);
    await untilEnded(grace.client, run.id);
    await visitor.close();
  });

  it('are paused, cancelled, tried again, changed and deleted', async () => {
    const visitor = await portal.open('grace', { scheme: 'dark', width: 820 });
    const { page } = visitor;
    const run = await grace.client.call('submitRun', {
      body: { name: 'steered <b>run</b>', paused: true, requests: [smallRequest({ visitId: 8 })] },
    });
    await page.goto(`/runs/${run.id}`);
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.getByRole('button', { name: 'Retry what failed' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('run-cancelled-dark-narrow');
    // What was never started is cancelled, too, and a retry goes on though the run was paused.
    expect(await statesOf(page)).toEqual({ cancelled: 1, absent: 204 });
    await page.getByRole('button', { name: 'Retry what failed' }).click();
    await page.getByText('1 of 1 done').waitFor({ timeout: 120_000 });
    await page.getByRole('tab', { name: 'Methods' }).click();
    await page.getByText(/We simulated 1 detector image of LSSTCamSim/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('link', { name: 'Change and run again' }).click();
    await page.getByText('Nothing differs from that run so far').waitFor();
    await page.getByRole('textbox', { name: /^Seeing at 500 nm/ }).fill('0.9');
    await page.getByRole('row', { name: /^seeingFwhm500Arcsec .* 0.9$/ }).waitFor();
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('heading', { name: 'steered <b>run</b> (changed)' }).waitFor();
    await page.getByText('1 of 1 done').waitFor({ timeout: 120_000 });
    const copy = page.url().split('/').pop() ?? '';
    const { requests } = await grace.client.call('readRequests', { params: { id: copy } });
    expect(requests[0]).toMatchObject({ seeingFwhm500Arcsec: 0.9, visitId: 8 });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete the run' }).click();
    await page.waitForURL(/\/runs$/);
    await page.getByRole('link', { name: 'steered <b>run</b>', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'steered <b>run</b> (changed)', exact: true }).count()).toBe(
      0,
    );
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('show all of a long name in a narrow window', async () => {
    const names = [`A survey of the ${'very '.repeat(30)}deep field`, 'x'.repeat(200), HOSTILE.repeat(4)];
    for (const name of names)
      await grace.client.call('submitRun', {
        body: { name, paused: true, requests: [smallRequest({ visitId: 9 })] },
      });
    for (const scheme of ['light', 'dark'] as const) {
      const visitor = await portal.open('grace', { scheme, width: 768 });
      const { page } = visitor;
      await page.goto('/runs');
      for (const name of names) {
        const link = page.getByRole('link', { name, exact: true });
        await link.waitFor();
        const { isWhole, isInside } = await link.evaluate((element) => {
          const cell = element.closest('td');
          const row = element.closest('tr');
          if (cell === null || row === null) throw new Error('the name stands in no row');
          const text = element.getBoundingClientRect();
          const room = cell.getBoundingClientRect();
          return {
            isWhole: cell.scrollWidth <= cell.clientWidth && cell.scrollHeight <= cell.clientHeight,
            isInside: text.right <= room.right && text.bottom <= row.getBoundingClientRect().bottom,
          };
        });
        expect({ isWhole, isInside }, name).toEqual({ isWhole: true, isInside: true });
      }
      // Rows of other heights lie one below the other.
      const tops = await page
        .getByRole('row')
        .evaluateAll((rows) =>
          rows.map((row) => row.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]),
        );
      for (let i = 1; i < tops.length; i++)
        expect(tops[i]?.[0]).toBeGreaterThanOrEqual((tops[i - 1]?.[1] ?? 0) - 1);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(768);
      expect(await visitor.violations()).toEqual([]);
      await visitor.picture(`runs-long-names-${scheme}-narrow`);
      expect(visitor.faults()).toEqual([]);
      await visitor.close();
    }
  });

  it('are ten thousand in a list of which a screenful is in the page', async () => {
    const { runs } = portal.server.server.services;
    await sql`
      insert into runs.runs (id, owner, name, site, kind, priority, paused, digest, tasks, estimate, submitted, end_told_at)
      select ('00000000-0000-7000-8000-' || lpad(to_hex(k), 12, '0'))::uuid, ${grace.id}::uuid, 'old ' || k, 'local', 'restoration',
        0, false, '', 189, '{}', true, clock_timestamp()
      from generate_series(1, 10000) as k
    `.execute(runs.db);
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/runs');
    const table = page.getByRole('table', { name: 'Runs, newest first' });
    await table.waitFor();
    const known = async (): Promise<number> => Number(await table.getAttribute('aria-rowcount')) - 1;
    for (let turns = 0; (await known()) < 10_000 && turns < 400; turns++) {
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await page.waitForTimeout(50);
    }
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await page.getByRole('link', { name: 'old 1', exact: true }).waitFor();
    expect(await known()).toBeGreaterThanOrEqual(10_000);
    expect(await table.getByRole('row').count()).toBeLessThan(80);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('runs-many-light');
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.getByRole('search').getByLabel('Name').fill('old 7777');
    await page.getByRole('link', { name: 'old 7777', exact: true }).waitFor();
    expect(await known()).toBe(1);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
