/** The tables of some schemas as a backup needs them: referenced before referring, generated columns left out. */
import type pg from 'pg';

/** A table and the columns whose values are kept. */
export interface TableColumns {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}

/** Kysely's own table of a lock: it holds nothing, and a restore makes it by migrating. */
const NOT_KEPT = new Set(['kysely_migration', 'kysely_migration_lock']);

/** The tables, each after those that its foreign keys lead to. */
export async function listTables(client: pg.ClientBase, schemas: readonly string[]): Promise<TableColumns[]> {
  const { rows } = await client.query<{ oid: string; schema: string; name: string; columns: string[] }>(
    `select c.oid::text as oid, n.nspname as schema, c.relname as name,
       array(select a.attname::text from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
             order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname = any($1) order by n.nspname, c.relname`,
    [schemas],
  );
  const { rows: keys } = await client.query<{ from: string; to: string }>(
    `select conrelid::oid::text as "from", confrelid::oid::text as "to"
     from pg_constraint where contype = 'f'`,
  );
  const kept = rows.filter(({ name }) => !NOT_KEPT.has(name));
  const byOid = new Map(kept.map((row) => [row.oid, row]));
  const ordered = new Set<(typeof kept)[number]>();
  const visit = (row: (typeof kept)[number], path: ReadonlySet<string>): void => {
    if (ordered.has(row) || path.has(row.oid)) return;
    for (const key of keys) {
      const target = key.from === row.oid ? byOid.get(key.to) : undefined;
      if (target !== undefined) visit(target, new Set([...path, row.oid]));
    }
    ordered.add(row);
  };
  for (const row of kept) visit(row, new Set());
  return [...ordered].map(({ schema, name, columns }) => ({ schema, name, columns }));
}
