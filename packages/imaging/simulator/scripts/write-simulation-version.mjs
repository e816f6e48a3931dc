// Writes src/generated/simulation-version.ts: one hash over everything that decides a pixel — the sources of the imaging
// packages, the kernel and its tables. A recipe pins it; it changes when, and only when, any of them does.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const simulator = join(dirname(fileURLToPath(import.meta.url)), '..');
const imaging = join(simulator, '..');
const packages = ['portable-math', 'astro', 'camera', 'fits', 'kernel', 'sky', 'simulator'];

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'generated' && entry.name !== 'node') yield* sourceFiles(path);
    } else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts')) {
      yield path;
    }
  }
}

const files = packages.flatMap((name) => [...sourceFiles(join(imaging, name, 'src'))]);
files.push(join(imaging, 'kernel/generated/kernel.wasm'), join(imaging, 'kernel/generated/tables.bin'));

const hash = createHash('sha256');
for (const file of files) {
  hash.update(relative(imaging, file).split(sep).join('/'));
  hash.update('\0');
  hash.update(createHash('sha256').update(readFileSync(file)).digest());
}
const version = hash.digest('hex').slice(0, 16);

const folder = join(simulator, 'src/generated');
const target = join(folder, 'simulation-version.ts');
const text = `/** Hash of all that decides a pixel, written at build time. */\nexport const simulationVersion = '${version}';\n`;
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${target}.partial`, text);
  renameSync(`${target}.partial`, target);
}
