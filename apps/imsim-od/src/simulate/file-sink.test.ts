import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HostFileError } from '../errors.js';
import { openFileSink, partialPath } from './file-sink.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Adler-32 by its definition (RFC 1950 §8.2). */
function adler32ByDefinition(bytes: Uint8Array): string {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return (b * 65_536 + a).toString(16).padStart(8, '0');
}

describe('openFileSink', () => {
  it('keeps bytes, order and checksums over small, buffered and large chunks', async () => {
    const sizes = [1, 700_000, 400_000, 3_000_000, 5, 1 << 20];
    const chunks = sizes.map((size, k) =>
      Uint8Array.from({ length: size }, (_, i) => (i * 31 + k * 7) & 255),
    );
    const sink = openFileSink(folder, 'a.fits');
    for (const chunk of chunks) sink.write(chunk);
    const all = Buffer.concat(chunks);
    expect(await sink.close()).toEqual({
      bytes: all.length,
      sha256: createHash('sha256').update(all).digest('hex'),
      adler32: adler32ByDefinition(all),
    });
    expect(existsSync(join(folder, 'a.fits'))).toBe(false);
    expect(readFileSync(partialPath(folder, 'a.fits')).equals(all)).toBe(true);
    await sink.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing when discarded half-way, and twice', async () => {
    const sink = openFileSink(folder, 'b.fits');
    sink.write(new Uint8Array(2_000_000));
    await sink.discard();
    await sink.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('names the file when the disk is full', async () => {
    symlinkSync('/dev/full', partialPath(folder, 'c.fits'));
    const sink = openFileSink(folder, 'c.fits');
    expect(() => sink.write(new Uint8Array(2_000_000))).toThrow(HostFileError);
    expect(() => sink.write(new Uint8Array(2_000_000))).toThrow(/c\.fits: no space left on the disk/);
    await sink.discard();
    expect(readdirSync(folder)).toEqual([]);
  });
});
