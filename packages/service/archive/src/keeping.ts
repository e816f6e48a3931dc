/** What a backup must keep of the store, and how an archive comes to terms with files that did not come back. */
import { sql } from 'kysely';
import type { Archive } from './archive.js';
import { addUsage, lockContents } from './contents.js';

/** A content of the store. */
export interface KeptContent {
  readonly sha256: string;
  readonly bytes: number;
  /** In the store. */
  readonly path: string;
}

const PAGE = 500;

/** Whether a content is still in the catalog. */
export async function isKnownContent({ db }: Archive, sha256: string): Promise<boolean> {
  const row = await db
    .selectFrom('archive.blobs')
    .select('sha256')
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The contents that a backup needs, whether or not their files are sound: those that no recipe can make again, inputs of recipes among them; or all.
 * @param all also what could be made again
 */
export async function* listContents({ db, store }: Archive, all: boolean): AsyncGenerator<KeptContent> {
  for (let after = ''; ;) {
    const { rows } = await sql<{ sha256: string; bytes: number }>`
      select b.sha256, b.bytes from archive.blobs b
      where b.sha256 > ${after} and (${all}::boolean
        or exists (select 1 from archive.datasets d where d.sha256 = b.sha256 and d.recipe_hash is null)
        or exists (select 1 from archive.recipe_inputs i where i.sha256 = b.sha256)
        or exists (select 1 from archive.holds h where h.sha256 = b.sha256))
      order by b.sha256 limit ${PAGE}
    `.execute(db);
    for (const { sha256, bytes } of rows) yield { sha256, bytes, path: store.pathOf(sha256) };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.sha256;
  }
}

/** What became of contents that are not there. */
export interface AbsenceReport {
  /** Datasets whose pixels count as dropped now: reading makes them again. */
  readonly dropped: number;
  /** Contents that nothing can make again. */
  readonly missing: number;
}

/**
 * Looks for a content's file; where it is not there, datasets with a recipe are dropped and the others' content is missing.
 * @returns undefined where it is there @throws ArchiveAwayError
 */
export async function settleIfAbsent(
  archive: Archive,
  { sha256, bytes }: Pick<KeptContent, 'sha256' | 'bytes'>,
): Promise<AbsenceReport | undefined> {
  if (await archive.store.has(sha256, bytes)) return undefined;
  await archive.store.check();
  return archive.db.transaction().execute(async (transaction) => {
    await lockContents(transaction, [sha256]);
    const { rows } = await sql<{ userId: string; bytes: number }>`
      update archive.datasets set dropped = true, restored_until = null
      where sha256 = ${sha256} and not dropped and recipe_hash is not null
      returning charged_to as "userId", bytes
    `.execute(transaction);
    await addUsage(
      transaction,
      rows.map((row) => ({ userId: row.userId, bytes: -row.bytes, datasets: -1 })),
    );
    const { rows: needed } = await sql`
      select 1 from archive.datasets where sha256 = ${sha256} and not dropped
      union all select 1 from archive.recipe_inputs where sha256 = ${sha256}
      union all select 1 from archive.holds where sha256 = ${sha256} limit 1
    `.execute(transaction);
    if (needed.length === 0) {
      await transaction.deleteFrom('archive.blobs').where('sha256', '=', sha256).execute();
    } else {
      await transaction
        .updateTable('archive.blobs')
        .set({ state: 'missing' })
        .where('sha256', '=', sha256)
        .execute();
    }
    return { dropped: rows.length, missing: needed.length };
  });
}

/** Looks for every content's file; where it is not there, datasets with a recipe are dropped and the others' content is missing. @throws ArchiveAwayError */
export async function settleAbsentContents(archive: Archive): Promise<AbsenceReport> {
  let dropped = 0;
  let missing = 0;
  await archive.store.check();
  for await (const content of listContents(archive, true)) {
    const absence = await settleIfAbsent(archive, content);
    dropped += absence?.dropped ?? 0;
    missing += absence?.missing ?? 0;
  }
  return { dropped, missing };
}
