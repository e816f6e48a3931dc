/**
 * A portal for a test: a real server with its own PostgreSQL database, workers and home, and a real Chromium that looks at it. Every page is
 * watched: an error in it, a refusal of its Content-Security-Policy, or a request that leaves the origin fails the test that asks
 * `faults()`.
 */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromiumLaunchOptions, chromiumPath, repositoryRoot } from '@imsim-od/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { PASSWORD, testServer, type TestServer } from '../../../apps/server/src/testing/test-server.js';
import { builtPortal } from './built-portal.js';

/** Whether there is a browser to test with; without one under CI this throws. */
export const hasBrowser = chromiumPath() !== undefined;

/** How long the start of a portal may take on a busy machine: its files are built, a database is made, workers begin. */
export const SET_UP_MS = 300_000;

/** How a page is looked at. */
export interface View {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** Somebody who was never here: the tour begins by itself. Default false. */
  readonly isFirstVisit?: boolean;
  /** Pixels of a picture for each of the page; default 1. */
  readonly scale?: number;
}

/** What would do harm if it were taken for HTML. */
export const HOSTILE = '<img src=x onerror="document.title=1">\'";--';

/** How many detectors of the focal plane on a page are in each state. */
export const statesOf = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() => {
    const counts: Record<string, number> = {};
    for (const shape of document.querySelectorAll('[data-detector]')) {
      const state = shape.getAttribute('data-state') ?? '';
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  });

/** A portal under test. */
export interface PortalUnderTest extends BrowserUnderTest {
  readonly server: TestServer;
}

/** A browser for the portal of any server. */
export interface BrowserUnderTest {
  readonly browser: Browser;
  /** A browser's window of its own, logged in as a user where one is named. */
  open(user?: string, view?: View): Promise<Visitor>;
  close(): Promise<void>;
}

/** Somebody in front of a browser. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors in the page, refused styles and scripts, requests that left the origin. */
  faults(): readonly string[];
  /** What axe has against the page as it is: none is the aim. */
  violations(): Promise<readonly string[]>;
  /** Keeps a picture of the page under `.cache/screenshots`. */
  picture(name: string): Promise<string>;
  close(): Promise<void>;
}

const PICTURES = join(repositoryRoot, '.cache/screenshots');

/** Starts one. The administrator is `ada`; other users are made by `server.user(name)`. */
export async function startPortal(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<PortalUnderTest> {
  const server = await testServer({ portalFolder: builtPortal(), ...settings });
  const browser = await startBrowser(server.url);
  return {
    ...browser,
    server,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** Starts a browser for a server that runs already. */
export async function startBrowser(url: string): Promise<BrowserUnderTest> {
  const browser = await chromium.launch(chromiumLaunchOptions(String(chromiumPath())));
  return {
    browser,
    open: async (user, view = {}) => {
      const visitor = await visit(browser, url, view);
      if (user !== undefined) await logIn(visitor.page, url, user);
      return visitor;
    },
    close: () => browser.close(),
  };
}

async function visit(browser: Browser, url: string, view: View): Promise<Visitor> {
  const { scheme = 'light', width = 1280, height = 900, scale = 1, isFirstVisit = false } = view;
  const context = await browser.newContext({
    baseURL: url,
    colorScheme: scheme,
    viewport: { width, height },
    deviceScaleFactor: scale,
    reducedMotion: 'reduce',
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, sourceFile, lineNumber, columnNumber, target } = event;
      const element = target instanceof Element ? target.outerHTML.slice(0, 200) : '';
      console.error(
        `Refused to ${violatedDirective}: ${sourceFile}:${lineNumber}:${columnNumber} ${element}`,
      );
    });
  });
  if (!isFirstVisit)
    await context.addInitScript(() => {
      // The blank page that a window begins with has no storage, nor has the viewer's sandboxed frame.
      if (location.protocol.startsWith('http') && window.origin !== 'null')
        window.localStorage.setItem('imsim-od.tour', 'seen');
    });
  const page = await context.newPage();
  const faults: string[] = [];
  watch(page, url, faults);
  context.on('page', (other) => watch(other, url, faults));
  return {
    context,
    page,
    faults: () => [...faults],
    violations: async () => {
      // Of a style sheet that it cannot read axe makes a copy, which the page's policy refuses: there it does without.
      const preload = await page.evaluate(areStylesThere);
      const { violations } = await new AxeBuilder({ page }).options({ preload }).analyze();
      return violations.map(
        ({ id, help, nodes }) =>
          `${id}: ${help}: ${nodes
            .slice(0, 3)
            .map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`)
            .join(' | ')}`,
      );
    },
    picture: async (name) => {
      mkdirSync(PICTURES, { recursive: true });
      const path = join(PICTURES, `${name}.png`);
      await page.screenshot({ path, animations: 'disabled' });
      return path;
    },
    close: () => context.close(),
  };
}

/** In the page: whether all of its style sheets have come. */
export function areStylesThere(): boolean {
  return Array.from(document.styleSheets).every((sheet) => {
    try {
      return sheet.cssRules.length > 0;
    } catch {
      return false;
    }
  });
}

function watch(page: Page, url: string, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) faults.push(`refused: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && !['data:', 'blob:'].includes(protocol))
      faults.push(`left the origin: ${request.url()}`);
  });
}

async function logIn(page: Page, url: string, name: string): Promise<void> {
  // The cookie that the login page would set.
  const answer = await page
    .context()
    .request.post(`${url}/api/v1/session`, { data: { name, password: PASSWORD } });
  if (!answer.ok()) throw new Error(`${name} cannot log in: ${await answer.text()}`);
}
