// Builds everything: TypeScript, the WebAssembly kernel and its tables, the command line's bundle, the portal, in the order in which each
// needs the last.
// A stamp over all sources makes a second build return at once; `--force` builds regardless.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspaceFolders } from './workspace.mjs';

const tsc = join(root, 'node_modules/tsnative/bin/tsc');
const stamp = join(root, '.cache/build-stamp');

const NOT_SOURCES = new Set(['node_modules', 'dist', 'generated', '.cache', 'coverage']);

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !NOT_SOURCES.has(entry.name) && !entry.name.includes('.test.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
    );
}

/** A hash over every file that the build reads, and the Node that ran it. */
function sourcesHash() {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}\n`);
  const single = ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'scripts/build.mjs'];
  for (const file of [...single, ...workspaceFolders().flatMap(filesBelow)]) {
    hash.update(`${file}\n`).update(
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest(),
    );
  }
  return hash.digest('hex');
}

/** What must be there for the stamp to be believed: each workspace's output, and what the scripts of packages write. */
function outputs() {
  return [
    ...workspaceFolders().map((folder) => `${folder}/dist/.tsbuildinfo`),
    'packages/imaging/kernel/generated/kernel.wasm',
    'packages/imaging/kernel/generated/tables.bin',
    'packages/imaging/simulator/src/generated/simulation-version.ts',
    'apps/imsim-od/dist/bundle/main.js',
    'apps/portal/dist/site/index.html',
  ];
}

function isUpToDate() {
  if (!existsSync(stamp) || !outputs().every((path) => existsSync(join(root, path)))) return false;
  return readFileSync(stamp, 'utf8') === sourcesHash();
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!process.argv.includes('--force') && isUpToDate()) process.exit(0);

console.log('build: TypeScript, kernel and tables');
rmSync(stamp, { force: true });
run(process.execPath, [tsc, '-b', 'packages/imaging/portable-math']);
run(process.execPath, [join(root, 'packages/imaging/kernel/scripts/build-kernel.mjs')]);
run(process.execPath, [join(root, 'packages/imaging/simulator/scripts/write-simulation-version.mjs')]);
run(process.execPath, [tsc, '-b']);
run(process.execPath, [join(root, 'apps/imsim-od/scripts/bundle.mjs')]);
run(process.execPath, [join(root, 'apps/portal/scripts/build-portal.mjs')]);
mkdirSync(join(root, '.cache'), { recursive: true });
writeFileSync(stamp, sourcesHash());
