/** The runner: workers of its own for planning, checking catalogs and comparing images, so that none waits for images that are drawn. */
import { availableParallelism } from 'node:os';
import type { RunPlanner, StoredCatalog } from '@imsim-od/runs';
import type { PixelExplanation } from '@imsim-od/simulator';
import { ApiFault } from '../http/api-fault.js';
import type {
  CatalogSummary,
  FileDigest,
  FolderSummary,
  PixelQuestion,
  ImageDifference,
  PlannedVisit,
  StoredSurvey,
  SurveyAnswers,
  SurveyQuestion,
  WorkRequest,
} from './work-protocol.js';
import { WorkerPool } from './worker-pool.js';
import { WorkerGoneError, type WorkerProcess, WorkError } from './worker-process.js';

/** How long the work itself may take. Waiting for the worker is not counted: that is nobody's fault but the service's. */
export interface Patience {
  /** From one visit planned to the next. */
  readonly planMs: number;
  /** CPU seconds for all visits of a plan, so that a busy machine makes no survey too large. */
  readonly planCpuS: number;
  readonly catalogMs: number;
  /** For a question to a scheduler database, which may have millions of visits. */
  readonly surveyMs: number;
  /** For a pixel, from one step to the next. */
  readonly pixelMs: number;
  /** For the planner, whose answer somebody waits for. Catalogs are read in the background, however long that takes to begin. */
  readonly turnMs: number;
  /** For two images to be subtracted, and for the turn to begin. */
  readonly compareMs: number;
}

const PATIENCE: Patience = {
  planMs: 120_000,
  planCpuS: 300,
  catalogMs: 3_600_000,
  surveyMs: 60_000,
  pixelMs: 120_000,
  turnMs: 120_000,
  compareMs: 300_000,
};

/** Pairs of images that are subtracted at a time, at most: a worker holds some 300 MB meanwhile. */
const MOST_COMPARERS = 4;

/** How often the CPU time of a plan is looked at. */
const LOOK_MS = 500;

/** Carries out what reads users' input. */
export class Runner implements RunPlanner {
  readonly #planners: WorkerPool;
  readonly #readers: WorkerPool;
  readonly #explainers: WorkerPool;
  readonly #comparers: WorkerPool;
  readonly #patience: Patience;

  /** @param more how long to wait, and where planners look for SED files */
  constructor(program: string, more: Partial<Patience> & { readonly sedDir?: string | undefined } = {}) {
    const { sedDir, ...patience } = more;
    this.#planners = new WorkerPool(program, 1, sedDir);
    this.#readers = new WorkerPool(program, 1);
    this.#explainers = new WorkerPool(program, 1, sedDir);
    this.#comparers = new WorkerPool(program, Math.min(MOST_COMPARERS, availableParallelism()));
    this.#patience = { ...PATIENCE, ...patience };
  }

