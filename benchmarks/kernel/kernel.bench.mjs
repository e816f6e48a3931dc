// Times the kernel beside the study's prototype, job by job in turns, and prints the best of each and their ratio:
//   node benchmarks/kernel/kernel.bench.mjs [rounds]
// The prototype is built afresh from ../shared/facts/kernel-proto; where that folder is absent the kernel runs alone.
// Times are the less of CPU and wall time, one thread; take them on a quiet machine. Target: each job within 1.2 x the prototype.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKernel, makePsfTables, readProfileTables } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const prototypeSource = join(root, '../shared/facts/kernel-proto/kernel.ts');
const rounds = Number(process.argv[2] ?? 7);

const SIDE = 4096;
const PIXELS = SIDE * SIDE;
const PHOTONS = 1 << 21;
const SMALL_OBJECTS = 2000;
const STAMPS = { 64: 2000, 128: 500 };
const MATRIX = [4, 1, 0.5, 3];
const ROWS = 2048;
const RAW_PIXELS = 16 * ROWS * 576;
const model = { kind: 'kolmogorov', fwhmPx: 3.5 };

const assets = await loadKernelAssets();
const tables = readProfileTables(assets.tables);

async function kernelJobs() {
  const kernel = await createKernel(assets);
  const psf = kernel.preparePsf(model);
  const frame = kernel.openFrame(SIDE, SIDE);
  const stamps = (size) => () => {
    const limits = { maxOutside: 0, maxSize: size };
    for (let i = 0; i < STAMPS[size]; i++) {
      frame.addSersicMean(psf, 2.5, 200 + (i % 37), 200 + (i % 41), ...MATRIX, 1000, limits);
    }
  };
  const amplifiers = Array.from({ length: 16 }, (_, a) => ({
    gainElectronPerAdu: 1.6,
    readNoiseElectron: 6,
    biasAdu: 1000,
    x0: 512 * (a & 7),
    y0: a < 8 ? 0 : 2048,
    flipX: (a & 1) === 1,
    flipY: a >= 8,
  }));
  const readout = {
    ...{
      amplifiers,
      dataNx: 512,
      dataNy: 2048,
      prescanNx: 0,
      segmentNx: 576,
      segmentNy: ROWS,
      darkElectron: 0,
    },
    ...{ crosstalk: null, parallelCti: 0, serialCti: 0, darkKey: [1, 2], readNoiseKey: [3, 4] },
  };
  return {
    photons: () => frame.shootSersic(psf, 1, 2048.3, 2048.7, ...MATRIX, PHOTONS, [1, 2, 3, 4]),
    scattered: () => {
      for (let i = 0; i < SMALL_OBJECTS; i++) {
        frame.shootSersic(psf, 1, 100 + ((i * 977) % 3900), 100 + ((i * 1733) % 3900), ...MATRIX, 500, [
          1,
          2,
          3,
          i,
        ]);
      }
    },
    stars: () => frame.shootPoint(psf, 2048.3, 2048.7, PHOTONS, [1, 2, 3, 4]),
    stamp64: stamps(64),
    stamp128: stamps(128),
    readout: () => {
      const reading = frame.openReadout(readout);
      for (let r = 0; r < ROWS; r++) reading.row(r);
    },
    readoutAndRice: () => {
      const reading = frame.openReadout(readout);
      for (let r = 0; r < ROWS; r++) reading.compressedRow(r);
    },
    frame,
  };
}

async function buildPrototype() {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-bench-'));
  const out = join(folder, 'prototype.wasm');
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory'];
  const memoryOptions = ['--importMemory', '--initialMemory', '4096', '--memoryBase', '65536'];
  const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
  const built = spawnSync(process.execPath, [asc, prototypeSource, '-o', out, ...options, ...memoryOptions], {
    cwd: '/',
  });
  if (built.status !== 0) throw new Error(`the prototype does not build:\n${built.stderr}`);
  const memory = new WebAssembly.Memory({ initial: 4096 });
  const { instance } = await WebAssembly.instantiate(readFileSync(out), {
    env: { memory, abort: () => undefined },
  });
  rmSync(folder, { recursive: true });
  return { wasm: instance.exports, buffer: memory.buffer };
}

