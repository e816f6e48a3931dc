/**
 * Which table of a database holds the visits, and which of its columns says what: the names have changed over the years.
 *
 * - Present (rubin_scheduler, v3 and later): table `observations`, degrees; `band` is the letter, `filter` the glass ("r_57").
 * - Before (v1, v2; OpSim v4): `observations` or `SummaryAllProps`, degrees; `filter` is the letter.
 * - OpSim v3 ("minion", "kraken"): table `Summary`, `obsHistID` and `expMJD`, angles in radians, a row for each proposal that
 *   a visit served.
 */
import { nearestName } from '@imsim-od/names';
import { SurveyDatabaseError } from './errors.js';
import { type SqlColumn, type SqlDatabase, type SqlTable, quotedName } from './sqlite/sqlite-database.js';
import type { WhereColumn } from './where/where-condition.js';

/** What a column can be to a visit → its names, the one to be preferred first. */
const COLUMN_NAMES = {
  visitId: ['observationId', 'obsHistID'],
  ra: ['descDitheredRA', 'ditheredRA', 'fieldRA'],
  dec: ['descDitheredDec', 'ditheredDec', 'fieldDec'],
  startMjd: ['observationStartMJD', 'expMJD'],
  band: ['band', 'filter'],
  exposureS: ['visitExposureTime', 'visitExpTime'],
  visitTimeS: ['visitTime'],
  snaps: ['numExposures'],
  airmass: ['airmass'],
  altitude: ['altitude'],
  seeing: ['seeingFwhm500', 'FWHM_500', 'rawSeeing'],
  skyBrightness: ['skyBrightness', 'filtSkyBrightness'],
  rotSkyPos: ['rotSkyPos'],
  rotTelPos: ['descDitheredRotTelPos', 'rotTelPos'],
  paraAngle: ['paraAngle'],
  pseudoParaAngle: ['pseudoParaAngle'],
} as const;

/** What a column can be to a visit. */
export type VisitRole = keyof typeof COLUMN_NAMES;

const REQUIRED: readonly VisitRole[] = ['visitId', 'ra', 'dec', 'startMjd', 'band', 'exposureS'];
const TABLES = ['observations', 'SummaryAllProps', 'Summary'];

/** Names of one thing in different years: an expression may use any of them. */
const SAME_THING: readonly (readonly string[])[] = [
  ['observationId', 'obsHistID'],
  ['observationStartMJD', 'expMJD'],
  ['band', 'filter'],
  ['visitExposureTime', 'visitExpTime'],
  ['seeingFwhm500', 'FWHM_500', 'rawSeeing'],
  ['seeingFwhmEff', 'FWHMeff'],
  ['seeingFwhmGeom', 'FWHMgeom'],
  ['skyBrightness', 'filtSkyBrightness'],
  ['moonDistance', 'dist2Moon'],
  ['proposalId', 'propID'],
  ['scheduler_note', 'note'],
];

/** Largest right ascension and declination in radians, with room for rounding. */
const FULL_TURN_RAD = 6.2832;
const RIGHT_ANGLE_RAD = 1.5708;

/** The table of visits, understood. */
export interface VisitTable {
  /** The table's name as it stands in a query. */
  readonly sql: string;
  /** Column of each role that the table has, as it stands in a query. */
  readonly columns: Readonly<Partial<Record<VisitRole, SqlColumn>>>;
  readonly angles: 'degrees' | 'radians';
  /** Every column of the table. */
  readonly allColumns: readonly SqlColumn[];
  /** True where one visit may stand in several rows. */
  readonly repeatsVisits: boolean;
  /** What was decided about the table, in sentences. */
  readonly notes: readonly string[];
  /** The column that an expression means by a name, or the words for why there is none. */
  columnNamed(name: string): WhereColumn | string;
}

/** Finds the table of visits. @throws SurveyDatabaseError where there is none, naming what is missing */
export function findVisitTable(database: SqlDatabase): VisitTable {
  const table = chooseTable(database);
  const columns = columnsOf(table);
  const sql = quotedName(table.name);
  const isOld = columns.visitId?.name.toLowerCase() === 'obshistid';
  const angles = isOld && fitsRadians(database, sql, columns) ? 'radians' : 'degrees';
  const notes: string[] = [];
  if (columns.ra !== undefined && !/^fieldRA$/i.test(columns.ra.name)) {
    notes.push(`the pointing is the dithered one (${columns.ra.name}, ${columns.dec?.name ?? ''})`);
  }
  return {
    sql,
    columns,
    allColumns: table.columns,
    angles,
    repeatsVisits: isOld,
    notes,
    columnNamed: (name) =>
      columnNamed(table, name) ?? pointingNamed(name, columns, angles) ?? noColumn(table, name),
  };
}

