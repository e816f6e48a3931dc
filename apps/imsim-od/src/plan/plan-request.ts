/** The `plan` command carried out. Times are those of one core of a usual machine; real ones differ by a small factor. */
import { availableParallelism } from 'node:os';
import { type Recipe, type RecipeEstimate, estimateRecipe } from '@imsim-od/simulator';
import { catalogProgress } from '../request/catalog-progress.js';
import { readRequestInput } from '../request/request-input.js';
import { spokenNotes } from '../request/skipped-text.js';
import type { RequestOptions } from '../request/request-options.js';
import { detectorLabel } from '../simulate/run-detectors.js';
import { visitLine } from '../simulate/run-report.js';
import { printJson, printResult } from '../standard-streams.js';
import { countOf, formatBytes, formatCount, formatDuration } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';

/** Options of `plan` beyond those of the request. */
export interface PlanOptions extends RequestOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

interface PlannedDetector {
  readonly recipe: Recipe;
  readonly estimate: RecipeEstimate;
}

/** Megabytes of the program itself beside its workers. */
const MAIN_THREAD_MB = 120;

/** Prints what the input would cost; makes nothing. */
export async function planRequest(inputPath: string, options: PlanOptions): Promise<void> {
  const input = await readRequestInput(inputPath, options, catalogProgress(process.stderr));
  const { visit, recipes } = input.expansion;
  const planned = recipes.map((recipe): PlannedDetector => ({
    recipe,
    estimate: estimateRecipe(recipe, input.catalogs, input.request.products),
  }));
  const workers = Math.min(options.workers ?? availableParallelism(), recipes.length);
  const total = totalOf(planned, workers);
  if (options.json) {
    printJson({
      visit,
      detectors: planned.map(({ recipe, estimate }) => ({
        id: recipe.detector.id,
        name: recipe.detector.name,
        snap: recipe.visit.snap,
        ...estimate,
      })),
      total,
      workers,
      notes: spokenNotes(input),
    });
    return;
  }
  printResult(
    [
      visitLine(visit),
      '',
      tableOf(planned),
      '',
      `${countOf(recipes.length, 'detector')}: ${countOf(total.objects, 'object')}, ${formatDuration(total.cpuS)} of CPU, ` +
        `${formatBytes(total.bytes)} on disk`,
      `with ${countOf(workers, 'worker')}: about ${formatDuration(total.wallS)}, ${formatBytes(total.memoryMb * 1e6)} of memory`,
      ...spokenNotes(input).map((note) => `note: ${note}`),
    ].join('\n'),
  );
}

function totalOf(planned: readonly PlannedDetector[], workers: number) {
  const sum = (value: (detector: PlannedDetector) => number) =>
    planned.reduce((total, detector) => total + value(detector), 0);
  const cpuS = sum(({ estimate }) => estimate.cpuS);
  const longestS = Math.max(...planned.map(({ estimate }) => estimate.cpuS));
  const memoryMb = planned
    .map(({ estimate }) => estimate.memoryMb)
    .sort((a, b) => b - a)
    .slice(0, workers)
    .reduce((total, mb) => total + mb, MAIN_THREAD_MB);
  return {
    objects: sum(({ estimate }) => estimate.sources),
    cpuS,
    wallS: Math.max(longestS, cpuS / Math.min(workers, availableParallelism())),
    memoryMb,
    bytes: sum(({ estimate }) => estimate.bytes),
  };
}

function tableOf(planned: readonly PlannedDetector[]): string {
  return formatTable(
    [
      { head: 'id', align: 'right' },
      { head: 'detector' },
      { head: 'objects', align: 'right' },
      { head: 'CPU', align: 'right' },
      { head: 'memory', align: 'right' },
      { head: 'bytes', align: 'right' },
    ],
    planned.map(({ recipe, estimate }) => [
      String(recipe.detector.id),
      detectorLabel(recipe),
      formatCount(estimate.sources),
      formatDuration(estimate.cpuS),
      formatBytes(estimate.memoryMb * 1e6),
      formatBytes(estimate.bytes),
    ]),
  );
}
