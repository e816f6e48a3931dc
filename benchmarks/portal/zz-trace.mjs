import { writeFileSync } from 'node:fs';
import { portalInBrowser, sleep } from '../support/portal-in-browser.mjs';
const DOCUMENT = { visitId: 7, pointing: { raDeg: 53.001, decDeg: -27.5 }, band: 'r', exposureS: 30, airmass: 1.2, detectors: ['R22_S11'], sky: [{ type: 'synthetic' }] };
function watchPage() {
  const notes = { pressedMs: 0, drawnMs: [] };
  globalThis.previewNotes = notes;
  addEventListener('keydown', (event) => (notes.pressedMs = event.timeStamp), { capture: true });
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...args) { put.apply(this, args); if (this.canvas.dataset.drawn !== undefined) { notes.drawnMs.push(performance.now()); performance.mark('drawn'); } };
}
const { browser, close, context } = await portalInBrowser({ watchPage });
try {
  const page = await context.newPage();
  const drawn = (after) => page.waitForFunction((ms) => globalThis.previewNotes.drawnMs.some((at) => at > ms), after, { timeout: 120_000, polling: 20 });
  await page.goto(`/design#request=${Buffer.from(JSON.stringify(DOCUMENT)).toString('base64url')}`);
  await drawn(0);
  const part = page.getByRole('slider', { name: process.argv[2] === 'sky' ? /^Sky brightness/ : /^Seeing at 500 nm/ });
  const N = Number(process.argv[4] ?? 12);
  const ms = [];
  for (let k = 0; k < N; k++) {
    if (k === 4 && process.argv[3]) await browser.startTracing(page, { categories: ['devtools.timeline', 'v8', 'blink.user_timing', 'disabled-by-default-v8.cpu_profiler', 'disabled-by-default-devtools.timeline', 'toplevel', 'input', 'latencyInfo'] });
    await part.focus(); await sleep(700);
    await part.press('ArrowRight');
    const at = await page.evaluate(() => globalThis.previewNotes.pressedMs);
    await drawn(at);
    const to = await page.evaluate((m) => globalThis.previewNotes.drawnMs.find((t) => t > m), at);
    ms.push(to - at); await sleep(200);
  }
  console.log(ms.map((m) => m.toFixed(0)).join(' '));
  if (process.argv[3]) writeFileSync(process.argv[3], await browser.stopTracing());
} finally { await close(); }
