import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readInputFile } from './input-file.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('readInputFile', () => {
  it.each([
    ['a header keyword', 'a', 'rightascension 53.01\ndeclination -27\n'],
    ['comments first', 'b.dat', '# a comment: with a colon\n\nUnrefracted_RA_deg\t53.01\n'],
    ['an object first', 'c', 'object 1 53 -27 20 x.spec 0 0 0 0 0 0 point none none\n'],
    ['gzip', 'd.bin', gzipSync('rightascension 53\n')],
  ])('takes %s for an instance catalog', async (_what, name, content) => {
    expect(await readInputFile(file(name, content))).toEqual({ kind: 'catalog' });
  });

  it.each([
    ['YAML', 'a.txt', 'band: r\npointing: {raDeg: 1, decDeg: 2}\n'],
    ['YAML with a document mark', 'b', '---\nband : r\n'],
    ['JSON', 'c', '{"band": "r"}'],
  ])('takes %s for a request', async (_what, name, content) => {
    expect(await readInputFile(file(name, content))).toEqual({ kind: 'request', text: content });
  });

  it('refuses what is neither, each in its own words', async () => {
    await expect(readInputFile(join(folder, 'nowhere.yaml'))).rejects.toThrow(/nowhere\.yaml: no such file/);
    await expect(readInputFile(folder)).rejects.toThrow(/is a folder/);
    await expect(readInputFile(file('empty.yaml', ''))).rejects.toThrow(/is empty/);
    await expect(readInputFile(file('nul.yaml', 'band: r\0'))).rejects.toThrow(/is binary/);
    await expect(readInputFile(file('latin.yaml', Buffer.from([0x62, 0x3a, 0x20, 0xe9])))).rejects.toThrow(
      /UTF-8/,
    );
    await expect(readInputFile(file('big.yaml', `a: ${'x'.repeat(16_100_000)}`))).rejects.toThrow(/too many/);
  });
});
