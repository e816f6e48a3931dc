/** The same recipe asked twice is computed once: who computes it says so, others wait and take what came of it. */
import { sql } from 'kysely';
import type { Archive } from './archive.js';
import type { FileFacts } from './dataset.js';

/** A file of a recipe that lies in the store. */
export interface KnownFile extends FileFacts {
  readonly name: string;
  readonly type: string;
  /** In the store; link it, do not change it. */
  readonly path: string;
}

/** How things stand with a recipe. */
export type MakingTurn =
  /** Every product asked for is in the store. */
  | { readonly turn: 'done'; readonly files: readonly KnownFile[] }
  /** Somebody else computes it: ask again in a while. */
  | { readonly turn: 'wait' }
  /** It is yours to compute, for `ttlS` from now. */
  | { readonly turn: 'make' };

/** The files of a recipe that lie in the store, one of each name, whoever owns them: no right to read them is given by this. */
export async function findByRecipe(archive: Archive, recipeHash: string): Promise<readonly KnownFile[]> {
  const { rows } = await sql<Omit<KnownFile, 'path'>>`
    select distinct on (d.name) d.name, d.type, d.bytes, d.sha256, d.adler32
    from archive.datasets d join archive.blobs b on b.sha256 = d.sha256
    where d.recipe_hash = ${recipeHash} and not d.dropped and b.state = 'present' order by d.name, d.id
  `.execute(archive.db);
  const found: KnownFile[] = [];
  for (const row of rows)
    if (await archive.store.has(row.sha256, row.bytes))
      found.push({ ...row, path: archive.store.pathOf(row.sha256) });
  return found;
}

/** Which of these visits have left anything that the store still has. */
export async function visitsInStore(
  archive: Archive,
  visitIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ visit: number }>`
    select distinct visit from archive.datasets
    where visit = any(${[...visitIds]}::bigint[]) and recipe_hash is not null and not dropped
  `.execute(archive.db);
  return new Set(rows.map(({ visit }) => visit));
}

/** Which of these recipes have a file of each of these types in the store, so that a task of theirs is not computed again. */
export async function recipesInStore(
  archive: Archive,
  recipeHashes: readonly string[],
  types: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ recipe_hash: string }>`
    select d.recipe_hash from archive.datasets d join archive.blobs b on b.sha256 = d.sha256
    where d.recipe_hash = any(${[...recipeHashes]}::text[]) and d.type = any(${[...types]}::text[])
      and not d.dropped and b.state = 'present'
    group by d.recipe_hash having count(distinct d.type) = ${types.length}
  `.execute(archive.db);
  return new Set(rows.map(({ recipe_hash }) => recipe_hash));
}

/**
 * Asks for a turn at a recipe.
 * @param types products that must be there for it to be done
 * @param holder who asks, the same on every call
 * @param ttlS how long nobody else gets a turn, unless `endMaking` is called before
 */
export async function beginMaking(
  archive: Archive,
  recipeHash: string,
  types: readonly string[],
  holder: string,
  ttlS: number,
): Promise<MakingTurn> {
  const files = await findByRecipe(archive, recipeHash);
  const there = new Set(files.map(({ type }) => type));
  if (types.every((type) => there.has(type))) {
    return { turn: 'done', files: files.filter(({ type }) => types.includes(type)) };
  }
  const { rows } = await sql<{ holder: string }>`
    insert into archive.making (recipe_hash, holder, expires_at)
    values (${recipeHash}, ${holder}, clock_timestamp() + ${ttlS} * interval '1 second')
    on conflict (recipe_hash) do update set holder = excluded.holder, expires_at = excluded.expires_at
      where making.holder = excluded.holder or making.expires_at < clock_timestamp()
    returning holder
  `.execute(archive.db);
  return rows.length > 0 ? { turn: 'make' } : { turn: 'wait' };
}

/** Gives the turn back, done or not; does nothing for another's. */
export async function endMaking(archive: Archive, recipeHash: string, holder: string): Promise<void> {
  await archive.db
    .deleteFrom('archive.making')
    .where('recipe_hash', '=', recipeHash)
    .where('holder', '=', holder)
    .execute();
}
