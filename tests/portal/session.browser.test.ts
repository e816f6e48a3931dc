/** Getting in, staying in, getting out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';

describe.skipIf(!hasBrowser)('the session', () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await startPortal();
    await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(() => portal.close());

  it('begins with name and password, and leads to where one wanted to go', async () => {
    const visitor = await portal.open();
    const { page } = visitor;
    await page.goto('/runs?name=deep');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('login-light');
    await page.getByLabel('Name').fill('grace');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('The name or the password is wrong').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?name=deep');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('leads to no other site by a crafted address', async () => {
    const visitor = await portal.open();
    for (const back of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example/']) {
      await visitor.context.clearCookies();
      await visitor.page.goto(`/login?back=${encodeURIComponent(back)}`);
      await visitor.page.getByLabel('Name').fill('grace');
      await visitor.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await visitor.page.getByRole('button', { name: 'Log in' }).click();
      await visitor.page.getByRole('heading', { name: 'Design a visit' }).waitFor();
    }
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('that ends while a page is open is begun anew over it, and what was typed stays', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/runs');
    await page.getByRole('searchbox').or(page.getByLabel('Name')).first().fill('half-typed');
    await page.waitForURL(/name=half-typed/);
    await visitor.context.clearCookies();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor({ timeout: 20_000 });
    expect(await visitor.violations()).toEqual([]);
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Log in' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByRole('search').getByLabel('Name').inputValue()).toBe('half-typed');
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('goes on when a new password is refused because the present one is wrong', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/account');
    await page.getByRole('textbox', { name: 'Present password' }).fill('not the password');
    await page.getByRole('textbox', { name: 'New password' }).fill('another password of mine');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The name or the password is wrong').waitFor();
    // A dialog over the page would keep the press off.
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    expect(await page.getByRole('dialog', { name: 'Your session has ended' }).count()).toBe(0);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('ends at the menu, and the next page asks again', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/runs');
    await page.getByRole('button', { name: 'grace' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.goto('/runs');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await visitor.close();
  });
});
