/** Files dropped on a page are read there, in a headless Chromium, as Node reads them from a disk. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { readInstanceCatalog, readSkyTable } from '@imsim-od/sky';
import { openFileSource, openRangeFile } from '@imsim-od/sky/node';
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
      expect(faults).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  },
);
