// The focal plane as a run fills it: how long from a detector's pictures being drawn by its worker to their being seen, in Chromium.
//
//   node benchmarks/portal/focal-plane.bench.mjs [--runs 5]
//
// The service is a real one with two workers, which go on drawing while one looks; the page is the portal's own. A picture is drawn when
// its worker has written it, stored when the archive has it, and seen in the frame after OpenSeadragon has it. The page is open before the
// run begins; and, in turns, it is opened from the run's page when the first detector is stored.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, report } from '../support/measured-run.mjs';
import { portalInBrowser, sleep } from '../support/portal-in-browser.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const EXPECTED_MS = 1000;
const REQUEST = {
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S1*'],
  sky: [{ type: 'synthetic', seed: 1, faintIMag: 22 }],
  products: ['eimage', 'preview'],
};

/** In the page: notes when each answer and each picture came, by the clock of this machine. */
function watchPage() {
  const notes = { seenMs: null, steps: [] };
  globalThis.planeNotes = notes;
  const note = (step) => notes.steps.push([step, Date.now()]);
  const ask = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    const what = new URL(String(args[0]?.url ?? args[0]), location.href);
    const name = what.pathname.split('/').slice(3).join('/');
    if (name.startsWith('datasets')) note(`ask ${name}`);
    const answer = await ask(...args);
    if (name.startsWith('datasets')) note(`got ${name}`);
    return answer;
  };
  new MutationObserver(() => {
    if (notes.seenMs !== null || document.querySelector('[data-loaded]') === null) return;
    notes.seenMs = -1;
    requestAnimationFrame(() => requestAnimationFrame(() => (notes.seenMs = Date.now())));
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

const { ada, close, context, home } = await portalInBrowser({ watchPage, serveArgs: ['--workers', '2'] });
try {
  let visitId = 100;
  /** Times of one run's first picture, ms from its being drawn. @param opensLate the page comes when there is something to see */
  const follow = async (opensLate) => {
    const request = { ...REQUEST, visitId: visitId++ };
    const { id } = await ada.call('submitRun', { body: { paused: true, requests: [request] } });
    const page = await context.newPage();
    await page.goto(opensLate ? `/runs/${id}` : `/runs/${id}/image`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await sleep(1500);
    await ada.call('resumeRun', { params: { id } });
    let pressedMs;
    if (opensLate) {
      await page.locator('[data-detector][data-state="succeeded"]').first().waitFor({ timeout: 120_000 });
      pressedMs = Date.now();
      await page.getByRole('link', { name: 'See the focal plane' }).click();
    }
    await page.waitForFunction(() => globalThis.planeNotes.seenMs > 0, undefined, { timeout: 120_000 });
    const { seenMs, steps } = await page.evaluate(() => globalThis.planeNotes);
    await page.close();
    let run;
    do {
      await sleep(200);
      run = await ada.call('readRun', { params: { id } });
    } while (run.state !== 'succeeded');
    const { items } = await ada.call('searchDatasets', { query: { runId: id, type: ['thumbnail'] } });
    const storedMs = (item) => Date.parse(item.createdAtUtc);
    const first = items.reduce((a, b) => (storedMs(a) <= storedMs(b) ? a : b));
    const writtenMs = statSync(join(home, 'archive/blobs', first.sha256.slice(0, 2), first.sha256)).mtimeMs;
    const told = steps.filter(([, at]) => at >= writtenMs && at <= seenMs);
    console.log(
      `  ${[['drawn', writtenMs], ['stored', storedMs(first)], ...told, ['seen', seenMs]]
        .map(([step, at]) => `${step} ${Math.round(at - writtenMs)}`)
        .join(', ')}`,
    );
    return { drawn: seenMs - writtenMs, stored: seenMs - storedMs(first), pressed: seenMs - pressedMs };
  };

  await follow(false);
  const open = [];
  const late = [];
  for (let turn = 0; turn < Number(values.runs); turn++) {
    open.push(await follow(false));
    late.push(await follow(true));
  }
  const tell = (what, ms) =>
    report(
      what,
      `${median(ms).toFixed(0)} ms`,
      `${Math.min(...ms).toFixed(0)} to ${Math.max(...ms).toFixed(0)} ms; wanted: less than ${EXPECTED_MS} ms`,
    );
  tell(
    'focal plane open: first picture drawn to seen',
    open.map(({ drawn }) => drawn),
  );
  tell(
    'focal plane open: first picture stored to seen',
    open.map(({ stored }) => stored),
  );
  tell(
    'focal plane opened from the run: press to seen',
    late.map(({ pressed }) => pressed),
  );
} finally {
  await close();
}
