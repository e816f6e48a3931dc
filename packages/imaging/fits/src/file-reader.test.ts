/** Damaged, truncated and hostile files: always a coded error, never a crash, a hang or a memory blow-up. */
import { describe, expect, it } from 'vitest';
import {
  ByteCollector,
  FitsError,
  FitsFileWriter,
  HeaderBuilder,
  findHdu,
  openFits,
  readPixels,
  readTable,
} from './index.js';

function card(keyword: string, value: string): string {
  return `${keyword.padEnd(8)}= ${value.padStart(20)}`.padEnd(80);
}

/** A file of one primary HDU, or with an extension after it, from raw cards; `data` zeros behind it. */
function fileOf(cards: readonly [string, string][], dataBytes = 0): Uint8Array {
  const text = cards.map(([keyword, value]) => card(keyword, value)).join('') + 'END'.padEnd(80);
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), 'latin1');
  return Buffer.concat([header, new Uint8Array(Math.ceil(dataBytes / 2880) * 2880)]);
}

const PRIMARY: [string, string][] = [
  ['SIMPLE', 'T'],
  ['BITPIX', '8'],
  ['NAXIS', '0'],
];

function extension(cards: readonly [string, string][], dataBytes = 0): Uint8Array {
  return Buffer.concat([fileOf(PRIMARY), fileOf([['XTENSION', "'BINTABLE'"], ...cards], dataBytes)]);
}

async function readAll(bytes: Uint8Array): Promise<void> {
  for (const hdu of openFits(bytes).hdus) {
    if (hdu.kind === 'table') readTable(hdu);
    else if (hdu.kind !== 'other' && hdu.shape.length > 0) await readPixels(hdu);
  }
}

async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    await readAll(bytes);
  } catch (error) {
    if (error instanceof FitsError) return error.code;
    throw error;
  }
  return 'read';
}

function sample(): Uint8Array {
  const collector = new ByteCollector();
  const file = new FitsFileWriter(collector.sink);
  file.writePrimary(new HeaderBuilder());
  const pixels = Int32Array.from({ length: 1200 }, (_, i) => 1000 + (Math.imul(i, 2654435761) >>> 27));
  file.writeImage(new HeaderBuilder().string('EXTNAME', 'PLAIN'), {
    pixelType: 'int32',
    nx: 40,
    ny: 30,
    rows: pixels,
  });
  file.writeCompressedImage(new HeaderBuilder().string('EXTNAME', 'RICE'), { nx: 40, ny: 30, rows: pixels });
  file.writeTable(new HeaderBuilder().string('EXTNAME', 'TABLE'), [
    { name: 'id', format: 'A', values: ['one', 'two'] },
    { name: 'x', format: 'D', values: Float64Array.of(1.5, -2.5) },
  ]);
  return collector.bytes();
}

describe('a file of our own', () => {
  it('tells kind, name, shape and pixels of each HDU', async () => {
    const file = openFits(sample());
    expect(file.hdus.map(({ kind, name }) => [kind, name])).toEqual([
      ['image', ''],
      ['image', 'PLAIN'],
      ['compressed-image', 'RICE'],
      ['table', 'TABLE'],
    ]);
    const [plain, rice] = [findHdu(file, 'plain'), findHdu(file, 'rice')];
    if (plain?.kind !== 'image' || rice?.kind !== 'compressed-image') throw new Error('kinds');
    expect(plain.shape).toEqual([40, 30]);
    expect(rice.shape).toEqual([40, 30]);
    expect((await readPixels(rice)).values).toEqual((await readPixels(plain)).values);
    const part = await readPixels(rice, { firstRow: 29, rowCount: 1 });
    expect(part.values).toEqual((await readPixels(plain)).values.slice(29 * 40));
    await expect(readPixels(plain, { firstRow: 29, rowCount: 2 })).rejects.toMatchObject({
      code: 'FITS_BAD_SHAPE',
    });
  });

  it('cut off anywhere is FITS_TRUNCATED, or ends cleanly between HDUs', async () => {
    const whole = sample();
    const ends = new Set(openFits(whole).hdus.map((hdu) => hdu.headerOffset));
    for (let length = 0; length < whole.length; length += 144) {
      const code = await codeOf(whole.subarray(0, length));
      if (ends.has(length) && length > 0) expect(code).toBe('read');
      else if (code === 'read') expect(openFits(whole.subarray(0, length)).trailingBytes).toBeGreaterThan(0);
      else expect(code).toBe('FITS_TRUNCATED');
    }
  });

  it('with any bytes changed gives a coded error or is read', async () => {
    const whole = sample();
    let state = 1;
    const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
    const codes = new Set<string>();
    for (let trial = 0; trial < 1500; trial++) {
      const bytes = whole.slice();
      for (let i = 0; i < 1 + (trial % 4); i++) bytes[next() % bytes.length] = next() >>> 24;
      codes.add(await codeOf(bytes));
    }
    expect(codes.has('read')).toBe(true);
    expect(codes.size).toBeGreaterThan(3);
  });
});

