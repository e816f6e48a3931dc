/** Chosen visits of a scheduler's database: only their rows, and of these only the columns that a visit needs, are taken. */
import { dayObs, mjdTaiFromUtc, splitExposureNumber } from '@imsim-od/astro';
import { SurveyChoiceError, SurveyDatabaseError } from './errors.js';
import type { PageSource } from './page-source.js';
import { type ReadRow, type ScheduledVisit, readScheduledVisit } from './scheduled-visit.js';
import { EVERY_VISIT, matchingRows, visitCount, withVisitTable } from './matching-rows.js';
import { type SqlDatabase, type SqlValue, quotedName } from './sqlite/sqlite-database.js';
import type { VisitRole, VisitTable } from './visit-table.js';
import { parseWhere, type WhereCondition } from './where/where-condition.js';

/** Which visits: by number, in that order; or those that meet a condition, or all, in order of time, the first `limit` of them. */
export type VisitChoice =
  | { readonly visitIds: readonly number[]; readonly limit?: number }
  | { readonly where?: string; readonly limit?: number };

/** The visits chosen of a database. */
export interface Survey {
  readonly visits: readonly ScheduledVisit[];
  /** Visits that the choice meets, of which `limit` may have left some out. */
  readonly matching: number;
  /** What was decided, in sentences; what concerns several visits is said once. */
  readonly notes: readonly string[];
}

/** Visits that can be taken at once. */
export const MAX_VISITS = 10_000;
/** Numbers that are named before "and n more". */
const MAX_NAMED = 3;

/**
 * Reads the chosen visits.
 * @throws SurveyDatabaseError, SurveyChoiceError or WhereError, and whatever the source throws
 */
export async function readSurvey(source: PageSource, choice: VisitChoice): Promise<Survey> {
  return withVisitTable(source, (database, table) => {
    const chosen =
      'visitIds' in choice
        ? chooseByNumber(database, table, choice.visitIds, choice.limit)
        : chooseByCondition(database, table, choice.where, choice.limit);
    const sequence = sequenceNumbers(database, table, chosen.rows);
    const visits = chosen.rows.map(({ visit }) => ({
      ...visit,
      sequenceNumber: numberInName(visit) ?? sequence.get(visit.visitId) ?? 0,
    }));
    return { visits, matching: chosen.matching, notes: [...table.notes, ...sharedRemarks(chosen.rows)] };
  });
}

/** Counts the visits of a database and says when they are, in one sentence, for those who are yet to choose. */
export async function describeSurvey(source: PageSource): Promise<string> {
  return withVisitTable(source, (database, table) => {
    const { visitId, startMjd } = table.columns;
    let text = '';
    const [id, start] = [quotedName(visitId!.name), quotedName(startMjd!.name)];
    database.rows(
      `SELECT ${visitCount(table)}, min(${id}), max(${id}), min(${start}), max(${start}) FROM ${table.sql}`,
      [],
      ([all, first, last, from, to]) => {
        text =
          Number(all) === 0
            ? `${source.name} holds no visits`
            : `${source.name} holds ${counted(Number(all))}, ${visitId!.name} ${first} to ${last}, MJD ${Number(from).toFixed(2)} to ${Number(to).toFixed(2)}`;
      },
    );
    return text;
  });
}

interface Chosen {
  readonly rows: readonly ReadRow[];
  readonly matching: number;
}

function chooseByNumber(
  database: SqlDatabase,
  table: VisitTable,
  visitIds: readonly number[],
  limit = MAX_VISITS,
): Chosen {
  const wanted = [...new Set(visitIds)];
  if (wanted.length > MAX_VISITS) throw tooMany(wanted.length);
  const id = quotedName(table.columns.visitId!.name);
  const condition = { sql: `${id} IN (${wanted.map(() => '?').join(', ')})`, values: wanted };
  const rows = new Map(readRows(database, table, condition, '').map((row) => [row.visit.visitId, row]));
  const missing = wanted.filter((visitId) => !rows.has(visitId));
  if (missing.length > 0) throw noSuchVisit(database, table, missing);
  return { rows: wanted.slice(0, limit).map((visitId) => rows.get(visitId)!), matching: wanted.length };
}

function chooseByCondition(
  database: SqlDatabase,
  table: VisitTable,
  where: string | undefined,
  limit: number | undefined,
): Chosen {
  const condition = where === undefined ? EVERY_VISIT : parseWhere(where, table.columnNamed);
  const { sql, values } = condition;
  const [id, start] = [quotedName(table.columns.visitId!.name), quotedName(table.columns.startMjd!.name)];
  let matching = 0;
  database.rows(`SELECT ${visitCount(table)} FROM ${table.sql} WHERE ${sql}`, values, ([found]) => {
    matching = Number(found);
  });
  if (matching === 0 && where === undefined) throw new SurveyChoiceError(`${database.name} holds no visits`);
  if (matching === 0) {
    let all = 0;
    database.rows(`SELECT ${visitCount(table)} FROM ${table.sql}`, [], ([found]) => (all = Number(found)));
    throw new SurveyChoiceError(`${database.name}: none of its ${counted(all)} meets --where ${where}`);
  }
  const most = Math.min(limit ?? matching, matching);
  if (most > MAX_VISITS) throw tooMany(most);
  const ending = ` ORDER BY ${start}, ${id} LIMIT ${most}`;
  return { rows: readRows(database, table, condition, ending), matching };
}

