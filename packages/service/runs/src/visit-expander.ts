/** Tasks of a visit becoming jobs for the worker. */
import type { JobSpec, JsonValue } from '@imsim-od/site';
import { recipeHash, type Recipe } from '@imsim-od/simulator';
import type { Expander } from '@imsim-od/workflow';
import type { StoredCatalog } from './planner.js';
import type { Runs } from './runs.js';
import { storedContent } from './stored-content.js';
import { catalogsOfTask, recipesOfVisit } from './task-recipes.js';

/** What a job of ours carries: enough to make the files anywhere that the catalogs can be read. */
export interface SimulatePayload {
  readonly kind: 'simulate';
  readonly runId: string;
  readonly taskIndex: number;
  readonly recipe: Recipe;
  readonly recipeHash: string;
  readonly products: readonly string[];
  readonly catalogs: readonly StoredCatalog[];
  /** Files that were made before: what comes is compared with their checksums, so that any version may try. */
  readonly isRemake: boolean;
}

/** The report that a worker leaves, written last. */
export const TASK_REPORT = 'task-report.json';

/** Limits are generous: they stop what has gone wrong, and an estimate may be off by a factor of two or three. */
const MEMORY_FACTOR = 3;
const LEAST_MEMORY_MB = 1200;
const CPU_FACTOR = 10;
const LEAST_CPU_S = 600;
const WALL_FACTOR = 20;
const LEAST_WALL_S = 600;
const NICENESS = 10;

interface BatchArgument {
  readonly runId: string;
  readonly visitIndex: number;
}

/** The expander of visits. */
export function visitExpander(runs: Runs): Expander {
  return async (argument, tasks) => {
    const { runId, visitIndex } = argument as BatchArgument;
    const visit = await recipesOfVisit(runs, runId, visitIndex);
    const { store } = runs.archive;
    const cpuPerTaskS = visit.cpuS / visit.recipes.length;
    return tasks.map(({ key, taskIndex, indexInBatch }): JobSpec => {
      const recipe = visit.recipes[indexInBatch];
      if (recipe === undefined) throw new RangeError(`run ${runId} has no task ${taskIndex}`);
      const payload: SimulatePayload = {
        kind: 'simulate',
        runId,
        taskIndex,
        recipe,
        recipeHash: recipeHash(recipe),
        products: visit.products,
        catalogs: catalogsOfTask(visit.catalogs, indexInBatch).map((content) =>
          storedContent(store, content),
        ),
        isRemake: visit.isRemake,
      };
      return {
        key,
        work: { kind: 'payload', payload: JSON.parse(JSON.stringify(payload)) as JsonValue },
        environment: {},
        workingFolder: null,
        inputs: [],
        cpuCores: 1,
        memoryMb: Math.ceil(Math.max(LEAST_MEMORY_MB, MEMORY_FACTOR * visit.memoryMb)),
        wallS: Math.ceil(Math.max(LEAST_WALL_S, WALL_FACTOR * cpuPerTaskS)),
        cpuS: Math.ceil(Math.max(LEAST_CPU_S, CPU_FACTOR * cpuPerTaskS)),
        niceness: NICENESS,
        outputs: [{ path: TASK_REPORT, required: true }],
      };
    });
  };
}