function chooseTable({ name, tables }: SqlDatabase): SqlTable {
  const usual = TABLES.flatMap((wanted) =>
    tables.filter((table) => table.name.toLowerCase() === wanted.toLowerCase()),
  );
  const candidates = [...usual, ...tables.filter((table) => !usual.includes(table))];
  const complete = candidates.find((table) => missingFrom(table).length === 0);
  if (complete) return complete;
  const nearest = usual[0] ?? candidates.find((table) => missingFrom(table).length < REQUIRED.length);
  if (nearest) {
    const missing = missingFrom(nearest).map((role) => COLUMN_NAMES[role].join(' or '));
    throw new SurveyDatabaseError(
      name,
      `table ${nearest.name} has no column ${missing.join('; no column ')}; a scheduler's database has them`,
    );
  }
  const listed = tables.map((table) => table.name).slice(0, 8);
  throw new SurveyDatabaseError(
    name,
    `holds no visits: no table ${TABLES.join(', ')}; ${listed.length === 0 ? 'it has no tables' : `its tables are ${listed.join(', ')}`}`,
  );
}

function missingFrom(table: SqlTable): VisitRole[] {
  const columns = columnsOf(table);
  return REQUIRED.filter((role) => columns[role] === undefined);
}

function columnsOf(table: SqlTable): Partial<Record<VisitRole, SqlColumn>> {
  const columns: Partial<Record<VisitRole, SqlColumn>> = {};
  for (const role of Object.keys(COLUMN_NAMES) as VisitRole[]) {
    const found = COLUMN_NAMES[role].map((name) => findColumn(table, name)).find((column) => column);
    if (found) columns[role] = found;
  }
  return columns;
}

function findColumn(table: SqlTable, name: string): SqlColumn | undefined {
  return table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
}

/** Tables of that age were also handed on in degrees; a sky in degrees does not fit into 2 pi. */
function fitsRadians(
  database: SqlDatabase,
  sql: string,
  { ra, dec }: Partial<Record<VisitRole, SqlColumn>>,
): boolean {
  let fits = true;
  database.rows(
    `SELECT max(abs(${quotedName(ra!.name)})), max(abs(${quotedName(dec!.name)})) FROM ${sql}`,
    [],
    ([largestRa, largestDec]) => {
      fits = Number(largestRa) <= FULL_TURN_RAD && Number(largestDec) <= RIGHT_ANGLE_RAD;
    },
  );
  return fits;
}

function columnNamed(table: SqlTable, name: string): WhereColumn | undefined {
  const own = findColumn(table, name);
  const others = SAME_THING.find((names) =>
    names.some((other) => other.toLowerCase() === name.toLowerCase()),
  );
  const column = own ?? others?.map((other) => findColumn(table, other)).find((found) => found);
  if (column === undefined) return undefined;
  const sql = quotedName(column.name);
  // Asked for the band where the table has only the filter, which may be the glass: "r_57" is of band r.
  const isBandOfFilter = own === undefined && name.toLowerCase() === 'band';
  return { sql: isBandOfFilter ? `substr(${sql}, 1, 1)` : sql, holds: column.holds };
}

/** The pointing as a request has it, in degrees, whatever the table calls it. */
const POINTING: Readonly<Record<string, 'ra' | 'dec'>> = { radeg: 'ra', decdeg: 'dec' };
const DEG_PER_RAD = 57.29577951308232;

function pointingNamed(
  name: string,
  columns: VisitTable['columns'],
  angles: VisitTable['angles'],
): WhereColumn | undefined {
  const column = columns[POINTING[name.toLowerCase()] ?? 'visitId'];
  if (POINTING[name.toLowerCase()] === undefined || column === undefined) return undefined;
  const sql = quotedName(column.name);
  return { sql: angles === 'radians' ? `(${DEG_PER_RAD} * ${sql})` : sql, holds: 'number' };
}

function noColumn(table: SqlTable, name: string): string {
  const names = table.columns.map((known) => known.name);
  const otherNames = SAME_THING.filter((same) => same.some((other) => findColumn(table, other))).flat();
  const nearest = nearestName(name, [...names, ...otherNames]);
  return `there is no column ${name}; ${nearest === undefined ? `columns are ${names.join(', ')}` : `did you mean ${nearest}?`}`;
}
