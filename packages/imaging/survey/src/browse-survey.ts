/**
 * Looking through a scheduler's database before choosing from it: a page of its visits, and what there is of them by band, night
 * and conditions. Rows are shown as they stand, also those that no visit can be made of; choosing such a one says why.
 */
import { radToDeg, wrapDeg360 } from '@imsim-od/astro';
import { EVERY_VISIT, matchingRows, visitCount, withVisitTable } from './matching-rows.js';
import type { PageSource } from './page-source.js';
import { quotedName, type SqlColumn, type SqlDatabase, type SqlValue } from './sqlite/sqlite-database.js';
import type { VisitTable } from './visit-table.js';
import { parseWhere, type WhereCondition } from './where/where-condition.js';

/** Quantities by which visits are shown, ordered and counted. */
export const VISIT_QUANTITIES = [
  'startMjdUtc',
  'visitId',
  'night',
  'band',
  'raDeg',
  'decDeg',
  'airmass',
  'seeingFwhm500Arcsec',
  'skyBrightnessMagPerArcsec2',
  'moonPhasePercent',
  'exposureS',
] as const;

/** One of them. */
export type VisitQuantity = (typeof VISIT_QUANTITIES)[number];

/** A visit as its row has it; null where there is no such column, or no number in it. */
export type VisitLine = { readonly [Q in Exclude<VisitQuantity, 'band'>]: number | null } & {
  /** The letter. */
  readonly band: string | null;
};

/** Which visits, in which order, from where on. */
export interface VisitQuery {
  /** Default: every visit. */
  readonly where?: string;
  /** Default: by time. */
  readonly order?: VisitQuantity;
  readonly isDescending?: boolean;
  readonly offset?: number;
  readonly limit: number;
}

/** A page of visits. */
export interface VisitPage {
  readonly visits: readonly VisitLine[];
  readonly matching: number;
}

/** How the visits are spread over a quantity. */
export interface VisitRange {
  readonly quantity: VisitQuantity;
  /** The name that a condition gives it. */
  readonly column: string;
  /** Of every visit of the database. */
  readonly low: number;
  readonly high: number;
  /** Visits that meet the condition, in equal steps from low to high. */
  readonly counts: readonly number[];
}

/** What there is. */
export interface VisitFacets {
  readonly total: number;
  readonly matching: number;
  /** What a condition may name. */
  readonly columns: readonly SqlColumn[];
  readonly bands: readonly { readonly band: string; readonly visits: number }[];
  readonly ranges: readonly VisitRange[];
  /** Pointings that meet the condition: all of them, or evenly chosen ones. */
  readonly places: readonly Pick<VisitLine, 'visitId' | 'raDeg' | 'decDeg' | 'band' | 'airmass'>[];
  readonly notes: readonly string[];
}

/** Pointings of an answer, at most. */
export const MAX_PLACES = 3000;
const BINS = 24;

/** Counted by steps. */
const RANGES: readonly VisitQuantity[] = [
  'airmass',
  'night',
  'moonPhasePercent',
  'seeingFwhm500Arcsec',
  'skyBrightnessMagPerArcsec2',
];

/** A page of the visits that meet a condition. @throws SurveyDatabaseError, WhereError */
export function readVisitPage(source: PageSource, query: VisitQuery): Promise<VisitPage> {
  return withVisitTable(source, (database, table) => {
    const condition = conditionOf(table, query.where);
    const columns = quantitiesOf(table);
    const order = columns[query.order ?? 'startMjdUtc'] ?? columns.startMjdUtc ?? '1';
    const id = quotedName(table.columns.visitId!.name);
    const from = matchingRows(table, condition);
    const visits: VisitLine[] = [];
    database.rows(
      `SELECT ${VISIT_QUANTITIES.map((quantity) => columns[quantity] ?? 'NULL').join(', ')} FROM ${from.sql} ` +
        `ORDER BY ${order} ${query.isDescending === true ? 'DESC' : 'ASC'}, ${id} LIMIT ? OFFSET ?`,
      [...from.values, query.limit, query.offset ?? 0],
      (row) => visits.push(lineOf(row)),
    );
    return { visits, matching: countOf(database, table, condition) };
  });
}

/** Counts of the visits that meet a condition. @throws SurveyDatabaseError, WhereError */
export function readVisitFacets(source: PageSource, where?: string): Promise<VisitFacets> {
  return withVisitTable(source, (database, table) => {
    const condition = conditionOf(table, where);
    const columns = quantitiesOf(table);
    const matching = countOf(database, table, condition);
    return {
      total: countOf(database, table, EVERY_VISIT),
      matching,
      columns: table.allColumns,
      bands: bandsOf(database, table, condition),
      ranges: RANGES.flatMap((quantity) => {
        const column = columns[quantity];
        return column === undefined ? [] : rangeOf(database, table, condition, quantity, column);
      }),
      places: placesOf(database, table, condition, matching),
      notes: table.notes,
    };
  });
}

function conditionOf({ columnNamed }: VisitTable, where = ''): WhereCondition {
  return where.trim() === '' ? EVERY_VISIT : parseWhere(where, columnNamed);
}

function countOf(database: SqlDatabase, table: VisitTable, { sql, values }: WhereCondition): number {
  let count = 0;
  database.rows(`SELECT ${visitCount(table)} FROM ${table.sql} WHERE ${sql}`, values, ([found]) => {
    count = Number(found);
  });
  return count;
}

