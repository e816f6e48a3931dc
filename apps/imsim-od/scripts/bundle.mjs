// Bundles the built command line and all it needs from npm into dist/bundle: a few files instead of several hundred, so that
// commands and workers start in half the time. bin/imsim-od.js takes the bundle wherever nothing was built after it.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const app = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(app, 'dist/bundle');
const kernel = join(app, '../../packages/imaging/kernel/generated');

/** Packages whose modules do nothing but define when they are loaded. */
const DEFINES_ONLY = /\/(packages\/imaging\/[^/]+\/dist|node_modules\/typebox)\//;

rmSync(bundle, { recursive: true, force: true });
await build({
  root: app,
  configFile: false,
  logLevel: 'error',
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    outDir: bundle,
    rolldownOptions: {
      input: {
        main: join(app, 'dist/main.js'),
        'detector-worker': join(app, 'dist/simulate/detector-worker.js'),
      },
      // Modules that only define: what a command does not use of a package is not even loaded.
      treeshake: { moduleSideEffects: (id) => !DEFINES_ONLY.test(id) },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        // names stay, for stacks of errors; blanks and comments are what takes time to read
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
});

// What the code reads beside itself, from where it stands in the bundle: sqlite3.wasm, ../package.json and ../../generated.
const survey = createRequire(join(app, '../../packages/imaging/survey/package.json'));
copyFileSync(survey.resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm'), join(bundle, 'sqlite3.wasm'));
copyFileSync(join(app, 'package.json'), join(app, 'dist/package.json'));
mkdirSync(join(app, 'generated'), { recursive: true });
for (const name of ['kernel.wasm', 'tables.bin'])
  copyFileSync(join(kernel, name), join(app, 'generated', name));
