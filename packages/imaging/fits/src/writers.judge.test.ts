/** Files of every kind of HDU before the judges: fitsverify, astropy, funpack. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askPython, hasPython, hasTool, runTool } from '@imsim-od/testing';
import {
  ByteCollector,
  FitsFileWriter,
  HeaderBuilder,
  type ImageSource,
  type PixelArray,
  type PixelType,
  type TableColumn,
  findHdu,
  openFits,
  readImage,
} from './index.js';
import { newPixelArray } from './pixel-type.js';

const folder = mkdtempSync(join(tmpdir(), 'fits-writers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NX = 37;
const NY = 11;

/** Pixels over the whole range of their type, extremes included. */
function pixelsOf<T extends PixelType>(type: T, length: number): ImageSource<T>['rows'] & PixelArray {
  const values = newPixelArray(type, length);
  const bytes = new Uint8Array(values.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 2654435761 + (i >>> 3) * 40503) >>> 11;
  if (values instanceof Float32Array || values instanceof Float64Array) {
    for (let i = 0; i < length; i++) values[i] = (i - length / 3) * 1.000123e10 ** ((i % 5) - 2);
  }
  return values as ImageSource<T>['rows'] & PixelArray;
}

const TYPES: readonly PixelType[] = [
  'uint8',
  'int8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
];

const LONG = "It's a long string, 'quoted', & with ampersands & and so on: ".repeat(4).trim();

function header(name: string): HeaderBuilder {
  return new HeaderBuilder()
    .string('EXTNAME', name, 'what this is')
    .string('OBJECT', "Barnard's star", 'a quote')
    .string('LONGTEXT', LONG, 'and a comment that needs a card of its own for itself')
    .string('EMPTY', '')
    .integer('BIG', 9007199254740993n, 'beyond doubles')
    .integer('SEED', -42)
    .float('EXPTIME', 30, 'exposure time', 's')
    .float('TENTH', 0.1)
    .float('TINY', -2.2250738585072014e-308, 'least normal double')
    .float('PI', Math.PI * 1e-100)
    .logical('SIMULATE', true, 'yes')
    .string('DATE-OBS', '2026-01-15T00:00:04.120', 'start')
    .comment(
      'A comment that is longer than the seventy-two characters which fit on a card is wrapped at a blank.',
    )
    .history('made')
    .blank();
}

const columns: readonly TableColumn[] = [
  { name: 'id', format: 'A', values: ['a', 'star 17', ''], comment: 'identifier' },
  { name: 'ok', format: 'L', values: [true, false, null] },
  { name: 'flag', format: 'B', values: Uint8Array.of(0, 128, 255), nullValue: 255 },
  { name: 'small', format: 'I', values: Int16Array.of(-32768, 0, 32767) },
  {
    name: 'pair',
    format: 'J',
    values: Int32Array.of(1, -2, 3, -4, 2147483647, -2147483648),
    repeat: 2,
    unit: 'adu',
  },
  { name: 'hpx29', format: 'K', values: BigInt64Array.of(3458764513820540927n, -1n, 0n), nullValue: -1n },
  {
    name: 'mag',
    format: 'E',
    values: Float32Array.of(17.25, NaN, -1e30),
    unit: 'mag',
    comment: 'AB magnitude',
  },
  { name: 'ra', format: 'D', values: Float64Array.of(359.99999999999994, 1e-300, -0), unit: 'deg' },
];

function everything(): Uint8Array {
  const collector = new ByteCollector();
  const file = new FitsFileWriter(collector.sink);
  file.writePrimary(header('PRIMARY').string('TELESCOP', 'LSST'));
  for (const type of TYPES) {
    file.writeImage(header(type.toUpperCase()), {
      pixelType: type,
      nx: NX,
      ny: NY,
      rows: pixelsOf(type, NX * NY),
    });
  }
  file.writeCompressedImage(header('RICE'), {
    nx: NX,
    ny: NY,
    rows: pixelsOf('int32', NX * NY) as Int32Array,
  });
  file.writeTable(header('TRUTH'), columns);
  file.writeTable(new HeaderBuilder().string('EXTNAME', 'NOTHING'), [
    { name: 'x', format: 'D', values: new Float64Array() },
  ]);
  return collector.bytes();
}

/** Reads every HDU with astropy in strict mode and prints headers and values as text that keeps every digit. */
const ASTROPY = `
import json, sys, warnings
warnings.simplefilter('error')
warnings.filterwarnings('ignore', message='.*NULL .undefined. values')
import numpy as np
from astropy.io import fits
path = json.load(sys.stdin)
out = []
with fits.open(path, checksum=True, disable_image_compression=False) as hdus:
    hdus.verify('exception')
    for hdu in hdus:
        entry = {'name': hdu.name, 'kind': type(hdu).__name__,
                 'cards': [[c.keyword, str(c.value), c.comment] for c in hdu.header.cards]}
        if isinstance(hdu, fits.BinTableHDU):
            entry['columns'] = [[c.name, c.format, c.unit, str(c.null)] for c in hdu.columns]
            entry['values'] = [[str(getattr(v, 'tolist', lambda: v)()) for v in hdu.data[c.name]] for c in hdu.columns]
        elif hdu.data is not None:
            entry['dtype'] = hdu.data.dtype.newbyteorder('=').name
            entry['shape'] = list(hdu.data.shape)
            entry['hex'] = np.ascontiguousarray(hdu.data.astype(hdu.data.dtype.newbyteorder('<'))).tobytes().hex()
        out.append(entry)
with fits.open(path, disable_image_compression=True) as hdus:
    sums = [bool(h.verify_datasum()) and bool(h.verify_checksum()) for h in hdus]
print(json.dumps({'hdus': out, 'sums': sums}))
`;

