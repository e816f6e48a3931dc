/** What a browser loads before the first screen is useful. */
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtPortal } from './support/built-portal.js';

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

/** The limit: 350 kB gzip before the first useful paint. */
const LIMIT_BYTES = 350_000;

describe('the built portal', () => {
  let folder = '';
  let chunks: Readonly<Record<string, Chunk>> = {};
  beforeAll(() => {
    folder = builtPortal();
    chunks = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as typeof chunks;
  });

  const filesOf = (names: readonly string[]): Set<string> => {
    const files = new Set<string>();
    const visit = (name: string): void => {
      const chunk = chunks[name];
      if (chunk === undefined) throw new Error(`the manifest has no ${name}`);
      if (files.has(chunk.file)) return;
      files.add(chunk.file);
      for (const sheet of chunk.css ?? []) files.add(sheet);
      for (const inner of chunk.imports ?? []) visit(inner);
    };
    names.forEach(visit);
    return files;
  };
  const gzipBytes = (files: Iterable<string>): number =>
    [...files].reduce(
      (sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 6 }).length,
      0,
    );

  it.each([
    'src/session/login-page.tsx',
    'src/design/design-page.tsx',
    'src/runs/run-list-page.tsx',
    'src/runs/run-page.tsx',
  ])('shows %s after at most 350 kB gzip', (screen) => {
    const files = filesOf(['index.html', screen]);
    expect(files.size).toBeGreaterThan(2);
    expect(gzipBytes(files)).toBeLessThan(LIMIT_BYTES);
  });

  it('loads each screen by itself', () => {
    expect(chunks['index.html']?.dynamicImports).toEqual(
      expect.arrayContaining(['src/runs/run-list-page.tsx', 'src/runs/run-page.tsx']),
    );
  });

  it('makes no code of text', () => {
    const scripts = Object.values(chunks)
      .map(({ file }) => file)
      .filter((file) => file.endsWith('.js'));
    for (const file of scripts)
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/\bnew Function\(|[^.\w]eval\(/);
  });
});