/** What stands for each quantity in a query. */
function quantitiesOf({ columns, columnNamed }: VisitTable): Partial<Record<VisitQuantity, string>> {
  const named = (name: string): string | undefined => {
    const column = columnNamed(name);
    return typeof column === 'string' ? undefined : column.sql;
  };
  const role = (column: SqlColumn | undefined): string | undefined => column && quotedName(column.name);
  return Object.fromEntries(
    Object.entries({
      startMjdUtc: role(columns.startMjd),
      visitId: role(columns.visitId),
      night: named('night'),
      band: columns.band && `substr(${quotedName(columns.band.name)}, 1, 1)`,
      raDeg: named('raDeg'),
      decDeg: named('decDeg'),
      airmass: role(columns.airmass),
      seeingFwhm500Arcsec: role(columns.seeing),
      skyBrightnessMagPerArcsec2: role(columns.skyBrightness),
      moonPhasePercent: named('moonPhase'),
      exposureS: role(columns.exposureS),
    } satisfies Record<VisitQuantity, string | undefined>).filter(([, sql]) => sql !== undefined),
  );
}

/** The name of a quantity's column as a condition may give it. */
function columnOf(quantity: VisitQuantity, { columns }: VisitTable): string {
  const byRole: Partial<Record<VisitQuantity, SqlColumn | undefined>> = {
    airmass: columns.airmass,
    seeingFwhm500Arcsec: columns.seeing,
    skyBrightnessMagPerArcsec2: columns.skyBrightness,
  };
  return byRole[quantity]?.name ?? (quantity === 'moonPhasePercent' ? 'moonPhase' : quantity);
}

function lineOf(row: readonly SqlValue[]): VisitLine {
  const values = Object.fromEntries(VISIT_QUANTITIES.map((quantity, at) => [quantity, row[at] ?? null]));
  const number = (quantity: VisitQuantity): number | null => {
    const value = values[quantity];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  return {
    startMjdUtc: number('startMjdUtc'),
    visitId: number('visitId'),
    night: number('night'),
    band: typeof values['band'] === 'string' ? values['band'] : null,
    raDeg: turned(number('raDeg')),
    decDeg: number('decDeg'),
    airmass: number('airmass'),
    seeingFwhm500Arcsec: number('seeingFwhm500Arcsec'),
    skyBrightnessMagPerArcsec2: number('skyBrightnessMagPerArcsec2'),
    moonPhasePercent: number('moonPhasePercent'),
    exposureS: number('exposureS'),
  };
}

function turned(raDeg: number | null): number | null {
  return raDeg === null ? null : wrapDeg360(raDeg);
}

function bandsOf(database: SqlDatabase, table: VisitTable, condition: WhereCondition): VisitFacets['bands'] {
  const band = quantitiesOf(table).band!;
  const from = matchingRows(table, condition);
  const bands: { band: string; visits: number }[] = [];
  database.rows(
    `SELECT ${band}, count(*) FROM ${from.sql} GROUP BY 1 LIMIT 30`,
    from.values,
    ([name, visits]) => bands.push({ band: String(name), visits: Number(visits) }),
  );
  const rank = (name: string): number => ('ugrizy'.includes(name) ? 'ugrizy'.indexOf(name) : 6);
  return bands.sort((a, b) => rank(a.band) - rank(b.band));
}

function rangeOf(
  database: SqlDatabase,
  table: VisitTable,
  condition: WhereCondition,
  quantity: VisitQuantity,
  column: string,
): VisitRange[] {
  let [low, high] = [NaN, NaN];
  database.rows(
    `SELECT min(${column}), max(${column}) FROM ${table.sql} WHERE typeof(${column}) IN ('real', 'integer')`,
    [],
    (row) => ([low, high] = [row[0] === null ? NaN : Number(row[0]), Number(row[1])]),
  );
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [];
  const counts = new Array<number>(BINS).fill(0);
  const from = matchingRows(table, condition);
  const perUnit = high > low ? BINS / (high - low) : 0;
  database.rows(
    `SELECT min(${BINS - 1}, CAST((${column} - ?) * ? AS INTEGER)), count(*) FROM ${from.sql} ` +
      `AND typeof(${column}) IN ('real', 'integer') GROUP BY 1`,
    [low, perUnit, ...from.values],
    ([bin, visits]) => {
      if (typeof bin === 'number' && bin >= 0 && bin < BINS) counts[bin] = Number(visits);
    },
  );
  return [{ quantity, column: columnOf(quantity, table), low, high, counts }];
}

function placesOf(
  database: SqlDatabase,
  table: VisitTable,
  condition: WhereCondition,
  matching: number,
): VisitFacets['places'] {
  const { visitId, ra, dec, airmass } = table.columns;
  const id = quotedName(visitId!.name);
  const inDegrees = (angle: number): number => (table.angles === 'radians' ? radToDeg(angle) : angle);
  const from = matchingRows(table, condition);
  const step = matching > MAX_PLACES ? Math.ceil(matching / MAX_PLACES) : 1;
  const places: VisitFacets['places'][number][] = [];
  database.rows(
    `SELECT ${id}, ${quotedName(ra!.name)}, ${quotedName(dec!.name)}, ${quantitiesOf(table).band!}, ` +
      `${airmass ? quotedName(airmass.name) : 'NULL'} FROM ${from.sql} AND ${id} % ? = 0 LIMIT ?`,
    [...from.values, step, MAX_PLACES],
    ([visit, raAngle, decAngle, band, mass]) => {
      if (typeof raAngle !== 'number' || typeof decAngle !== 'number') return;
      places.push({
        visitId: Number(visit),
        raDeg: wrapDeg360(inDegrees(raAngle)),
        decDeg: inDegrees(decAngle),
        band: typeof band === 'string' ? band : null,
        airmass: typeof mass === 'number' ? mass : null,
      });
    },
  );
  return places;
}
