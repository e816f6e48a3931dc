/**
 * Runs a pool over recipes in a held folder and gives each detector's files their names when all of them are whole: the
 * recipe file of what was there before goes first, the new one comes last, so a recipe file never vouches for files of
 * another. An interruption ends the workers and removes what is not whole.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type LoadedSources,
  type RecipeDocument,
  type OutputFile,
  type Product,
  type Recipe,
  fileNames,
  formatRecipeDocument,
  recipeHash,
} from '@imsim-od/simulator';
import { atPath } from '../errors.js';
import { onInterruption } from '../interruption.js';
import { removeOutdated } from './finished-detector.js';
import { partialPath } from './file-sink.js';
import type { OutputFolder } from './output-folder.js';
import { startProgressReport } from './progress-report.js';
import { startPool } from './worker-pool.js';
import type { DetectorDrawn, DetectorFailure } from './worker-messages.js';

/** A detector to make. */
export interface DetectorOrder {
  readonly recipe: Recipe;
  readonly products: readonly Product[];
}

/** How one order ended; neither `drawn` nor `failure` where a fatal failure of another stopped the run before it. */
export interface DetectorOutcome {
  readonly order: DetectorOrder;
  readonly drawn?: DetectorDrawn;
  readonly failure?: DetectorFailure;
}

/** What a run needs besides its orders. */
export interface DetectorRun {
  readonly folder: OutputFolder;
  readonly catalogs: readonly LoadedSources[];
  /** Where the SED files of the catalogs lie. */
  readonly sedDir?: string | undefined;
  readonly workers: number;
  readonly progressStream: NodeJS.WriteStream;
}

/** Makes the detectors of `orders`; outcomes come in the order of `orders`. */
export async function runDetectors(
  orders: readonly DetectorOrder[],
  run: DetectorRun,
): Promise<DetectorOutcome[]> {
  const outcomes: DetectorOutcome[] = orders.map((order) => ({ order }));
  if (orders.length === 0) return outcomes;
  const { folder, catalogs } = run;
  const nameOf = (index: number) => detectorLabel(orders[index]!.recipe);
  const progress = await startProgressReport(orders.length, run.progressStream);
  const inputs = {
    ...inputsOf(catalogs),
    ...(run.sedDir !== undefined && catalogs.some(({ seds }) => seds !== undefined)
      ? { sedDir: resolve(run.sedDir) }
      : {}),
  };
  const pool = startPool(
    orders.map((order, index) => ({ index, ...order })),
    { folder: folder.path, catalogs },
    run.workers,
    {
      onStart: (index) => progress.started(nameOf(index)),
      onProgress: (index, fraction) => progress.progressed(nameOf(index), fraction),
      onDrawn(index, drawn) {
        const order = orders[index]!;
        nameFiles(folder.path, order.recipe, drawn.outputs, inputs);
        outcomes[index] = { order, drawn };
        progress.ended(nameOf(index));
      },
      onFailed(index, failure) {
        outcomes[index] = { order: orders[index]!, failure };
        progress.ended(nameOf(index));
      },
    },
  );
  const withdraw = onInterruption(async () => {
    progress.stop();
    await pool.stop();
    folder.close();
  });
  try {
    await pool.finished;
  } finally {
    withdraw();
    progress.stop();
  }
  return outcomes;
}

/** How a recipe's detector is called: its name, and its snap where the visit has several. */
export function detectorLabel({ detector, visit }: Recipe): string {
  return visit.snaps > 1 ? `${detector.name} snap ${visit.snap}` : detector.name;
}

function nameFiles(
  folder: string,
  recipe: Recipe,
  outputs: readonly OutputFile[],
  inputs: Pick<RecipeDocument, 'inputPaths' | 'stampFolders' | 'sedDir'>,
): void {
  const recipeName = fileNames(recipe).recipe;
  const text = formatRecipeDocument({ recipe, recipeHash: recipeHash(recipe), ...inputs, outputs });
  const names = outputs.map(({ name }) => name);
  atPath(join(folder, recipeName), () => writeFileSync(partialPath(folder, recipeName), text));
  removeOutdated(folder, recipe, names);
  for (const name of [...names, recipeName]) {
    atPath(join(folder, name), () => renameSync(partialPath(folder, name), join(folder, name)));
  }
}

/** Where the inputs were. */
function inputsOf(catalogs: readonly LoadedSources[]): Pick<RecipeDocument, 'inputPaths' | 'stampFolders'> {
  const inputPaths = catalogs.map(({ path }) => resolve(path));
  const stampFolders = catalogs.map(({ stampFolder }) =>
    stampFolder === undefined ? null : resolve(stampFolder),
  );
  return stampFolders.some((folder) => folder !== null) ? { inputPaths, stampFolders } : { inputPaths };
}
