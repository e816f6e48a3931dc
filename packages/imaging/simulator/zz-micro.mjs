import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { readFileSync } from 'node:fs';
const a = await loadKernelAssets();
const ks = {};
for (const v of process.argv.slice(2)) ks[v] = await createKernel({ wasm: readFileSync(`/tmp/pv/kernel-${v}.wasm`), tables: a.tables, tablesChecked: true });
const run = {};
for (const [v, k] of Object.entries(ks)) { const f = k.openFrame(2048, 2048, { counts: true }); const psf = k.preparePsf({ kind: 'kolmogorov', fwhmPx: 3.5, gaussianSigmaPx: 0.8 });
 run[v] = { star: () => f.drawPoint(psf, 1000.3, 1000.2, 1e5, 0.001, [1, 2, 3, 4]), gal: () => f.drawSersic(psf, 4, 1000.3, 1000.2, 12, 1, 1, 9, 2e5, { maxOutside: 0.0005, maxSize: 2048 }, [1, 2, 3, 5]), sky: () => { f.realiseUniform(2000000, [1,2,3], 0, 200); } }; }
for (let t = 0; t < 6; t++) for (const what of ['star', 'gal']) { const out = []; for (const v of Object.keys(run)) { const c = process.cpuUsage(); let s = 0; for (let i = 0; i < (what === 'gal' ? 4 : 60); i++) s += run[v][what](); const d = process.cpuUsage(c); out.push(v + ' ' + (d.user / 1000).toFixed(1) + ' (' + s + ')'); } console.log(what, out.join('  ')); }
