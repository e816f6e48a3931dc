/** The catalogs of the last task, kept in memory: the detectors of a visit read the same ones. */
import type { SedLibrary } from '@imsim-od/sky';
import { type LoadedCatalog, type Recipe, loadCatalog } from '@imsim-od/simulator';
import { storedAccess } from './stored-catalog.js';
import type { StoredCatalog } from './work-messages.js';

/** Loads the catalogs of recipes, one set at a time in memory. */
export class CatalogCache {
  private readonly library: () => Promise<SedLibrary | undefined>;
  #key = '';
  #catalogs: readonly LoadedCatalog[] = [];

  constructor(library: () => Promise<SedLibrary | undefined>) {
    this.library = library;
  }

  /** The catalogs of a recipe, checked to be those that it names. Throws `CatalogChangedError`. */
  async load(recipe: Recipe, stored: readonly StoredCatalog[]): Promise<readonly LoadedCatalog[]> {
    const wanted = recipe.sky.flatMap((entry) => (entry.type === 'instanceCatalog' ? [entry] : []));
    const { band, raDeg, decDeg } = recipe.visit;
    const key = JSON.stringify([band, raDeg, decDeg, wanted]);
    if (key === this.#key) return this.#catalogs;
    this.#key = '';
    this.#catalogs = [];
    const loaded: LoadedCatalog[] = [];
    for (const [index, entry] of wanted.entries()) {
      const source = stored[index];
      if (source === undefined)
        throw new CatalogChangedError(entry.files[0]?.name ?? 'a catalog', 'is not given');
      const catalog = await loadCatalog(source.name, storedAccess(source), {
        band,
        boresight: { raDeg, decDeg },
        strict: entry.strict,
        internalDust: entry.internalDust,
        galacticDust: entry.galacticDust,
        // A recipe without spectra was drawn by families, whatever lies here.
        sedLibrary: entry.seds === undefined ? undefined : await this.library(),
      });
      if (!isSame(catalog.files, entry.files))
        throw new CatalogChangedError(source.name, 'has not the content that the recipe names');
      if (catalog.seds?.sha256 !== entry.seds?.sha256)
        throw new CatalogChangedError(
          source.name,
          `was drawn by ${entry.seds?.files ?? 0} SED files of other content than those here (${catalog.seds?.files ?? 0} found)`,
        );
      loaded.push(catalog);
    }
    this.#key = key;
    this.#catalogs = loaded;
    return loaded;
  }
}

function isSame(files: LoadedCatalog['files'], named: LoadedCatalog['files']): boolean {
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
