/** The input files of a recipe file, found again and held against what it says of them. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type CatalogFile,
  type LoadedSources,
  type RecipeCatalog,
  type RecipeDocument,
  loadLensMap,
  loadSkyCatalog,
  loadTable,
  recipeRegion,
  recipeTime,
} from '@imsim-od/simulator';
import type { SedLibrary } from '@imsim-od/sky';
import { catalogFiles, openCatalog } from '../catalogs/open-catalog.js';
import { CliError } from '../errors.js';
import { fileAccess } from '../request/request-input.js';
import { environmentSedDir, SED_LIBRARY_VARIABLE, sedLibraryIn } from '../request/sed-library.js';

/** Loads the recipe's catalogs from where they were, or from beside the recipe; throws {@link CliError} where one is not the same any more. */
export async function findRecipeInputs(
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
