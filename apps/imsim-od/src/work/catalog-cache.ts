/** The instance catalogs of the last task, kept in memory: the detectors of a visit read the same ones. */
import {
  type LoadedCatalog,
  type LoadedSources,
  type Recipe,
  dealInputs,
  recipeFiles,
} from '@imsim-od/simulator';
import type { SedDigest, SedLibrary } from '@imsim-od/sky';
import { loadStoredInputs, needOfRecipe, sedLibraryFor } from './stored-inputs.js';
import type { StoredCatalog } from './work-messages.js';

/** Loads the files of recipes; of instance catalogs one set at a time stays in memory. */
export class CatalogCache {
  #kept = new Map<string, LoadedCatalog>();

  /** The files of a recipe, in the order of `dealInputs`, checked to be those that it names. Throws `CatalogChangedError`. */
  async load(recipe: Recipe, stored: readonly StoredCatalog[]): Promise<readonly LoadedSources[]> {
    const named = namedFiles(recipe, stored);
    const kept = this.#kept;
    this.#kept = new Map();
    const loaded = await loadStoredInputs(recipe.sky, stored, needOfRecipe(recipe), async (key, load) => {
      const before = kept.get(key);
      // What is not used again must not stand beside what takes its place.
      if (before === undefined) kept.clear();
      const catalog = before ?? (await load());
      this.#kept.set(key, catalog);
      return catalog;
    });
    for (const [index, { path, files }] of loaded.entries()) {
      if (isSame(files, named[index] ?? [])) continue;
      this.#kept = new Map();
      throw new CatalogChangedError(path, 'has not the content that the recipe names');
    }
    for (const { entry, sources } of dealInputs(recipe.sky, loaded)) {
      if (entry.type === 'synthetic' || sources?.seds?.sha256 === entry.seds?.sha256) continue;
      this.#kept = new Map();
      const library = await sedLibraryFor(sources && stored[loaded.indexOf(sources)]);
      throw new CatalogChangedError(
        sources?.path ?? 'a catalog',
        `was planned with other SED files than those here: ${await differenceOf(entry.seds, library, sources?.sedNames ?? [])}`,
      );
    }
    return loaded;
  }
}

/** What differs between SED files of a recipe and those of the worker's library. */
async function differenceOf(
  planned: SedDigest | undefined,
  library: SedLibrary | undefined,
  names: readonly string[],
): Promise<string> {
  if (planned === undefined) return 'there were none';
  if (library === undefined) return `there were ${planned.files}, and there is no library now`;
  return library.explainDifference(names, planned);
}

/** The files that a recipe names, in the order of its inputs. */
function namedFiles(recipe: Recipe, stored: readonly StoredCatalog[]): readonly LoadedSources['files'][] {
  const wanted = recipeFiles(recipe);
  const lost = wanted[stored.length];
  if (lost !== undefined) throw new CatalogChangedError(lost[0]?.name ?? 'a catalog', 'is not given');
  return wanted;
}

function isSame(files: LoadedSources['files'], named: LoadedSources['files']): boolean {
  return (
    files.length === named.length &&
    files.every(({ name, bytes, sha256 }, index) => {
      const other = named[index]!;
      return name === other.name && bytes === other.bytes && sha256 === other.sha256;
    })
  );
}

/** A catalog is not the one that the recipe names. */
export class CatalogChangedError extends Error {
  readonly code = 'WORK_CATALOG_CHANGED';

  constructor(name: string, what: string) {
    super(`${name} ${what}.`);
    this.name = 'CatalogChangedError';
  }
}
