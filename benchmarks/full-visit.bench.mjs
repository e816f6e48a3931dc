// A whole visit: all 189 science CCDs with the synthetic sky to i = 26, raw and truth.
//
//   node benchmarks/full-visit.bench.mjs [--detectors all] [--workers 2] [--out FOLDER]
//
// Prints wall seconds, the most memory that all processes held together (sampled ten times a second), and bytes written.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cli, report, residentMb, root } from './support/measured-run.mjs';

const { values } = parseArgs({
  options: {
    detectors: { type: 'string', default: 'all' },
    workers: { type: 'string', default: '2' },
    out: { type: 'string' },
  },
});
if (!existsSync(join(root, 'apps/imsim-od/dist/main.js')) || !existsSync('/proc/self/status')) {
  console.log('skipped: needs a build ("make build") and Linux (/proc)');
  process.exit(0);
}

const request = {
  visitId: 1000,
  pointing: { raDeg: 53.0, decDeg: -27.5 },
  band: 'r',
  exposureS: 30,
  detectors: values.detectors,
  sky: [{ type: 'synthetic', faintIMag: 26 }],
  products: ['raw', 'truth'],
};
const folder = mkdtempSync(join(values.out ?? tmpdir(), 'imsim-od-visit-'));

try {
  const requestFile = join(folder, 'request.json');
  const out = join(folder, 'out');
  writeFileSync(requestFile, JSON.stringify(request));
  const startedMs = performance.now();
  const args = [cli, 'simulate', requestFile, '--out', out, '--workers', values.workers, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  let peakMb = 0;
  const sampling = setInterval(() => (peakMb = Math.max(peakMb, residentMb(child.pid))), 100);
  const status = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(sampling);
  if (status !== 0) throw new Error(`imsim-od simulate exited ${status}\n${stderr}`);
  const wallS = (performance.now() - startedMs) / 1000;
  const { detectors, timings } = JSON.parse(stdout);
  const files = readdirSync(out).map((name) => statSync(join(out, name)));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const objects = detectors.reduce((sum, { summary }) => sum + summary.sourcesDrawn, 0);
  const limitS = (300 * detectors.length) / 189;
  console.log(
    `one visit, ${detectors.length} CCDs, ${objects.toLocaleString('en')} drawn sources, ${values.workers} workers:`,
  );
  report('wall time', `${wallS.toFixed(1)} s`, `expected ${limitS.toFixed(0)} s or less on 2 cores`);
  report(
    'CPU time',
    `${timings.cpuS.toFixed(1)} s`,
    `${(timings.cpuS / detectors.length).toFixed(2)} s a CCD`,
  );
  report('resident memory of all processes, at most', `${peakMb.toFixed(0)} MB`, 'expected 1024 MB or less');
  report('written', `${(bytes / 1e9).toFixed(2)} GB`, `${files.length} files`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
