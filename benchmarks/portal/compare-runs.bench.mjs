// Two runs of the whole camera compared in the page: how long until the first detector is subtracted, until the whole focal plane can be
// judged by one detector of each raft, and until all are; what the service and the page take for it.
//
//   node benchmarks/portal/compare-runs.bench.mjs [--detectors all] [--type raw]
//
// The service is a real one, the runs are drawn by it, the page is the portal's own. The runs differ in the brightness of the sky, so
// that almost all pixels differ, which takes longest. Raw files of the camera take some 3 GB of disk for each run, e-images 12.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuSecondsOf, report, residentMb } from '../support/measured-run.mjs';
import { portalInBrowser, sleep } from '../support/portal-in-browser.mjs';

const { values } = parseArgs({
  options: {
    detectors: { type: 'string', default: 'all' },
    type: { type: 'string', default: 'raw' },
  },
});
const RAFTS = 21;
const REQUEST = {
  visitId: 100,
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  exposureS: 15,
  detectors: values.detectors,
  sky: [{ type: 'synthetic', seed: 1, faintIMag: 18 }],
  products: [values.type],
};

/** In the page: notes which detectors are subtracted when, by the page's own clock, and the longest wait for a frame. */
function watchPage() {
  const notes = { steps: [], longestMs: 0 };
  globalThis.compareNotes = notes;
  let last = performance.now();
  const look = (now) => {
    notes.longestMs = Math.max(notes.longestMs, now - last);
    last = now;
    const known = Number(document.querySelector('[data-subtracted]')?.dataset.subtracted ?? 0);
    if (known !== (notes.steps.at(-1)?.known ?? 0)) {
      const names = [...document.querySelectorAll('[data-detector][data-state="free"]')].map((shape) =>
        shape.getAttribute('aria-label').slice(0, 3),
      );
      notes.steps.push({ known, rafts: new Set(names).size, atS: now / 1000 });
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const { ada, browser, close, context, home, pid } = await portalInBrowser({
  watchPage,
  serveArgs: ['--workers', '2'],
});
try {
  const draw = async (name, changes) => {
    const { id } = await ada.call('submitRun', { body: { name, requests: [{ ...REQUEST, ...changes }] } });
    for (;;) {
      const { state, counts } = await ada.call('readRun', { params: { id } });
      if (state === 'succeeded') return { id, count: counts.total };
      if (state === 'failed' || state === 'cancelled') throw new Error(`the run ${name} is ${state}`);
      await sleep(500);
    }
  };
  const start = performance.now();
  const { id: dark, count } = await draw('dark', {});
  const { id: bright } = await draw('bright', { skyBrightnessMagPerArcsec2: 20 });
  console.log(
    `  two runs of ${count} detectors, drawn in ${((performance.now() - start) / 1000).toFixed(0)} s`,
  );
  const { items } = await ada.call('searchDatasets', { query: { runId: dark, type: [values.type] } });
  const [{ sha256 }] = items;
  const { size } = statSync(join(home, 'archive/blobs', sha256.slice(0, 2), sha256));
  console.log(`  a file of type ${values.type} has ${(size / 1e6).toFixed(1)} MB`);

  const devTools = await browser.newBrowserCDPSession();
  const browserCpuS = async () => {
    const { processInfo } = await devTools.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const [ofBrowser, ofService] = [await browserCpuS(), cpuSecondsOf(pid)];
  const page = await context.newPage();
  await page.goto(`/runs/compare?a=${dark}&b=${bright}&type=${values.type}`);
  let mostMb = 0;
  const isOver = () =>
    page.evaluate(() => globalThis.compareNotes.steps.at(-1)?.known ?? 0).then((known) => known >= count);
  while (!(await isOver())) {
    mostMb = Math.max(mostMb, residentMb(pid));
    await sleep(250);
  }
  const { steps, longestMs } = await page.evaluate(() => globalThis.compareNotes);
  const heapMb = await page.evaluate(() => performance.memory.usedJSHeapSize / 1e6);
  const cpuS = { browser: (await browserCpuS()) - ofBrowser, service: cpuSecondsOf(pid) - ofService };
  const seconds = (is) => `${(steps.find(is)?.atS ?? NaN).toFixed(1)} s`;
  report(
    'page opened to first detector subtracted',
    seconds(({ known }) => known >= 1),
    '',
  );
  const rafts = Math.min(RAFTS, Math.max(...steps.map((step) => step.rafts)));
  report(
    `to one of each of ${rafts} rafts`,
    seconds((step) => step.rafts >= rafts),
    '',
  );
  report(
    `to all of ${count}`,
    seconds(({ known }) => known >= count),
    '',
  );
  report(
    'CPU, service and its workers',
    `${cpuS.service.toFixed(1)} s`,
    `${(cpuS.service / count).toFixed(2)} s a detector`,
  );
  report('CPU, browser', `${cpuS.browser.toFixed(1)} s`, '');
  report('memory, service and its workers, at most', `${mostMb.toFixed(0)} MB`, '');
  report("memory, the page's heap", `${heapMb.toFixed(0)} MB`, '');
  report('longest wait for a frame', `${longestMs.toFixed(0)} ms`, '');
} finally {
  await close();
}
