/** Spectra, maps of lensing, light curves, folders of sky catalogs and indexes against damaged and invented files. */
import { gzipSync } from 'node:zlib';
import { angToPixNest, ringOfNest } from '@imsim-od/astro';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { damaged, fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, it } from 'vitest';
import { MemoryByteSource } from './byte-source.js';
import { CatalogIndex } from './catalog-index/index-reader.js';
import { CatalogIndexWriter } from './catalog-index/index-writer.js';
import { readInstanceCatalog } from './instance-catalog/instance-catalog.js';
import { readLensMap } from './lenses/read-lens-map.js';
import { MemoryRangeSource } from './range-source.js';
import { packSedFiles, readSedArchive, sedFileAt } from './sed/sed-archive.js';
import { readSedFile } from './sed/sed-file.js';
import { SedLibrary } from './sed/sed-library.js';
import { SedPhotometry } from './sed/sed-photometry.js';
import { differenceFrom, sketchOf } from './sed/sed-sketch.js';
import { FilesFolder } from './sky-catalogs/catalog-folder.js';
import { readSkyCatalog } from './sky-catalogs/read-sky-catalog.js';
import { readLightCurves } from './tables/read-light-curves.js';

const bytesOf = (input: Uint8Array | string): Uint8Array =>
  typeof input === 'string' ? new TextEncoder().encode(input) : input;

const SED = `# f_lambda\n${Array.from({ length: 60 }, (_, i) => `${300 + 10 * i} ${1 + i / 60}`).join('\n')}\n`;
const SED_WORDS = [
  '300',
  '500',
  '499.9',
  '1e308',
  '-1',
  'nan',
  'inf',
  '0',
  '#',
  '1e-320',
  '+2',
  '.5',
  '0x10',
];

/** Three images with a TAN WCS. */
function lensImages(): Uint8Array {
  const collector = new ByteCollector();
  const file = new FitsFileWriter(collector.sink);
  for (const name of ['KAPPA', 'GAMMA1', 'GAMMA2']) {
    const header = new HeaderBuilder().string('EXTNAME', name, '');
    header.string('CTYPE1', 'RA---TAN', '').string('CTYPE2', 'DEC--TAN', '');
    for (const [key, value] of Object.entries({
      CRPIX1: 2,
      CRPIX2: 2,
      CRVAL1: 53,
      CRVAL2: -27,
      CD1_1: -0.01,
      CD2_2: 0.01,
    }))
      header.float(key, value);
    file.writeImage(header, { pixelType: 'float32', nx: 4, ny: 3, rows: new Float32Array(12).fill(0.01) });
  }
  return collector.bytes();
}

const LENS_CELLS = 'cell,kappa,gamma1,gamma2\n100,0.1,0.01,0.02\n101,0.05,0,0\n';
const CURVES = 'id,mjd,band,mag\na,61000,r,20\na,61001,r,21\nb,61000.5,g,19\n';

const CONFIGURATION = `catalog_name: test
schema_version: 1.2.0
object_types:
  star:
    file_template: 'pointsource_(?P<healpix>\\d+).parquet'
    flux_file_template: 'pointsource_flux_(?P<healpix>\\d+).parquet'
    area_partition: { type: healpix, ordering: ring, nside: 32 }
`;
/** The cell of the stars, ring order at nside 32. */
const CELL = ringOfNest(angToPixNest(53.1, -27.5, 5), 5);
const STARS = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'id', data: [1, 2, 3].map(BigInt), type: 'INT64' },
      { name: 'ra', data: [53.1, 53.101, 53.102], type: 'DOUBLE' },
      { name: 'dec', data: [-27.5, -27.501, -27.502], type: 'DOUBLE' },
      { name: 'magnorm', data: [20, 21, 22], type: 'DOUBLE' },
      { name: 'sed_filepath', data: ['starSED/kurucz/km20_6000.fits_g30_6020.gz', 'x', ''], type: 'STRING' },
    ],
  }),
);

