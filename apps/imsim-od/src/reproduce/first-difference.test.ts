import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { firstDifference } from './first-difference.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const nx = 40;
const ny = 600;

/** A file with an empty primary HDU, a plain and a compressed image. */
function write(name: string, change: { plain?: number; packed?: number; card?: number } = {}): string {
  const collector = new ByteCollector();
  const writer = new FitsFileWriter(collector.sink);
  const pixels = (changed: number | undefined) => {
    const values = Int32Array.from({ length: nx * ny }, (_, i) => (i * 7) % 1000);
    if (changed !== undefined) values[changed]! += 1;
    return values;
  };
  writer.writePrimary(new HeaderBuilder().integer('ANSWER', change.card ?? 42));
  writer.writeImage(new HeaderBuilder().string('EXTNAME', 'PLAIN'), {
    pixelType: 'int32',
    nx,
    ny,
    rows: pixels(change.plain),
  });
  const packed = pixels(change.packed);
  writer.writeCompressedImage(new HeaderBuilder().string('EXTNAME', 'PACKED'), {
    nx,
    ny,
    rows: (y: number) => packed.subarray(y * nx, (y + 1) * nx),
  });
  const path = join(folder, name);
  writeFileSync(path, collector.bytes());
  return path;
}

describe('firstDifference', () => {
  const before = write('before.fits');

  it('names HDU, pixel and both values, plain or compressed, beyond the first band of rows', async () => {
    const at = 599 * nx + 12;
    const plain = await firstDifference(before, write('plain.fits', { plain: at }));
    expect(plain).toBe(
      'HDU 1 (PLAIN): the first pixel that differs is x 13, y 600 (FITS counting): 804 before, 805 made again',
    );
    const packed = await firstDifference(before, write('packed.fits', { packed: at }));
    expect(packed).toContain('HDU 2 (PACKED): the first pixel that differs is x 13, y 600');
  });

  it('names the first card where only headers differ', async () => {
    expect(await firstDifference(before, write('card.fits', { card: 43 }))).toBe(
      'pixels are equal; HDU 0: ANSWER is 42 before, 43 made again',
    );
  });

  it('says why a file cannot be compared', async () => {
    const broken = join(folder, 'broken.fits');
    writeFileSync(broken, 'SIMPLE');
    expect(await firstDifference(broken, before)).toMatch(/cannot be compared pixel by pixel/);
  });
});
