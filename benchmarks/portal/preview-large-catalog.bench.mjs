// The live preview of an uploaded instance catalog of two million galaxies: how long from opening the page to the first pixels,
// from a press on a slider to the next ones, and the memory of the page with its worker, in Chromium.
//
//   node benchmarks/portal/preview-large-catalog.bench.mjs [--objects 2000000] [--changes 5]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median, report } from '../support/measured-run.mjs';
import { portalInBrowser, sleep, watchPreview } from '../support/portal-in-browser.mjs';

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '2000000' }, changes: { type: 'string', default: '5' } },
});
const objects = Number(values.objects);
const CENTRE = { raDeg: 60.49, decDeg: -38.16 };

/** Galaxies in a field of 1.9 degrees. */
function* catalogLines() {
  yield `rightascension ${CENTRE.raDeg}\ndeclination ${CENTRE.decDeg}\nmjd 60143.4\nfilter 2\nrottelpos 40\nobshistid 398414\nseeing 0.75\n`;
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  for (let i = 0; i < objects; i++) {
    const [radius, angle] = [1.9 * Math.sqrt(random()), 2 * Math.PI * random()];
    const dec = CENTRE.decDeg + radius * Math.sin(angle);
    const ra = CENTRE.raDeg + (radius * Math.cos(angle)) / Math.cos((dec * Math.PI) / 180);
    yield `object ${3e13 + i} ${ra} ${dec} ${(18 + 10 * random()).toFixed(7)} galaxySED/Inst.10E10.0005Z.spec.gz ${random().toFixed(9)} 0.0018735 0.0011452 -0.0010336 0 0 sersic2d ${(0.2 + random()).toFixed(8)} 0.15957742 ${(360 * random()).toFixed(6)} 1 none CCM 0.0096073 3.1\n`;
  }
}

/** The catalog, whole. */
function catalogBytes() {
  const parts = [];
  let lines = '';
  for (const line of catalogLines()) {
    lines += line;
    if (lines.length < 1_000_000) continue;
    parts.push(Buffer.from(lines));
    lines = '';
  }
  return Buffer.concat([...parts, Buffer.from(lines)]);
}

const { ada, api, browser, close, context } = await portalInBrowser({ watchPage: watchPreview });
try {
  const bytes = catalogBytes();
  const uploadedMs = performance.now();
  const { datasetId } = await api.uploadCatalog(ada, {
    name: 'field.txt',
    folder: '/catalogs',
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  });
  console.log(`the preview of a catalog of ${objects} galaxies, ${(bytes.length / 1e6).toFixed(0)} MB:`);
  report('uploading and indexing it', `${((performance.now() - uploadedMs) / 1000).toFixed(1)} s`, '');
  const page = await context.newPage();
  const devTools = await browser.newBrowserCDPSession();
  /** The most memory that a page of the browser has had, with its workers, MB. */
  const peakMb = async () => {
    const { processInfo } = await devTools.send('SystemInfo.getProcessInfo');
    const peaks = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0));
    return Math.max(...peaks) / 1024;
  };
  const drawn = (after) =>
    page.waitForFunction((ms) => globalThis.previewNotes.drawnMs.some((at) => at > ms), after, {
      timeout: 120_000,
      polling: 20,
    });
  const open = async (sky) => {
    await page.goto('about:blank');
    const openedMs = performance.now();
    const request = { visitId: 7, pointing: CENTRE, band: 'r', detectors: ['R22_S11'], sky };
    await page.goto(`/design#request=${Buffer.from(JSON.stringify(request)).toString('base64url')}`);
    await drawn(0);
    return performance.now() - openedMs;
  };
  await open([]);
  report('opening the page without a sky', `${(await open([])).toFixed(0)} ms`, '');
  report('memory of that page', `${(await peakMb()).toFixed(0)} MB`, '');
  const sky = [{ type: 'instanceCatalog', path: `dataset:${datasetId}` }];
  report('opening it with the catalog', `${(await open(sky)).toFixed(0)} ms`, '');
  if (await page.getByText(/^Entry 1:/).count())
    throw new Error(await page.getByText(/^Entry 1:/).innerText());
  const slider = page.getByRole('slider', { name: /^Seeing at 500 nm/ });
  const changes = [];
  for (let turn = 0; turn < Number(values.changes); turn++) {
    await slider.focus();
    await sleep(1500);
    await slider.press('ArrowRight');
    const pressedMs = await page.evaluate(() => globalThis.previewNotes.pressedMs);
    await drawn(pressedMs);
    const drawnMs = await page.evaluate(
      (ms) => globalThis.previewNotes.drawnMs.find((at) => at > ms),
      pressedMs,
    );
    changes.push(drawnMs - pressedMs);
  }
  report(
    'change of seeing, median',
    `${median(changes).toFixed(0)} ms`,
    `slowest ${Math.max(...changes).toFixed(0)} ms`,
  );
  report(
    'memory of the page with its worker',
    `${(await peakMb()).toFixed(0)} MB`,
    'expected at most 500 MB',
  );
} finally {
  await close();
}
