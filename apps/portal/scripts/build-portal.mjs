// Builds the portal into a folder of files that the server serves: build-portal.mjs [folder], by default dist/site.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
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

// Compressed once here rather than with each answer.
const TEXT = /[.](js|css|svg|json|wasm)$/;
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  TEXT.test(name),
)) {
  const bytes = readFileSync(join(folder, file));
  writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes));
  writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
