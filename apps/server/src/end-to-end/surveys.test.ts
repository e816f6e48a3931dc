/** Scheduler databases with a service: uploaded, looked through, chosen from, observed. */
import { readFileSync } from 'node:fs';
import { uploadCatalog } from '@imsim-od/api';
import { sharedPath } from '@imsim-od/testing';
import initSqlite from '@sqlite.org/sqlite-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, type TestServer, type TestUser, untilEnded } from '../testing/test-server.js';

let test: TestServer;
let alice: TestUser;
let bob: TestUser;
let id = '';

/** Visits of one night, ten bands and airmasses in turn. */
async function database(): Promise<Uint8Array<ArrayBuffer>> {
  const sqlite = await initSqlite();
  const db = new sqlite.oo1.DB(':memory:');
  db.exec(
    `CREATE TABLE observations (observationId INTEGER, fieldRA REAL, fieldDec REAL, observationStartMJD REAL, visitExposureTime REAL,
       band TEXT, rotTelPos REAL, numExposures INTEGER, airmass REAL, seeingFwhm500 REAL, skyBrightness REAL, night INTEGER);
     WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59)
     INSERT INTO observations SELECT 7001 + i, 53 + 0.1 * i, -28, 61060.06 + 0.0005 * i, 30, substr('ugrizy', i % 6 + 1, 1), 0, 1,
       1 + 0.01 * i, 0.7, 21, 76 FROM n`,
  );
  const bytes = new Uint8Array(sqlite.capi.sqlite3_js_db_export(db));
  db.close();
  return bytes;
}

const sent = (user: TestUser, name: string, bytes: Uint8Array<ArrayBuffer>) =>
  uploadCatalog(user.client, {
    name,
    folder: '/surveys',
    bytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  });

beforeAll(async () => {
  test = await testServer();
  alice = await test.user('alice');
  bob = await test.user('bob');
});
afterAll(() => test.close());

describe('a scheduler database', () => {
  it('is known by its beginning, whatever its name, and counted', async () => {
    const result = await sent(alice, 'baseline', await database());
    expect(result).toMatchObject({ kind: 'survey', objects: 60 });
    expect(result.notes[0]).toBe(
      'baseline holds 60 visits, observationId 7001 to 7060, MJD 61060.06 to 61060.09.',
    );
    id = result.datasetId ?? '';
    const { items } = await alice.client.call('searchDatasets', { query: { type: ['survey'] } });
    expect(items.map(({ name }) => name)).toEqual(['baseline']);
  });

  it('is looked through by condition, order and page', async () => {
    const where = "band in ('r', 'i') and airmass < 1.3";
    const ids: (number | null)[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const page: { items: { visitId: number | null }[]; next: string | null; matching: number } =
        await alice.client.call('surveyVisits', {
          params: { id },
          query: { where, order: 'visitId', descending: true, limit: 4, after },
        });
      expect(page.matching).toBe(10);
      ids.push(...page.items.map(({ visitId }) => visitId));
      after = page.next;
    }
    const expected = Array.from({ length: 30 }, (_, i) => i)
      .filter((i) => i % 6 === 2 || i % 6 === 3)
      .map((i) => 7001 + i);
    expect(ids).toEqual(expected.reverse());
    const facets = await alice.client.call('surveyFacets', { params: { id }, query: { where } });
    expect(facets).toMatchObject({ total: 60, matching: 10, bands: [{ visits: 5 }, { visits: 5 }] });
    expect(facets.places).toHaveLength(10);
  });

  it('gives chosen visits as parts of requests, which become one run', async () => {
    const byNumber = await alice.client.call('surveyRequests', {
      params: { id },
      body: { visitIds: [7010, 7003] },
    });
    expect(byNumber.visits.map(({ visitId }) => visitId)).toEqual([7010, 7003]);
    const chosen = await alice.client.call('surveyRequests', {
      params: { id },
      body: { where: "band = 'r'", limit: 2 },
    });
    expect(chosen).toMatchObject({ matching: 10, visits: [{ visitId: 7003 }, { visitId: 7009 }] });
    const requests = chosen.visits.map(({ request }) => ({
      ...request,
      detectors: 'R22_S11',
      sky: [],
      products: ['truth'],
    }));
    const run = await alice.client.call('submitRun', { body: { requests } });
    expect(await untilEnded(alice.client, run.id)).toMatchObject({ state: 'succeeded', visits: 2 });
    const { items } = await alice.client.call('listTasks', { params: { id: run.id } });
    expect(items.map(({ visit, band }) => [visit, band])).toEqual([
      [7003, 'r'],
      [7009, 'r'],
    ]);
  });

  it.each([
    [{ where: 'airmas < 1' }, /character 1: there is no column airmas; did you mean airmass\?/],
    [{ where: 'airmass < (select 1)' }, /a value was expected/],
    [{ where: "band = 'r' and airmass < 0.5" }, /none of its 60 visits meets/],
    [{ visitIds: [6000] }, /there is no visit 6000/],
  ])('refuses %j in its own words', async (body, message) => {
    await expect(alice.client.call('surveyRequests', { params: { id }, body })).rejects.toMatchObject({
      code: 'SURVEY_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is not there for others, and a catalog is none', async () => {
    await expect(bob.client.call('surveyFacets', { params: { id } })).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
    const catalog = await sent(alice, 'stars.csv', new TextEncoder().encode('ra,dec,mag_r\n53,-28,20\n'));
    expect(catalog.kind).toBe('table');
    await expect(
      alice.client.call('surveyVisits', { params: { id: catalog.datasetId ?? '' } }),
    ).rejects.toMatchObject({ code: 'SURVEY_INVALID' });
  });

  it('that is damaged, or holds no visits, is not taken', async () => {
    const whole = await database();
    await expect(sent(alice, 'cut.db', whole.slice(0, 5000))).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
    });
    const { oo1, capi } = await initSqlite();
    const db = new oo1.DB(':memory:');
    db.exec('CREATE TABLE stars (ra REAL)');
    const other = new Uint8Array(capi.sqlite3_js_db_export(db));
    db.close();
    await expect(sent(alice, 'stars.db', other)).rejects.toMatchObject({
      code: 'UPLOAD_INVALID',
      message: expect.stringContaining('its tables are stars') as string,
    });
  });

  it.skipIf(sharedPath('data/opsim/small_opsim.db') === undefined)('of imSim is one', async () => {
    const bytes = new Uint8Array(readFileSync(sharedPath('data/opsim/small_opsim.db')!));
    const result = await sent(alice, 'small_opsim.db', bytes);
    const facets = await alice.client.call('surveyFacets', { params: { id: result.datasetId ?? '' } });
    expect(facets).toMatchObject({ total: 68, matching: 68 });
    expect(facets.ranges.map(({ quantity }) => quantity)).toEqual([
      'airmass',
      'night',
      'moonPhasePercent',
      'seeingFwhm500Arcsec',
      'skyBrightnessMagPerArcsec2',
    ]);
  });

  it('never made the service fail', () => {
    expect(test.log).toEqual([]);
  });
});
