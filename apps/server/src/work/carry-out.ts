/** How this server carries out tasks: where their files are known already, they are taken; otherwise a worker makes them. */
import { copyFileSync, linkSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Archive, beginMaking, endMaking, type KnownFile } from '@imsim-od/archive';
import { isDatabaseAway } from '@imsim-od/database';
import { type SimulatePayload, TASK_REPORT, type TaskReport, typesOfProducts } from '@imsim-od/runs';
import { InProcessLimitError, InProcessLostError, type RunInProcess } from '@imsim-od/site-local';
import { type WorkerProcess, WorkerGoneError } from './worker-process.js';
import type { WorkerPool } from './worker-pool.js';

/** A recipe is someone's turn for so long, unless it is asked for again. */
const TURN_S = 60;
const RENEW_MS = 15_000;
const WAIT_MS = 500;
const WATCH_MS = 500;
/** Progress is written to the log in steps of this. */
const PROGRESS_STEP = 0.2;

/** The function that the local site carries payloads out with. */
export function carryOutTasks(archive: Archive, pool: WorkerPool): RunInProcess {
  return async (payload, { workingFolder, memoryMb, cpuS, signal, log }) => {
    const task = payload as unknown as SimulatePayload;
    const holder = `${task.runId}.${task.taskIndex}`;
    const types = typesOfProducts(task.products);
    const turn = () => beginMaking(archive, task.recipeHash, types, holder, TURN_S);
    for (let waits = 0; ; waits++) {
      const answer = await whenDatabaseAnswers(turn, signal);
      if (answer.turn === 'done') {
        log(`The files of recipe ${task.recipeHash} are in the archive already; they are taken.\n`);
        takeKnown(task, answer.files, workingFolder);
        return;
      }
      if (answer.turn === 'make') break;
      if (waits === 0) log(`Recipe ${task.recipeHash} is being made by another task; waiting for it.\n`);
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      signal.throwIfAborted();
    }
    const renewal = setInterval(() => void turn().catch(() => undefined), RENEW_MS);
    try {
      await pool.use((worker) => make(worker, task, workingFolder, { memoryMb, cpuS }, log), signal);
    } catch (error) {
      // Where the database is away, the turn runs out by itself.
      await endMaking(archive, task.recipeHash, holder).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(renewal);
    }
  };
}

/** The answer to a question that may be asked again: a database that is away is waited for. */
async function whenDatabaseAnswers<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    signal.throwIfAborted();
  }
}

/** What a task may use. */
interface Limits {
  readonly memoryMb: number;
  readonly cpuS: number | null;
}

/** The limit that a worker has passed since it had used so much CPU time; undefined while it keeps them. */
export function passedLimit(
  worker: Pick<WorkerProcess, 'residentMb' | 'cpuS'>,
  { memoryMb, cpuS }: Limits,
  beforeCpuS: number,
): InProcessLimitError | undefined {
  if (worker.residentMb() > memoryMb)
    return new InProcessLimitError('memory', `its worker used more than ${memoryMb} MiB`);
  if (cpuS !== null && worker.cpuS() - beforeCpuS > cpuS)
    return new InProcessLimitError('cpu', `its worker used more than ${cpuS} s of CPU time`);
  return undefined;
}

async function make(
  worker: WorkerProcess,
  task: SimulatePayload,
  folder: string,
  limits: Limits,
  log: (text: string) => void,
): Promise<void> {
  const { recipe, products, catalogs, isRemake } = task;
  log(
    `Drawing ${recipe.detector.name} of visit ${recipe.visit.visitId} ${recipe.visit.band}, recipe ${task.recipeHash}.\n`,
  );
  let passed: InProcessLimitError | undefined;
  let told = 0;
  const beforeCpuS = worker.cpuS();
  const watch = setInterval(() => {
    passed ??= passedLimit(worker, limits, beforeCpuS);
    if (passed !== undefined) worker.kill();
  }, WATCH_MS);
  try {
    const report = (await worker.carryOut(
      { kind: 'simulate', task: { recipe, products, catalogs, isRemake }, folder },
      (fraction) => {
        if (fraction < told + PROGRESS_STEP) return;
        told = fraction;
        log(`${Math.round(100 * fraction)} %\n`);
      },
    )) as TaskReport;
    for (const warning of report.summary?.warnings ?? []) log(`${warning}\n`);
    log(
      `Done in ${report.wallS.toFixed(2)} s, ${report.cpuS.toFixed(2)} CPU-s, ${Math.round(report.maxRssMb)} MiB.\n`,
    );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    log(`${text}\n`);
    if (passed !== undefined) throw passed;
    if (error instanceof WorkerGoneError) throw new InProcessLostError(text);
    throw error;
  } finally {
    clearInterval(watch);
  }
}

/** Links files of the archive into the task's folder, or copies them from another file system, and writes the report that says so. */
export function takeKnown(task: SimulatePayload, files: readonly KnownFile[], folder: string): void {
  const outputs = files.map(({ name, type, bytes, sha256, adler32, path }) => {
    take(path, join(folder, name));
    return { name, product: type === 'thumbnail' ? 'preview' : type, bytes, sha256, adler32 };
  });
  const report: TaskReport = {
    recipeHash: task.recipeHash,
    outputs,
    summary: null,
    cpuS: 0,
    wallS: 0,
    maxRssMb: 0,
  };
  writeFileSync(join(folder, `.partial-${TASK_REPORT}`), JSON.stringify(report));
  renameSync(join(folder, `.partial-${TASK_REPORT}`), join(folder, TASK_REPORT));
}

function take(path: string, target: string): void {
  try {
    linkSync(path, target);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error;
    copyFileSync(path, target);
  }
}
