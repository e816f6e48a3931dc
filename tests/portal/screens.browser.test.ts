/**
 * Every screen as somebody meets it who has nothing yet: it teaches what to do, has help, holds no fault that axe knows, in light and in
 * dark, wide and on a tablet, and is left and entered by keys. The addresses are those of the router: a new screen must stand here, too.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';

const NOBODY = '01900000-0000-7000-8000-000000000000';
const RUN = 'RUN';

interface Visited {
  /** Of the router. */
  readonly route: string;
  readonly at: string;
  /** What an empty screen says, and what it says to do. */
  readonly teaches: readonly RegExp[];
  /** Title of its help; absent for the way in, which says all on itself. */
  readonly help?: string;
}

const SCREENS: readonly Visited[] = [
  { route: '/login', at: '/login', teaches: [/Log in/] },
  { route: '/sign-in', at: '/sign-in', teaches: [/imsim-od portal/] },
  { route: '/setup', at: '/setup', teaches: [/link/] },
  {
    route: '/',
    at: '/',
    teaches: [/One visit, as it is said/],
    help: 'Design a visit',
  },
  {
    route: '/design',
    at: '/design',
    teaches: [/One visit, as it is said/],
    help: 'Design a visit',
  },
  {
    route: '/runs',
    at: '/runs?name=nothing',
    teaches: [/No run fits/],
    help: 'Runs',
  },
  {
    route: '/runs/$runId',
    at: `/runs/${RUN}`,
    teaches: [/No files yet/],
    help: 'Waits',
  },
  {
    route: '/runs/$runId',
    at: `/runs/${NOBODY}`,
    teaches: [/There is no run/],
    help: 'Run',
  },
  {
    route: '/runs/$runId/image',
    at: `/runs/${RUN}/image`,
    teaches: [/No pictures yet/],
    help: 'Focal plane',
  },
  { route: '/look', at: '/look', teaches: [/No images yet/], help: 'Look' },
  {
    route: '/compare',
    at: '/compare',
    teaches: [/Nothing to compare yet/],
    help: 'Compare',
  },
  { route: '/data', at: '/data', teaches: [/Nothing here yet/], help: 'Data' },
  {
    route: '/truth',
    at: '/truth',
    teaches: [/A question to begin with/],
    help: 'Truth',
  },
  {
    route: '/account',
    at: '/account',
    teaches: [/token/i, /quota|storage/i],
    help: 'Account',
  },
  {
    route: '/admin',
    at: '/admin',
    teaches: [/^Queues$/, /^Room$/, /^Sites$/],
    help: 'Administration',
  },
  {
    route: '/admin',
    at: '/admin?part=users',
    teaches: [/New user/],
    help: 'Administration',
  },
  {
    route: '/admin',
    at: '/admin?part=groups',
    teaches: [/No groups yet/],
    help: 'Administration',
  },
  {
    route: '/admin',
    at: '/admin?part=library',
    teaches: [/The library is empty/],
    help: 'Administration',
  },
  {
    route: '/admin',
    at: '/admin?part=feedback',
    teaches: [/Nothing is open/],
    help: 'Administration',
  },
  {
    route: '/admin',
    at: '/admin?part=audit',
    teaches: [/user.created/],
    help: 'Administration',
  },
  { route: '(none)', at: '/nothing-here', teaches: [/There is no such page/] },
];

/** Whether the page can be scrolled sideways. */
const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

describe.skipIf(!hasBrowser)('every screen', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let ada: TestUser['client'];
  let run = '';
  beforeAll(async () => {
    portal = await startPortal();
    ada = portal.server.admin;
    await portal.server.user('grace');
    run = (
      await ada.call('submitRun', {
        body: { name: 'Waits', paused: true, requests: [smallRequest()] },
      })
    ).id;
  }, SET_UP_MS);
  afterAll(() => portal.close());

  it('of the router stands in this test', () => {
    const source = readFileSync(join(repositoryRoot, 'apps/portal/src/app/router.tsx'), 'utf8');
    const routes = [...source.matchAll(/^ {2}path: '([^']+)',$/gm)].map(([, path]) => path);
    expect(routes.length).toBeGreaterThan(10);
    expect(new Set([...SCREENS.map(({ route }) => route).filter((route) => route !== '(none)')])).toEqual(
      new Set(routes),
    );
  });

  it.each([
    ['light', 1280],
    ['dark', 820],
  ] as const)('teaches, helps and is accessible, in %s at %i pixels', async (scheme, width) => {
    const visitor = await portal.open('ada', { scheme, width });
    const stranger = await portal.open(undefined, { scheme, width });
    const wrong: string[] = [];
    for (const { at, teaches, help, route } of SCREENS) {
      const who = ['/login', '/sign-in', '/setup'].includes(route) ? stranger : visitor;
      const { page } = who;
      await page.goto(at.replace(RUN, run));
      for (const words of teaches)
        await page
          .getByText(words)
          .first()
          .waitFor({ timeout: 15_000 })
          .catch(() => wrong.push(`${at} does not say ${words}`));
      for (const violation of await who.violations()) wrong.push(`${at}: ${violation}`);
      if (await isTooWide(page)) wrong.push(`${at} is wider than ${width} pixels`);
      if (help === undefined) continue;
      await page.keyboard.press('h');
      const drawer = page.getByRole('dialog', {
        name: new RegExp(`^Help: .*${help}`),
      });
      await drawer.waitFor({ timeout: 5_000 }).catch(() => wrong.push(`${at} has no help`));
      if ((await drawer.count()) > 0 && (await drawer.innerText()).length < 200)
        wrong.push(`${at}: the help says little`);
      await page.keyboard.press('Escape');
    }
    expect([...wrong, ...visitor.faults(), ...stranger.faults()]).toEqual([]);
    await visitor.close();
    await stranger.close();
  });

  it('of somebody who has nothing says what to do first', async () => {
    const visitor = await portal.open('grace');
    const { page } = visitor;
    await page.goto('/runs');
    await page.getByText('No runs yet').waitFor();
    expect(await visitor.violations()).toEqual([]);
    // By keys alone from screen to screen.
    for (const [key, heading] of [
      ['n', 'Design a visit'],
      ['r', 'Runs'],
      ['d', 'Data'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    }
    await page.reload();
    await page.getByRole('heading', { name: 'Data', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: /Keys/ }).waitFor();
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });

  it('takes a report that carries the run it is about, and tells of a run’s end wherever one is', async () => {
    const visitor = await portal.open('ada');
    const { page } = visitor;
    for (const at of [`/runs/${run}`, `/runs/${run}/image`]) {
      await page.goto(at);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.keyboard.press('h');
      await page.getByRole('button', { name: 'Tell the administrators' }).click();
      const form = page.getByRole('dialog', {
        name: 'Tell the administrators',
      });
      await form.getByText(/the id of this run/).waitFor();
      await form.getByLabel('Your words').fill(`From ${at}`);
      await form.getByRole('button', { name: 'Send' }).click();
      await page.getByText('the administrators have it').first().waitFor();
    }
    const { items } = await ada.call('listFeedback', { query: {} });
    expect(items.map(({ runId }) => runId)).toEqual([run, run]);
    await page.goto('/admin?part=feedback');
    await page
      .getByRole('link', { name: `Run ${run}` })
      .first()
      .waitFor();

    await page.goto('/truth');
    await page.getByRole('heading', { name: 'Truth', level: 1 }).waitFor();
    await ada.call('resumeRun', { params: { id: run } });
    await untilEnded(ada, run);
    await page.getByRole('alert').getByText(/Waits/).waitFor({ timeout: 30_000 });
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
  });
});
