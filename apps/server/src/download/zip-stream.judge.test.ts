/** Python's zipfile and the contract of sizes judge the ZIP that is made while it is sent. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askPython, hasPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ZipEntry, ZipEntryError, zipBytes, zipOf } from './zip-stream.js';

const entry = (path: string, pieces: readonly string[]): ZipEntry => ({
  path,
  bytes: pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0),
  modified: new Date('2026-11-27T20:31:06Z'),
  read: async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  },
});

async function whole(entries: readonly ZipEntry[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipOf(entries)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe.skipIf(!hasPython)('a ZIP', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'imsim-od-zip-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read by Python, whole, with its names, times and bytes, and is as long as was said', async () => {
    const entries = [
      entry('eimage_1.fits', ['SIMPLE', '  = T', 'x'.repeat(100_000)]),
      entry('empty.txt', []),
      entry('größe/星.txt', ['ünï']),
    ];
    const bytes = await whole(entries);
    expect(bytes.length).toBe(zipBytes(entries));
    const path = join(folder, 'a.zip');
    writeFileSync(path, bytes);
    const read = await askPython<unknown>(
      [
        'import json, sys, zipfile',
        'path = json.load(sys.stdin)',
        'with zipfile.ZipFile(path) as z:',
        '    bad = z.testzip()',
        '    print(json.dumps({"bad": bad, "files": [[i.filename, i.file_size, list(i.date_time), i.external_attr >> 16, len(z.read(i))] for i in z.infolist()]}))',
      ].join('\n'),
      path,
    );
    const time = [2026, 11, 27, 20, 31, 6];
    expect(read).toEqual({
      bad: null,
      files: [
        ['eimage_1.fits', 100_011, time, 0o100644, 100_011],
        ['empty.txt', 0, time, 0o100644, 0],
        ['größe/星.txt', 5, time, 0o100644, 5],
      ],
    });
  });

  it('breaks off where a file is not as long as was said', async () => {
    const short = { ...entry('a', ['abc']), bytes: 5 };
    await expect(whole([short])).rejects.toBeInstanceOf(ZipEntryError);
    const long = { ...entry('a', ['abc', 'def']), bytes: 4 };
    await expect(whole([long])).rejects.toBeInstanceOf(ZipEntryError);
  });

  it('says sizes and places beyond 4 GiB in ZIP64', () => {
    const large: ZipEntry = { ...entry('large', []), bytes: 5e9 };
    // Header, name and ZIP64 field; data; descriptor of 24; directory with ZIP64 fields; both ends and the locator.
    const local = (name: number, extra: number): number => 30 + name + extra;
    const central = (name: number, extra: number): number => 46 + name + extra;
    expect(zipBytes([large, entry('small', ['abc'])])).toBe(
      local(5, 20) + 5e9 + 24 + local(5, 0) + 3 + 16 + central(5, 20) + central(5, 12) + 56 + 20 + 22,
    );
  });
});
