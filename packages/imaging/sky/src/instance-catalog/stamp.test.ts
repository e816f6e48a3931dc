import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { MemoryByteSource } from '../byte-source.js';
import { type InstanceCatalog, readInstanceCatalog } from './instance-catalog.js';

const HEADER = 'rightascension 53\ndeclination -27\nfilter 3\n';

type Files = Record<string, string | Uint8Array>;

function read(files: Files): Promise<InstanceCatalog> {
  const bytes = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(files)) {
    bytes.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }
  return readInstanceCatalog(new MemoryByteSource(bytes, 'cat.txt'));
}

function object({ lens = '0 0 0', rest }: { lens?: string; rest: string }): string {
  return `object 1 53 -27 20 flatSED/sed_flat.txt.gz 0 ${lens} 0 0 ${rest}\n`;
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error('nothing was thrown'),
    (error: Error) => error,
  );
}

describe('stamps of an instance catalog', () => {
  function stampFile(values: Float32Array): Uint8Array {
    const collector = new ByteCollector();
    new FitsFileWriter(collector.sink).writeImage(new HeaderBuilder(), {
      pixelType: 'float32',
      nx: 3,
      ny: 2,
      rows: values,
    });
    return collector.bytes();
  }
  const values = Float32Array.of(1, 2, 3, 4, 5, 5);

  it('reads an image once, from beside the catalog, packed or not, and normalises it', async () => {
    const line = object({ lens: '0.05 0.02 0.1', rest: 'pics/gal.fits.gz 0.25 30 none none' });
    const { sources, files } = await read({
      'cat.txt': HEADER + line + line,
      'pics/gal.fits.gz': gzipSync(stampFile(values)),
    });
    expect(sources.stamps).toHaveLength(1);
    expect(sources.stamps[0]).toMatchObject({ width: 3, height: 2, name: 'pics/gal.fits.gz' });
    expect([...(sources.stamps[0]?.values ?? [])]).toEqual([...values].map((v) => Math.fround(v / 20)));
    expect([...sources.stamp]).toEqual([0, 0]);
    expect(sources.stampRotationDeg[0]).toBe(-30);
    const mu = 1 / (0.9 ** 2 - 0.05 ** 2 - 0.02 ** 2);
    expect(sources.stampPixelArcsec[1]).toBeCloseTo(0.25 * Math.sqrt(mu), 14);
    expect(sources.g2[0]).toBeCloseTo(-0.02 / 0.9, 14);
    expect(files).toHaveLength(2);
  });

  it('refuses a missing file, one outside, one that is no FITS, and dark or NaN pixels', async () => {
    const ask = (name: string, extra: Files = {}): Promise<Error & { cause?: unknown }> =>
      failure(read({ 'cat.txt': HEADER + object({ rest: `${name} 0.2 0 none none` }), ...extra }));
    expect((await ask('no.fits')).cause).toMatchObject({ code: 'SKY_FILE_MISSING' });
    expect((await ask('../no.fits')).cause).toMatchObject({ code: 'SKY_FILE_OUTSIDE_FOLDER' });
    expect((await ask('a.fits', { 'a.fits': 'no FITS' })).cause).toHaveProperty(
      'code',
      expect.stringMatching(/^FITS_/),
    );
    expect((await ask('a.fits', { 'a.fits': stampFile(new Float32Array(6)) })).cause).toMatchObject({
      code: 'SKY_STAMP',
    });
    const bad = stampFile(Float32Array.of(1, NaN, 1, 1, 1, 1));
    expect((await ask('a.fits', { 'a.fits': bad })).cause).toMatchObject({
      code: 'SKY_STAMP',
      message: expect.stringContaining('pixel (2, 1) is NaN'),
    });
  });

  it('refuses the integer that BLANK makes unknown', async () => {
    const line = object({ rest: 'a.fits 0.2 0 none none' });
    const refused = (await failure(read({ 'cat.txt': HEADER + line, 'a.fits': blankImage() }))) as Error & {
      cause?: unknown;
    };
    expect(refused.cause).toMatchObject({
      code: 'SKY_STAMP',
      message: expect.stringContaining('pixel (1, 2) is BLANK (-7)'),
    });
  });

  it('says how much of an image lies below zero and is not drawn', async () => {
    const rest = 'a.fits 0.2 0 none none';
    const image = stampFile(Float32Array.of(-1, 2, -1, 4, 2, 0));
    const { notes, sources } = await read({ 'cat.txt': HEADER + object({ rest }), 'a.fits': image });
    // 2 of 8
    expect(notes.join()).toContain('a.fits: 2 of 6 pixels, 25 % of the light of the others');
    expect(sources.stamps).toHaveLength(1);
  });

  /** Two rows of two int16 pixels of which the third is -7, and BLANK is -7. */
  function blankImage(): Uint8Array {
    const cards = [
      'SIMPLE  =                    T',
      'BITPIX  =                   16',
      'NAXIS   =                    2',
      'NAXIS1  =                    2',
      'NAXIS2  =                    2',
      'BLANK   =                   -7',
      'END',
    ];
    const bytes = new Uint8Array(5760);
    bytes.set(
      new TextEncoder().encode(
        cards
          .map((card) => card.padEnd(80))
          .join('')
          .padEnd(2880),
      ),
    );
    bytes.set([0, 1, 0, 2, 0xff, 0xf9, 0, 3], 2880);
    return bytes;
  }
});
