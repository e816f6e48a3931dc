// The live preview: how long from a press on a slider to the 512 x 512 pixels on the screen, in Chromium, for the default
// sky (synthetic to i = 26).
//
//   node benchmarks/portal/preview.bench.mjs [--changes 20]
//
// The service is a real one, the page the portal's own; its sliders are moved by their keys. Time runs from the key's event to
// the end of the call that puts the new pixels on the canvas. CPU is that of all processes of the browser.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cli, median, report, root } from '../support/measured-run.mjs';

const { values } = parseArgs({ options: { changes: { type: 'string', default: '20' } } });
const built = [
  join(root, 'packages/service/api/dist/index.js'),
  join(root, 'packages/testing/dist/index.js'),
  join(root, 'apps/portal/dist/site/index.html'),
];
if (!built.every((path) => existsSync(path))) {
  console.log('skipped: needs a build ("make build")');
  process.exit(0);
}
const { createClient } = await import(built[0]);
const { chromiumLaunchOptions, chromiumPath } = await import(built[1]);
const { chromium } = await import('playwright-core');
const path = chromiumPath();
if (path === undefined) {
  console.log('skipped: no Chromium found');
  process.exit(0);
}
const PASSWORD = 'correct horse battery';
const EXPECTED_MS = 150;
const DOCUMENT = {
  visitId: 7,
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S11'],
  sky: [{ type: 'synthetic' }],
};

const home = mkdtempSync(join(tmpdir(), 'imsim-od-preview-'));
chmodSync(home, 0o711);
const server = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--log-level', 'warn'], {
  stdio: ['ignore', 'ignore', openSync(join(home, 'preview.log'), 'a', 0o600)],
});
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function untilListening() {
  for (let turn = 0; turn < 600; turn++) {
    const note = join(home, 'server.json');
    if (existsSync(note)) return JSON.parse(readFileSync(note, 'utf8'));
    if (server.exitCode !== null) throw new Error(readFileSync(join(home, 'preview.log'), 'utf8'));
    await sleep(100);
  }
  throw new Error('the service does not listen after a minute');
}

/** In the page: notes when keys are pressed, and when a canvas of the preview gets its pixels. */
function watchPage() {
  const notes = { pressedMs: 0, drawnMs: [] };
  globalThis.previewNotes = notes;
  addEventListener('keydown', (event) => (notes.pressedMs = event.timeStamp), { capture: true });
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...args) {
    put.apply(this, args);
    if (this.canvas.dataset.drawn !== undefined) notes.drawnMs.push(performance.now());
  };
}

let browser;
try {
  const { url, setupUrl } = await untilListening();
  const secret = setupUrl.split('#')[1];
  await createClient({ baseUrl: url }).call('setup', { body: { secret, name: 'ada', password: PASSWORD } });
  browser = await chromium.launch(chromiumLaunchOptions(path));
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 } });
  await context.addInitScript(watchPage);
  const page = await context.newPage();
  await context.request.post(`${url}/api/v1/session`, { data: { name: 'ada', password: PASSWORD } });
  const devTools = await browser.newBrowserCDPSession();
  const cpuS = async () => {
    const { processInfo } = await devTools.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const drawn = (after) =>
    page.waitForFunction((ms) => globalThis.previewNotes.drawnMs.some((at) => at > ms), after, {
      timeout: 120_000,
      polling: 20,
    });

  const openedMs = performance.now();
  await page.goto(`/design#request=${Buffer.from(JSON.stringify(DOCUMENT)).toString('base64url')}`);
  await drawn(0);
  const firstMs = performance.now() - openedMs;

  /** Presses a key on a slider; gives ms to the pixels, and CPU ms spent meanwhile. */
  const change = async (slider, key) => {
    await slider.focus();
    await sleep(500);
    const before = await cpuS();
    await slider.press(key);
    const pressedMs = await page.evaluate(() => globalThis.previewNotes.pressedMs);
    await drawn(pressedMs);
    const drawnMs = await page.evaluate(
      (ms) => globalThis.previewNotes.drawnMs.find((at) => at > ms),
      pressedMs,
    );
    await sleep(200);
    return { ms: drawnMs - pressedMs, cpuMs: 1000 * ((await cpuS()) - before) };
  };

  console.log(
    `the preview of ${JSON.stringify(DOCUMENT.sky)} on ${DOCUMENT.detectors[0]}, 512 x 512 pixels:`,
  );
  report('opening the page to the first pixels', `${firstMs.toFixed(0)} ms`, 'sources are drawn and placed');
  for (const [what, name] of [
    ['seeing', 'Seeing at 500 nm and zenith (arcsec)'],
    ['sky brightness', 'Sky brightness (AB mag per arcsec²)'],
  ]) {
    const slider = page.getByRole('slider', { name });
    const changes = [];
    for (let turn = 0; turn < Number(values.changes); turn++)
      changes.push(await change(slider, turn % 5 === 4 ? 'ArrowLeft' : 'ArrowRight'));
    const ms = changes.map((each) => each.ms);
    const expected = `expected at most ${EXPECTED_MS} ms`;
    report(`change of ${what}, the first`, `${ms[0].toFixed(0)} ms`, expected);
    report(`change of ${what}, median`, `${median(ms).toFixed(0)} ms`, expected);
    report(`change of ${what}, slowest`, `${Math.max(...ms).toFixed(0)} ms`, expected);
    report(`change of ${what}, fastest`, `${Math.min(...ms).toFixed(0)} ms`, '');
    report(
      `change of ${what}, CPU of the browser`,
      `${median(changes.map((each) => each.cpuMs)).toFixed(0)} ms`,
      `least ${Math.min(...changes.map((each) => each.cpuMs)).toFixed(0)} ms`,
    );
  }
} finally {
  await browser?.close();
  server.kill('SIGTERM');
  await new Promise((resolve) => (server.exitCode === null ? server.once('close', resolve) : resolve()));
  rmSync(home, { recursive: true, force: true });
}
