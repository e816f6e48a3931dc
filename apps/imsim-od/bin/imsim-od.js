#!/usr/bin/env node
import { statSync } from 'node:fs';

// The bundle starts faster; whatever was built after it counts more, so that nobody runs old code.
const IMAGING = ['portable-math', 'names', 'astro', 'fits', 'camera', 'kernel', 'sky', 'simulator', 'survey'];
const PACKAGES = [...IMAGING.map((name) => `imaging/${name}`), 'service/api'];

/** When a file beside this one was written, in ms; undefined where it is not there. */
function writtenAt(path) {
  return statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs;
}

function newestBuild() {
  const stamps = PACKAGES.map((name) => `../../../packages/${name}/dist/.tsbuildinfo`);
  const assets = ['kernel.wasm', 'tables.bin'].map(
    (name) => `../../../packages/imaging/kernel/generated/${name}`,
  );
  return Math.max(...['../dist/.tsbuildinfo', ...stamps, ...assets].map((path) => writtenAt(path) ?? 0));
}

const bundledAt = writtenAt('../dist/bundle/main.js');
if (bundledAt !== undefined && bundledAt >= newestBuild()) {
  await import('../dist/bundle/main.js');
} else if (writtenAt('../dist/main.js') !== undefined) {
  await import('../dist/main.js');
} else {
  process.stderr.write('imsim-od: not built yet; run "make build" in the clone.\n');
  process.exitCode = 1;
}
