/** The `reproduce` command carried out. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type CatalogFile,
  type LoadedSources,
  PRODUCTS,
  type Product,
  type RecipeCatalog,
  type RecipeDocument,
  loadLensMap,
  loadSkyCatalog,
  loadTable,
  parseRecipeDocument,
  recipeRegion,
  recipeTime,
  simulationVersion,
} from '@imsim-od/simulator';
import { catalogFiles, openCatalog } from '../catalogs/open-catalog.js';
import { CliError, atPath } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { onInterruption } from '../interruption.js';
import type { SedLibrary } from '@imsim-od/sky';
import { fileAccess } from '../request/request-input.js';
import { environmentSedDir, SED_LIBRARY_VARIABLE, sedLibraryIn } from '../request/sed-library.js';
import { openOutputFolder } from '../simulate/output-folder.js';
import { runDetectors } from '../simulate/run-detectors.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { type FileComparison, compareOutput } from './compare-output.js';

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
  const catalogs = await findCatalogs(document, recipePath, options.sedDir);
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

/** Loads the recipe's catalogs from where they were, or from beside the recipe; throws {@link CliError} where one is not the same any more. */
async function findCatalogs(
  { recipe, inputPaths, stampFolders, sedDir }: RecipeDocument,
  recipePath: string,
  givenSedDir: string | undefined,
): Promise<LoadedSources[]> {
  const { band, raDeg, decDeg } = recipe.visit;
  const catalogs: LoadedSources[] = [];
  const find = async (
    files: readonly CatalogFile[],
    load: (path: string) => Promise<LoadedSources>,
  ): Promise<LoadedSources> => {
    const path = placeOf(files, inputPaths[catalogs.length], recipePath);
    const catalog = await load(path);
    files.forEach((wanted, index) => {
      const found = catalog.files[index];
      if (found?.sha256 !== wanted.sha256) {
        throw new CliError(
          `${path}: ${wanted.name} is not the file this recipe was made from ` +
            `(SHA-256 ${found?.sha256 ?? 'of nothing'}, recorded ${wanted.sha256}); put the original there`,
        );
      }
    });
    catalogs.push(catalog);
    return catalog;
  };
  for (const entry of recipe.sky) {
    if (entry.type !== 'synthetic') {
      const folder = stampFolders?.[catalogs.length];
      const sedLibrary = await libraryFor(entry, givenSedDir ?? sedDir, recipePath);
      const near = { band, region: recipeRegion(recipe), times: [recipeTime(recipe)], sedLibrary };
      const found = await find(entry.files, async (path) => {
        if (entry.type === 'table')
          return loadTable(path, { ...entry, stampFolder: folder ?? undefined }, fileAccess, near);
        if (entry.type === 'skyCatalogs') return loadSkyCatalog(path, entry, fileAccess, near);
        const { strict, internalDust, galacticDust } = entry;
        const reading = {
          band,
          boresight: { raDeg, decDeg },
          strict,
          internalDust,
          galacticDust,
          sedLibrary,
        };
        return openCatalog(path, await catalogFiles(path), reading);
      });
      await checkSeds(entry, found, sedLibrary);
    }
    const map = entry.lensing?.map;
    if (map)
      await find(map.files, (path) =>
        loadLensMap(path, map, fileAccess, (moreDeg) => recipeRegion(recipe, moreDeg)),
      );
  }
  return catalogs;
}

/** Where an input lies: where it was, or beside the recipe under its name, as when both were taken home from a service. */
function placeOf([main]: readonly CatalogFile[], recorded: string | undefined, recipePath: string): string {
  if (recorded !== undefined && existsSync(recorded)) return recorded;
  const folder = dirname(recipePath);
  const { name = '', sha256 = '' } = main ?? {};
  const beside = join(folder, basename(name));
  if (existsSync(beside)) return beside;
  if (recorded !== undefined) return recorded;
  throw new CliError(
    `${recipePath}: was made from ${name} (SHA-256 ${sha256}), which is not beside it; put it into ${resolve(folder)}. ` +
      `The service that made the recipe gives it: imsim-od get "sha256 = '${sha256}'" --out ${folder}`,
  );
}

/** The library of an entry that was drawn by spectra. */
async function libraryFor(
  { seds }: Pick<RecipeCatalog, 'seds'>,
  folder: string | undefined,
  recipePath: string,
): Promise<SedLibrary | undefined> {
  if (seds === undefined) return undefined;
  const from = folder ?? environmentSedDir();
  if (from === undefined)
    throw new CliError(
      `${recipePath}: was drawn by ${seds.files} SED files and does not say where they were; give --sed-dir or set ${SED_LIBRARY_VARIABLE}`,
    );
  return sedLibraryIn(from);
}

/** Throws {@link CliError}, naming the files, where spectra are not those of the recipe. */
async function checkSeds(
  { seds }: Pick<RecipeCatalog, 'seds'>,
  found: LoadedSources,
  library: SedLibrary | undefined,
): Promise<void> {
  if (seds === undefined || library === undefined) return;
  if (found.seds?.sha256 === seds.sha256 && found.seds.files === seds.files) return;
  throw new CliError(
    `${library.name}: its SED files are not those this recipe was made from: ` +
      `${await library.explainDifference(found.sedNames ?? [], seds)}; give --sed-dir with the original ones`,
  );
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
