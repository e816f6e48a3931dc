// Builds the portal into a folder of files that the server serves: build-portal.mjs [folder], by default dist/site.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

const app = join(dirname(fileURLToPath(import.meta.url)), '..');
const [folder = join(app, 'dist/site')] = process.argv.slice(2);

// Whoever starts this may run under another name, such as a test; what is built is always what is served.
process.env.NODE_ENV = 'production';
await build({
  root: app,
  mode: 'production',
  configFile: join(app, 'vite.config.ts'),
  logLevel: 'error',
  build: { outDir: resolve(folder) },
});

// Compressed once here rather than with each answer.
const TEXT = /[.](js|css|svg|json|wasm)$/;
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  TEXT.test(name),
)) {
  const bytes = readFileSync(join(folder, file));
  writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes));
  writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