/** The same work as the kernel's, in the prototype's own calls. */
async function prototypeJobs() {
  const { wasm, buffer } = await buildPrototype();
  const MB = 1 << 20;
  const at = {
    state: MB,
    par: MB + 4096,
    galaxy: MB + 65536,
    psf: MB + 114688,
    k: MB + 131072,
    tw: MB + 163840,
  };
  const more = {
    otf: MB + 262144,
    scratch: 4 * MB,
    image: 16 * MB,
    counts: 84 * MB,
    digits: 152 * MB,
    rice: 228 * MB,
  };
  const f = new Float32Array(buffer);
  const put = (address, values) => f.set(values, address / 4);
  put(at.galaxy, tables.radius(14));
  put(at.psf, makePsfTables(model).radius);
  put(
    at.k,
    Float32Array.from({ length: 1152 }, (_, i) => (i & 1 ? 0 : 1 - i / 1152)),
  );
  const prepared = (size) => {
    put(
      at.tw,
      Float32Array.from({ length: 2 * size }, (_, i) =>
        (i & 1 ? Math.sin : Math.cos)((Math.PI * (i - (i & 1))) / size),
      ),
    );
    put(more.otf, new Float32Array((size * size) / 2).fill(0.5));
    put(at.par, [17, 5, 9.25, 0.3, -0.2, 1000]);
  };
  const shoot = (n, x, y, id) => {
    put(at.par, [x, y, ...MATRIX]);
    wasm.seed(at.state, 1, 2, 3, id);
    wasm.shoot(at.state, n, at.galaxy, at.psf, at.par, more.counts, SIDE, SIDE, SIDE, PIXELS);
  };
  const stamps = (size) => () => {
    prepared(size);
    for (let i = 0; i < STAMPS[size]; i++) {
      wasm.fftStamp(size, at.k, more.otf, at.tw, at.par, more.scratch, more.image + 800000 * 4, SIDE);
    }
  };
  return {
    photons: () => shoot(PHOTONS, 2048.3, 2048.7, 4),
    scattered: () => {
      for (let i = 0; i < SMALL_OBJECTS; i++)
        shoot(500, 100 + ((i * 977) % 3900), 100 + ((i * 1733) % 3900), i);
    },
    stars: () => shoot(PHOTONS, 2048.3, 2048.7, 4),
    stamp64: stamps(64),
    stamp128: stamps(128),
    fill: () => f.fill(800, more.image / 4, more.image / 4 + PIXELS),
    poisson: () => {
      for (let y = 0; y < SIDE; y++) {
        wasm.seed(at.state, 1, 2, 3, y);
        wasm.poissonCF(at.state, more.image + 4 * SIDE * y, SIDE);
      }
      wasm.addCounts(more.image, more.counts, PIXELS);
    },
    readout: () => {
      for (let r = 0; r < ROWS; r++) {
        for (let a = 0; a < 16; a++) {
          const y = a < 8 ? r : SIDE - 1 - r;
          wasm.seed(at.state, 3, 4, a, r);
          const target = more.digits + 4 * 576 * (ROWS * a + r);
          wasm.readoutRow(
            at.state,
            more.image + 4 * (SIDE * y + 512 * (a & 7)),
            target,
            512,
            64,
            1 / 1.6,
            6,
            1000,
            a & 1,
          );
        }
      }
    },
    rice: () => {
      for (let t = 0; t < 16 * ROWS; t++) wasm.rice(more.digits + 4 * 576 * t, 576, more.rice);
    },
  };
}

const best = new Map();
function time(who, job, run) {
  const begin = performance.now();
  const cpuBegin = process.cpuUsage();
  run();
  const wall = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpuBegin);
  // CPU time leaves out what other processes took; wall time leaves out the engine's compiler threads
  const took = Math.min(wall, (user + system) / 1e3);
  const key = `${who} ${job}`;
  best.set(key, Math.min(best.get(key) ?? Infinity, took));
}

const ours = await kernelJobs();
const theirs = existsSync(prototypeSource) ? await prototypeJobs() : null;
if (theirs === null) console.log('The prototype is not here: the kernel runs alone.');

for (let round = 0; round < rounds; round++) {
  for (const job of ['photons', 'scattered', 'stars', 'stamp64', 'stamp128']) {
    time('kernel', job, ours[job]);
    if (theirs) time('prototype', job, theirs[job]);
  }
  for (let y = 0; y < SIDE; y++) {
    ours.frame.meanRow(y).fill(800);
    ours.frame.countsRow(y).fill(0);
  }
  time('kernel', 'poisson', () => ours.frame.realise([1, 2, 3]));
  if (theirs) {
    theirs.fill();
    time('prototype', 'poisson', theirs.poisson);
  }
  time('kernel', 'readout', ours.readout);
  if (theirs) time('prototype', 'readout', theirs.readout);
  time('kernel', 'both', ours.readoutAndRice);
  if (theirs) time('prototype', 'rice', theirs.rice);
}

// the facade codes a row as it reads it: Rice is what that takes beyond reading
best.set('kernel rice', best.get('kernel both') - best.get('kernel readout'));

const amounts = {
  photons: [PHOTONS, 'Mphoton/s'],
  scattered: [SMALL_OBJECTS * 500, 'Mphoton/s'],
  stars: [PHOTONS, 'Mphoton/s'],
  stamp64: [STAMPS[64] * 64 * 64, 'Mpix/s'],
  stamp128: [STAMPS[128] * 128 * 128, 'Mpix/s'],
  poisson: [PIXELS, 'Mpix/s'],
  readout: [RAW_PIXELS, 'Mpix/s'],
  rice: [RAW_PIXELS, 'Mpix/s'],
};
console.log(`best of ${rounds}   kernel   prototype   prototype time / kernel time`);
for (const [job, [amount, unit]] of Object.entries(amounts)) {
  const kernelMs = best.get(`kernel ${job}`);
  const prototypeMs = best.get(`prototype ${job}`);
  const rate = (ms) => (ms === undefined ? '-' : (amount / ms / 1e3).toFixed(1)).padStart(9);
  const ratio = prototypeMs === undefined ? '' : (prototypeMs / kernelMs).toFixed(2);
  console.log(`${job.padEnd(10)} ${rate(kernelMs)} ${rate(prototypeMs)} ${unit.padEnd(10)} ${ratio}`);
}
