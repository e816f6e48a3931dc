// Runs every benchmark of benchmarks/ one after the other, on an otherwise idle machine. `make bench` calls it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const folder = join(root, 'benchmarks');
const benchmarks = existsSync(folder)
  ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.bench.mjs'))
  : [];
if (benchmarks.length === 0) {
  console.error('benchmarks/ holds no *.bench.mjs.');
  process.exit(1);
}
let failed = false;
for (const name of benchmarks.sort()) {
  console.log(`\n== ${name}`);
  if (spawnSync(process.execPath, [join(folder, name)], { cwd: root, stdio: 'inherit' }).status !== 0)
    failed = true;
}
process.exitCode = failed ? 1 : 0;
