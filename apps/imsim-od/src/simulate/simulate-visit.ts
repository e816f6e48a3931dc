/** A visit from its recipes to files: what is there already is checked and left, the rest is made. */
import {
  type DetectorSummary,
  type LoadedSources,
  type OutputFile,
  type Product,
  type Recipe,
  recipeHash,
} from '@imsim-od/simulator';
import { onInterruption } from '../interruption.js';
import { printRemark } from '../standard-streams.js';
import { countOf } from '../text/quantity-text.js';
import { type DetectorState, findDetector, productsToMake } from './finished-detector.js';
import { type OutputFolder, openOutputFolder } from './output-folder.js';
import { type DetectorOrder, detectorLabel, runDetectors } from './run-detectors.js';
import type { DetectorFailure } from './worker-messages.js';

/** What to make, where, with how many workers. */
export interface VisitRun {
  readonly recipes: readonly Recipe[];
  readonly products: readonly Product[];
  readonly catalogs: readonly LoadedSources[];
  /** Where the SED files of the catalogs lie. */
  readonly sedDir?: string | undefined;
  readonly out: string;
  readonly workers: number;
}

/** What became of one detector. */
export interface DetectorResult {
  readonly recipe: Recipe;
  readonly recipeHash: string;
  readonly status: 'made' | 'skipped' | 'failed' | 'left';
  readonly outputs: readonly OutputFile[];
  readonly summary?: DetectorSummary;
  readonly seconds?: number;
  readonly failure?: DetectorFailure;
}

/** What became of a run. */
export interface VisitResult {
  /** In the order of the recipes. */
  readonly detectors: readonly DetectorResult[];
  /** What was found in the folder that the user should know. */
  readonly notes: readonly string[];
}

/** Makes a visit; throws before anything is made where the folder cannot be used. */
export async function simulateVisit(run: VisitRun): Promise<VisitResult> {
  const folder = openOutputFolder(run.out);
  const withdraw = onInterruption(() => folder.close());
  try {
    return await simulateInto(folder, run);
  } finally {
    withdraw();
    folder.close();
  }
}

async function simulateInto(folder: OutputFolder, run: VisitRun): Promise<VisitResult> {
  const notes: string[] = [];
  if (folder.stalePartials > 0) {
    notes.push(`removed ${countOf(folder.stalePartials, 'unfinished file')} that an interrupted run left`);
  }
  const results = new Map<Recipe, DetectorResult>();
  const orders: DetectorOrder[] = [];
  for (const recipe of run.recipes) {
    const found = await findDetector(folder.path, recipe, run.products);
    if (found.state === 'made') {
      const { recipeHash: hash, outputs } = found.document;
      results.set(recipe, { recipe, recipeHash: hash, status: 'skipped', outputs });
      continue;
    }
    const remark = remarkOn(found);
    if (remark) notes.push(`${detectorLabel(recipe)}: ${remark}`);
    orders.push({ recipe, products: productsToMake(found, run.products) });
  }
  const skipped = run.recipes.length - orders.length;
  if (skipped > 0)
    printRemark(
      `${countOf(skipped, 'detector')} made before by the same recipe, checked and left as they are`,
    );

  const outcomes = await runDetectors(orders, {
    folder,
    catalogs: run.catalogs,
    sedDir: run.sedDir,
    workers: run.workers,
    progressStream: process.stderr,
  });
  for (const { order, drawn, failure } of outcomes) {
    const { recipe } = order;
    const base = { recipe, recipeHash: recipeHash(recipe) };
    if (drawn) {
      results.set(recipe, { ...base, status: 'made', ...drawn });
    } else {
      results.set(recipe, {
        ...base,
        status: failure ? 'failed' : 'left',
        outputs: [],
        ...(failure ? { failure } : {}),
      });
    }
  }
  return { detectors: run.recipes.map((recipe) => results.get(recipe)!), notes };
}

function remarkOn(found: DetectorState): string | undefined {
  if (found.state === 'damaged') return `${found.fault}; made again`;
  if (found.state === 'other') return 'the files of another recipe under the same names were replaced';
  if (found.state === 'incomplete') return 'some products were missing; all were made again';
  return undefined;
}