async function indexBytes(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const writer = new CatalogIndexWriter({ write: (bytes) => void parts.push(bytes.slice()) });
  const text = `rightascension 53\ndeclination -27.5\nfilter 2\n${[1, 2, 3].map((i) => `object ${i} 53.${i} -27.5 2${i} x 0 0 0 0 0 0 point none none`).join('\n')}\n`;
  const catalog = await readInstanceCatalog(
    new MemoryByteSource(new Map([['c.txt', bytesOf(text)]]), 'c.txt'),
    { checkOnly: true, onLine: (line) => writer.take(line) },
  );
  const { header, objectLines, skipped, firstFault, notes, sedNames, sedObjects } = catalog;
  writer.finish({
    version: 'test',
    header: { ...header, given: [...header.given] },
    objectLines,
    skipped,
    firstFault,
    notes,
    sedNames,
    sedObjects,
    files: [{ name: 'c.txt', path: 'c.txt', bytes: text.length, sha256: '0'.repeat(64) }],
  });
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

describe('readers of spectra, maps, curves and folders under fuzz', () => {
  it('the text of SED files', () =>
    fuzz({
      what: 'SED files',
      inputs: fc.oneof(
        damaged([bytesOf(SED), gzipSync(SED)], SED_WORDS),
        soupOf(SED_WORDS, [' ', ' ', '\t', '\n', '\n', '\r\n', ',']).map(bytesOf),
        fc
          .array(fc.tuple(fc.double(), fc.double()), { maxLength: 30 })
          .map((rows) => rows.map((row) => row.join(' ')).join('\n')),
        fc.uint8Array({ maxLength: 200 }),
      ),
      parse: async (input) => {
        const spectrum = await readSedFile(
          new MemoryByteSource(new Map([['s.spec', bytesOf(input)]]), 's.spec'),
        );
        const edges = Float64Array.from([320, 400, 500, 1100]);
        const out = new Float64Array(3);
        spectrum.photonsInBins(edges, 0.5, out);
        if (out.some((photons) => Number.isNaN(photons) || photons < 0))
          throw new TypeError(`photons ${[...out].join()} of a spectrum that was taken`);
      },
    }));

  it('archives of SED files', async () => {
    const packed = packSedFiles(
      'seds',
      [SED, 'x', ''].map((text, i) => ({
        path: ['starSED/kurucz/km10.gz', 'a', `${'b/'.repeat(40)}${'c'.repeat(90)}`][i] ?? '',
        bytes: text.length,
        read: (start, end) => Promise.resolve(bytesOf(text).slice(start, end)),
      })),
    );
    await fuzz({
      what: 'archives of SED files',
      inputs: damaged(
        [await packed.read(0, packed.bytes)],
        ['ustar', '0000', '7777777', '../', '/etc', 'x', 'L'],
      ),
      parse: async (input) => {
        const source = new MemoryRangeSource('seds.tar', bytesOf(input));
        for (const [path, place] of await readSedArchive(source)) {
          if (/^\/|(^|\/)\.\.(\/|$)/.test(path)) throw new TypeError(`the path ${path} leads out`);
          if (place.start < 0 || place.start + place.bytes > source.bytes)
            throw new TypeError(`${path} lies outside the archive`);
          await sedFileAt(source, path, place);
        }
      },
    });
  });

  it('names of SED files, and sketches of libraries', () =>
    fuzz({
      what: 'names of SED files',
      inputs: fc.oneof(
        soupOf(
          [
            'kurucz',
            'km20_6000.fits_g30_6020',
            'lte',
            '035',
            'Inst',
            '.10E09',
            '.02Z',
            'bergeron_',
            '99E99',
            '..',
            '/',
            '\\',
            '.gz',
            'agnSED/',
          ],
          ['', '/', '_'],
        ),
        fc.string({ unit: 'binary', maxLength: 600 }),
      ),
      parse: async (input) => {
        const name = String(input);
        const library = new SedLibrary({ name: 'none', open: () => Promise.resolve(undefined) });
        const sed = await new SedPhotometry('u', library).load(name);
        if (!Number.isFinite(sed.colourMag(1.3, { law: 'CCM89', av: 1, rv: 3.1 })))
          throw new TypeError('a colour that is no number');
        const files = [{ path: 'a', sha256: 'b' }];
        differenceFrom(name, files, [name]);
        differenceFrom(sketchOf([{ path: name, sha256: 'c' }]), files, [name]);
      },
    }));

  it('maps of lensing', () =>
    fuzz({
      what: 'maps of lensing',
      inputs: fc.oneof(
        damaged(
          [lensImages()],
          ['NAXIS1  =', 'CRPIX1  =', 'BITPIX  =', "CTYPE1  = 'RA---SIN'", 'END', 'GAMMA1'],
        ),
        damaged([bytesOf(LENS_CELLS)], ['cell', 'kappa', ',', '-1', '1e300', '4e9', '"']),
      ),
      parse: async (input) => {
        const source = new MemoryRangeSource('m', bytesOf(input));
        const isImages = bytesOf(input)[0] === 0x53;
        await readLensMap(source, isImages ? {} : { nside: 32, ordering: 'ring' });
      },
    }));

  it('light curves', () =>
    fuzz({
      what: 'light curves',
      inputs: damaged(
        [bytesOf(CURVES), gzipSync(CURVES)],
        ['mjd', 'band', '1e9', '-1', 'nan', '', ',,', '"a\nb"'],
      ),
      parse: async (input) => {
        const curves = await readLightCurves(new MemoryRangeSource('c', bytesOf(input)), 'r');
        curves.magnitudeAt('a', 61_000.5);
      },
    }));

  it('folders of sky catalogs: configuration and files', () =>
    fuzz({
      what: 'folders of sky catalogs',
      inputs: fc.oneof(
        damaged(
          [bytesOf(CONFIGURATION)],
          [
            'object_types:',
            'nside: 3',
            'nside: -32',
            '!include x.yaml',
            '(?P<healpix>',
            '((((a+)+)+)+$',
            '&a *a',
            '<<:',
            'star:',
            '\n  galaxy: {}',
          ],
        ),
        damaged([STARS]),
      ),
      parse: async (input) => {
        const bytes = bytesOf(input);
        const isStars = bytes[0] === 0x50 && bytes[1] === 0x41;
        const folder = new FilesFolder(
          'f',
          new Map([
            ['skyCatalog.yaml', isStars ? bytesOf(CONFIGURATION) : bytes],
            [`pointsource_${CELL}.parquet`, isStars ? bytes : STARS],
          ]),
        );
        await readSkyCatalog(folder, { band: 'r', time: { midMjdTai: 61_000, exposureS: 30 } });
      },
    }));

  it('indexes of catalogs', async () => {
    const whole = await indexBytes();
    await fuzz({
      what: 'indexes of catalogs',
      inputs: damaged([whole]),
      parse: async (input) => {
        const index = await CatalogIndex.open(new MemoryRangeSource('i', bytesOf(input)));
        for await (const records of index.records([{ centre: { raDeg: 53, decDeg: -27.5 }, radiusDeg: 3 }]))
          if (records.length > 10) throw new TypeError('more records than the catalog has');
      },
    });
  });
});
