/** The rows of a table of visits that meet a condition, each visit once. */
import type { PageSource } from './page-source.js';
import { openSqlDatabase, quotedName, type SqlDatabase } from './sqlite/sqlite-database.js';
import { findVisitTable, type VisitTable } from './visit-table.js';
import type { WhereCondition } from './where/where-condition.js';

/** Every visit. */
export const EVERY_VISIT: WhereCondition = { sql: '1', values: [] };

/** Opens a database for as long as `use` takes. @throws SurveyDatabaseError, and whatever the source throws */
export async function withVisitTable<T>(
  source: PageSource,
  use: (database: SqlDatabase, table: VisitTable) => T,
): Promise<T> {
  const database = await openSqlDatabase(source);
  try {
    return use(database, findVisitTable(database));
  } finally {
    database.close();
  }
}

/** Counts visits: distinct ones where a visit may have several rows. */
export function visitCount({ columns, repeatsVisits }: VisitTable): string {
  return repeatsVisits ? `count(DISTINCT ${quotedName(columns.visitId!.name)})` : 'count(*)';
}

/** What follows FROM, with its values: of the rows of one visit in an old table the first that meets the condition. */
export function matchingRows(
  { sql: table, columns, repeatsVisits }: VisitTable,
  { sql, values }: WhereCondition,
): WhereCondition {
  if (!repeatsVisits) return { sql: `${table} WHERE (${sql})`, values };
  const id = quotedName(columns.visitId!.name);
  return {
    sql: `${table} WHERE (${sql}) AND rowid IN (SELECT min(rowid) FROM ${table} WHERE (${sql}) GROUP BY ${id})`,
    values: [...values, ...values],
  };
}
