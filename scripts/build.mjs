// Builds everything: TypeScript, the WebAssembly kernel and its tables, in the order in which each needs the last.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = join(root, 'node_modules/tsnative/bin/tsc');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run(process.execPath, [tsc, '-b', 'packages/imaging/portable-math']);
run(process.execPath, [join(root, 'packages/imaging/kernel/scripts/build-kernel.mjs')]);
run(process.execPath, [join(root, 'packages/imaging/simulator/scripts/write-simulation-version.mjs')]);
run(process.execPath, [tsc, '-b']);
