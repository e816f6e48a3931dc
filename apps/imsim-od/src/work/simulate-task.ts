/**
 * One detector of a service's run, in the task's own folder: files under temporary names, then their names, then the report. A folder
 * without a report holds nothing that counts.
 */
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adler32 } from '@imsim-od/fits';
import type { Kernel } from '@imsim-od/kernel';
import {
  type OutputFile,
  type ProductSink,
  fileNames,
  formatRecipeDocument,
  recipeHash,
  simulateDetector,
  simulationVersion,
} from '@imsim-od/simulator';
import { CliError } from '../errors.js';
import { openFileSink, partialPath } from '../simulate/file-sink.js';
import type { CatalogCache } from './catalog-cache.js';
import { storedSourcesNear } from './stored-inputs.js';
import { type SimulateTask, TASK_REPORT, type TaskReport } from './work-messages.js';

/** What a task is carried out with. */
export interface TaskTools {
  readonly kernel: Kernel;
  readonly catalogs: CatalogCache;
  onProgress(fraction: number): void;
}

/** Makes the task's files in `folder`, which is there and the task's own. */
export async function simulateTask(
  task: SimulateTask,
  folder: string,
  tools: TaskTools,
): Promise<TaskReport> {
  const { recipe, products } = task;
  if (recipe.simulationVersion !== simulationVersion && task.isRemake !== true) {
    throw new CliError(
      `The recipe is of simulation version ${recipe.simulationVersion}, this worker is ${simulationVersion}: it might make other pixels.`,
    );
  }
  const started = { wallMs: performance.now(), cpu: process.cpuUsage() };
  const loaded = await tools.catalogs.load(recipe, task.catalogs);
  const catalogs = await storedSourcesNear(loaded, task.catalogs, recipe);
  const open: ProductSink[] = [];
  try {
    const { outputs, summary } = await simulateDetector(recipe, {
      kernel: tools.kernel,
      catalogs,
      products,
      openSink(name) {
        const sink = openFileSink(folder, name);
        open.push(sink);
        return sink;
      },
      onProgress: (fraction) => tools.onProgress(fraction),
    });
    const document = writeRecipe(task, folder, outputs);
    for (const { name } of [...outputs, document]) renameSync(partialPath(folder, name), join(folder, name));
    const { user, system } = process.cpuUsage(started.cpu);
    const report: TaskReport = {
      recipeHash: recipeHash(recipe),
      outputs: [...outputs, document],
      summary,
      cpuS: (user + system) / 1e6,
      wallS: (performance.now() - started.wallMs) / 1000,
      maxRssMb: process.resourceUsage().maxRSS / 1024,
    };
    writeReport(folder, report);
    return report;
  } catch (error) {
    for (const sink of open) await sink.discard().catch(() => undefined);
    throw error;
  }
}

/** Writes the report under its name, whole. */
export function writeReport(folder: string, report: TaskReport): void {
  writeFileSync(partialPath(folder, TASK_REPORT), `${JSON.stringify(report)}\n`);
  renameSync(partialPath(folder, TASK_REPORT), join(folder, TASK_REPORT));
}

/** The recipe's own file. Where the inputs lay is left out: a service's paths are nobody's business, and the bytes should not depend on them. */
function writeRecipe({ recipe }: SimulateTask, folder: string, outputs: readonly OutputFile[]): OutputFile {
  const name = fileNames(recipe).recipe;
  const text = formatRecipeDocument({ recipe, recipeHash: recipeHash(recipe), inputPaths: [], outputs });
  const bytes = Buffer.from(text);
  writeFileSync(partialPath(folder, name), bytes);
  return {
    name,
    product: 'recipe',
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    adler32: adler32(bytes),
  };
}
