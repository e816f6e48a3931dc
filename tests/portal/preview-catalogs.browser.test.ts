/** The live preview of uploaded catalogs and tables: its pixels are those of the e-image that a run makes of the same request. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { uploadCatalog } from '@imsim-od/api';
import { detectorByName, detectorProjection } from '@imsim-od/camera';
import { resolveVisit, readRequest } from '@imsim-od/simulator';
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

interface Answer {
  readonly sha256: string;
  readonly leftOut: readonly { readonly entry: number; readonly reason: string }[];
  readonly sourcesPlaced: number;
}

describe.skipIf(!hasBrowser)('the preview of catalogs', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  beforeAll(async () => {
    portal = await startPortal();
    grace = await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(() => portal.close());

  const upload = async (name: string, content: string | Uint8Array, folder = '/catalogs') => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
    const read = (start: number, end: number) => Promise.resolve(bytes.slice(start, end));
    const result = await uploadCatalog(grace.client, { name, folder, bytes: bytes.length, read });
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
});