describe('a damaged file', () => {
  it.each<[string, string, Uint8Array]>([
    ['nothing', 'FITS_TRUNCATED', new Uint8Array()],
    [
      'random bytes',
      'FITS_NOT_FITS',
      Uint8Array.from({ length: 10000 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24),
    ],
    ['zeros', 'FITS_NOT_FITS', new Uint8Array(5760)],
    ['a header without END', 'FITS_TRUNCATED', Buffer.from(card('SIMPLE', 'T').padEnd(28800), 'latin1')],
    [
      'BITPIX 12',
      'FITS_BAD_VALUE',
      fileOf([
        ['SIMPLE', 'T'],
        ['BITPIX', '12'],
        ['NAXIS', '0'],
      ]),
    ],
    [
      'BITPIX NaN',
      'FITS_BAD_VALUE',
      fileOf([
        ['SIMPLE', 'T'],
        ['BITPIX', 'NaN'],
        ['NAXIS', '0'],
      ]),
    ],
    [
      'no BITPIX',
      'FITS_MISSING_KEYWORD',
      fileOf([
        ['SIMPLE', 'T'],
        ['NAXIS', '0'],
      ]),
    ],
    [
      'NAXIS -1',
      'FITS_BAD_VALUE',
      fileOf([
        ['SIMPLE', 'T'],
        ['BITPIX', '8'],
        ['NAXIS', '-1'],
      ]),
    ],
    [
      'NAXIS 1000000000',
      'FITS_BAD_VALUE',
      fileOf([
        ['SIMPLE', 'T'],
        ['BITPIX', '8'],
        ['NAXIS', '1000000000'],
      ]),
    ],
    ['a negative axis', 'FITS_BAD_VALUE', fileOf([...PRIMARY.slice(0, 2), ['NAXIS', '1'], ['NAXIS1', '-5']])],
    [
      'a missing axis',
      'FITS_MISSING_KEYWORD',
      fileOf([...PRIMARY.slice(0, 2), ['NAXIS', '2'], ['NAXIS1', '5']]),
    ],
    [
      'giant axes',
      'FITS_TOO_LARGE',
      fileOf([...PRIMARY.slice(0, 2), ['NAXIS', '2'], ['NAXIS1', '4000000000'], ['NAXIS2', '4000000000']]),
    ],
    [
      'an axis of 10^12',
      'FITS_TRUNCATED',
      fileOf([...PRIMARY.slice(0, 2), ['NAXIS', '1'], ['NAXIS1', '1000000000000']]),
    ],
    [
      'an axis beyond 2^53',
      'FITS_BAD_VALUE',
      fileOf([...PRIMARY.slice(0, 2), ['NAXIS', '1'], ['NAXIS1', '9'.repeat(18)]]),
    ],
    [
      'a negative PCOUNT',
      'FITS_BAD_VALUE',
      extension([
        ['BITPIX', '8'],
        ['NAXIS', '2'],
        ['NAXIS1', '1'],
        ['NAXIS2', '1'],
        ['PCOUNT', '-1'],
        ['GCOUNT', '1'],
      ]),
    ],
    [
      'columns wider than their row',
      'FITS_BAD_COLUMN',
      extension(
        [
          ['BITPIX', '8'],
          ['NAXIS', '2'],
          ['NAXIS1', '8'],
          ['NAXIS2', '1'],
          ['TFIELDS', '1'],
          ['TFORM1', "'2D'"],
        ],
        8,
      ),
    ],
    [
      'a column of no known form',
      'FITS_BAD_COLUMN',
      extension(
        [
          ['BITPIX', '8'],
          ['NAXIS', '2'],
          ['NAXIS1', '8'],
          ['NAXIS2', '1'],
          ['TFIELDS', '1'],
          ['TFORM1', "'1Z'"],
        ],
        8,
      ),
    ],
    [
      'rows without bytes',
      'FITS_BAD_VALUE',
      extension([
        ['BITPIX', '8'],
        ['NAXIS', '2'],
        ['NAXIS1', '0'],
        ['NAXIS2', '999999999'],
        ['TFIELDS', '0'],
      ]),
    ],
    [
      'a compressed image that claims a billion pixels',
      'FITS_TOO_LARGE',
      extension(
        [
          ...[
            ['BITPIX', '8'],
            ['NAXIS', '2'],
            ['NAXIS1', '8'],
            ['NAXIS2', '1'],
            ['PCOUNT', '0'],
            ['GCOUNT', '1'],
          ],
          ...[
            ['TFIELDS', '1'],
            ['TTYPE1', "'COMPRESSED_DATA'"],
            ['TFORM1', "'1PB(9)'"],
            ['ZIMAGE', 'T'],
            ['ZBITPIX', '32'],
          ],
          ...[
            ['ZNAXIS', '1'],
            ['ZNAXIS1', '1000000000'],
            ['ZCMPTYPE', "'RICE_1'"],
          ],
        ] as [string, string][],
        8,
      ),
    ],
  ])('%s is %s', async (_, code, bytes) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  it('names HDU, keyword, value and rule', () => {
    const bytes = fileOf([
      ['SIMPLE', 'T'],
      ['BITPIX', '12'],
      ['NAXIS', '0'],
    ]);
    expect(() => openFits(bytes)).toThrow('HDU 0: BITPIX is 12: it must be 8, 16, 32, 64, -32 or -64.');
  });
});
