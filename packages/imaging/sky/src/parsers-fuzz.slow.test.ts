/** Every reader of the sky against damaged and invented files: a result or a coded error, nothing else. */
import { gzipSync } from 'node:zlib';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { damaged, fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, it } from 'vitest';
import { MemoryByteSource } from './byte-source.js';
import { HEADER_KEYWORDS } from './instance-catalog/header-keywords.js';
import { readInstanceCatalog } from './instance-catalog/instance-catalog.js';
import { readStamp } from './instance-catalog/stamp.js';
import { MemoryRangeSource } from './range-source.js';
import { readSkyTable } from './tables/read-table.js';
import { SkyRegion } from './tables/sky-region.js';
import type { TableFormat } from './tables/table-reader.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const REGION = new SkyRegion([{ centre: { raDeg: 53, decDeg: -27.5 }, radiusDeg: 2 }]);

const HEADER = [
  'rightascension 53',
  'declination -27.5',
  'filter 2',
  'mjd 61041.1',
  'obshistid 7',
  'seeing 0.7',
];
const OBJECTS = [
  'object 1 53.1 -27.4 20.5 starSED/kurucz/km20_6000.fits_g30_6020.gz 0 0 0 0 0 0 point none CCM 0.1 3.1',
  'object 2 53.2 -27.6 22.5 galaxySED/Inst.10E10.0005Z.spec.gz 0.44 0.001 0.002 -0.003 0 0 sersic2d 0.9 0.4 33.1 1 none none',
  'object 3 53 -27.5 24 galaxySED/Const.80E09.02Z.spec.gz 1e-1 0 0 0 0 0 knots 1.5 1.2 20 30 CCM 0.5 4 calzetti 0.01 3.1',
  'object 4 53 -27.5 15 x 0 0 0 0 0 0 streak 400 1 20 none none',
  'object 5 53 -27.5 15 x 0 0 0 0 0 0 stamp.fits 0.2 20 none none',
  'includeobj more.txt',
];
const CATALOG = bytesOf(`# a catalog\n${[...HEADER, ...OBJECTS].join('\n')}\n`);
const CATALOG_WORDS = [
  ...HEADER_KEYWORDS.map(({ name }) => name),
  ...OBJECTS.flatMap((line) => line.split(' ')),
  'inf',
  'nan',
  '-1e999',
  '#',
  'movingpoint',
  '../../etc/passwd',
];

const COLUMNS = {
  id: ['a', 'b', 'c', 'd'],
  ra: [53.1, 53.2, 52.9, 60],
  dec: [-27.4, -27.6, -27.5, 3],
  mag_r: [20.5, 23.1, 24.2, 18],
  sersic: [0, 1, 4, 0],
  half_light_radius: [0, 0.6, 1.1, 0],
};

function parquetBytes(codec: 'SNAPPY' | 'UNCOMPRESSED'): Uint8Array {
  const columnData = Object.entries(COLUMNS).map(([name, data]) => ({
    name,
    data: Array.from({ length: 40 }, (_, row) => data[row % 4]!),
    type: name === 'id' ? ('STRING' as const) : ('DOUBLE' as const),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, codec, rowGroupSize: 16 }));
}

const CSV = `${Object.keys(COLUMNS).join(',')}\n${[0, 1, 2, 3]
  .map((row) =>
    Object.values(COLUMNS)
      .map((column) => column[row]!)
      .join(','),
  )
  .join('\n')}\n`;
