/** SQL over truth tables. */
import { parseExpression, searchDatasets, type Viewer } from '@imsim-od/archive';
import { queryTruth, type TruthFile } from '@imsim-od/truth-query';
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

/** Registers the address. */
export function registerQueries(app: FastifyInstance, { archive }: Services): void {
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

  /** The truth tables that the viewer may see and whose bytes are there. */
  async function truthFiles(viewer: Viewer, chosen: string | undefined): Promise<readonly TruthFile[]> {
    // By itself, so that it is one condition and cannot end the parentheses around it.
    if (chosen !== undefined) parseExpression(chosen);
    const expression = `type = 'truth' and format = 'parquet' and state = 'present'${chosen === undefined ? '' : ` and (${chosen})`}`;
    const files: TruthFile[] = [];
    for (let after: string | undefined; ;) {
      const page = await searchDatasets(
        archive,
        viewer,
        { expression },
        { limit: PAGE, ...(after === undefined ? {} : { after }) },
      );
      for (const { id, sha256, visit, snap, band, detector } of page) {
        files.push({
          path: archive.store.pathOf(sha256),
          datasetId: id,
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
