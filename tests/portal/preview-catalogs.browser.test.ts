/** The live preview of uploaded catalogs and tables: its pixels are those of the e-image that a run makes of the same request. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uploadCatalog } from '@imsim-od/api';
import { angToPixNest, ringOfNest } from '@imsim-od/astro';
import { detectorByName, detectorProjection } from '@imsim-od/camera';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { readRequest, resolveVisit } from '@imsim-od/simulator';
import { packSedFiles } from '@imsim-od/sky';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELD_HEADER } from '../../apps/server/src/testing/field-catalog.js';
import { type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { builtPortal } from './support/built-portal.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';

const BASE = {
  visitId: 7,
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S11'],
  products: ['eimage'],
};
const WINDOW = { x0: 1000, x1: 1512, y0: 2000, y1: 2512 };
const [NX, NY] = [4096, 4004];

/** Where pixels of the detector are on the sky. */
const skyAt = (() => {
  const { visit } = resolveVisit(readRequest([{ origin: 'test', document: BASE }]).request, 'test');
  const projection = detectorProjection(
    detectorByName('R22_S11')!,
    { raDeg: visit.raDeg, decDeg: visit.decDeg },
    visit.rotSkyPosDeg,
  );
  return (x: number, y: number) => projection.pixelToSky(x, y);
})();

/** Places in the window, beside it and off the chip. */
const PLACES = [
  [1100, 2100],
  [1300.4, 2300.7],
  [960, 2240],
  [1530, 2500],
  [1250, 1900],
  [-30, 2200],
  [3000, 600],
] as const;

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

interface Answer {
  readonly sha256: string;
  readonly leftOut: readonly { readonly entry: number; readonly reason: string }[];
  readonly sourcesPlaced: number;
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

  const upload = async (
    name: string,
    content: string | Uint8Array,
    folder = '/catalogs',
    client = grace.client,
  ) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
    const read = (start: number, end: number) => Promise.resolve(bytes.slice(start, end));
    const result = await uploadCatalog(client, { name, folder, bytes: bytes.length, read });
    return `dataset:${result.datasetId}`;
  };

  /** Asks the worker of the portal's preview, one question after another. */
  const askInPage = async (documents: readonly object[]): Promise<readonly Answer[]> => {
    const script = readdirSync(join(builtPortal(), 'assets')).find((name) =>
      /^preview-worker.*\.js$/.test(name),
    );
    const visitor = await portal.open('grace');
    await visitor.page.goto('/runs');
    const answers = await visitor.page.evaluate(
      async ([script, documents, window]) => {
        const worker = new Worker(script, { type: 'module' });
        const found: Answer[] = [];
        for (const [number, document] of documents.entries()) {
          const data = await new Promise<Omit<Answer, 'sha256'> & { electrons: Int32Array<ArrayBuffer> }>(
            (resolve, reject) => {
              worker.onerror = (event) => reject(new Error(event.message));
              worker.onmessage = ({ data }: MessageEvent) => {
                const { kind, message } = data as { readonly kind: string; readonly message?: string };
                if (kind === 'fault') reject(new Error(message));
                if (kind === 'pixels') resolve(data as never);
              };
              const [detector] = (document as { detectors: string[] }).detectors;
              worker.postMessage({ kind: 'pixels', number, slot: 'design', document, detector, window });
            },
          );
          const digest = await crypto.subtle.digest('SHA-256', data.electrons);
          const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
          found.push({ sha256: sha256.join(''), leftOut: data.leftOut, sourcesPlaced: data.sourcesPlaced });
        }
        return found;
      },
      [`/assets/${script ?? ''}`, documents, WINDOW] as const,
    );
    expect(visitor.faults()).toEqual([]);
    await visitor.close();
    return answers;
  };

  /** The SHA-256 of the window in the e-image of a run through the service. */
  const windowOfRun = async (document: object): Promise<string> => {
    const { id } = await grace.client.call('submitRun', { body: { requests: [document] } });
    expect((await untilEnded(grace.client, id)).state).toBe('succeeded');
    const { items } = await grace.client.call('searchDatasets', { query: { runId: id, type: ['eimage'] } });
    const answer = await grace.client.open('download', { params: { id: items[0]?.id ?? '' } });
    const file = Buffer.from(await answer.arrayBuffer());
    // The image is the last of the file, padded to blocks of 2880 bytes.
    const data = file.length - Math.ceil((4 * NX * NY) / 2880) * 2880;
    const cut = new Int32Array(512 * 512);
    for (let y = 0; y < 512; y++)
      for (let x = 0; x < 512; x++)
        cut[y * 512 + x] = file.readInt32BE(data + 4 * ((WINDOW.y0 + y) * NX + WINDOW.x0 + x));
    return createHash('sha256').update(new Uint8Array(cut.buffer)).digest('hex');
  };

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

      // The same by other spectra, which the user uploaded: both names are asked for by turns.
      const blue = new TextEncoder().encode('10 9\n5000 1\n');
      const packed = packSedFiles('blue', [
        { path: 'mine/red.spec', bytes: blue.length, read: (a, b) => Promise.resolve(blue.slice(a, b)) },
      ]);
      const own = await upload('blue.tar', await packed.read(0, packed.bytes), '/seds');
      const named = { ...design, sedDir: own };
      const [before, byOwn, after] = await askInPage([design, named, design]);
      expect([before?.sha256, after?.sha256]).toEqual([answer?.sha256, answer?.sha256]);
      expect(byOwn?.sha256).not.toBe(answer?.sha256);
      expect(byOwn?.sha256).toBe(await windowOfRun(named));
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
