/** The list of runs and the page of one, live. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, startPortal } from './support/portal.js';

describe.skipIf(!hasBrowser)('runs', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  beforeAll(async () => {
    portal = await startPortal();
    grace = await portal.server.user('grace');
  });
  afterAll(() => portal.close());

  const statesOf = (page: Page): Promise<Record<string, number>> =>
    page.evaluate(() => {
      const counts: Record<string, number> = {};
      for (const shape of document.querySelectorAll('[data-detector]')) {
        const state = shape.getAttribute('data-state') ?? '';
        counts[state] = (counts[state] ?? 0) + 1;
      }
      return counts;
    });

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
    await page.getByRole('link', { name: 'one raft' }).click({ timeout: 15_000 });
    await page.getByRole('heading', { name: 'one raft' }).waitFor();
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
});
