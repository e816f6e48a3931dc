/** One's own account, and what administrators do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkedClient, PASSWORD } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, HOSTILE, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';

describe.skipIf(!hasBrowser)('administration', { sequential: true }, () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await startPortal();
    await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(() => portal.close());

  it('begins with a link that logs the browser in, once', async () => {
    const link = await portal.server.admin.call('createSignInLink', {});
    const visitor = await portal.open();
    const { page } = visitor;
    await page.goto(link.url);
    await page.getByRole('heading', { name: 'Design a visit' }).waitFor();
    await page.getByRole('button', { name: 'ada' }).waitFor();
    await visitor.close();
    const second = await portal.open();
    await second.page.goto(link.url);
    await second.page.getByText(/wrong, used or too old/).waitFor();
    expect(await second.violations()).toEqual([]);
    expect(second.page.url()).not.toContain('#');
    await second.close();
  });

  it('makes tokens that work and can be revoked', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/account');
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog', { name: 'New token' });
    await dialog.getByLabel('What it is for').fill(HOSTILE);
    expect(await visitor.violations()).toEqual([]);
    await dialog.getByRole('button', { name: 'Make it' }).click();
    const text = await dialog.getByLabel('Token', { exact: true }).textContent();
    const client = checkedClient(portal.server.url, text ?? '');
    expect(await client.call('me', {})).toMatchObject({ name: 'grace' });
    await dialog.getByRole('button', { name: 'It is kept' }).click();
    const row = page.getByRole('row').filter({ hasText: HOSTILE });
    await row.waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('account-light');
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await row.waitFor({ state: 'hidden' });
    await expect(client.call('me', {})).rejects.toMatchObject({ status: 401 });
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('takes a report from any screen', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/runs');
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    await page.keyboard.press('h');
    const help = page.getByRole('dialog', { name: 'Help: Runs' });
    await help.waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('help-light');
    await help.getByRole('button', { name: 'Tell the administrators' }).click();
    const form = page.getByRole('dialog', { name: 'Tell the administrators' });
    await form.getByLabel('Your words').fill(`It is dark.\n${HOSTILE}`);
    await form.getByRole('button', { name: 'Send' }).click();
    await page.getByText('the administrators have it').waitFor();
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('is for administrators, in dark and on a tablet, and takes no text for HTML', async () => {
    const visitor = await portal.open('ada', { scheme: 'dark', width: 820 });
    const { page } = visitor;
    await page.goto('/admin');
    await page.getByRole('cell', { name: 'up', exact: true }).waitFor();
    await page.getByText('Nothing waits and nothing is under way').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('admin-health-dark-narrow');
    await page.getByRole('tab', { name: 'Users' }).click();
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog', { name: 'New user' });
    await dialog.getByLabel('Name').fill('vera');
    await dialog.getByLabel('First password', { exact: true }).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('rowheader', { name: 'vera' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('tab', { name: 'Groups' }).click();
    await page.getByLabel('New group').fill(HOSTILE);
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('heading', { name: HOSTILE }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('tab', { name: 'Feedback' }).click();
    await page.getByText('It is dark.').waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('admin-feedback-dark-narrow');
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing is open' }).waitFor();
    await page.getByRole('tab', { name: 'Audit' }).click();
    await page.getByRole('cell', { name: 'group.created' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
    const other = await portal.open('grace');
    await other.page.goto('/runs');
    await other.page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    expect(await other.page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    await other.close();
  });
});