interface AstropyHdu {
  name: string;
  kind: string;
  cards: [string, string, string][];
  dtype?: string;
  shape?: number[];
  hex?: string;
  columns?: [string, string, string | null, string][];
  values?: string[][];
}

function hexOf(values: PixelArray): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
}

describe('files of every kind of HDU', () => {
  const path = join(folder, 'everything.fits');
  writeFileSync(path, everything());

  it('are the same bytes each time', () => {
    expect(Buffer.compare(Buffer.from(everything()), Buffer.from(everything()))).toBe(0);
  });

  it.skipIf(!hasTool('fitsverify'))('pass fitsverify without an error or a warning', () => {
    expect(runTool('fitsverify', [path])).toContain(
      '**** Verification found 0 warning(s) and 0 error(s). ****',
    );
  });

  it.skipIf(!hasTool('funpack'))('come out of funpack with the exact integers', () => {
    const unpacked = join(folder, 'unpacked.fits');
    runTool('funpack', ['-O', unpacked, path]);
    const hdu = findHdu(openFits(readFileSync(unpacked)), 'RICE');
    if (hdu?.kind !== 'image') throw new Error('funpack left no plain image');
    expect(hexOf(readImage(hdu).values)).toBe(hexOf(pixelsOf('int32', NX * NY)));
  });

  describe.skipIf(!hasPython)('before astropy', () => {
    let seen: { hdus: AstropyHdu[]; sums: boolean[] } = { hdus: [], sums: [] };
    beforeAll(() => {
      seen = askPython<typeof seen>(ASTROPY, path);
    });

    it('have right checksums in every HDU', () => {
      expect(seen.sums).toEqual(new Array(TYPES.length + 4).fill(true));
    });

    it.each(TYPES)('hold %s pixels bit for bit', (type) => {
      const hdu = seen.hdus.find((entry) => entry.name === type.toUpperCase());
      expect(hdu?.shape).toEqual([NY, NX]);
      expect(hdu?.dtype).toBe(type);
      expect(hdu?.hex).toBe(hexOf(pixelsOf(type, NX * NY)));
    });

    it('hold the compressed pixels bit for bit', () => {
      const hdu = seen.hdus.find((entry) => entry.name === 'RICE');
      expect(hdu?.kind).toBe('CompImageHDU');
      expect(hdu?.hex).toBe(hexOf(pixelsOf('int32', NX * NY)));
    });

    it('hold the header values, long strings and comments', () => {
      const value = (keyword: string): string | undefined =>
        seen.hdus[0]?.cards.find(([name]) => name === keyword)?.[1];
      expect(value('LONGTEXT')).toBe(LONG);
      expect(value('OBJECT')).toBe("Barnard's star");
      expect(value('EMPTY')).toBe('');
      expect(value('BIG')).toBe('9007199254740993');
      expect(Number(value('TENTH'))).toBe(0.1);
      expect(Number(value('TINY'))).toBe(-2.2250738585072014e-308);
      expect(Number(value('PI'))).toBe(Math.PI * 1e-100);
      expect(value('SIMULATE')).toBe('True');
      expect(value('EXPTIME')).toBe('30.0');
      const comments = new Map(seen.hdus[0]?.cards.map(([name, , comment]) => [name, comment]));
      expect(comments.get('EXPTIME')).toBe('[s] exposure time');
      const order = seen.hdus[0]?.cards.map(([name]) => name).filter((name) => name !== '');
      expect(order?.slice(0, 6)).toEqual(['SIMPLE', 'BITPIX', 'NAXIS', 'EXTEND', 'LONGSTRN', 'EXTNAME']);
    });

    it('hold the table, with units and null values', () => {
      const hdu = seen.hdus.find((entry) => entry.name === 'TRUTH');
      expect(hdu?.columns).toEqual([
        ['id', '7A', null, 'None'],
        ['ok', '1L', null, 'None'],
        ['flag', '1B', null, '255'],
        ['small', '1I', null, 'None'],
        ['pair', '2J', 'adu', 'None'],
        ['hpx29', '1K', null, '-1'],
        ['mag', '1E', 'mag', 'None'],
        ['ra', '1D', 'deg', 'None'],
      ]);
      expect(hdu?.values?.slice(0, 6)).toEqual([
        ['a', 'star 17', ''],
        ['True', 'False', 'False'],
        ['0', '128', '255'],
        ['-32768', '0', '32767'],
        ['[1, -2]', '[3, -4]', '[2147483647, -2147483648]'],
        ['3458764513820540927', '-1', '0'],
      ]);
      expect(hdu?.values?.[6]?.map(Number)).toEqual([17.25, NaN, Math.fround(-1e30)]);
      expect(hdu?.values?.[7]?.map(Number)).toEqual([359.99999999999994, 1e-300, -0]);
    });
  });
});
