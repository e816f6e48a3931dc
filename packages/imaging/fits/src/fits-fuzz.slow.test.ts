/** FITS files against damaged ones: headers, images, compressed images, tables and their heaps, checksums. */
import { damaged, fuzz } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  ByteCollector,
  FitsFileWriter,
  HeaderBuilder,
  openFits,
  readPixels,
  readRemoteRows,
  readTable,
  remoteTables,
  riceDecode,
  riceEncode,
  verifyChecksums,
} from './index.js';
import { readHeapCell } from './table-reader.js';

const WORDS = [
  'NAXIS1  =',
  'NAXIS   =',
  'NAXIS2  =',
  'ZNAXIS1 =',
  'ZTILE1  =',
  'ZBITPIX =',
  "ZCMPTYPE= 'GZIP_2'",
  "ZCMPTYPE= 'RICE_1'",
  'PCOUNT  =',
  'THEAP   =',
  'TFIELDS =',
  "TFORM1  = '1QD(9)'",
  "TFORM2  = '0X'",
  "TDIM1   = '(9,9)'",
  'BITPIX  =                    8',
  'BSCALE  =',
  'GROUPS  =                    T',
  'CONTINUE',
  'END',
];

/** An image of 6 x 5 pixels, the same compressed, and a table. */
function sound(): Uint8Array {
  const collector = new ByteCollector();
  const file = new FitsFileWriter(collector.sink);
  const rows = Int32Array.from({ length: 30 }, (_, i) => (i * i) % 97);
  file.writeImage(new HeaderBuilder(), { pixelType: 'int32', nx: 6, ny: 5, rows });
  file.writeCompressedImage(new HeaderBuilder().string('EXTNAME', 'C', ''), { nx: 6, ny: 5, rows });
  file.writeTable(new HeaderBuilder().string('EXTNAME', 'T', ''), [
    { name: 'id', format: 'A', values: ['a', 'bc'] },
    { name: 'x', format: 'D', values: Float64Array.of(1, 2) },
    { name: 'n', format: 'J', values: Int32Array.of(3, 4) },
  ]);
  return collector.bytes();
}

describe('FITS files under fuzz', () => {
  it('give their contents or a coded error', () =>
    fuzz({
      what: 'FITS files',
      inputs: fc.oneof(damaged([sound()], WORDS), fc.uint8Array({ maxLength: 200 })),
      parse: async (input) => {
        const bytes = input as Uint8Array;
        const { hdus } = openFits(bytes);
        for (const hdu of hdus) {
          verifyChecksums(bytes, hdu);
          if (hdu.kind === 'image' || hdu.kind === 'compressed-image') await readPixels(hdu);
          if (hdu.kind !== 'table') continue;
          readTable(hdu);
          for (const column of hdu.columns)
            if (column.descriptor !== null && hdu.rows > 0) readHeapCell(hdu, column, 0);
        }
      },
    }));

  it('are listed from a distance, or refused', () =>
    fuzz({
      what: 'FITS files from a distance',
      inputs: damaged([sound()], WORDS),
      parse: async (input) => {
        const bytes = input as Uint8Array;
        const read = (start: number, end: number) => Promise.resolve(bytes.slice(start, end));
        const file = { name: 'fuzz', bytes: bytes.length, read };
        for await (const table of remoteTables(file))
          readTable(await readRemoteRows(file, table, 0, table.rows));
      },
    }));

  it('unpack no row of Rice beyond its length', () =>
    fuzz({
      what: 'rows of Rice',
      inputs: fc.oneof(
        damaged([riceEncode(Int32Array.from({ length: 90 }, (_, i) => (i * 7919) % 1000))]),
        fc.uint8Array({ maxLength: 100 }),
      ),
      parse: (input) => {
        const pixels = riceDecode(input as Uint8Array, 90);
        if (pixels.length !== 90) throw new TypeError(`${pixels.length} pixels of 90`);
      },
    }));
});
