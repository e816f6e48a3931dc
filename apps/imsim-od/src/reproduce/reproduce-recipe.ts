/** The `reproduce` command carried out. */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  type LoadedSources,
  PRODUCTS,
  type Product,
  type RecipeDocument,
  parseRecipeDocument,
  simulationVersion,
} from '@imsim-od/simulator';
import { CliError, atPath } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { onInterruption } from '../interruption.js';
import { environmentSedDir } from '../request/sed-library.js';
import { openOutputFolder } from '../simulate/output-folder.js';
import { runDetectors } from '../simulate/run-detectors.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { type FileComparison, compareOutput } from './compare-output.js';
import { findRecipeInputs } from './recipe-inputs.js';

/** Options of `reproduce`. */
export interface ReproduceOptions {
  readonly out?: string;
  readonly sedDir?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** Makes the recipe's files again and says whether they are the same. */
export async function reproduceRecipe(recipePath: string, options: ReproduceOptions): Promise<ExitCode> {
  const document = parseRecipeDocument(
    atPath(recipePath, () => readFileSync(recipePath, 'utf8')),
    recipePath,
  );
  const remarks = versionRemarks(document);
  for (const remark of remarks) printRemark(remark);
  const catalogs = await findRecipeInputs(document, recipePath, options.sedDir);
  const recipeFolder = dirname(recipePath);
  if (options.out !== undefined && isSameFolder(options.out, recipeFolder)) {
    throw new CliError(
      `--out ${options.out}: holds the recipe's own files; give another folder, so that they can be compared`,
    );
  }
  const temporary = options.out === undefined;
  const folderPath = options.out ?? mkdtempSync(join(tmpdir(), 'imsim-od-'));
  const removeTemporary = () => {
    if (temporary && !options.keep) rmSync(folderPath, { recursive: true, force: true });
  };
  const withdraw = onInterruption(removeTemporary);
  try {
    await makeAgain(document, catalogs, folderPath, options.sedDir);
    const comparisons: FileComparison[] = [];
    for (const output of document.outputs)
      comparisons.push(await compareOutput(output, folderPath, recipeFolder));
    const same = comparisons.every(({ faults }) => faults.length === 0);
    if (options.json) {
      printJson({
        recipeHash: document.recipeHash,
        recipeSimulationVersion: document.recipe.simulationVersion,
        simulationVersion,
        same,
        files: comparisons,
        remarks,
        ...(temporary && !options.keep ? {} : { out: folderPath }),
      });
    } else {
      printResult(reportText(comparisons, same));
      if (!temporary || options.keep) printResult(`The new files are in ${folderPath}`);
    }
    return same ? EXIT_CODE.done : EXIT_CODE.partly;
  } finally {
    withdraw();
    removeTemporary();
  }
}

function versionRemarks({ recipe }: RecipeDocument): string[] {
  return recipe.simulationVersion === simulationVersion
    ? []
    : [
        `this recipe was made by simulation ${recipe.simulationVersion}, this program is simulation ${simulationVersion}: ` +
          'the same bytes are not to be expected; use the program of that version for them',
      ];
}

async function makeAgain(
  document: RecipeDocument,
  catalogs: readonly LoadedSources[],
  path: string,
  sedDir: string | undefined,
): Promise<void> {
  const { recipe, outputs } = document;
  const products = PRODUCTS.filter((product: Product) =>
    outputs.some((output) => output.product === product),
  );
  const folder = openOutputFolder(path);
  try {
    const [outcome] = await runDetectors([{ recipe, products }], {
      folder,
      catalogs,
      sedDir: sedDir ?? document.sedDir ?? environmentSedDir(),
      workers: 1,
      progressStream: process.stderr,
    });
    if (outcome?.failure) {
      const error = new CliError(outcome.failure.message, outcome.failure.exitCode);
      if (outcome.failure.stack !== undefined) error.stack = outcome.failure.stack;
      throw error;
    }
  } finally {
    folder.close();
  }
}

function isSameFolder(a: string, b: string): boolean {
  const real = (path: string) => {
    try {
      return realpathSync(path);
    } catch {
      return resolve(path);
    }
  };
  return real(a) === real(b);
}

function reportText(comparisons: readonly FileComparison[], same: boolean): string {
  const lines = comparisons.flatMap(({ name, faults, remarks }) => [
    `${faults.length === 0 ? 'same     ' : 'DIFFERENT'}  ${name}`,
    ...[...faults, ...remarks].map((text) => `             ${text}`),
  ]);
  lines.push('', same ? 'Every file is the same, byte by byte.' : 'Not every file is the same.');
  return lines.join('\n');
}
