/** What tasks left becoming datasets and results, in the transaction that makes the tasks succeed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArchiveTransaction,
  completeRestoration,
  type OutputFile as ArchivedFile,
  registerOutputs,
  type TaskOutputs,
} from '@imsim-od/archive';
import {
  canonicalRecipe,
  type DetectorSummary,
  type OutputFile,
  PHYSICAL_FILTERS,
  type Recipe,
  recipeFootprint,
} from '@imsim-od/simulator';
import { BadOutputsError, type CollectedTask, type WorkflowTransaction } from '@imsim-od/workflow';
import { sql } from 'kysely';
import { learn, type Observation } from './calibration.js';
import type { Runs } from './runs.js';
import type { RunsTransaction } from './schema.js';
import { catalogsOfTask, recipesOfVisit, toKeptRecipe, typeOfFile } from './task-recipes.js';
import { TASK_REPORT } from './visit-expander.js';

/** The report as a worker, or the reuse of earlier files, leaves it. */
export interface TaskReport {
  readonly recipeHash: string;
  readonly outputs: readonly OutputFile[];
  readonly summary: DetectorSummary | null;
  readonly cpuS: number;
  readonly wallS: number;
  readonly maxRssMb: number;
}

/** What a task left is not what its report says. */
export class TaskReportError extends BadOutputsError {
  override readonly name = 'TaskReportError';
  override readonly code = 'RUN_TASK_REPORT';
}

interface RunRow {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly kind: 'simulation' | 'restoration';
  readonly site: string;
}

/** Records the outputs of tasks; a second time for the same task changes nothing. */
export async function recordOutputs(
  runs: Runs,
  transaction: WorkflowTransaction,
  collected: readonly CollectedTask[],
): Promise<void> {
  const own = transaction as unknown as RunsTransaction;
  const archived = transaction as unknown as ArchiveTransaction;
  const rows = await own
    .selectFrom('runs.runs')
    .select(['id', 'owner', 'name', 'kind', 'site'])
    .where('id', 'in', [...new Set(collected.map(({ task }) => task.runId))])
    .execute();
  const byId = new Map<string, RunRow>(rows.map((row) => [row.id, row]));
  const outputs: TaskOutputs[] = [];
  const observations: Observation[] = [];
  for (const item of collected) {
    const run = byId.get(item.task.runId);
    if (run === undefined) continue;
    const { report, files } = await readTask(item);
    const visit = await visitOf(runs, item);
    const recipe = visit.recipes[item.task.indexInBatch];
    if (recipe === undefined) throw new TaskReportError(`run ${run.id} has no task ${item.task.taskIndex}`);
    const isNew = await insertResult(own, item, report, files);
    if (run.kind === 'restoration') {
      await completeRestoration(runs.archive, archived, run.id, report.recipeHash, files);
      continue;
    }
    const catalogs = catalogsOfTask(visit.catalogs, item.task.indexInBatch);
    outputs.push(taskOutputs(runs, run, item, recipe, files, catalogs));
    if (isNew && report.summary !== null) {
      observations.push({
        site: run.site,
        ratios: {
          cpu: report.cpuS / (visit.cpuS / visit.recipes.length),
          wallPerCpu: report.wallS / report.cpuS,
          memory: report.maxRssMb / visit.memoryMb,
          bytes: sumBytes(files) / (visit.bytes / visit.recipes.length),
        },
      });
    }
  }
  await registerOutputs(runs.archive, archived, outputs);
  await learn(own, observations);
}

async function readTask({
  task,
  outputs,
}: CollectedTask): Promise<{ report: TaskReport; files: ArchivedFile[] }> {
  const path = join(outputs.location, TASK_REPORT);
  const report = JSON.parse(await readFile(path, 'utf8')) as TaskReport;
  const there = new Map(outputs.files.map((file) => [file.path, file]));
  const files = report.outputs.map((output): ArchivedFile => {
    const found = there.get(output.name);
    if (found === undefined || found.bytes !== output.bytes || found.sha256 !== output.sha256) {
      throw new TaskReportError(
        `Task ${task.taskIndex} of run ${task.runId}: ${output.name} is ${found === undefined ? 'missing' : 'not what the report says'}.`,
      );
    }
    const { name, bytes, sha256, adler32 } = output;
    return { name, type: typeOfFile(output), bytes, sha256, adler32, path: join(outputs.location, name) };
  });
  return { report, files };
}

/** The visit of a collected task, found by its place in the run. */
async function visitOf(runs: Runs, { task }: CollectedTask) {
  const row = await runs.db
    .selectFrom('runs.visits')
    .select('visit_index')
    .where('run_id', '=', task.runId)
    .where('first_task', '<=', task.taskIndex)
    .orderBy('first_task', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return recipesOfVisit(runs, task.runId, row.visit_index);
}

async function insertResult(
  transaction: RunsTransaction,
  { task }: CollectedTask,
  report: TaskReport,
  files: readonly ArchivedFile[],
): Promise<boolean> {
  const inserted = await transaction
    .insertInto('runs.results')
    .values({
      run_id: task.runId,
      task_index: task.taskIndex,
      cpu_s: report.cpuS,
      wall_s: report.wallS,
      max_rss_mb: report.maxRssMb,
      bytes: sumBytes(files),
      sources: report.summary?.sourcesDrawn ?? null,
      reused: report.summary === null,
      warnings: sql`${JSON.stringify(report.summary?.warnings ?? [])}::jsonb`,
    })
    .onConflict((conflict) => conflict.columns(['run_id', 'task_index']).doNothing())
    .returning('task_index')
    .executeTakeFirst();
  return inserted !== undefined;
}

function taskOutputs(
  { retentionDays }: Runs,
  run: RunRow,
  { task }: CollectedTask,
  recipe: Recipe,
  files: readonly ArchivedFile[],
  catalogs: Parameters<typeof toKeptRecipe>[2],
): TaskOutputs {
  const { visit, detector } = recipe;
  const { centre, corners, hpx8 } = recipeFootprint(recipe);
  return {
    ownerId: run.owner,
    runId: run.id,
    taskIndex: task.taskIndex,
    folder: `/runs/${folderName(run.name)}-${run.id.slice(-6)}`,
    observation: {
      visit: visit.visitId,
      snap: visit.snap,
      band: visit.band,
      physicalFilter: PHYSICAL_FILTERS[visit.band],
      detector: detector.name,
      detectorId: detector.id,
      obsMjdTai: visit.obsMjdTai,
      exposureS: visit.exposureS,
      airmass: visit.airmass,
      seeingArcsec: visit.seeingFwhm500Arcsec,
      skyBrightness: visit.skyBrightnessMagPerArcsec2,
      raDeg: centre.raDeg,
      decDeg: centre.decDeg,
      corners: corners.map(({ raDeg, decDeg }) => [raDeg, decDeg] as const),
      hpx8,
    },
    recipe: toKeptRecipe(recipe, canonicalRecipe(recipe), catalogs),
    files,
    expiresAtUtc:
      retentionDays === null ? null : new Date(Date.now() + retentionDays * 86_400_000).toISOString(),
  };
}

/** A run's name as the name of a folder. */
function folderName(name: string): string {
  return (
    name
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '')
      .slice(0, 80) || 'run'
  );
}

function sumBytes(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
