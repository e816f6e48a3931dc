/** What the detectors of one request will cost, one by one and together. */
import { availableParallelism } from 'node:os';
import {
  type DuplicateCounts,
  type Recipe,
  type RecipeEstimate,
  countFileSources,
  estimateRecipe,
} from '@imsim-od/simulator';
import { sourcesNear } from '../catalogs/open-catalog.js';
import type { RequestInput } from '../request/request-input.js';
import type { RequestOptions } from '../request/request-options.js';
import { duplicateNotes } from '../simulate/duplicate-notes.js';

/** Options of `plan` beyond those of the request. */
export interface PlanOptions extends RequestOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

/** A detector and its cost. */
export interface PlannedDetector {
  readonly recipe: Recipe;
  readonly estimate: RecipeEstimate;
}

/** Megabytes of the program itself beside its workers. */
const MAIN_THREAD_MB = 120;
/** CPU seconds until the program and its workers have begun. */
const START_CPU_S = 0.35;

/** Estimates the detectors of a request, and their sum with the workers that there are; `notes` tell what stands twice on them. */
export async function planDetectors(input: RequestInput, options: PlanOptions) {
  const planned: PlannedDetector[] = [];
  const duplicates: DuplicateCounts[] = [];
  for (const recipe of input.expansion.recipes) {
    const catalogs = await sourcesNear(input.catalogs, recipe);
    const ofFiles = countFileSources(recipe, catalogs);
    duplicates.push(ofFiles.duplicates);
    planned.push({ recipe, estimate: estimateRecipe(recipe, ofFiles.sources, input.request.products) });
  }
  const workers = Math.min(options.workers ?? availableParallelism(), planned.length);
  return { planned, workers, total: totalOf(planned, workers), notes: duplicateNotes(duplicates) };
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
    cpuS: START_CPU_S + cpuS,
    wallS: START_CPU_S + Math.max(longestS, cpuS / Math.min(workers, availableParallelism())),
    memoryMb,
    bytes: sum(({ estimate }) => estimate.bytes),
  };
}
