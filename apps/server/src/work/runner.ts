/** The runner: a worker of its own for what reads users' input — planning and checking catalogs — so that neither waits for images. */
import type { RunPlanner, StoredCatalog } from '@imsim-od/runs';
import { ApiFault } from '../http/api-fault.js';
import type { CatalogSummary, FileDigest, PlannedVisit } from './work-protocol.js';
import { WorkerPool } from './worker-pool.js';
import { WorkerGoneError, WorkError } from './worker-process.js';

const PLAN_PATIENCE_MS = 120_000;
const CATALOG_PATIENCE_MS = 3_600_000;

/** Carries out what reads users' input. */
export class Runner implements RunPlanner {
  readonly #pool: WorkerPool;
  readonly #readers: WorkerPool;

  constructor(program: string) {
    this.#pool = new WorkerPool(program, 1);
    this.#readers = new WorkerPool(program, 1);
  }

  async plan(...[requests, catalogs]: Parameters<RunPlanner['plan']>): Promise<readonly PlannedVisit[]> {
    const patience = AbortSignal.timeout(PLAN_PATIENCE_MS);
    try {
      const result = await this.#pool.use(
        (worker) => worker.carryOut({ kind: 'plan', plan: { requests, catalogs } }),
        patience,
      );
      return result as readonly PlannedVisit[];
    } catch (error) {
      throw asFault(error, 'RUN_INVALID', 'requests', patience.aborted);
    }
  }

  /** Reads a catalog whole. @throws ApiFault UPLOAD_INVALID */
  async readCatalog(catalog: StoredCatalog): Promise<CatalogSummary> {
    const patience = AbortSignal.timeout(CATALOG_PATIENCE_MS);
    try {
      const result = await this.#readers.use(
        (worker) => worker.carryOut({ kind: 'readCatalog', catalog }),
        patience,
      );
      return result as CatalogSummary;
    } catch (error) {
      throw asFault(error, 'UPLOAD_INVALID', catalog.name, patience.aborted);
    }
  }

  /** Size and checksums of a file. */
  async digest(path: string): Promise<FileDigest> {
    return (await this.#readers.use((worker) => worker.carryOut({ kind: 'digest', path }))) as FileDigest;
  }

  close(): void {
    this.#pool.close();
    this.#readers.close();
  }
}

/** Bad input is the user's; a runner that died of it, or went on for too long, too, as far as one can tell. */
function asFault(
  error: unknown,
  code: 'RUN_INVALID' | 'UPLOAD_INVALID',
  path: string,
  isLate: boolean,
): unknown {
  if (isLate)
    return new ApiFault(code, `${path}: it could not be read in time; it is too large`, [
      { path, message: 'too large' },
    ]);
  if (error instanceof WorkError && error.badInput)
    return new ApiFault(code, error.message, [{ path, message: error.message }], error.code);
  if (error instanceof WorkerGoneError)
    return new ApiFault(
      'API_UNAVAILABLE',
      `${error.message}. Try again; if it happens again, the input is too large for this server.`,
    );
  return error;
}