  /** @throws ApiFault RUN_INVALID, or API_UNAVAILABLE where the planner is busy for too long */
  async plan(...[requests, catalogs]: Parameters<RunPlanner['plan']>): Promise<readonly PlannedVisit[]> {
    const { planMs, planCpuS } = this.#patience;
    const order = { kind: 'plan', plan: { requests, catalogs } } as const;
    try {
      return (await this.#inTurn({ silenceMs: planMs, cpuS: planCpuS }, order)) as readonly PlannedVisit[];
    } catch (error) {
      throw asFault(error, 'RUN_INVALID', 'requests');
    }
  }

  /** Asks a scheduler database. @throws ApiFault SURVEY_INVALID, or API_UNAVAILABLE where the planner is busy for too long */
  async askSurvey<Q extends SurveyQuestion>(
    survey: StoredSurvey,
    question: Q,
  ): Promise<SurveyAnswers[Q['ask']]> {
    const { surveyMs } = this.#patience;
    const order = { kind: 'survey', survey: { ...survey, question } } as const;
    try {
      return (await this.#inTurn({ silenceMs: surveyMs }, order)) as SurveyAnswers[Q['ask']];
    } catch (error) {
      throw asFault(error, 'SURVEY_INVALID', survey.name);
    }
  }

  /** Says what made a pixel. @throws ApiFault EXPLAIN_INVALID, or API_UNAVAILABLE where others' pixels take too long */
  async explain(name: string, pixel: PixelQuestion): Promise<PixelExplanation> {
    const { pixelMs, planCpuS } = this.#patience;
    const order = { kind: 'explain', pixel } as const;
    try {
      return (await this.#inTurn(
        { silenceMs: pixelMs, cpuS: planCpuS },
        order,
        this.#explainers,
      )) as PixelExplanation;
    } catch (error) {
      throw asFault(error, 'EXPLAIN_INVALID', name);
    }
  }

  /** Has an order carried out for somebody who waits for the answer. */
  async #inTurn(
    bounds: Bounds,
    order: WorkRequest,
    pool = this.#planners,
  ): ReturnType<WorkerProcess['carryOut']> {
    const turn = new AbortController();
    const timer = setTimeout(
      () => turn.abort(new ApiFault('API_UNAVAILABLE', 'Others are being served; ask again in a moment.')),
      this.#patience.turnMs,
    );
    try {
      return await pool.use((worker) => {
        clearTimeout(timer);
        return carryOutWithin(bounds, worker, order);
      }, turn.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads a catalog whole. @throws ApiFault UPLOAD_INVALID */
  async readCatalog(catalog: StoredCatalog): Promise<CatalogSummary> {
    const { catalogMs } = this.#patience;
    const order = { kind: 'readCatalog', catalog } as const;
    try {
      return (await this.#readers.use((worker) =>
        carryOutWithin({ silenceMs: catalogMs }, worker, order),
      )) as CatalogSummary;
    } catch (error) {
      throw asFault(error, 'UPLOAD_INVALID', catalog.name);
    }
  }

  /** Reads the files of a stored catalog as one folder of sky catalogs. @param onProgress told the share of it @throws ApiFault UPLOAD_INVALID */
  async readFolder(
    folder: StoredCatalog,
    onProgress: (fraction: number) => void = () => undefined,
  ): Promise<FolderSummary> {
    const { catalogMs } = this.#patience;
    const order = { kind: 'readFolder', folder } as const;
    try {
      return (await this.#readers.use((worker) =>
        carryOutWithin({ silenceMs: catalogMs }, worker, order, onProgress),
      )) as FolderSummary;
    } catch (error) {
      throw asFault(error, 'UPLOAD_INVALID', folder.name);
    }
  }

  /** Reads what was received of a catalog so far. @throws ApiFault UPLOAD_INVALID where no further bytes can mend it */
  async checkBeginning(catalog: StoredCatalog): Promise<void> {
    const { catalogMs } = this.#patience;
    const order = { kind: 'checkBeginning', catalog } as const;
    try {
      await this.#readers.use((worker) => carryOutWithin({ silenceMs: catalogMs }, worker, order));
    } catch (error) {
      throw asFault(error, 'UPLOAD_INVALID', catalog.name);
    }
  }

  /**
   * Subtracts two images in the store. @param signal of whoever asks: when it is aborted, the turn is given up
   * @throws ApiFault ARCHIVE_INPUT where they cannot be subtracted
   */
  async compareImages(first: string, second: string, signal: AbortSignal): Promise<ImageDifference> {
    const { compareMs } = this.#patience;
    try {
      return (await this.#comparers.use(
        (worker) =>
          carryOutWithin({ silenceMs: compareMs }, worker, { kind: 'compareImages', first, second }),
        signal,
      )) as ImageDifference;
    } catch (error) {
      signal.throwIfAborted();
      throw asFault(error, 'ARCHIVE_INPUT', 'with');
    }
  }

  /** Size and checksums of a file. */
  async digest(path: string): Promise<FileDigest> {
    return (await this.#readers.use((worker) => worker.carryOut({ kind: 'digest', path }))) as FileDigest;
  }

  /** Kills the workers; what they had under way fails. */
  close(): void {
    this.#planners.close();
    this.#readers.close();
    this.#explainers.close();
    this.#comparers.close();
  }
}

/** The work took longer than it may. */
class TooLongError extends Error {
  override readonly name = 'TooLongError';
}

/** What an order may take: so long without a sign of progress, and so much CPU in all. */
interface Bounds {
  readonly silenceMs: number;
  readonly cpuS?: number;
}

/** @throws TooLongError, WorkError, WorkerGoneError */
async function carryOutWithin(
  { silenceMs, cpuS = Infinity }: Bounds,
  worker: WorkerProcess,
  order: WorkRequest,
  onProgress: (fraction: number) => void = () => undefined,
): ReturnType<WorkerProcess['carryOut']> {
  let isLate = false;
  const giveUp = (): void => {
    isLate = true;
    worker.kill();
  };
  const silence = setTimeout(giveUp, silenceMs);
  const cpuBefore = worker.cpuS();
  const look = setInterval(() => {
    if (worker.cpuS() - cpuBefore > cpuS) giveUp();
  }, LOOK_MS);
  try {
    return await worker.carryOut(order, (fraction) => {
      silence.refresh();
      onProgress(fraction);
    });
  } catch (error) {
    throw isLate ? new TooLongError() : error;
  } finally {
    clearTimeout(silence);
    clearInterval(look);
  }
}

/** Bad input is the user's; a runner that died of it, or went on for too long, too, as far as one can tell. */
function asFault(
  error: unknown,
  code: 'RUN_INVALID' | 'UPLOAD_INVALID' | 'SURVEY_INVALID' | 'EXPLAIN_INVALID' | 'ARCHIVE_INPUT',
  path: string,
): unknown {
  if (error instanceof TooLongError)
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
