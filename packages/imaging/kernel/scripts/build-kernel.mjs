// Builds the kernel package: assembly/ -> generated/kernel.wasm, TypeScript -> dist/, profile tables ->
// generated/tables.bin. A step whose input has not changed is skipped. Both files are checked against the hashes committed
// in src/asset-hashes.ts; --update-hashes rewrites those instead.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = join(folder, '../../..');
const generated = join(folder, 'generated');
const hashesFile = join(folder, 'src/asset-hashes.ts');
const update = process.argv.includes('--update-hashes');

const ascOptions = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory'],
  ...['--importMemory', '--initialMemory', '1', '--memoryBase', '1024'],
];

function run(label, args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) {
    process.stderr.write(`build-kernel: ${label} failed\n`);
    process.exit(status ?? 1);
  }
}

function filesUnder(path) {
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)],
    );
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function hashOf(files, words = []) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  return hash.update(JSON.stringify(words)).digest('hex');
}

/** Runs a step unless its output stands and was made from the same input. */
function step(output, inputHash, make) {
  const stamp = `${output}.input`;
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputHash) return;
  make();
  writeFileSync(stamp, inputHash);
}

/** The hash that a line of asset-hashes.ts commits to. */
function committed(name) {
  return new RegExp(`${name} = '([0-9a-f]*)'`).exec(readFileSync(hashesFile, 'utf8'))?.[1] ?? '';
}

mkdirSync(generated, { recursive: true });
const asc = join(root, 'node_modules/assemblyscript');
const wasmFile = join(generated, 'kernel.wasm');
const ascVersion = JSON.parse(readFileSync(join(asc, 'package.json'), 'utf8')).version;
const wasmInput = hashOf(filesUnder(join(folder, 'assembly')), [ascVersion, ascOptions]);
step(wasmFile, wasmInput, () => {
  const entry = relative(root, join(folder, 'assembly/index.ts'));
  const partial = `${wasmFile}.partial`;
  run('the AssemblyScript compiler', [
    join(asc, 'bin/asc.js'),
    entry,
    '-o',
    relative(root, partial),
    ...ascOptions,
  ]);
  renameSync(partial, wasmFile);
});

const tsc = join(root, 'node_modules/tsnative/bin/tsc');
run('type-checking', [tsc, '-b', relative(root, folder)]);

const tablesFile = join(generated, 'tables.bin');
const generator = join(folder, 'scripts/generate-tables.mjs');
const code = (path) => filesUnder(path).filter((file) => file.endsWith('.js') && !file.endsWith('.test.js'));
const tableInput = hashOf([
  generator,
  ...code(join(folder, 'dist/profiles')),
  ...code(join(folder, '../portable-math/dist')),
]);
step(tablesFile, tableInput, () => run('making the tables', [generator, tablesFile]));

const found = {
  KERNEL_WASM_SHA256: sha256(readFileSync(wasmFile)),
  TABLES_SHA256: sha256(readFileSync(tablesFile)),
};
const stale = Object.keys(found).filter((name) => committed(name) !== found[name]);
if (stale.length > 0 && update) {
  writeFileSync(
    hashesFile,
    [
      '/** SHA-256 of the built files that this source belongs to; rewritten by build-kernel.mjs --update-hashes. */',
      '',
      '/** SHA-256 of generated/kernel.wasm. */',
      `export const KERNEL_WASM_SHA256 = '${found.KERNEL_WASM_SHA256}';`,
      '/** SHA-256 of generated/tables.bin. */',
      `export const TABLES_SHA256 = '${found.TABLES_SHA256}';`,
      '',
    ].join('\n'),
  );
  run('type-checking', [tsc, '-b', relative(root, folder)]);
} else if (stale.length > 0) {
  for (const name of stale) {
    process.stderr.write(
      `build-kernel: ${name} is ${found[name]}, committed is ${committed(name) || 'none'}\n`,
    );
  }
  process.stderr.write(
    'build-kernel: if the change is meant, run it again with --update-hashes and commit src/asset-hashes.ts\n',
  );
  process.exit(1);
}
