/** The live preview of uploaded catalogs and tables: its pixels are those of the e-image that a run makes of the same request. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { angToPixNest, ringOfNest } from '@imsim-od/astro';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELD_HEADER } from '../../apps/server/src/testing/field-catalog.js';
import type { TestUser } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';
import {
  BASE,
  drawnWindow,
  PLACES,
  previewed,
  sha256Of,
  skyAt,
  uploaded,
} from './support/previewed-pixels.js';

/** Stars bright enough that those beside the window shine into it, and galaxies of two components. */
function instanceCatalog(): string {
  const objects = PLACES.flatMap(([x, y], i) => {
    const { raDeg, decDeg } = skyAt(x, y);
    const galaxy = skyAt(x + 45, y + 20);
    return [
      `object ${2 * i} ${raDeg} ${decDeg} ${13 + i} starSED/kurucz/km10_6500.fits_g40_6600.gz 0 0 0 0 0 0 point none CCM 0.1 3.1`,
      `object ${2 * i + 1} ${galaxy.raDeg} ${galaxy.decDeg} ${19 + 0.3 * i} galaxySED/Const.80E07.02Z.spec.gz 0.4 0.02 -0.01 0.01 0 0 sersic2d 1.3 0.9 40 1 CCM 0.2 3.1 CCM 0.1 3.1`,
    ];
  });
  return `${FIELD_HEADER}${objects.join('\n')}\n`;
}

const COLUMNS = (dx: number, dy: number) => {
  const sky = PLACES.map(([x, y]) => skyAt(x + dx, y + dy));
  return {
    id: PLACES.map((_place, i) => `row ${i}`),
    ra: sky.map(({ raDeg }) => raDeg),
    dec: sky.map(({ decDeg }) => decDeg),
    mag_r: PLACES.map((_place, i) => 16.5 + 0.6 * i),
    redshift: PLACES.map(() => 0.8),
  };
};

function csv(): string {
  const columns = COLUMNS(-70, 60);
  const names = Object.keys(columns) as (keyof typeof columns)[];
  return `${names.join(',')}\n${PLACES.map((_place, i) => names.map((name) => columns[name][i]).join(',')).join('\n')}\n`;
}

function parquet(columns: Readonly<Record<string, readonly unknown[]>>): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: Object.entries(columns).map(([name, data]) => ({
        name,
        data: [...data],
        type: typeof data[0] === 'string' ? ('STRING' as const) : ('DOUBLE' as const),
      })),
    }),
  );
}

/** An image of five by five pixels with its light in a cross. */
function stamp(): Uint8Array {
  const collector = new ByteCollector();
  const rows = Float32Array.from({ length: 25 }, (_, i) => (i % 5 === 2 || Math.floor(i / 5) === 2 ? 1 : 0));
  const header = new HeaderBuilder();
  new FitsFileWriter(collector.sink).writeImage(header, { pixelType: 'float32', nx: 5, ny: 5, rows });
  return collector.bytes();
}

/** A cell of sky catalogs with stars whose spectra are in the service's library. */
function starCell(): readonly [name: string, content: Uint8Array] {
  const sky = PLACES.map(([x, y]) => skyAt(x - 20, y + 110));
  const [first] = sky;
  const cell = ringOfNest(angToPixNest(first!.raDeg, first!.decDeg, 5), 5);
  const columns = {
    id: PLACES.map((_place, i) => `star ${i}`),
    ra: sky.map(({ raDeg }) => raDeg),
    dec: sky.map(({ decDeg }) => decDeg),
    magnorm: PLACES.map((_place, i) => 17 + 0.4 * i),
    sed_filepath: PLACES.map(() => 'mine/red.spec'),
  };
  return [`pointsource_${cell}.parquet`, parquet(columns)];
}

