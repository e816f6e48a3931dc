/** What the writers promise and refuse, without judges: rows from functions, pieces, order, shapes, columns. */
import { describe, expect, it } from 'vitest';
import {
  ByteCollector,
  FitsError,
  FitsFileWriter,
  HeaderBuilder,
  type ImageSource,
  type TableColumn,
  openFits,
  readColumn,
  readImage,
  riceEncode,
  writeTableHdu,
} from './index.js';

function write(action: (file: FitsFileWriter) => void, checksum = true): Uint8Array {
  const collector = new ByteCollector();
  action(new FitsFileWriter(collector.sink, { checksum }));
  return collector.bytes();
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof FitsError) return error.code;
    throw error;
  }
  return 'none';
}

const none = new HeaderBuilder();

describe('images', () => {
  const nx = 1000;
  const ny = 300;
  const pixels = Float32Array.from({ length: nx * ny }, (_, i) => Math.fround(i * 0.37 - 5000));

  it('have the same bytes from an array and from a function that reuses its row', () => {
    const row = new Float32Array(nx);
    const rows = (y: number): Float32Array => {
      row.set(pixels.subarray(y * nx, (y + 1) * nx));
      return row;
    };
    const whole = write((file) => file.writeImage(none, { pixelType: 'float32', nx, ny, rows: pixels }));
    expect(
      Buffer.compare(
        whole,
        write((file) => file.writeImage(none, { pixelType: 'float32', nx, ny, rows })),
      ),
    ).toBe(0);
    const hdu = openFits(whole).hdus[0];
    if (hdu?.kind !== 'image') throw new Error('no image');
    const back = readImage(hdu).values;
    expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(pixels.buffer))).toBe(0);
  });

  it('are handed over in chunks far smaller than the image, which the sink may keep', () => {
    let largest = 0;
    const file = new FitsFileWriter((chunk) => (largest = Math.max(largest, chunk.length)));
    file.writeImage(none, { pixelType: 'float32', nx, ny, rows: pixels });
    expect(largest).toBeLessThanOrEqual(1 << 18);
    expect(file.bytesWritten % 2880).toBe(0);
  });

  it('ask a function for each row once where no checksums are written', () => {
    const asked: number[] = [];
    const rows = (y: number): Uint8Array => {
      asked.push(y);
      return Uint8Array.of(y);
    };
    const bytes = write((file) => file.writeImage(none, { pixelType: 'uint8', nx: 1, ny: 3, rows }), false);
    expect(asked).toEqual([0, 1, 2]);
    expect(openFits(bytes).hdus[0]?.header.has('DATASUM')).toBe(false);
  });

  it('have the same bytes from rows that are in the byte order of the file already', () => {
    const bytes = new Uint8Array(4 * nx * ny);
    const view = new DataView(bytes.buffer);
    pixels.forEach((value, i) => view.setFloat32(4 * i, value));
    const scratch = new Uint8Array(4 * nx * 7);
    const encoded = (y: number, count: number): Uint8Array => {
      scratch.set(bytes.subarray(4 * nx * y, 4 * nx * (y + count)));
      return scratch.subarray(0, 4 * nx * count);
    };
    const image = (rows: ImageSource<'float32'>['rows'], checksum: boolean): Uint8Array =>
      write((file) => file.writeImage(none, { pixelType: 'float32', nx, ny, rows }), checksum);
    for (const checksum of [true, false])
      expect(image({ most: 7, encoded }, checksum)).toEqual(image(pixels, checksum));
    const short = { most: 7, encoded: () => scratch.subarray(1) };
    expect(codeOf(() => image(short, false))).toBe('FITS_BAD_SHAPE');
  });

  it('have the same bytes from tiles as from rows', () => {
    const values = Int32Array.from({ length: 200 }, (_, i) => i * i);
    const tiles = Array.from({ length: 10 }, (_, y) => riceEncode(values.subarray(20 * y, 20 * y + 20)));
    const image = (source: { tiles: Uint8Array[] } | { rows: Int32Array }): Uint8Array =>
      write((file) => {
        file.writePrimary(none);
        file.writeCompressedImage(none, { nx: 20, ny: 10, ...source });
      });
    expect(Buffer.compare(image({ tiles }), image({ rows: values }))).toBe(0);
  });

  it('of a wrong length, type or size are refused', () => {
    const of = (nx: number, ny: number, rows: Int32Array): string =>
      codeOf(() => write((file) => file.writeImage(none, { pixelType: 'int32', nx, ny, rows })));
    expect(of(3, 3, new Int32Array(8))).toBe('FITS_BAD_SHAPE');
    expect(of(0, 3, new Int32Array(0))).toBe('FITS_BAD_SHAPE');
    expect(of(1.5, 2, new Int32Array(3))).toBe('FITS_BAD_SHAPE');
    expect(of(NaN, 2, new Int32Array(3))).toBe('FITS_BAD_SHAPE');
    const wrongRows = new FitsFileWriter(() => undefined, { checksum: false });
    expect(
      codeOf(() =>
        wrongRows.writeImage(none, { pixelType: 'int32', nx: 2, ny: 1, rows: () => new Int32Array(3) }),
      ),
    ).toBe('FITS_BAD_SHAPE');
    expect(codeOf(() => wrongRows.writePrimary(none))).toBe('FITS_BAD_ORDER');
    const tiles = [new Uint8Array(9)];
    const file = new FitsFileWriter(() => undefined);
    file.writePrimary(none);
    expect(codeOf(() => file.writeCompressedImage(none, { nx: 5, ny: 2, tiles }))).toBe('FITS_BAD_SHAPE');
    file.writeCompressedImage(none, { nx: 5, ny: 1, tiles });
    expect(file.hduCount).toBe(2);
  });
});

