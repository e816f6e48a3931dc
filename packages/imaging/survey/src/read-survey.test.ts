import { altAzFromIcrs, pseudoParallacticAngleDeg, wrapDeg180, wrapDeg360 } from '@imsim-od/astro';
import initSqlite from '@sqlite.org/sqlite-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type PageSource,
  type VisitChoice,
  describeSurvey,
  memoryPageSource,
  readSurvey,
  visitRequestDocument,
} from './index.js';

type Row = Readonly<Record<string, string | number | null>>;

const sqlite = await initSqlite();

/** The bytes of a database with one table; columns are those of the first row. */
function database(table: string, rows: readonly Row[], more = ''): PageSource {
  const db = new sqlite.oo1.DB(':memory:');
  const names = Object.keys(rows[0]!);
  const typed = names.map((name) => {
    const value = rows.map((row) => row[name]).find((known) => known !== null);
    return `"${name}" ${typeof value === 'string' ? 'TEXT' : Number.isInteger(value) ? 'INTEGER' : 'REAL'}`;
  });
  db.exec(`CREATE TABLE "${table}" (${typed.join(', ')}); ${more}`);
  for (const row of rows)
    db.exec({
      sql: `INSERT INTO "${table}" VALUES (${names.map(() => '?').join(', ')})`,
      bind: names.map((name) => row[name] ?? null),
    });
  const bytes = sqlite.capi.sqlite3_js_db_export(db);
  db.close();
  return memoryPageSource('test.db', bytes);
}

// 2026-01-20 UTC, when TAI - UTC is 37 s; the field stands at 75 deg.
const START = 61060.06;
const present = {
  observationId: 7001,
  fieldRA: 53.5,
  fieldDec: -28.25,
  observationStartMJD: START,
  visitExposureTime: 30.5,
  band: 'r',
  filter: 'r_57',
  rotSkyPos: 100.5,
  numExposures: 2,
  visitTime: 34.5,
  airmass: 1.03,
  seeingFwhm500: 0.71,
  seeingFwhmEff: 0.9,
  seeingFwhmGeom: 0.8,
  skyBrightness: 21.18,
  night: 76,
  note: "it's",
} satisfies Row;

/** Angles as LSSTCam has them today at the middle of the visit. */
function rotatorOfToday(rotTelPos: number): { rotSkyPos: number; rotTelPos: number } {
  const q = pseudoParallacticAngleDeg({ raDeg: 53.5, decDeg: -28.25 }, START + 54.25 / 86_400);
  return { rotSkyPos: wrapDeg360(q - rotTelPos - 90), rotTelPos };
}

async function only(source: PageSource, choice: VisitChoice = { visitIds: [7001] }) {
  const survey = await readSurvey(source, choice);
  return { visit: survey.visits[0]!, notes: survey.notes, document: visitRequestDocument(survey.visits[0]!) };
}