describe.skipIf(!hasBrowser)('the preview of catalogs', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  const sedDir = mkdtempSync(join(tmpdir(), 'imsim-od-preview-seds-'));
  beforeAll(async () => {
    mkdirSync(join(sedDir, 'mine'));
    writeFileSync(join(sedDir, 'mine/red.spec'), '10 1\n5000 9\n');
    portal = await startPortal({ sedDir });
    grace = await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(async () => {
    await portal.close();
    rmSync(sedDir, { recursive: true });
  });

  const upload = (name: string, content: string | Uint8Array, folder = '/catalogs', client = grace.client) =>
    uploaded(client, name, content, folder);
  const askInPage = (documents: readonly object[]) => previewed(portal, 'grace', documents);
  const windowOfRun = async (document: object): Promise<string> =>
    sha256Of(await drawnWindow(grace.client, document));

  it(
    'is the run’s electron image, bit for bit, of an instance catalog and tables with own limits and lenses',
    { timeout: 240_000 },
    async () => {
      const catalog = await upload('field.txt', instanceCatalog());
      const table = await upload('stars.csv', csv());
      const columns = await upload('galaxies.parquet', parquet(COLUMNS(40, -90)));
      const sky = [
        { type: 'synthetic', faintIMag: 20, brightestMag: 14 },
        { type: 'instanceCatalog', path: catalog, lensing: { gamma1: 0.2, gamma2: -0.1, kappa: 0.05 } },
        { type: 'table', path: table, magnitudeLimits: { faintest: 19 } },
        {
          type: 'table',
          path: columns,
          offset: { eastArcsec: 3, northArcsec: -2 },
          lensing: { gamma1: -0.1, gamma2: 0.2, kappa: 0 },
          magnitudeLimits: { brightest: 17 },
        },
      ];
      const design = { ...BASE, sky };
      const moved = {
        ...design,
        pointing: { raDeg: 53.004, decDeg: -27.503 },
        seeingFwhm500Arcsec: 0.9,
        exposureS: 45,
      };
      const [first, other, without] = await askInPage([design, moved, { ...design, sky: sky.slice(0, 1) }]);
      expect(first?.leftOut).toEqual([]);
      expect(other?.leftOut).toEqual([]);
      expect(first?.sourcesPlaced).toBeGreaterThan((without?.sourcesPlaced ?? 0) + 20);
      expect(first?.sha256).not.toBe(without?.sha256);
      expect(first?.sha256).toBe(await windowOfRun(design));
      // What was read for the first design is not read again for another pointing, and yet the same pixels come of it.
      expect(other?.sha256).toBe(await windowOfRun(moved));
    },
  );

  it(
    'is that of catalogs with parts, images and spectra of the service, of a folder of sky catalogs and of the library',
    { timeout: 240_000 },
    async () => {
      const places = PLACES.map(([x, y]) => skyAt(x + 15, y - 35));
      const object = (i: number, magnorm: number, rest: string): string =>
        `object ${i} ${places[i]!.raDeg} ${places[i]!.decDeg} ${magnorm} mine/red.spec 0 0 0 0 0 0 ${rest} none none\n`;
      await upload('light.fits', stamp(), '/parts');
      await upload('part.txt', object(0, 17, 'light.fits 0.2 30') + object(1, 16, 'point'), '/parts');
      const catalog = await upload(
        'top.txt',
        `${FIELD_HEADER}${object(2, 18, 'point')}includeobj part.txt\n`,
        '/parts',
      );
      const folder = await upload(...starCell(), '/cells');
      const rows = COLUMNS(60, 30);
      const { admin } = portal.server;
      const table = await upload('offered.parquet', parquet(rows), '/offered', admin);
      const datasetId = table.slice('dataset:'.length);
      await admin.call('addToLibrary', { body: { name: 'offered', datasetId } });
      const sky = [
        { type: 'instanceCatalog', path: catalog },
        { type: 'skyCatalogs', path: folder },
        { type: 'table', path: 'library:offered' },
      ];
      const design = { ...BASE, sky, effects: { background: false } };
      const [answer, ...ones] = await askInPage([
        design,
        ...sky.map((entry) => ({ ...design, sky: [entry] })),
      ]);
      expect([answer, ...ones].flatMap((each) => each?.leftOut ?? [])).toEqual([]);
      for (const one of ones) expect(one.sourcesPlaced).toBeGreaterThan(2);
      expect(answer?.sha256).toBe(await windowOfRun(design));
    },
  );

  it('names the entries that it leaves out and why, and draws the others', async () => {
    const table = await upload('few.csv', csv());
    const sky = [
      { type: 'table', path: table },
      { type: 'table', path: 'dataset:01234567-89ab-7cde-8f01-23456789abcd' },
      { type: 'instanceCatalog', path: table },
      { type: 'table', path: 'library:nothing' },
    ];
    const [answer] = await askInPage([{ ...BASE, sky }]);
    // One of the seven is too faint to shine onto the chip from beside it.
    expect(answer?.sourcesPlaced).toBe(6);
    expect(answer?.leftOut.map(({ entry }) => entry)).toEqual([2, 3, 4]);
    expect(answer?.leftOut[0]?.reason).toMatch(/no dataset|not/i);
    expect(answer?.leftOut[1]?.reason).toMatch(/few\.csv/);
    expect(answer?.leftOut[2]?.reason).toBe('The library has nothing called nothing.');

    const visitor = await portal.open('grace');
    const fragment = Buffer.from(JSON.stringify({ ...BASE, sky })).toString('base64url');
    await visitor.page.goto(`/design#request=${fragment}`);
    await visitor.page.getByText('Entry 4: The library has nothing called nothing.').waitFor();
    await visitor.page.getByText(/6 sources/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.page.mouse.wheel(0, 520);
    await visitor.picture('preview-left-out');
    await visitor.close();
  });
});
