/** The crawler: reads every stored file again from time to time, tells what is missing or changed, and removes what belongs to nobody. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Adler32, openFits, verifyChecksums } from '@imsim-od/fits';
import { type RawBuilder, sql } from 'kysely';
import type { Archive } from './archive.js';
import { isNeeded, lockContents, releaseContents, unlinkContents } from './contents.js';

/** What the crawler found out about one content. */
export interface Verdict {
  readonly sha256: string;
  readonly state: 'present' | 'missing' | 'corrupt';
  /** Whether it was taken for another state before. */
  readonly isNews: boolean;
  readonly bytes: number;
  /** What is wrong; null where nothing is. */
  readonly detail: string | null;
}

/** A state of the whole store. */
export interface IntegrityReport {
  readonly contents: number;
  readonly bytes: number;
  readonly missing: number;
  readonly corrupt: number;
  /** Of the content that was not looked at for longest; null: never looked at, or nothing there. */
  readonly oldestVerifiedAtUtc: string | null;
}

const CHUNK_BYTES = 1 << 20;
const MAX_FITS_BYTES = 256 << 20;

/** Whether a content that was found missing is there again is soon looked at; reading a changed one again takes long and helps seldom. */
const MISSING_AGAIN_S = 300;
const CORRUPT_AGAIN_S = 3600;

interface Stored {
  readonly sha256: string;
  readonly adler32: string;
  readonly bytes: number;
  readonly state: Verdict['state'];
  readonly isFits: boolean;
}

interface CrawlOptions {
  readonly bytesPerS?: number;
  readonly signal?: AbortSignal;
  /** What was read so lately is not read again; what was found damaged is, sooner. Default 0. */
  readonly olderThanS?: number;
}

/**
 * Reads the content that was not looked at for longest and writes down what was found; undefined where there is none.
 * @throws ArchiveAwayError where the store itself is away: then nothing is missing
 */
export async function verifyNext(archive: Archive, options: CrawlOptions = {}): Promise<Verdict | undefined> {
  const oldest = (condition: RawBuilder<unknown>, olderThanS: number) => sql`(
    select sha256 from archive.blobs
    where ${condition} and (verified_at is null or verified_at < clock_timestamp() - ${olderThanS} * interval '1 second')
    order by verified_at nulls first, sha256 limit 1)`;
  const { rows } = await sql<Stored>`
    select b.sha256, b.adler32, b.bytes, b.state,
      exists (select 1 from archive.datasets d
        where d.sha256 = b.sha256 and d.format in ('fits', 'fits.fz') and d.recipe_hash is not null) as "isFits"
    from archive.blobs b where b.sha256 = coalesce(${oldest(sql`state = 'missing'`, MISSING_AGAIN_S)},
      ${oldest(sql`state = 'corrupt'`, CORRUPT_AGAIN_S)}, ${oldest(sql`true`, options.olderThanS ?? 0)})
  `.execute(archive.db);
  const [blob] = rows;
  if (blob === undefined) return undefined;
  const detail = await faultOf(archive, blob, options);
  const state = detail === null ? 'present' : detail === MISSING ? 'missing' : 'corrupt';
  await archive.db
    .updateTable('archive.blobs')
    .set({ state, verified_at: sql<Date>`clock_timestamp()` })
    .where('sha256', '=', blob.sha256)
    .execute();
  return { sha256: blob.sha256, state, isNews: state !== blob.state, bytes: blob.bytes, detail };
}

