/** Files coming into the archive as datasets: what tasks made, and what users uploaded. */
import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { Archive } from './archive.js';
import { addUsage, admitContents, type IncomingFile, lockContents, type UsageChange } from './contents.js';
import type { Observation } from './dataset.js';
import { ArchiveInputError, QuotaError } from './errors.js';
import { readUsage } from './quota.js';
import type { ArchiveTransaction } from './schema.js';

/** A catalog that a recipe reads: its files by name and content, the catalog itself first. */
export interface RecipeCatalogFiles {
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** The archive of SED files that its sources were drawn by, where the service keeps it. */
  readonly sedArchive?: { readonly name: string; readonly sha256: string; readonly bytes: number };
}

/** A recipe as the archive keeps it. */
export interface KeptRecipe {
  readonly recipeHash: string;
  /** Canonical JSON. */
  readonly document: string;
  /** In the order of the recipe's catalogs. */
  readonly catalogs: readonly RecipeCatalogFiles[];
}

/** A file that a task made. */
export interface OutputFile extends IncomingFile {
  readonly name: string;
  readonly type: string;
}

/** What one task made. */
export interface TaskOutputs {
  readonly ownerId: string;
  readonly runId: string;
  readonly taskIndex: number;
  /** From `/`. */
  readonly folder: string;
  readonly observation: Observation;
  readonly recipe: KeptRecipe;
  readonly files: readonly OutputFile[];
  /** Null: kept until removed. */
  readonly expiresAtUtc: string | null;
}

/** The format of a file by its name. */
export function formatOf(name: string): string {
  const match = /\.(fits\.fz|fits|parquet|png|json|csv|db|sqlite3?|txt\.gz|txt|gz)$/i.exec(name);
  const ending = match?.[1]?.toLowerCase();
  if (ending === 'db' || ending?.startsWith('sqlite') === true) return 'sqlite';
  return ending === undefined || ending.startsWith('txt') || ending === 'gz' ? 'text' : ending;
}

/**
 * Registers what tasks made, within the transaction that makes them succeed: either both are there, or neither. Doing it again for the same
 * task changes nothing. The turn to compute their recipes ends with it.
 */
export async function registerOutputs(
  archive: Archive,
  transaction: ArchiveTransaction,
  outputs: readonly TaskOutputs[],
): Promise<void> {
  const files = outputs.flatMap((task) => task.files);
  await lockContents(
    transaction,
    files.map(({ sha256 }) => sha256),
  );
  await admitContents(archive, transaction, files);
  const changes: UsageChange[] = [];
  for (const task of outputs) {
    if (task.files.length === 0) continue;
    await keepRecipe(transaction, task.recipe);
    const added = await transaction
      .insertInto('archive.datasets')
      .values(
        task.files.map((file) => ({
          id: v7(),
          type: file.type,
          format: formatOf(file.name),
          name: file.name,
          folder: task.folder,
          owner: task.ownerId,
          charged_to: task.ownerId,
          run_id: task.runId,
          task_index: task.taskIndex,
          ...observationColumns(task.observation),
          bytes: file.bytes,
          sha256: file.sha256,
          adler32: file.adler32,
          recipe_hash: task.recipe.recipeHash,
          restored_until: null,
          expires_at: task.expiresAtUtc === null ? null : new Date(task.expiresAtUtc),
        })),
      )
      .onConflict((conflict) => conflict.columns(['run_id', 'task_index', 'name']).doNothing())
      .returning('bytes')
      .execute();
    const bytes = added.reduce((sum, row) => sum + row.bytes, 0);
    changes.push({ userId: task.ownerId, bytes, datasets: added.length });
  }
  await addUsage(transaction, changes);
  const made = [...new Set(outputs.map(({ recipe }) => recipe.recipeHash))];
  await sql`delete from archive.making where recipe_hash = any(${made}::text[])`.execute(transaction);
}

/** A file that a user uploaded. */
export interface Upload extends IncomingFile {
  /** `catalog`, which stands for everything that a sky is made of; `survey`: a scheduler database. Default: catalog. */
  readonly datasetType?: 'catalog' | 'survey';
  /** UUID, version 7, chosen by the caller so that registering twice is harmless. Default: a new one. */
  readonly id?: string;
  readonly ownerId: string;
  /** From `/`; files of one folder may include each other by name. */
  readonly folder: string;
  readonly name: string;
  readonly expiresAtUtc: string | null;
}

