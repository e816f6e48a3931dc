/** Files dropped on a page are read there, in a headless Chromium, as Node reads them from a disk. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { angToPixNest, ringOfNest } from '@imsim-od/astro';
import { readInstanceCatalog, readSkyCatalog, readSkyTable, SedLibrary } from '@imsim-od/sky';
import { openCatalogFolder, openFileSource, openRangeFile, openSedFolder } from '@imsim-od/sky/node';
import { chromiumLaunchOptions, chromiumPath, repositoryRoot } from '@imsim-od/testing';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { expect, it } from 'vitest';
import { scienceFolder } from './support/run-science.js';

const chromiumBinary = chromiumPath();
const folder = join(scienceFolder(), 'sky-files');

const COLUMNS = { ra: [53.01, 53.02, 52.99], dec: [-27.5, -27.51, -27.49], mag_r: [20.25, 21.5, 22.75] };
const CSV = `${Object.keys(COLUMNS).join(',')}\n${[0, 1, 2]
  .map((row) =>
    Object.values(COLUMNS)
      .map((column) => column[row]!)
      .join(','),
  )
  .join('\n')}\n`;
const VOTABLE = `<?xml version="1.0"?><VOTABLE version="1.4"><RESOURCE><TABLE>${Object.keys(COLUMNS)
  .map((name) => `<FIELD name="${name}" datatype="double"${name === 'mag_r' ? '' : ' unit="deg"'}/>`)
  .join('')}<DATA><TABLEDATA>${[0, 1, 2]
  .map(
    (row) =>
      `<TR>${Object.values(COLUMNS)
        .map((column) => `<TD>${column[row]!}</TD>`)
        .join('')}</TR>`,
  )
  .join('')}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;

function fitsBytes(): Uint8Array {
  const collector = new ByteCollector();
  const file = new FitsFileWriter(collector.sink);
  file.writePrimary(new HeaderBuilder());
  file.writeTable(
    new HeaderBuilder(),
    Object.entries(COLUMNS).map(([name, values]) => ({
      name,
      format: 'D' as const,
      values: Float64Array.from(values),
    })),
  );
  return collector.bytes();
}

type Files = readonly (readonly [path: string, bytes: Uint8Array])[];

/** A folder with one cell of stars and a table, and a library with the one spectrum that both name, packed. */
function spectraFiles(): { readonly cells: Files; readonly library: Files } {
  const names = ['mine/star.spec.gz', 'mine/star.spec', 'starSED/kurucz/km20_6000.fits_g30_6020.gz'];
  const stars = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: [1n, 2n, 3n], type: 'INT64' },
      { name: 'ra', data: [53.1, 53.101, 53.102], type: 'DOUBLE' },
      { name: 'dec', data: [-27.5, -27.501, -27.502], type: 'DOUBLE' },
      { name: 'magnorm', data: [20, 21, 22], type: 'DOUBLE' },
      { name: 'sed_filepath', data: names, type: 'STRING' },
    ],
  });
  const spectrum = Array.from({ length: 300 }, (_, i) => `${300 + 4 * i} ${2 + Math.sin(i / 9)}`).join('\n');
  const table =
    'id,ra,dec,magnorm,sed,redshift,internalAv\na,53,-27.4,19,mine/star.spec,0.2,0.5\nb,53,-27.41,20,agn.spec,1,\n';
  return {
    cells: [
      [`pointsource_${ringOfNest(angToPixNest(53.1, -27.5, 5), 5)}.parquet`, new Uint8Array(stars)],
      ['spectra.csv', Buffer.from(table)],
    ],
    library: [['mine/star.spec.gz', gzipSync(spectrum)]],
  };
}

it.skipIf(chromiumBinary === undefined)(
  'a page reads the rows that Node reads, of every format',
  async () => {
    const root = join(repositoryRoot, 'tests/science/browser-sky-files');
    const site = { outDir: join(folder, 'site'), emptyOutDir: true, target: 'esnext' };
    const resolve = { conditions: ['source', 'module', 'browser', 'default'] };
    await build({ root, base: './', configFile: false, logLevel: 'warn', resolve, build: site });
    const catalog = readFileSync(join(repositoryRoot, 'examples/catalogs/more-stars.txt'));
    const header = Buffer.from('rightascension 53\ndeclination -27.5\nfilter 2\n');
    const field = Buffer.concat([header, catalog]);
    const columnData = Object.entries(COLUMNS).map(([name, data]) => ({
      name,
      data,
      type: 'DOUBLE' as const,
    }));
    const files: Readonly<Record<string, Uint8Array>> = {
      'field.txt': field,
      'field.txt.gz': gzipSync(field),
      'stars.csv': Buffer.from(CSV),
      'stars.csv.gz': gzipSync(CSV),
      'stars.parquet': new Uint8Array(parquetWriteBuffer({ columnData })),
      'stars.fits': fitsBytes(),
      'stars.vot': Buffer.from(VOTABLE),
    };
    const server = await preview({
      root,
      configFile: false,
      logLevel: 'warn',
      build: site,
      preview: { port: 0 },
    });
    const browser = await chromium.launch(chromiumLaunchOptions(String(chromiumBinary)));
    try {
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.goto(String(server.resolvedUrls?.local[0]));
      await page.waitForFunction(() => window.readInPage !== undefined);
      mkdirSync(folder, { recursive: true });
      for (const [name, bytes] of Object.entries(files)) {
        const path = join(folder, name);
        writeFileSync(path, bytes);
        const isCatalog = name.startsWith('field');
        const { sources } = isCatalog
          ? await readInstanceCatalog(await openFileSource(path))
          : await readSkyTable(await openRangeFile(path), { band: 'r' });
        const inPage = await page.evaluate(
          ([file, content, kind]) => window.readInPage?.(file, content, kind),
          [name, [...bytes], isCatalog] as const,
        );
        expect(sources.length).toBeGreaterThan(2);
        expect([name, inPage]).toEqual([
          name,
          { ids: sources.objectId, raDeg: [...sources.raDeg], magnitude: [...sources.magnitude] },
        ]);
      }
      const spectra = spectraFiles();
      for (const [below, entries] of Object.entries(spectra))
        for (const [path, bytes] of entries) {
          mkdirSync(join(folder, below, path, '..'), { recursive: true });
          writeFileSync(join(folder, below, path), bytes);
        }
      const sedLibrary = new SedLibrary(await openSedFolder(join(folder, 'library')));
      const time = { midMjdTai: 61_000, exposureS: 30 };
      const stars = await readSkyCatalog(await openCatalogFolder(join(folder, 'cells')), {
        band: 'r',
        time,
        sedLibrary,
      });
      const table = await readSkyTable(await openRangeFile(join(folder, 'cells/spectra.csv')), {
        band: 'r',
        sedLibrary,
      });
      const content = (entries: Files) => entries.map(([path, bytes]) => [path, [...bytes]] as const);
      const spectraInPage = await page.evaluate(
        ([cells, library]) => window.readSpectraInPage?.(cells, library),
        [content(spectra.cells), content(spectra.library)] as const,
      );
      const listed = ({ sources }: typeof table | typeof stars) => ({
        ids: sources.objectId,
        raDeg: [...sources.raDeg],
        magnitude: [...sources.magnitude],
      });
      expect(spectraInPage).toEqual({
        stars: listed(stars),
        table: listed(table),
        approximated: [0, 0, 1, 0, 1],
        sha256: (await sedLibrary.digest(['mine/star.spec']))?.sha256,
      });
      expect(faults).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  },
);
