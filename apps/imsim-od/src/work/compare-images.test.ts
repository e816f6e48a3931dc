/** Images subtracted: closed forms of differences that are known, over strips of rows and mirrored amplifiers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareImages } from './compare-images.js';

const [NX, NY] = [64, 800];
/** Of an image: the value at a FITS position. */
type ValueAt = (x: number, y: number) => number;

describe('two images', () => {
  let folder: string;
  let count = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imsim-od-difference-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const keep = (collector: ByteCollector): string => {
    const path = join(folder, `${++count}.fits`);
    writeFileSync(path, collector.bytes());
    return path;
  };
  const rowsOf = (nx: number, ny: number, at: ValueAt): number[] =>
    Array.from({ length: nx * ny }, (_v, i) => at((i % nx) + 1, Math.floor(i / nx) + 1));
  const plain = (at: ValueAt, pixelType: 'int32' | 'float32' = 'int32', nx = NX): string => {
    const collector = new ByteCollector();
    const file = new FitsFileWriter(collector.sink);
    const rows = rowsOf(nx, NY, at);
    if (pixelType === 'int32')
      file.writeImage(new HeaderBuilder(), { pixelType, nx, ny: NY, rows: Int32Array.from(rows) });
    else file.writeImage(new HeaderBuilder(), { pixelType, nx, ny: NY, rows: Float32Array.from(rows) });
    return keep(collector);
  };

  it.each(['int32', 'float32'] as const)('of %s have the closed forms of a ramp', async (pixelType) => {
    const ground: ValueAt = (x, y) => 3 * x + 7 * y;
    const found = await compareImages(
      plain(ground, pixelType),
      plain((x, y) => ground(x, y) + x, pixelType),
    );
    const square = ((NX + 1) * (2 * NX + 1)) / 6;
    expect(found).toMatchObject({
      pixels: NX * NY,
      differing: NX * NY,
      mean: (NX + 1) / 2,
      least: 1,
      greatest: NX,
      mostX: NX,
      mostY: 1,
    });
    // Sums of whole numbers are exact; the root is rounded once.
    expect(found.rms).toBeCloseTo(Math.sqrt(square), 12);
    expect(found.deviation).toBeCloseTo(Math.sqrt((NX * NX - 1) / 12), 10);
    // Sixteen blocks across, of four columns each: the middle of the four.
    expect(found.blocks).toEqual(Array.from({ length: 256 }, (_b, i) => 4 * (i % 16) + 2.5));
    expect(found.largestOfBlocks).toEqual(Array.from({ length: 256 }, (_b, i) => 4 * ((i % 16) + 1)));
  });

  it('say where they differ most, in whichever strip of rows that is, and that all else is equal', async () => {
    const level: ValueAt = () => 1000;
    const changed: ValueAt = (x, y) => 1000 + (x === 10 && y === 601 ? -5 : x === 64 && y === 800 ? 4 : 0);
    const found = await compareImages(plain(level), plain(changed));
    expect(found).toMatchObject({ differing: 2, least: -5, greatest: 4, mostX: 10, mostY: 601 });
    expect(found.blocks.flatMap((mean, i) => (mean === 0 ? [] : [[i, mean]]))).toEqual([
      // Blocks of 4 × 50 pixels.
      [16 * 12 + 2, -5 / 200],
      [255, 4 / 200],
    ]);
    expect(found.largestOfBlocks.flatMap((value, i) => (value === 0 ? [] : [[i, value]]))).toEqual([
      [16 * 12 + 2, -5],
      [255, 4],
    ]);
    expect(await compareImages(plain(level), plain(level))).toMatchObject({
      differing: 0,
      mean: 0,
      rms: 0,
      least: 0,
      greatest: 0,
    });
  });

  it('of two amplifiers are subtracted in their places, mirrored ones too, without what sees no light', async () => {
    // Each amplifier: 3 columns of prescan, 32 of light, 5 of overscan, and 10 rows beyond the light.
    const raw = (add: number): string => {
      const collector = new ByteCollector();
      const file = new FitsFileWriter(collector.sink);
      for (const detectorSection of ['[1:32,1:800]', '[64:33,800:1]']) {
        const header = new HeaderBuilder();
        header.string('DATASEC', '[4:35,1:800]', 'light');
        header.string('DETSEC', detectorSection, 'its place');
        const rows = rowsOf(40, 810, (x, y) => 500 + (x === 4 && y === 1 ? add : x < 4 ? 90 * add : 0));
        const image = { pixelType: 'int32', nx: 40, ny: 810, rows: Int32Array.from(rows) } as const;
        file.writeImage(header, image);
      }
      return keep(collector);
    };
    const found = await compareImages(raw(0), raw(8));
    expect(found).toMatchObject({ pixels: NX * NY, differing: 2, mean: 16 / (NX * NY), mostX: 1, mostY: 1 });
    // The first pixel that the second amplifier reads is the detector's upper right corner.
    expect(found.blocks.flatMap((mean, i) => (mean === 0 ? [] : [i]))).toEqual([0, 255]);
  });

  it('of different sizes or kinds are refused', async () => {
    const one = plain(() => 0);
    await expect(
      compareImages(
        one,
        plain(() => 0, 'int32', 32),
      ),
    ).rejects.toThrow(/64 × 800.*32 × 800/);
  });
});
