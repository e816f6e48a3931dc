// Builds the portal into a folder of files that the server serves: build-portal.mjs [folder], by default dist/site.
import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

// Whoever calls: what is built is what is served, without React's development checks.
process.env.NODE_ENV = 'production';

const app = join(dirname(fileURLToPath(import.meta.url)), '..');
const [folder = join(app, 'dist/site')] = process.argv.slice(2);

await build({
  root: app,
  configFile: join(app, 'vite.config.ts'),
  logLevel: 'error',
  build: { outDir: resolve(folder) },
});

await buildViewer(join(resolve(folder), 'js9'));

/**
 * The FITS viewer's frame: our page and bridge, and of JS9 no more than they load. Its desktop program, server and demonstrations stay behind.
 */
async function buildViewer(to) {
  const js9 = dirname(createRequire(join(app, 'package.json')).resolve('js9/package.json'));
  const frame = join(app, 'src/look/frame');
  mkdirSync(to, { recursive: true });
  for (const file of ['js9.min.js', 'js9support.min.js', 'js9plugins.min.js', 'js9.css', 'js9support.css'])
    copyFileSync(join(js9, file), join(to, file));
  for (const file of ['astroemw.js', 'astroemw.wasm', 'LICENSE'])
    copyFileSync(join(js9, file), join(to, file));
  for (const part of ['images', 'params', 'font'])
    cpSync(join(js9, part), join(to, part), { recursive: true });
  for (const file of ['frame.html', 'frame.css', 'NOTICE.md'])
    copyFileSync(join(frame, file), join(to, file));
  for (const script of ['settings', 'bridge'])
    await build({
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      build: {
        outDir: to,
        emptyOutDir: false,
        target: 'es2022',
        lib: {
          entry: join(frame, `${script}.ts`),
          name: script,
          formats: ['iife'],
          fileName: () => `${script}.js`,
        },
      },
    });
}

// Compressed once here rather than with each answer.
const TEXT = /[.](js|css|svg|json|wasm)$/;
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  TEXT.test(name),
)) {
  const bytes = readFileSync(join(folder, file));
  writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes));
  writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