async function fault(source: PageSource, choice: VisitChoice = { visitIds: [7001] }): Promise<string> {
  const error: unknown = await readSurvey(source, choice).then(
    () => new Error('it was read'),
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message : String(error);
}

describe('a visit of a scheduler database', () => {
  it('trap 1: is read in the present conventions: middle in TAI, band before filter, seeing at 500 nm', async () => {
    const { document } = await only(database('observations', [present]));
    expect(document).toEqual({
      pointing: { raDeg: 53.5, decDeg: -28.25 },
      band: 'r',
      visitId: 7001,
      sequenceNumber: 0,
      // the start in UTC, 37 s to TAI, half of visitTime: not of visitExposureTime; 1e-9 d is 0.1 ms, above a double's 0.6 us
      obsMjdTai: expect.closeTo(START + (37 + 34.5 / 2) / 86_400, 9) as number,
      exposureS: 30.5,
      snaps: 2,
      rotSkyPosDeg: 100.5,
      seeingFwhm500Arcsec: 0.71,
      skyBrightnessMagPerArcsec2: 21.18,
      skyBrightnessFrom: 'scheduler',
    });
  });

  it('trap 10: takes the band from a filter that is a letter, or a glass', async () => {
    const { band: _, ...rest } = present;
    for (const filter of ['r', 'r_57', 'r_03']) {
      const source = database('observations', [{ ...rest, filter }]);
      expect((await only(source)).document['band']).toBe('r');
      expect((await readSurvey(source, { where: "band = 'r'" })).visits).toHaveLength(1);
    }
    expect(await fault(database('observations', [{ ...rest, filter: 'none' }]))).toBe(
      'test.db: visit 7001: filter is "none"; u, g, r, i, z or y is needed, or a filter such as r_57',
    );
  });

  it('is read in the conventions of OpSim v3: radians, obsHistID, expMJD, a row for each proposal', async () => {
    const rad = Math.PI / 180;
    const old = {
      obsHistID: 7001,
      propID: 54,
      fieldRA: 53.5 * rad,
      fieldDec: -28.25 * rad,
      expMJD: START,
      filter: 'r',
      visitExpTime: 30.0001,
      visitTime: 34.0001,
      rotSkyPos: 100.5 * rad,
      airmass: 1.03,
      rawSeeing: 0.71,
      FWHMeff: 0.9,
      filtSkyBrightness: 21.18,
    };
    const later = { ...old, obsHistID: 7002, expMJD: START + 0.001 };
    const source = database('Summary', [old, { ...old, propID: 56 }, later, { ...later, propID: 56 }]);
    const { document } = await only(source);
    expect(document).toMatchObject({
      band: 'r',
      seeingFwhm500Arcsec: 0.71,
      skyBrightnessMagPerArcsec2: 21.18,
    });
    // 1e-9 deg is 4 uas: rounding of two conversions
    expect(document['pointing']).toEqual({
      raDeg: expect.closeTo(53.5, 9),
      decDeg: expect.closeTo(-28.25, 9),
    });
    expect(document['rotSkyPosDeg']).toBeCloseTo(100.5, 9);
    // no column of snaps: the request says; each visit counts once in the night
    expect(document).not.toHaveProperty('snaps');
    const survey = await readSurvey(source, {
      where: "observationId >= 7001 and seeingFwhm500 < 1 and band = 'r'",
    });
    expect(survey.matching).toBe(2);
    expect(survey.visits.map(({ visitId, sequenceNumber }) => [visitId, sequenceNumber])).toEqual([
      [7001, 0],
      [7002, 1],
    ]);
    expect(await describeSurvey(source)).toContain('holds 2 visits, obsHistID 7001 to 7002');
  });

  it('points where the dither says, and says so', async () => {
    const source = database('observations', [{ ...present, ditheredRA: 53.75, ditheredDec: -28.5 }]);
    const { document, notes } = await only(source);
    expect(document['pointing']).toEqual({ raDeg: 53.75, decDeg: -28.5 });
    expect(notes).toContain('the pointing is the dithered one (ditheredRA, ditheredDec)');
  });

  it('takes rotSkyPos where it follows from rotTelPos by the rule of LSSTCam, else rotTelPos', async () => {
    const today = await only(database('observations', [{ ...present, ...rotatorOfToday(20.5) }]));
    expect(today.document['rotSkyPosDeg']).toBeCloseTo(rotatorOfToday(20.5).rotSkyPos, 9);
    expect(today.document).not.toHaveProperty('rotTelPosDeg');
    expect(today.document['rotationConvention']).toBe('lsstCam');
    expect(today.notes).toEqual([]);

    const earlier = { ...present, rotSkyPos: 39.5, rotTelPos: 302.25, paraAngle: 262.75 };
    const { document, notes } = await only(database('observations', [earlier]));
    expect(document['rotTelPosDeg']).toBeCloseTo(wrapDeg180(302.25), 9);
    expect(document).not.toHaveProperty('rotSkyPosDeg');
    expect(notes.join()).toContain('rotTelPos is used, as imSim does');

    // rotSkyPos -45: both rules mean nearly the same; the nearer one, the earlier, is meant
    const chance = { ...present, rotSkyPos: 315.2, rotTelPos: 217.95, paraAngle: 262.75 };
    expect((await only(database('observations', [chance]))).document).toHaveProperty('rotTelPosDeg');
  });

  it('is numbered in its night by the snaps before it, nights turning at noon TAI', async () => {
    const rows = [0, 0.001, 0.002, 0.6].map((days, index) => ({
      ...present,
      observationId: 7001 + index,
      observationStartMJD: START + days,
      numExposures: index === 1 ? 1 : 2,
    }));
    const { visits } = await readSurvey(database('observations', rows), { visitIds: [7003, 7001, 7004] });
    expect(visits.map(({ visitId, sequenceNumber }) => [visitId, sequenceNumber])).toEqual([
      [7003, 3],
      [7001, 0],
      [7004, 0],
    ]);
  });

  it('keeps the numbers of real exposures: night and sequence number', async () => {
    // 2026-01-19 is the day of observation of START, 2026-01-20 01:26 UTC
    const rows = [2026011900123, 2026011900124, 2025042500123].map((observationId, index) => ({
      ...present,
      numExposures: 1,
      observationId,
      observationStartMJD: START + index / 1000,
    }));
    const source = database('observations', rows);
    const { visits } = await readSurvey(source, { visitIds: [2026011900124, 2025042500123] });
    // the third is of another night by its number: it is counted, as numbers without a night are
    expect(visits.map(({ visitId, sequenceNumber }) => [visitId, sequenceNumber])).toEqual([
      [2026011900124, 124],
      [2025042500123, 2],
    ]);
    expect((await readSurvey(source, { where: 'observationId = 2026011900123' })).visits).toHaveLength(1);
  });

  it('leaves to the request what has no value, and refuses a visit without what it needs', async () => {
    const { document, notes } = await only(database('observations', [{ ...present, seeingFwhm500: null }]));
    expect(document).not.toHaveProperty('seeingFwhm500Arcsec');
    expect(notes).toEqual(['visit 7001: seeingFwhm500 has no value and is left to the request']);
    expect(await fault(database('observations', [{ ...present, fieldRA: null }]))).toBe(
      'test.db: visit 7001: fieldRA has no value (NULL, as NaN is stored); a number from -360 to 720 is needed',
    );
    expect(await fault(database('observations', [{ ...present, observationStartMJD: Infinity }]))).toContain(
      'visit 7001: observationStartMJD is',
    );
    expect(await fault(database('observations', [{ ...present, visitTime: 3 }]))).toContain(
      'visitTime is 3; it cannot be shorter than visitExposureTime 30.5',
    );
  });

  it('says where the field stands elsewhere than the database has it', async () => {
    const at = altAzFromIcrs({ raDeg: 53.5, decDeg: -28.25 }, START).altitudeDeg;
    expect((await only(database('observations', [{ ...present, altitude: at }]))).notes).toEqual([]);
    const { notes } = await only(database('observations', [{ ...present, altitude: at - 2 }]));
    expect(notes.join()).toContain('altitude is not where place and time put the field');
  });
});

describe('choosing visits', () => {
  const rows = Array.from({ length: 12 }, (_, index) => ({
    ...present,
    observationId: 7001 + index,
    observationStartMJD: START + 0.001 * ((index * 5) % 12),
    band: 'ugrizy'[index % 6]!,
    airmass: 1 + index / 10,
    note: index === 3 ? null : `pair_${index}, ${'ab'[index % 2]}`,
  }));
  let source: PageSource;
  beforeAll(() => {
    source = database('observations', rows);
  });
  const chosen = async (where: string, limit?: number) =>
    (await readSurvey(source, limit === undefined ? { where } : { where, limit })).visits.map(
      ({ visitId }) => visitId - 7001,
    );

  it.each<[string, (row: (typeof rows)[number]) => boolean]>([
    ["band = 'r' and airmass < 1.25", ({ band, airmass }) => band === 'r' && airmass < 1.25],
    ["filter = 'r_57' and airmass >= 2", ({ airmass }) => airmass >= 2],
    ["BAND == 'u' or not (airmass <> 1.3)", ({ band, airmass }) => band === 'u' || airmass === 1.3],
    ['observationid in (7001, 7003)', ({ observationId }) => [7001, 7003].includes(observationId)],
    ['airmass not between 1.15 and 1.95', ({ airmass }) => airmass < 1.15 || airmass > 1.95],
    ["note like '%, b' and fieldDec < -28", ({ note }) => note?.endsWith('b') === true],
    ['note is null', ({ note }) => note === null],
    [
      "scheduler_note is not null and band not in ('u', 'g', 'r', 'i', 'z')",
      ({ note, band }) => note !== null && band === 'y',
    ],
  ])('%s', async (where, meets) => {
    const expected = rows.flatMap((row) => (meets(row) ? [row.observationId - 7001] : []));
    expect(expected.length).toBeGreaterThan(0);
    expect((await chosen(where)).sort((a, b) => a - b)).toEqual(expected);
  });

  it('gives the earliest first, up to the limit; by number in the order asked', async () => {
    const byTime = [...rows].sort((a, b) => a.observationStartMJD - b.observationStartMJD);
    expect(await chosen('airmass > 0', 3)).toEqual(byTime.slice(0, 3).map((row) => row.observationId - 7001));
    expect((await readSurvey(source, { where: 'airmass > 0', limit: 3 })).matching).toBe(12);
    const all = await readSurvey(source, { limit: 3 });
    expect(all.matching).toBe(12);
    expect(all.visits.map(({ visitId }) => visitId)).toEqual(
      byTime.slice(0, 3).map((row) => row.observationId),
    );
    await expect(readSurvey(source, { where: ' ', limit: 3 })).rejects.toThrow('--where');
    const { visits } = await readSurvey(source, { visitIds: [7005, 7002, 7005] });
    expect(visits.map(({ visitId }) => visitId)).toEqual([7005, 7002]);
  });

  it.each([
    ["bnad = 'r'", /character 1: there is no column bnad; did you mean band\?/],
    ['airmas < 1', /did you mean airmass\?/],
    ["airmass < '1'", /airmass holds numbers/],
    ['note = 3', /note holds texts; write '3'/],
    ["airmass like '1%'", /compares texts/],
    ['band = r', /a text stands in single quotes: 'r'/],
    ['band = "r"', /character 8: texts stand in single quotes/],
    ["band = 'r", /has no end/],
    ['airmass <', /character 10: a value was expected/],
    ['airmass < 1.2; drop table observations', /";" has no meaning/],
    ['airmass < (select 1)', /a value was expected/],
    ['airmass < 1e999', /too large/],
    ['(airmass < 1', /'\)' was expected/],
    ['', /a column was expected/],
    [`${'('.repeat(60)}airmass < 1`, /more than 50 levels/],
    [`airmass < 1${' or airmass < 1'.repeat(300)}`, /more than 200 tests/],
    ["band = 'r' airmass < 1", /'and', 'or' or the end was expected/],
    ['airmass < 0.5', /none of its 12 visits meets --where airmass < 0.5/],
  ])('refuses %s', async (where, message) => {
    expect(await fault(source, { where })).toMatch(message);
  });

  it('names the nearest visits where one is not there', async () => {
    expect(await fault(source, { visitIds: [7001, 6990] })).toBe(
      'test.db: there is no visit 6990 (column observationId); the nearest are 7001, 7002, 7003',
    );
  });

  it('refuses a number that stands twice', async () => {
    expect(await fault(database('observations', [present, present]))).toContain(
      'visit 7001 stands in several rows',
    );
  });
});

describe('a file that is no database of visits', () => {
  const bytes = (text: string) => memoryPageSource('test.db', new TextEncoder().encode(text));

  it.each<[string, () => PageSource, RegExp]>([
    ['is empty', () => bytes(''), /^test.db: is empty/],
    ['is a text', () => bytes('band: r\n'.repeat(300)), /^test.db: is not a SQLite database$/],
    [
      'has other tables',
      () => database('stars', [{ ra: 1 }]),
      /no table observations, .*; its tables are stars/,
    ],
    [
      'lacks columns',
      () => database('observations', [{ observationId: 7001, fieldRA: 1.5, fieldDec: 2.5 }]),
      /table observations has no column observationStartMJD or expMJD; no column band or filter; no column visitExposureTime or visitExpTime/,
    ],
    [
      'has a view alone',
      () => database('t', [{ a: 1 }], 'CREATE VIEW observations AS SELECT * FROM t;'),
      /holds no visits/,
    ],
  ])('%s', async (_, source, message) => {
    expect(await fault(source())).toMatch(message);
  });

  it('is cut off or overwritten: a message, no crash', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => ({ ...present, observationId: 7001 + index }));
    const whole = database('observations', rows);
    const all = new Uint8Array(whole.byteLength);
    whole.read(0, all);
    expect(await fault(memoryPageSource('cut.db', all.slice(0, 10_000)), { where: 'airmass > 0' })).toMatch(
      /^cut.db: the database cannot be read: /,
    );
    // every 997th byte after the header, one at a time: read, or refused with the name of the file
    for (let at = 100; at < all.length; at += 997) {
      const spoilt = all.slice();
      spoilt[at] = spoilt[at]! ^ 0xff;
      const outcome = await fault(memoryPageSource('spoilt.db', spoilt), { where: 'airmass > 0' });
      expect(outcome).toMatch(/^it was read$|^spoilt\.db: |^--where/);
    }
  });

  it('fails in its own words where the source does', async () => {
    const whole = database('observations', [present]);
    const failing: PageSource = {
      ...whole,
      read: (offset, into) => {
        if (offset > 0) throw new Error('the disk is gone');
        return whole.read(offset, into);
      },
    };
    expect(await fault(failing)).toBe('the disk is gone');
  });
});