/** Registers an uploaded catalog; a second time under the same id changes nothing. @returns the dataset's id @throws ArchiveInputError for a name or folder that breaks the rules, QuotaError */
export async function registerUpload(archive: Archive, upload: Upload): Promise<string> {
  checkFileName('name', upload.name);
  checkFolder('folder', upload.folder);
  return archive.db.transaction().execute(async (transaction) => {
    await lockContents(transaction, [upload.sha256]);
    await admitContents(archive, transaction, [upload]);
    const id = upload.id ?? v7();
    const inserted = await transaction
      .insertInto('archive.datasets')
      .values({
        id,
        type: upload.datasetType ?? 'catalog',
        format: formatOf(upload.name),
        name: upload.name,
        folder: upload.folder,
        owner: upload.ownerId,
        charged_to: upload.ownerId,
        run_id: null,
        task_index: null,
        ...observationColumns(null),
        bytes: upload.bytes,
        sha256: upload.sha256,
        adler32: upload.adler32,
        recipe_hash: null,
        restored_until: null,
        expires_at: upload.expiresAtUtc === null ? null : new Date(upload.expiresAtUtc),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined) return id;
    await addUsage(transaction, [{ userId: upload.ownerId, bytes: upload.bytes, datasets: 1 }]);
    // Other uploads of the user wait for this one's row of usage, so that not all of them find room in what is left.
    const { bytes, quotaBytes } = await readUsage({ ...archive, db: transaction }, upload.ownerId);
    if (bytes > quotaBytes) throw new QuotaError(quotaBytes, bytes - upload.bytes, upload.bytes);
    return id;
  });
}

/** @throws ArchiveInputError unless it is the plain name of a file, 1 to 200 characters */
export function checkFileName(field: string, name: string): void {
  const isPlain = name !== '.' && name !== '..' && !/[/\\\p{Cc}]/u.test(name);
  if (name.length < 1 || name.length > 200 || !isPlain)
    throw new ArchiveInputError(field, 'needs 1 to 200 characters without /, \\ and control characters');
}

/** @throws ArchiveInputError unless it is `/`, or `/` and plain names between slashes, at most 500 characters */
export function checkFolder(field: string, folder: string): void {
  if (folder === '/') return;
  if (folder.length > 500 || !folder.startsWith('/') || folder.endsWith('/'))
    throw new ArchiveInputError(
      field,
      'must begin with / and not end with one, and have at most 500 characters',
    );
  for (const part of folder.slice(1).split('/')) checkFileName(field, part);
}

async function keepRecipe(transaction: ArchiveTransaction, recipe: KeptRecipe): Promise<void> {
  await transaction
    .insertInto('archive.recipes')
    .values({
      recipe_hash: recipe.recipeHash,
      document: recipe.document,
      catalogs: sql`${JSON.stringify(recipe.catalogs)}::jsonb`,
    })
    .onConflict((conflict) => conflict.column('recipe_hash').doNothing())
    .execute();
  const inputs = new Set(
    recipe.catalogs.flatMap(({ files, sedArchive }) => [
      ...files.map(({ sha256 }) => sha256),
      ...(sedArchive === undefined ? [] : [sedArchive.sha256]),
    ]),
  );
  if (inputs.size === 0) return;
  await transaction
    .insertInto('archive.recipe_inputs')
    .values([...inputs].map((sha256) => ({ recipe_hash: recipe.recipeHash, sha256 })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function observationColumns(observation: Observation | null) {
  const o = observation;
  return {
    visit: o?.visit ?? null,
    snap: o?.snap ?? null,
    band: o?.band ?? null,
    physical_filter: o?.physicalFilter ?? null,
    detector: o?.detector ?? null,
    detector_id: o?.detectorId ?? null,
    obs_mjd_tai: o?.obsMjdTai ?? null,
    exposure_s: o?.exposureS ?? null,
    airmass: o?.airmass ?? null,
    seeing_arcsec: o?.seeingArcsec ?? null,
    sky_brightness: o?.skyBrightness ?? null,
    ra_deg: o?.raDeg ?? null,
    dec_deg: o?.decDeg ?? null,
    corners: o?.corners ? sql`${JSON.stringify(o.corners)}::jsonb` : null,
    hpx8: o?.hpx8 ? [...o.hpx8] : null,
  };
}
