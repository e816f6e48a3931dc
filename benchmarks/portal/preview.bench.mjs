// The live preview: how long from a press on a slider to the 512 x 512 pixels on the screen, in Chromium, for the default
// sky (synthetic to i = 26), and for it with an uploaded instance catalog.
//
//   node benchmarks/portal/preview.bench.mjs [--changes 20] [--objects 5000]
//
// The service is a real one, the page the portal's own; its sliders are moved by their keys. Time runs from the key's event to
// the end of the call that puts the new pixels on the canvas. CPU is that of all processes of the browser.
import { parseArgs } from 'node:util';
import { median, report } from '../support/measured-run.mjs';
import { portalInBrowser, sleep, watchPreview } from '../support/portal-in-browser.mjs';

const { values } = parseArgs({
  options: { changes: { type: 'string', default: '20' }, objects: { type: 'string', default: '5000' } },
});
const EXPECTED_MS = 150;
const DOCUMENT = {
  visitId: 7,
  pointing: { raDeg: 53.001, decDeg: -27.5 },
  band: 'r',
  exposureS: 30,
  airmass: 1.2,
  detectors: ['R22_S11'],
  sky: [{ type: 'synthetic' }],
};

/** Stars and galaxies over the detector of the pointing and a little beyond: a golden-ratio sequence, even and without chance. */
function catalogText(objects) {
  const lines = Array.from({ length: objects }, (_, k) => {
    const raDeg = 52.86 + 0.28 * ((k * 0.6180339887) % 1);
    const decDeg = -27.62 + (0.24 * (k + 0.5)) / objects;
    const magnitude = 18 + 8 * ((k * 0.7548776662) % 1);
    const place = `object ${k} ${raDeg.toFixed(7)} ${decDeg.toFixed(7)} ${magnitude.toFixed(3)}`;
    return k % 4 === 0
      ? `${place} starSED/kurucz/km10_6500.fits_g40_6600.gz 0 0 0 0 0 0 point none none`
      : `${place} galaxySED/Const.80E07.02Z.spec.gz 0.4 0 0 0 0 0 sersic2d 0.6 0.4 ${k % 180} 1 none none`;
  });
  return `rightascension 53.001\ndeclination -27.5\nmjd 60000.3\nfilter 2\nrotskypos 0\nvistime 30\nseed 1\n${lines.join('\n')}\n`;
}

const { ada, api, browser, close, context } = await portalInBrowser({ watchPage: watchPreview });
try {
  const page = await context.newPage();
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

  /** Presses a key on a part of the form; gives ms to the pixels, and CPU ms spent meanwhile. */
  const change = async (part, key) => {
    await part.focus();
    await sleep(500);
    const before = await cpuS();
    await part.press(key);
    const pressedMs = await page.evaluate(() => globalThis.previewNotes.pressedMs);
    await drawn(pressedMs);
    const drawnMs = await page.evaluate(
      (ms) => globalThis.previewNotes.drawnMs.find((at) => at > ms),
      pressedMs,
    );
    await sleep(200);
    return { ms: drawnMs - pressedMs, cpuMs: 1000 * ((await cpuS()) - before) };
  };

  /** Opens the design of a sky and changes it as often as was asked. */
  const measure = async (title, sky) => {
    await page.goto('about:blank');
    const openedMs = performance.now();
    const request = Buffer.from(JSON.stringify({ ...DOCUMENT, sky })).toString('base64url');
    await page.goto(`/design#request=${request}`);
    await drawn(0);
    console.log(`the preview of ${title} on ${DOCUMENT.detectors[0]}, 512 x 512 pixels:`);
    const firstMs = performance.now() - openedMs;
    report(
      'opening the page to the first pixels',
      `${firstMs.toFixed(0)} ms`,
      'sources are drawn and placed',
    );
    const sliding = (turn) => (turn % 5 === 4 ? 'ArrowLeft' : 'ArrowRight');
    const typing = (turn) => (turn % 2 === 0 ? '5' : 'Backspace');
    for (const [what, role, name, key] of [
      ['seeing', 'slider', /^Seeing at 500 nm/, sliding],
      ['sky brightness', 'slider', /^Sky brightness/, sliding],
      ['exposure', 'textbox', /^Exposure/, () => 'ArrowUp'],
      ['airmass', 'textbox', /^Airmass/, typing],
      ['pointing', 'textbox', /^Right ascension/, typing],
    ]) {
      const part = page.getByRole(role, { name });
      if (key === typing) await part.press('End');
      const changes = [];
      for (let turn = 0; turn < Number(values.changes); turn++) changes.push(await change(part, key(turn)));
      const ms = changes.map((each) => each.ms);
      const expected = role === 'slider' ? `expected at most ${EXPECTED_MS} ms` : '';
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
  };

  await measure('the default sky', [{ type: 'synthetic' }]);
  const objects = Number(values.objects);
  const bytes = new TextEncoder().encode(catalogText(objects));
  const { datasetId } = await api.uploadCatalog(ada, {
    name: 'preview.txt',
    folder: '/catalogs',
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  });
  await measure(`the default sky with a catalog of ${objects} objects`, [
    { type: 'synthetic' },
    { type: 'instanceCatalog', path: `dataset:${datasetId}` },
  ]);
} finally {
  await close();
}