describe('the order of HDUs', () => {
  it('begins with a primary HDU', () => {
    expect(
      codeOf(() => write((file) => file.writeTable(none, [{ name: 'x', format: 'L', values: [] }]))),
    ).toBe('FITS_BAD_ORDER');
    expect(
      codeOf(() =>
        write((file) => file.writeCompressedImage(none, { nx: 1, ny: 1, rows: new Int32Array(1) })),
      ),
    ).toBe('FITS_BAD_ORDER');
  });
});

describe('tables', () => {
  it('come back over many chunks', () => {
    const rows = 20000;
    const columns: TableColumn[] = [
      { name: 'name', format: 'A', values: Array.from({ length: rows }, (_, i) => `g${i}`) },
      { name: 'x', format: 'D', values: Float64Array.from({ length: rows }, (_, i) => i / 7) },
      {
        name: 'k',
        format: 'K',
        values: BigInt64Array.from({ length: rows }, (_, i) => BigInt(i) * 69175290276410818n),
      },
      { name: 'v', format: 'I', repeat: 3, values: Int16Array.from({ length: 3 * rows }, (_, i) => i) },
      {
        name: 'ok',
        format: 'L',
        values: Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? null : i % 3 === 1)),
      },
    ];
    const bytes = write((file) => {
      file.writePrimary(none);
      file.writeTable(none, columns);
    });
    const table = openFits(bytes).hdus[1];
    if (table?.kind !== 'table') throw new Error('no table');
    expect(table.rows).toBe(rows);
    for (const column of columns) expect(readColumn(table, column.name).values).toEqual(column.values);
    expect(readColumn(table, 'x', { firstRow: rows - 1, rowCount: 1 }).values).toEqual(
      Float64Array.of((rows - 1) / 7),
    );
  });

  it.each<[string, string, TableColumn[]]>([
    ['no columns', 'FITS_BAD_COLUMN', []],
    ['a name with a blank', 'FITS_BAD_COLUMN', [{ name: 'a b', format: 'L', values: [] }]],
    [
      'two names that differ by case',
      'FITS_BAD_COLUMN',
      [
        { name: 'a', format: 'L', values: [] },
        { name: 'A', format: 'L', values: [] },
      ],
    ],
    [
      'columns of unequal length',
      'FITS_BAD_COLUMN',
      [
        { name: 'a', format: 'L', values: [true] },
        { name: 'b', format: 'L', values: [] },
      ],
    ],
    ['a half row', 'FITS_BAD_COLUMN', [{ name: 'a', format: 'I', repeat: 2, values: new Int16Array(3) }]],
    ['a string beyond its width', 'FITS_BAD_COLUMN', [{ name: 'a', format: 'A', width: 2, values: ['abc'] }]],
    ['an umlaut', 'FITS_BAD_CHARACTER', [{ name: 'a', format: 'A', values: ['ä'] }]],
    [
      'a null value out of range',
      'FITS_BAD_COLUMN',
      [{ name: 'a', format: 'B', nullValue: 256, values: new Uint8Array(1) }],
    ],
  ])('with %s are refused', (_, code, columns) => {
    expect(codeOf(() => writeTableHdu(() => undefined, none, columns))).toBe(code);
  });
});
