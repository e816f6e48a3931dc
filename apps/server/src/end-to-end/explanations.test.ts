/** Pixels of the archive's images explained, against the files' own values. */
import { uploadCatalog } from '@imsim-od/api';
import { openFits, readPixels } from '@imsim-od/fits';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  smallRequest,
  testServer,
  type TestServer,
  type TestUser,
  untilEnded,
} from '../testing/test-server.js';

let test: TestServer;
let alice: TestUser;
let bob: TestUser;

beforeAll(async () => {
  test = await testServer();
  alice = await test.user('alice');
  bob = await test.user('bob');
});
afterAll(() => test.close());

describe('a pixel', () => {
  it('is explained by its recipe and the catalog in the archive, to those who may see the image', async () => {
    const bytes = new TextEncoder().encode('id,ra,dec,mag_r\nthe star,53.0,-27.5,19\n');
    const { datasetId: catalogId } = await uploadCatalog(alice.client, {
      name: 'star.csv',
      folder: '/catalogs',
      bytes: bytes.length,
      read: (start, end) => Promise.resolve(bytes.slice(start, end)),
    });
    const sky = [{ type: 'table', path: `dataset:${catalogId ?? ''}` }];
    const run = await alice.client.call('submitRun', {
      body: { requests: [smallRequest({ sky, pointing: { raDeg: 53, decDeg: -27.5 } })] },
    });
    expect((await untilEnded(alice.client, run.id)).state).toBe('succeeded');
    const { items } = await alice.client.call('searchDatasets', {
      query: { runId: run.id, type: ['eimage'] },
    });
    const [eimage] = items;
    const id = eimage!.id;
    const answer = await fetch(`${test.url}/api/v1/datasets/${id}/content`, {
      headers: { authorization: `Bearer ${alice.token}` },
    });
    const [hdu] = openFits(new Uint8Array(await answer.arrayBuffer())).hdus;
    if (hdu?.kind !== 'image') throw new TypeError('no image');
    const { values } = await readPixels(hdu);
    const nx = hdu.shape[0]!;
    let brightest = 0;
    for (let i = 0; i < values.length; i++) if (values[i]! > values[brightest]!) brightest = i;
    const [x, y] = [brightest % nx, Math.floor(brightest / nx)];
    for (const [px, py] of [
      [x, y],
      [x + 5, y - 3],
      [0, 0],
    ] as const) {
      const explained = await alice.client.call('explainPixel', {
        params: { id },
        query: { x: px, y: py, sources: 2 },
      });
      expect(explained.realisedElectrons).toBe(Number(values[py * nx + px]));
      // one draw each, fixed by the seed
      expect(Math.abs(explained.deviationSigma!)).toBeLessThan(5);
      if (px !== 0) expect(explained.sources[0]).toMatchObject({ objectId: 'the star', magnitude: 19 });
    }
    const fault = (user: TestUser, dataset: string, column: number) =>
      user.client.call('explainPixel', { params: { id: dataset }, query: { x: column, y: 1 } });
    await expect(fault(alice, id, 50_000)).rejects.toMatchObject({
      code: 'EXPLAIN_INVALID',
      message: expect.stringMatching(/50000,1 is not on R\d\d_S\d\d, which has/) as string,
    });
    await expect(fault(alice, catalogId ?? '', 1)).rejects.toMatchObject({
      code: 'EXPLAIN_INVALID',
      message: expect.stringContaining('has no recipe in the archive') as string,
    });
    await expect(fault(bob, id, 1)).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
  });
});
