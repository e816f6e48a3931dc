const R = process.env.ROOT ?? '/work/h-preview'; const { createKernel } = await import(R + '/packages/imaging/kernel/dist/index.js');
const { loadKernelAssets } = await import(R + '/packages/imaging/kernel/dist/node/assets.js');
const { readRequest, expandRequest, simulateCutout, CutoutMemory, loadCatalog, recipeRegion } = await import(R + '/packages/imaging/simulator/dist/index.js');
const { MemoryByteSource } = await import(R + '/packages/imaging/sky/dist/index.js');
import { createHash } from 'node:crypto';
const assets = await loadKernelAssets(); if (process.env.WASM) assets.wasm = (await import('node:fs')).readFileSync(process.env.WASM); const kernel = await createKernel({ wasm: assets.wasm, tables: assets.tables, tablesChecked: true });
const DOC = { visitId: 7, pointing: { raDeg: 53.001, decDeg: -27.5 }, band: 'r', exposureS: 30, airmass: 1.2, detectors: ['R22_S11'] };
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
const withCat = process.argv.includes('--cat');
const sky = [{ type: 'synthetic' }];
const catalogs = [];
if (withCat) {
  sky.push({ type: 'instanceCatalog', path: 'cat.txt' });
  const src = () => new MemoryByteSource(new Map([['cat.txt', new TextEncoder().encode(catalogText(5000))]]), 'cat.txt');
  catalogs.push(await loadCatalog('cat.txt', { open: () => Promise.resolve(src()) }, { band: 'r', boresight: DOC.pointing, mostObjects: 200000 }));
}
const window = { x0: 1792, x1: 2304, y0: 1746, y1: 2258 };
const memory = new CutoutMemory();
const sha = (e) => createHash('sha256').update(new Uint8Array(e.buffer)).digest('hex').slice(0, 12);
let all = createHash('sha256');
function one(changes) {
  const c0 = process.cpuUsage(); const t0 = performance.now();
  const { request } = readRequest([{ origin: 't', document: { ...DOC, sky, ...changes } }]);
  const [recipe] = expandRequest(request, catalogs).recipes;
  const t1 = performance.now();
  const cut = simulateCutout(recipe, window, { kernel, catalogs, memory });
  const c1 = process.cpuUsage(c0);
  all.update(sha(cut.electrons));
  return { ms: performance.now() - t0, pre: t1 - t0, cpu: (c1.user + c1.system) / 1000, n: cut.sourcesPlaced };
}
const med = (v) => [...v].sort((a, b) => a - b)[v.length >> 1];
console.log('first', one({}));
one({ seeingFwhm500Arcsec: 0.71 }); one({});
const N = Number(process.env.N ?? 8);
const only = process.env.ONLY;
for (const [what, f] of [
  ['seeing', (k) => ({ seeingFwhm500Arcsec: 0.72 + 0.01 * k })],
  ['sky', (k) => ({ skyBrightnessMagPerArcsec2: 20 + 0.1 * k })],
  ['exposure', (k) => ({ exposureS: 31 + k })],
  ['airmass', (k) => ({ airmass: 1.25 + 0.01 * k })],
  ['pointing', (k) => ({ pointing: { raDeg: 53.0015 + 0.0005 * k, decDeg: -27.5 } })],
]) {
  if (only && only !== what) continue;
  const r = Array.from({ length: N }, (_, k) => one(f(k)));
  console.log(what.padEnd(9), 'ms med', med(r.map((x) => x.ms)).toFixed(1), 'min', Math.min(...r.map((x) => x.ms)).toFixed(1), 'pre', med(r.map(x=>x.pre)).toFixed(1), 'cpu med', med(r.map((x) => x.cpu)).toFixed(1), 'min', Math.min(...r.map((x) => x.cpu)).toFixed(1), 'first', r[0].ms.toFixed(0));
}
console.log('hash of all', all.digest('hex').slice(0, 16));
