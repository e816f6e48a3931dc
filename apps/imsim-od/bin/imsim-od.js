#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/main.js', import.meta.url);
if (existsSync(entry)) {
  await import(entry.href);
} else {
  process.stderr.write('imsim-od: not built yet; run "make build" (or "npm ci && npm run build") in the clone.\n');
  process.exitCode = 1;
}
