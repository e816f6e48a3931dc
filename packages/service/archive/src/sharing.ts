/** Letting others read: a dataset, all of a run, or a collection, with a group or with every user. */
import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { Archive, Viewer } from './archive.js';
import { ArchiveInputError } from './errors.js';
import { lockOwned } from './reading.js';
import { lockCollection } from './collections.js';

/** What is shared; of a run, what it has made and will make. */
export type ShareSubject =
  | { readonly datasetIds: readonly string[] }
  /** The caller has seen to it that the run is the viewer's. */
  | { readonly runId: string }
  | { readonly collectionId: string };

/** With whom: a group, or every user of the service. */
export type ShareAudience = { readonly groupId: string } | 'all';

/** Grants reading; granting it twice changes nothing. @throws NotInArchiveError, NotOwnerError */
export async function share(
  archive: Archive,
  viewer: Viewer,
  subject: ShareSubject,
  audience: ShareAudience,
): Promise<void> {
  await changeShares(archive, viewer, subject, async (transaction, column, ids) => {
    for (const id of ids) {
      await sql`
        insert into archive.shares (id, ${sql.ref(column)}, group_id) values (${v7()}::uuid, ${id}::uuid, ${groupOf(audience)}::uuid)
        on conflict do nothing
      `.execute(transaction);
    }
  });
}

/** Takes reading back. @throws NotInArchiveError, NotOwnerError */
export async function unshare(
  archive: Archive,
  viewer: Viewer,
  subject: ShareSubject,
  audience: ShareAudience,
): Promise<void> {
  await changeShares(archive, viewer, subject, async (transaction, column, ids) => {
    await sql`
      delete from archive.shares where ${sql.ref(column)} = any(${[...ids]}::uuid[])
        and group_id is not distinct from ${groupOf(audience)}::uuid
    `.execute(transaction);
  });
}

/** With whom a subject is shared: ids of groups, and whether with all. */
export async function listShares(
  { db }: Archive,
  subject: { readonly runId: string } | { readonly datasetId: string } | { readonly collectionId: string },
): Promise<{ readonly groupIds: readonly string[]; readonly withAll: boolean }> {
  const [column, id] =
    'runId' in subject
      ? ['run_id', subject.runId]
      : 'datasetId' in subject
        ? ['dataset_id', subject.datasetId]
        : ['collection_id', subject.collectionId];
  const { rows } = await sql<{ group_id: string | null }>`
    select group_id from archive.shares where ${sql.ref(column)} = ${id}::uuid order by group_id
  `.execute(db);
  return {
    groupIds: rows.flatMap(({ group_id }) => (group_id === null ? [] : [group_id])),
    withAll: rows.some(({ group_id }) => group_id === null),
  };
}

/** Whether a run is shared with the viewer. */
export async function isRunShared({ db }: Archive, viewer: Viewer, runId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from archive.shares where run_id = ${runId}::uuid and (group_id is null or group_id = any(${[...viewer.groupIds]}::uuid[])) limit 1
  `.execute(db);
  return rows.length > 0;
}

/** The runs that are shared with the viewer. */
export async function listSharedRuns({ db }: Archive, viewer: Viewer): Promise<readonly string[]> {
  const { rows } = await sql<{ run_id: string }>`
    select distinct run_id from archive.shares
    where run_id is not null and (group_id is null or group_id = any(${[...viewer.groupIds]}::uuid[])) order by 1 desc limit 10000
  `.execute(db);
  return rows.map(({ run_id }) => run_id);
}

type ShareColumn = 'dataset_id' | 'run_id' | 'collection_id';

async function changeShares(
  archive: Archive,
  viewer: Viewer,
  subject: ShareSubject,
  change: (
    transaction: Parameters<typeof lockOwned>[0],
    column: ShareColumn,
    ids: readonly string[],
  ) => Promise<void>,
): Promise<void> {
  await archive.db.transaction().execute(async (transaction) => {
    if ('runId' in subject) return change(transaction, 'run_id', [subject.runId]);
    if ('collectionId' in subject) {
      await lockCollection(transaction, viewer, subject.collectionId);
      return change(transaction, 'collection_id', [subject.collectionId]);
    }
    if (subject.datasetIds.length > 10_000) throw new ArchiveInputError('datasetIds', 'are more than 10,000');
    const rows = await lockOwned(transaction, viewer, subject.datasetIds);
    return change(
      transaction,
      'dataset_id',
      rows.map(({ id }) => id),
    );
  });
}

function groupOf(audience: ShareAudience): string | null {
  return audience === 'all' ? null : audience.groupId;
}
