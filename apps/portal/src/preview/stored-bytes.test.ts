import { createClient } from '@imsim-od/api';
import { streamOf } from '@imsim-od/sky';
import { beforeEach, describe, expect, it } from 'vitest';
import { EntryReading, MOST_READ_BYTES, type StoredFile, StoredBlocks } from './stored-bytes.js';

const CONTENT = Uint8Array.from({ length: 5_000_001 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
const FILE: StoredFile = { name: 'a.csv', datasetId: 'x', bytes: CONTENT.length, sha256: 'aa' };

let asked: string[];
/** A service that knows one file, and gives parts of it alone. */
const client = createClient({
  baseUrl: 'http://service.test',
  fetch: (_input, init) => {
    const range = new Headers(init?.headers).get('range') ?? '';
    asked.push(range);
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    const part = CONTENT.slice(Number(start), Number(end) + 1);
    return Promise.resolve(new Response(part, { status: 206 }));
  },
});

describe('EntryReading', () => {
  beforeEach(() => (asked = []));

  it('gives the bytes of any place, across blocks, and fetches each block once', async () => {
    const blocks = new StoredBlocks(client);
    const source = new EntryReading(blocks, () => undefined).open(FILE);
    for (const [start, end] of [
      [0, 0],
      [0, 10],
      [1_999_999, 2_000_001],
      [1_500_000, 5_000_001],
      [5_000_001, 5_000_001],
    ] as const)
      expect(Buffer.compare(await source.read(start, end), CONTENT.subarray(start, end))).toBe(0);
    expect(asked).toEqual(['bytes=0-1999999', 'bytes=2000000-3999999', 'bytes=4000000-5000000']);
    const again = new EntryReading(blocks, () => undefined).open({ ...FILE, name: 'b.csv', datasetId: 'y' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamOf(again)) chunks.push(chunk);
    expect(Buffer.compare(Buffer.concat(chunks), CONTENT)).toBe(0);
    expect(asked.length).toBe(3);
    expect(await again.sha256?.()).toBe('aa');
  });

  it('tells how far it is', async () => {
    const told: number[] = [];
    const source = new EntryReading(new StoredBlocks(client), ({ readBytes }) => told.push(readBytes)).open(
      FILE,
    );
    for await (const _chunk of streamOf(source));
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(CONTENT.length);
  });

  it('refuses by name, size and rule what it would have to read whole, and reads a large file in parts', async () => {
    const reading = new EntryReading(new StoredBlocks(client), () => undefined);
    const large = { ...FILE, bytes: 412_000_000 };
    expect(() => reading.open({ ...large, name: 'field.txt' })).toThrow(
      'field.txt has 412 MB; a preview reads at most 64 MB of an entry. The run draws it.',
    );
    expect(asked).toEqual([]);
    const inParts = reading.open({ ...large, name: 'objects.parquet' });
    await inParts.read(10, 20);
    expect(asked.length).toBe(1);
    const all = async () => {
      for (let at = 0; at <= MOST_READ_BYTES; at += 2_000_000) await inParts.read(at, at + 1);
    };
    // The service of this test has no such bytes, and what it gives in their place is no answer either.
    await expect(all()).rejects.toThrow('the service answered 206 with 1000001 bytes');
  });

  it('ends where the parts of a file come to too much', async () => {
    const blocks = { block: () => Promise.resolve(new Uint8Array(2_000_000)) } as unknown as StoredBlocks;
    const reading = new EntryReading(blocks, () => undefined);
    const source = reading.open({ ...FILE, name: 'objects.parquet', bytes: 3e9 });
    for (let at = 0; at < MOST_READ_BYTES; at += 2_000_000) await source.read(at, at + 1);
    await source.read(0, 1);
    await expect(source.read(MOST_READ_BYTES, MOST_READ_BYTES + 1)).rejects.toThrow(
      'objects.parquet has 3000 MB, too many of them near this detector; a preview reads at most 64 MB of an entry.',
    );
  });
});
