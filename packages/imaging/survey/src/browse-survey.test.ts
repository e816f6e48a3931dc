import initSqlite from '@sqlite.org/sqlite-wasm';
import { describe, expect, it } from 'vitest';
import { MAX_PLACES, memoryPageSource, type PageSource, readVisitFacets, readVisitPage } from './index.js';

const sqlite = await initSqlite();

function databaseOf(statements: string): PageSource {
  const db = new sqlite.oo1.DB(':memory:');
  db.exec(statements);
  const bytes = sqlite.capi.sqlite3_js_db_export(db);
  db.close();
  return memoryPageSource('test.db', bytes);
}

const COLUMNS =
  'observationId INTEGER, fieldRA REAL, fieldDec REAL, observationStartMJD REAL, visitExposureTime REAL, band TEXT, airmass REAL';

describe('a database looked through', () => {
  it('counts in equal steps over its whole range, ends included, and leaves out what is no number', async () => {
    const source = databaseOf(
      `CREATE TABLE observations (${COLUMNS});` +
        [1, 1.5, 2, 2, 3.4]
          .map((mass, i) => `INSERT INTO observations VALUES (${i}, 10, -5, ${61000 + i}, 30, 'r', ${mass});`)
          .join('') +
        "INSERT INTO observations VALUES (5, 10, -5, 61005, 30, 'g', NULL)",
    );
    const { ranges, bands, matching } = await readVisitFacets(source, 'observationStartMJD < 61006');
    const airmass = ranges.find(({ quantity }) => quantity === 'airmass');
    // 24 steps of 0.1
    const expected = new Array<number>(24).fill(0);
    [0, 5, 10, 10, 23].forEach((bin) => expected[bin]!++);
    expect(airmass).toMatchObject({ column: 'airmass', low: 1, high: 3.4, counts: expected });
    expect(bands).toEqual([
      { band: 'g', visits: 1 },
      { band: 'r', visits: 5 },
    ]);
    expect(matching).toBe(6);
    expect(ranges.map(({ quantity }) => quantity)).toEqual(['airmass']);
    const { visits } = await readVisitPage(source, { order: 'airmass', limit: 10 });
    expect(visits.map(({ airmass: mass }) => mass)).toEqual([null, 1, 1.5, 2, 2, 3.4]);
  });

  it('of OpSim v3 gives each visit once, in degrees, and knows raDeg and decDeg', async () => {
    const row = (id: number, proposal: number, ra: number): string =>
      `INSERT INTO Summary VALUES (${id}, ${proposal}, ${(ra * Math.PI) / 180}, ${-Math.PI / 6}, ${59000 + id}, 30, 'r', 1.2);`;
    const source = databaseOf(
      'CREATE TABLE Summary (obsHistID INTEGER, propID INTEGER, fieldRA REAL, fieldDec REAL, expMJD REAL, visitExpTime REAL, filter TEXT, airmass REAL);' +
        [row(1, 5, 350), row(1, 6, 350), row(2, 6, 20), row(3, 6, 100)].join(''),
    );
    const where = '(raDeg > 340 or raDeg < 30) and decDeg between -31 and -29';
    const { visits, matching } = await readVisitPage(source, { where, limit: 10 });
    expect(matching).toBe(2);
    expect(visits.map(({ visitId }) => visitId)).toEqual([1, 2]);
    expect(visits[0]?.raDeg).toBeCloseTo(350, 9);
    const facets = await readVisitFacets(source, where);
    expect(facets.places).toHaveLength(2);
    expect(facets.bands).toEqual([{ band: 'r', visits: 2 }]);
  });

  it('shows of many pointings evenly chosen ones', async () => {
    const source = databaseOf(
      `CREATE TABLE observations (${COLUMNS});
       WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
       INSERT INTO observations SELECT i, i * 0.036, -20, 61000 + i * 0.001, 30, 'i', 1.1 FROM n`,
    );
    const { places, matching } = await readVisitFacets(source);
    expect(matching).toBe(10_000);
    expect(places.length).toBeGreaterThan(MAX_PLACES / 2);
    expect(places.length).toBeLessThanOrEqual(MAX_PLACES);
    expect(Math.max(...places.map(({ raDeg }) => raDeg ?? 0))).toBeGreaterThan(350);
  });

  it('refuses a condition with its place', async () => {
    const source = databaseOf(`CREATE TABLE observations (${COLUMNS})`);
    await expect(readVisitPage(source, { where: 'airmas < 1', limit: 5 })).rejects.toThrow(
      /did you mean airmass/,
    );
  });
});