const MISSING = 'the file is gone';
/** Trouble of this process, not of the file. */
const OWN_TROUBLE: readonly unknown[] = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** What is wrong with a content, null where nothing is. A disk that cannot give it back counts as much as one that gives other bytes. */
async function faultOf({ store }: Archive, blob: Stored, options: CrawlOptions): Promise<string | null> {
  try {
    const handle = await store.read(blob.sha256);
    try {
      return await readFault(handle, blob, options);
    } finally {
      await handle.close();
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    const code = error instanceof Error && 'syscall' in error && 'code' in error ? error.code : undefined;
    if (code === undefined || OWN_TROUBLE.includes(code)) throw error;
    await store.check();
    return code === 'ENOENT' ? MISSING : `it cannot be read: ${(error as Error).message}`;
  }
}

async function readFault(
  handle: FileHandle,
  blob: Stored,
  { bytesPerS = Infinity, signal }: CrawlOptions,
): Promise<string | null> {
  const sha256 = createHash('sha256');
  const adler32 = new Adler32();
  const keep = blob.isFits && blob.bytes <= MAX_FITS_BYTES ? Buffer.alloc(blob.bytes) : undefined;
  const started = performance.now();
  let bytes = 0;
  for (;;) {
    signal?.throwIfAborted();
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, bytes);
    if (bytesRead === 0) break;
    const read = chunk.subarray(0, bytesRead);
    sha256.update(read);
    adler32.update(read);
    if (keep !== undefined && bytes < keep.length) read.copy(keep, bytes);
    bytes += bytesRead;
    const aheadMs = (bytes / bytesPerS) * 1000 - (performance.now() - started);
    if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
  }
  if (bytes !== blob.bytes) return `it has ${bytes} bytes, and had ${blob.bytes}`;
  if (sha256.digest('hex') !== blob.sha256) return 'its SHA-256 has changed';
  if (adler32.hex() !== blob.adler32) return 'its Adler-32 has changed';
  return keep === undefined ? null : fitsFault(keep);
}

function fitsFault(bytes: Buffer): string | null {
  try {
    const wrong = openFits(bytes).hdus.findIndex((hdu) =>
      Object.values(verifyChecksums(bytes, hdu)).includes('wrong'),
    );
    return wrong < 0 ? null : `CHECKSUM or DATASUM of HDU ${wrong} is wrong`;
  } catch (error) {
    return `it is no FITS file: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * Removes files of the store that no row knows, and contents that nothing needs, and indexes of none, once they are older than `graceMs`: transactions that
 * are under way have put files there whose rows are still to come.
 */
export async function collectGarbage(archive: Archive, graceMs: number): Promise<number> {
  let removed = 0;
  for await (const file of archive.store.list(graceMs)) {
    if (Date.now() - file.changedAtMs < graceMs) continue;
    const known = await sql`
      select 1 from archive.blobs b where b.sha256 = ${file.sha256} and ${isNeeded('b.sha256')}
    `.execute(archive.db);
    if (known.rows.length > 0) continue;
    const released = await archive.db.transaction().execute(async (transaction) => {
      await lockContents(transaction, [file.sha256]);
      return releaseContents(transaction, [file.sha256]);
    });
    removed += await unlinkContents(archive, released);
  }
  await archive.store.sweepIndexes(graceMs);
  return removed;
}

/** How the store stands by what the crawler has seen. */
export async function integrityReport({ db }: Archive): Promise<IntegrityReport> {
  const { rows } = await sql<Omit<IntegrityReport, 'oldestVerifiedAtUtc'> & { oldest: Date | null }>`
    select count(*) as contents, coalesce(sum(bytes), 0)::bigint as bytes, count(*) filter (where state = 'missing') as missing,
      count(*) filter (where state = 'corrupt') as corrupt,
      case when bool_or(verified_at is null) then null else min(verified_at) end as oldest
    from archive.blobs
  `.execute(db);
  const [row] = rows;
  const { oldest, ...counts } = row ?? { contents: 0, bytes: 0, missing: 0, corrupt: 0, oldest: null };
  return { ...counts, oldestVerifiedAtUtc: oldest?.toISOString() ?? null };
}

/** Contents that are missing or corrupt, and the datasets that suffer. */
export async function listFaults(
  { db }: Archive,
  limit = 100,
): Promise<readonly { sha256: string; state: string; datasetIds: readonly string[] }[]> {
  const { rows } = await sql<{ sha256: string; state: string; datasetIds: string[] }>`
    select b.sha256, b.state, array(select d.id from archive.datasets d where d.sha256 = b.sha256 and not d.dropped limit 100) as "datasetIds"
    from archive.blobs b where b.state <> 'present' order by b.sha256 limit ${limit}
  `.execute(db);
  return rows;
}
