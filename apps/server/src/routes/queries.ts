/** SQL over truth tables. */
import { parseExpression, searchDatasets, settleIfAbsent, type Viewer } from '@imsim-od/archive';
import { QueryError, queryTruth, type TruthFile } from '@imsim-od/truth-query';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

const DEFAULT_ROWS = 10_000;
const PAGE = 1000;
const MAX_FILES = 20_000;
/** Queries at a time; each may use the memory below. */
const AT_A_TIME = 2;
const MEMORY_MB = 1024;

/** A truth table by its content. */
type StoredTruth = TruthFile & { readonly sha256: string; readonly bytes: number };

/** Registers the address. */
export function registerQueries(app: FastifyInstance, { archive, log }: Services): void {
  /** Who asks; one query of each at a time, so that nobody takes all turns. */
  const asking = new Set<string>();
  registerRoute(app, 'query', async ({ body, request, reply }) => {
    const viewer = viewerOf(request);
    if (asking.has(viewer.userId))
      throw new ApiFault('API_UNAVAILABLE', 'Another query of yours is running; ask again after it.');
    if (asking.size >= AT_A_TIME)
      throw new ApiFault('API_UNAVAILABLE', `${AT_A_TIME} queries are running; ask again in a moment.`);
    asking.add(viewer.userId);
    const gone = new AbortController();
    // The request itself was read whole by now; that nobody waits any more shows in the answer alone.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort(new ApiFault('API_UNAVAILABLE', 'The client left.'));
    });
    try {
      const files = await truthFiles(viewer, body.datasets);
      const { columns, rows, truncated } = await queryTruth({
        sql: body.sql,
        files,
        maxRows: body.maxRows ?? DEFAULT_ROWS,
        memoryMb: MEMORY_MB,
        signal: gone.signal,
      }).catch(async (error: unknown) => {
        if (error instanceof QueryError && error.message.startsWith('IO Error')) await refuseAbsent(files);
        throw error;
      });
      return {
        columns: columns.map((column) => ({ ...column })),
        rows: rows.map((row) => [...row]),
        truncated,
        datasets: files.length,
      };
    } finally {
      asking.delete(viewer.userId);
    }
  });

  /** A query fails of files that are gone: then these are to blame. @throws ApiFault ARCHIVE_GONE */
  async function refuseAbsent(files: readonly StoredTruth[]): Promise<void> {
    const gone: string[] = [];
    for (const file of files)
      if ((await settleIfAbsent(archive, file)) !== undefined) gone.push(file.datasetId);
    if (gone.length === 0) return;
    log.error({ datasets: gone }, 'stored truth tables are gone');
    throw new ApiFault(
      'ARCHIVE_GONE',
      `${gone.length} of the truth tables are gone from the store, that of dataset ${gone[0]} among them. Reading such a dataset makes it again; asked again, the query goes without them.`,
    );
  }

  /** The truth tables that the viewer may see and whose bytes are there. */
  async function truthFiles(viewer: Viewer, chosen: string | undefined): Promise<readonly StoredTruth[]> {
    // By itself, so that it is one condition and cannot end the parentheses around it.
    if (chosen !== undefined) parseExpression(chosen);
    const expression = `type = 'truth' and format = 'parquet' and state = 'present'${chosen === undefined ? '' : ` and (${chosen})`}`;
    const files: StoredTruth[] = [];
    for (let after: string | undefined; ;) {
      const page = await searchDatasets(
        archive,
        viewer,
        { expression },
        { limit: PAGE, ...(after === undefined ? {} : { after }) },
      );
      for (const { id, sha256, bytes, visit, snap, band, detector } of page) {
        files.push({
          path: archive.store.pathOf(sha256),
          datasetId: id,
          sha256,
          bytes,
          visit: visit ?? 0,
          snap: snap ?? 0,
          band: band ?? '',
          detector: detector ?? '',
        });
      }
      after = page.at(-1)?.id;
      if (page.length < PAGE || after === undefined) return files;
      if (files.length > MAX_FILES)
        throw new ApiFault(
          'QUERY_TOO_LARGE',
          `More than ${MAX_FILES} truth tables fit; choose fewer with "datasets".`,
        );
    }
  }
}