const ECSV = `# %ECSV 1.0\n# ---\n# datatype:\n# - {name: ra, unit: deg, datatype: float64}\n# - {name: dec, unit: rad, datatype: float64}\n# - {name: mag_r, datatype: float64}\nra dec mag_r\n53 -0.48 "20.5"\n`;
const VOTABLE = `<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE name="t">
<FIELD name="id" datatype="char" arraysize="*"/><FIELD name="ra" datatype="double" unit="deg"/><FIELD name="dec" datatype="double" unit="deg"/>
<FIELD name="mag_r" datatype="float" unit="mag"><VALUES null="-9"/></FIELD><DATA><TABLEDATA><TR><TD>a</TD><TD>53</TD><TD>-27.5</TD><TD>20</TD></TR>
<TR><TD>b&amp;</TD><TD>53.1</TD><TD>-27.4</TD><TD/></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;
const BINARY_VOTABLE = VOTABLE.replace(
  /<TABLEDATA>.*<\/TABLEDATA>/s,
  `<BINARY2><STREAM encoding="base64">${Buffer.from([0, 0, 0, 0, 1, 97, 64, 74, 128, 0, 0, 0, 0, 0, 192, 59, 128, 0, 0, 0, 0, 0, 65, 160, 0, 0]).toString('base64')}</STREAM></BINARY2>`,
);

/** An image of 4 x 3 pixels, and a table. */
function fitsBytes(): Uint8Array {
  const collector = new ByteCollector();
  const file = new FitsFileWriter(collector.sink);
  const pixels = Float32Array.from({ length: 12 }, (_, i) => i);
  file.writeImage(new HeaderBuilder(), { pixelType: 'float32', nx: 4, ny: 3, rows: pixels });
  const { id, ...numbers } = COLUMNS;
  file.writeTable(new HeaderBuilder().string('EXTNAME', 'T', ''), [
    { name: 'id', format: 'A', values: id },
    ...Object.entries(numbers).map(([name, values]) => ({
      name,
      format: 'D' as const,
      values: Float64Array.from(values),
    })),
  ]);
  return collector.bytes();
}

describe('readers of the sky under fuzz', () => {
  const catalog = (input: Uint8Array | string) => {
    const files = new Map([['c.txt', typeof input === 'string' ? bytesOf(input) : input]]);
    files.set('more.txt', bytesOf(`${OBJECTS[0]!}\n`));
    return readInstanceCatalog(new MemoryByteSource(files, 'c.txt'));
  };
  const table = (format?: TableFormat) => (input: Uint8Array | string) =>
    readSkyTable(new MemoryRangeSource('t', typeof input === 'string' ? bytesOf(input) : input), {
      band: 'r',
      region: REGION,
      ...(format ? { format } : {}),
    });

  it('instance catalogs', () =>
    fuzz({
      what: 'instance catalogs',
      inputs: fc.oneof(
        damaged([CATALOG], CATALOG_WORDS),
        damaged([gzipSync(CATALOG)]),
        soupOf(CATALOG_WORDS, [' ', ' ', '\n', '\t', '\r\n', '']).map(bytesOf),
        fc.uint8Array({ maxLength: 300 }),
      ),
      parse: catalog,
    }));

  it('header lines', () =>
    fuzz({
      what: 'header lines',
      inputs: fc
        .array(
          fc.tuple(
            fc.constantFrom(...HEADER_KEYWORDS.map(({ name }) => name), 'Opsim_filter', 'rightascensio'),
            fc.oneof(
              fc.double().map(String),
              fc.integer().map(String),
              fc.string({ maxLength: 8 }),
              fc.constantFrom('r', 'y', '0', '1e3'),
            ),
          ),
          { maxLength: 25 },
        )
        .map((lines) => [...HEADER.slice(0, 3), ...lines.map((words) => words.join(' '))].join('\n')),
      parse: catalog,
    }));

  it('CSV', () => {
    const words = [
      ...Object.keys(COLUMNS),
      '53',
      '-27',
      '"',
      '""',
      "'",
      '#',
      '[deg]',
      '%ECSV',
      ...ECSV.split(' '),
    ];
    return fuzz({
      what: 'CSV',
      inputs: fc.oneof(
        damaged([bytesOf(CSV), bytesOf(ECSV), gzipSync(CSV)], words),
        soupOf(words, [',', ',', '\n', ';', '\t', '|', ' ', '']),
        fc.string({ unit: 'binary', maxLength: 200 }),
      ),
      parse: table('csv'),
    });
  });

  it('Parquet', () =>
    fuzz({
      what: 'Parquet',
      inputs: damaged([parquetBytes('SNAPPY'), parquetBytes('UNCOMPRESSED')]),
      parse: table('parquet'),
    }));

  it('FITS tables and stamps', () => {
    const words = [
      'NAXIS1  =',
      'NAXIS2  =',
      'TFIELDS =',
      "TFORM1  = '99D'",
      'BITPIX  =',
      'END',
      'PCOUNT  =',
      "XTENSION= 'BINTABLE'",
    ];
    const count = { bytes: 0 };
    return fuzz({
      what: 'FITS',
      inputs: damaged([fitsBytes()], words),
      parse: async (input) => {
        const bytes = input as Uint8Array;
        await readStamp(new MemoryByteSource(new Map([['s.fits', bytes]]), 's.fits'), 's.fits', count).catch(
          async (error: unknown) => {
            await table('fits')(bytes);
            throw error;
          },
        );
        await table('fits')(bytes);
      },
    });
  });

  it('VOTable', () =>
    fuzz({
      what: 'VOTable',
      inputs: fc.oneof(
        damaged(
          [bytesOf(VOTABLE), bytesOf(BINARY_VOTABLE)],
          [
            '<TR>',
            '</TD>',
            '<!DOCTYPE x [<!ENTITY a "aaaa">]>',
            '&a;',
            '&#x0;',
            '<![CDATA[',
            ']]>',
            'arraysize="999999999"',
          ],
        ),
        soupOf(
          [
            '<VOTABLE>',
            '<TABLE>',
            '<FIELD name="ra" datatype="double"/>',
            '<DATA>',
            '<TABLEDATA>',
            '<TR>',
            '<TD>',
            '</TD>',
            '</TR>',
            '</DATA>',
            '<STREAM encoding="base64">',
            '<BINARY>',
            'AAAA',
          ],
          ['', '\n'],
        ),
      ),
      parse: table('votable'),
    }));

  it('tables of an untold format', () =>
    fuzz({
      what: 'tables of an untold format',
      inputs: fc.oneof(
        damaged([parquetBytes('SNAPPY'), fitsBytes(), bytesOf(VOTABLE), bytesOf(CSV), gzipSync(VOTABLE)]),
        fc.uint8Array({ maxLength: 200 }),
      ),
      parse: table(),
    }));
});
