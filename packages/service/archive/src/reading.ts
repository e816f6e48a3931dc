/** One dataset: its facts, and its bytes or why there are none. */
import { sql } from 'kysely';
import type { Archive, Viewer } from './archive.js';
import { type Dataset, datasetColumns, type DatasetRow, isVisible, toDataset } from './dataset.js';
import { NotInArchiveError, NotOwnerError } from './errors.js';
import type { ArchiveTransaction } from './schema.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A dataset that the viewer may see. @throws NotInArchiveError */
export async function readDataset({ db }: Archive, viewer: Viewer, id: string): Promise<Dataset> {
  if (!UUID.test(id)) throw new NotInArchiveError('dataset', id);
  const { rows } = await sql<DatasetRow>`
    select ${datasetColumns()} from archive.datasets d left join archive.blobs b on b.sha256 = d.sha256
    where d.id = ${id}::uuid and ${isVisible(viewer)}
  `.execute(db);
  const [row] = rows;
  if (row === undefined) throw new NotInArchiveError('dataset', id);
  return toDataset(row);
}

/** A catalog file beside another, or in a folder below it. */
export interface CatalogNeighbour extends Dataset {
  /** As the other would include it: `stars.txt`, `parts/stars.txt`. */
  readonly relativeName: string;
}

const MAX_NEIGHBOURS = 1000;

/**
 * The catalog files that a catalog may include, itself among them: those of its owner in its folder and below, the newest of each name.
 * @param most no more than these are told, its own folder first
 */
export async function listNeighbours(
  { db }: Archive,
  viewer: Viewer,
  catalog: Pick<Dataset, 'id' | 'ownerId' | 'folder' | 'name'>,
  most = MAX_NEIGHBOURS,
): Promise<readonly CatalogNeighbour[]> {
  const prefix = catalog.folder === '/' ? '/' : `${catalog.folder}/`;
  const { rows } = await sql<DatasetRow>`
    select distinct on (d.folder, d.name) ${datasetColumns()}
    from archive.datasets d left join archive.blobs b on b.sha256 = d.sha256
    where d.owner = ${catalog.ownerId}::uuid and d.type = 'catalog' and (d.folder = ${catalog.folder} or starts_with(d.folder, ${prefix}))
      and (d.folder <> ${catalog.folder} or d.name <> ${catalog.name} or d.id = ${catalog.id}::uuid)
      and ${isVisible(viewer)}
    order by d.folder, d.name, d.id desc limit ${most}
  `.execute(db);
  return rows.map((row) => {
    const dataset = toDataset(row);
    return {
      ...dataset,
      relativeName: `${dataset.folder}/${dataset.name}`.replace('//', '/').slice(prefix.length),
    };
  });
}

/** A dataset to change, its row locked. */
export interface OwnedRow {
  readonly id: string;
  readonly owner: string;
  readonly chargedTo: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly dropped: boolean;
  readonly recipeHash: string | null;
}

/** The columns of an `OwnedRow`, from `archive.datasets d`. */
export const OWNED_COLUMNS = sql`d.id, d.owner, d.charged_to as "chargedTo", d.bytes, d.sha256, d.dropped, d.recipe_hash as "recipeHash"`;

/**
 * Locks datasets for a change, in the order of their ids.
 * @throws NotInArchiveError for what the viewer may not see, NotOwnerError for what is another's
 */
export async function lockOwned(
  transaction: ArchiveTransaction,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly OwnedRow[]> {
  const wanted = [...new Set(ids)];
  const odd = wanted.find((id) => !UUID.test(id));
  if (odd !== undefined) throw new NotInArchiveError('dataset', odd);
  const { rows } = await sql<OwnedRow>`
    select ${OWNED_COLUMNS} from archive.datasets d where d.id = any(${wanted}::uuid[]) and ${isVisible(viewer)} order by d.id for update of d
  `.execute(transaction);
  const found = new Set(rows.map(({ id }) => id));
  const absent = wanted.find((id) => !found.has(id));
  if (absent !== undefined) throw new NotInArchiveError('dataset', absent);
  const foreign = rows.find(({ owner }) => owner !== viewer.userId && !viewer.isAdmin);
  if (foreign !== undefined) throw new NotOwnerError(foreign.id);
  return rows;
}