/** Reads rows; of the rows of one visit in an old table the first. */
function readRows(
  database: SqlDatabase,
  table: VisitTable,
  condition: WhereCondition,
  ending: string,
): ReadRow[] {
  const used = Object.entries(table.columns) as [VisitRole, { readonly name: string }][];
  const names = Object.fromEntries(used.map(([role, { name }]) => [role, name]));
  const from = matchingRows(table, condition);
  const rows: ReadRow[] = [];
  const seen = new Set<number>();
  database.rows(
    `SELECT ${used.map(([, { name }]) => quotedName(name)).join(', ')} FROM ${from.sql}${ending}`,
    from.values,
    (row) => {
      const byRole = Object.fromEntries(used.map(([role], at) => [role, row[at]]));
      const read = readScheduledVisit(byRole, names, table.angles, database.name);
      if (seen.has(read.visit.visitId))
        throw new SurveyDatabaseError(database.name, `visit ${read.visit.visitId} stands in several rows`);
      seen.add(read.visit.visitId);
      rows.push(read);
    },
  );
  return rows;
}

/** The night of a time: LSST's observing day begins at noon TAI. */
function nightOf(startMjdUtc: number): number {
  return Math.floor(mjdTaiFromUtc(startMjdUtc) - 0.5);
}

/** The sequence number that the visit's own number holds, as those of real exposures do, if it is of the visit's night. */
function numberInName({
  visitId,
  startMjdUtc,
}: Pick<ScheduledVisit, 'visitId' | 'startMjdUtc'>): number | undefined {
  const parts = splitExposureNumber(visitId);
  return parts?.dayObs === dayObs(mjdTaiFromUtc(startMjdUtc)) ? parts?.sequenceNumber : undefined;
}

/** Snaps of the earlier visits of the same night, by visit, in one pass over the table. */
function sequenceNumbers(
  database: SqlDatabase,
  table: VisitTable,
  rows: readonly ReadRow[],
): ReadonlyMap<number, number> {
  const nights = [...new Set(rows.map(({ visit }) => nightOf(visit.startMjdUtc)))];
  const { visitId, startMjd, snaps } = table.columns;
  const [id, start] = [quotedName(visitId!.name), quotedName(startMjd!.name)];
  const visits = new Map<number, { readonly startMjd: number; readonly snaps: number }>();
  // Noon TAI is 37 s before noon UTC at most; no visit is that near to noon, and the night is asked exactly below.
  database.rows(
    `SELECT ${id}, ${start}, ${snaps ? quotedName(snaps.name) : '1'} FROM ${table.sql} ` +
      `WHERE ${start} >= ? AND ${start} < ? AND CAST(${start} - 0.4996 AS INTEGER) IN (${nights.map(() => '?').join(', ')})`,
    [smallest(nights), -smallest(nights.map((night) => -night)) + 2, ...nights],
    ([visit, at, count]) => {
      if (typeof at !== 'number' || visits.has(Number(visit))) return;
      visits.set(Number(visit), {
        startMjd: at,
        snaps: typeof count === 'number' && count >= 1 ? count : 1,
      });
    },
  );
  const taken = new Map<number, number>();
  const numbers = new Map<number, number>();
  const inTime = [...visits].sort(([idA, a], [idB, b]) => a.startMjd - b.startMjd || idA - idB);
  for (const [visit, at] of inTime) {
    const night = nightOf(at.startMjd);
    const soFar = taken.get(night) ?? 0;
    numbers.set(visit, soFar);
    taken.set(night, soFar + at.snaps);
  }
  return numbers;
}

function smallest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function noSuchVisit(
  database: SqlDatabase,
  table: VisitTable,
  missing: readonly number[],
): SurveyChoiceError {
  const id = quotedName(table.columns.visitId!.name);
  const near: SqlValue[] = [];
  database.rows(
    `SELECT DISTINCT ${id} FROM ${table.sql} ORDER BY abs(${id} - ?) LIMIT 3`,
    [missing[0]!],
    ([number]) => near.push(number ?? null),
  );
  const nearest = near.length === 0 ? 'it holds none' : `the nearest are ${near.join(', ')}`;
  return new SurveyChoiceError(
    `${database.name}: there is no visit ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ' …' : ''} (column ${table.columns.visitId!.name}); ${nearest}`,
  );
}

function tooMany(count: number): SurveyChoiceError {
  return new SurveyChoiceError(
    `${counted(count)} at once are too many (${MAX_VISITS} at most); choose fewer with --where, or the first of them with --limit`,
  );
}

function sharedRemarks(rows: readonly ReadRow[]): string[] {
  const visitsOf = new Map<string, number[]>();
  for (const { visit, remarks } of rows)
    for (const remark of remarks) visitsOf.set(remark, [...(visitsOf.get(remark) ?? []), visit.visitId]);
  return [...visitsOf].map(([remark, ids]) => {
    const named = ids.slice(0, MAX_NAMED).join(', ');
    const rest = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : '';
    return `${ids.length === 1 ? 'visit' : 'visits'} ${named}${rest}: ${remark}`;
  });
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'visit' : 'visits'}`;
}
