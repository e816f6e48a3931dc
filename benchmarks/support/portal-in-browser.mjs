// A real service with a user, and Chromium, for what is measured in the portal's pages.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, root } from './measured-run.mjs';

const PASSWORD = 'correct horse battery';
const BUILT = [
  'packages/service/api/dist/index.js',
  'packages/testing/dist/index.js',
  'apps/portal/dist/site/index.html',
].map((path) => join(root, path));

/** Waits. */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Starts both, and ends the program with the reason where this cannot be: without a build, or without a browser.
 * @param options.serveArgs what `imsim-od serve` is given besides
 * @param options.watchPage what runs in every page before its own
 * @returns the built package of the API, the service's home and process, the browser, a context whose user `ada` is logged in, a client of hers, and how all is stopped
 */
export async function portalInBrowser({ watchPage, serveArgs = [] }) {
  if (!BUILT.every((path) => existsSync(path))) skip('needs a build ("make build")');
  const api = await import(BUILT[0]);
  const { chromiumLaunchOptions, chromiumPath } = await import(BUILT[1]);
  const { chromium } = await import('playwright-core');
  const path = chromiumPath();
  if (path === undefined) skip('no Chromium found');

  const home = mkdtempSync(join(tmpdir(), 'imsim-od-bench-'));
  chmodSync(home, 0o711);
  const log = join(home, 'serve.log');
  const server = spawn(
    process.execPath,
    [cli, 'serve', '--home', home, '--port', '0', '--log-level', 'warn', ...serveArgs],
    { stdio: ['ignore', 'ignore', openSync(log, 'a', 0o600)] },
  );
  let browser;
  const close = async () => {
    await browser?.close();
    server.kill('SIGTERM');
    await new Promise((resolve) => (server.exitCode === null ? server.once('close', resolve) : resolve()));
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const { url, setupUrl } = await untilListening(home, server, log);
    const anyone = api.createClient({ baseUrl: url });
    const secret = setupUrl.split('#')[1];
    await anyone.call('setup', { body: { secret, name: 'ada', password: PASSWORD } });
    const { text: token } = await anyone.call('login', { body: { name: 'ada', password: PASSWORD } });
    browser = await chromium.launch(chromiumLaunchOptions(path));
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 } });
    await context.addInitScript(() => localStorage.setItem('imsim-od.tour', 'seen'));
    await context.addInitScript(watchPage);
    await context.request.post(`${url}/api/v1/session`, { data: { name: 'ada', password: PASSWORD } });
    return {
      api,
      home,
      pid: server.pid,
      browser,
      context,
      ada: api.createClient({ baseUrl: url, token }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function skip(reason) {
  console.log(`skipped: ${reason}`);
  process.exit(0);
}

async function untilListening(home, server, log) {
  for (let turn = 0; turn < 600; turn++) {
    const note = join(home, 'server.json');
    if (existsSync(note)) return JSON.parse(readFileSync(note, 'utf8'));
    if (server.exitCode !== null) throw new Error(readFileSync(log, 'utf8'));
    await sleep(100);
  }
  throw new Error('the service does not listen after a minute');
}

/** In the page: notes when keys are pressed, and when a canvas of the preview gets its pixels. */
export function watchPreview() {
  const notes = { pressedMs: 0, drawnMs: [] };
  globalThis.previewNotes = notes;
  addEventListener('keydown', (event) => (notes.pressedMs = event.timeStamp), { capture: true });
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...args) {
    put.apply(this, args);
    if (this.canvas.dataset.drawn !== undefined) notes.drawnMs.push(performance.now());
  };
}
