import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { uploadCatalog, type UploadSource } from '@imsim-od/api';
import { gzipSync } from 'node:zlib';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, type TestServer, type TestUser } from '../testing/test-server.js';

let test: TestServer;
let alice: TestUser;

beforeAll(async () => {
  test = await testServer();
  alice = await test.user('alice');
});
afterAll(() => test.close());

const source = (name: string, content: string | Uint8Array): UploadSource => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    name,
    folder: '/sky',
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  };
};
const upload = (name: string, content: string | Uint8Array) =>
  uploadCatalog(alice.client, source(name, content));
const estimate = (sky: readonly object[]) =>
  alice.client.call('estimate', {
    body: { requests: [{ pointing: { raDeg: 53, decDeg: -27.5 }, band: 'r', detectors: 'R22_S11', sky }] },
  });

const CSV = 'id,ra,dec,mag_r\na,53.001,-27.5,20\nb,53.01,-27.51,21\nc,53.02,x,21\nfar,10,10,20\n';

function fitsTable(): Uint8Array {
  const collector = new ByteCollector();
  const file = new FitsFileWriter(collector.sink);
  file.writePrimary(new HeaderBuilder());
  file.writeTable(new HeaderBuilder(), [
    { name: 'ra', format: 'D', values: Float64Array.of(53.001, 53.002, 53.003) },
    { name: 'dec', format: 'D', values: Float64Array.of(-27.5, -27.5, -27.5) },
    { name: 'mag_g', format: 'D', values: Float64Array.of(20, 21, 22) },
    { name: 'mag_r', format: 'D', values: Float64Array.of(20, 21, 22) },
  ]);
  return collector.bytes();
}

function fitsImage(): Uint8Array {
  const collector = new ByteCollector();
  const rows = Float32Array.from({ length: 9 }, () => 1);
  new FitsFileWriter(collector.sink).writeImage(new HeaderBuilder(), {
    pixelType: 'float32',
    nx: 3,
    ny: 3,
    rows,
  });
  return collector.bytes();
}

const VOTABLE = `<?xml version="1.0"?><VOTABLE version="1.4"><RESOURCE><TABLE><FIELD name="ra" datatype="double" unit="deg"/>
<FIELD name="dec" datatype="double" unit="deg"/><FIELD name="mag_r" datatype="double"/><DATA><TABLEDATA>
<TR><TD>53.001</TD><TD>-27.5</TD><TD>20</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;

describe('uploaded tables', () => {
  it('of every format are counted, and used in requests', async () => {
    for (const [name, content, objects, near] of [
      ['stars.csv', CSV, 4, 2],
      ['stars.csv.gz', gzipSync(CSV), 4, 2],
      ['stars.fits', fitsTable(), 3, 3],
      ['stars.vot', VOTABLE, 1, 1],
    ] as const) {
      const result = await upload(name, content);
      expect(result).toMatchObject({ state: 'ready', objects });
      if (name === 'stars.csv') expect(result.skipped).toEqual({ number: 1 });
      const answer = await estimate([{ type: 'table', path: `dataset:${result.datasetId}` }]);
      expect([name, answer.visits[0]?.sources]).toEqual([name, near]);
    }
  });

  it('are drawn by runs', async () => {
    const { datasetId } = await upload('drawn.csv', CSV);
    const run = await alice.client.call('submitRun', {
      body: {
        requests: [
          {
            pointing: { raDeg: 53, decDeg: -27.5 },
            band: 'r',
            detectors: 'R22_S11',
            sky: [{ type: 'table', path: `dataset:${datasetId}` }],
            products: ['truth'],
          },
        ],
      },
      headers: { 'idempotency-key': v7() },
    });
    const state = async () => {
      const { counts } = await alice.client.call('readRun', { params: { id: run.id } });
      return [counts.succeeded, counts.failed];
    };
    await expect.poll(state, { timeout: 50_000, interval: 200 }).toEqual([1, 0]);
  });

  it('whose columns a request must name are taken, and say so', async () => {
    const result = await upload('odd.csv', CSV.replace('mag_r', 'brightness'));
    expect(result).toMatchObject({
      state: 'ready',
      objects: null,
      notes: [expect.stringMatching(/columns: .*mag/)],
    });
    const path = `dataset:${result.datasetId}`;
    await expect(estimate([{ type: 'table', path }])).rejects.toMatchObject({
      code: expect.any(String) as string,
    });
    const named = await estimate([{ type: 'table', path, columns: { mag: 'brightness' } }]);
    expect(named.visits[0]?.sources).toBe(2);
  });

  it('that are damaged are refused, and images are taken for what they are', async () => {
    const bytes = fitsTable();
    await expect(upload('cut.fits', bytes.subarray(0, bytes.length - 2850))).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
    });
    await expect(upload('cut.parquet', 'PAR1 and nothing else PAR1')).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
    });
    expect(await upload('stamp.fits', fitsImage())).toMatchObject({
      state: 'ready',
      objects: null,
      notes: [expect.stringMatching(/image/)],
    });
  });
});
