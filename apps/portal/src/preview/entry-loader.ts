/**
 * The files of a request's sky, read in the page by the readers that a run uses. What was read is kept with some sky around
 * it, and handed out again as the same objects: the preview's memory then finds the same sources.
 */
import { type Client, type ClientOptions, createClient } from '@imsim-od/api';
import { separationDeg, type SkyPosition } from '@imsim-od/astro';
import {
  indexedRegion,
  type LoadedSources,
  loadCatalog,
  loadLensMap,
  loadSkyCatalog,
  loadTable,
  type Recipe,
  recipeRegion,
  recipeTime,
  type Request,
} from '@imsim-od/simulator';
import { CatalogTooLongError, type RegionCircle, type SedLibrary, type SkyRegion } from '@imsim-od/sky';
import { readIndexed } from './indexed-catalog.js';
import { keptAfter } from './kept-files.js';
import { unreadSources } from './unread-sources.js';
import type { LeftOut } from './preview-protocol.js';
import { openSedLibrary } from './sed-files.js';
import { EntryReading, PreviewLimitError, type ReadingProgress, StoredBlocks } from './stored-bytes.js';
import { catalogSource, folderAccess, StoredEntries, type StoredEntry, tableAccess } from './stored-entry.js';

type Entry = Request['sky'][number];
type EntryWithFiles = Exclude<Entry, { readonly type: 'synthetic' }>;

/** Objects of an instance catalog that are held whole: as many as a worker holds without an index. */
const MOST_OBJECTS = 200_000;
/** Sky around the detector that is read with it, so that a small move reads nothing. */
const AROUND_DEG = 0.25;
/** Objects as far as this from the boresight are not behind it, whatever the rounding. */
const SURELY_BEFORE_DEG = 89;
const CONFIGURATION = /\.ya?ml$/i;

/** Files that were read, and for what they hold. */
interface Kept {
  /** What they are and how they were read. */
  readonly key: string;
  readonly loaded: LoadedSources;
  readonly holdsFor: (recipe: Recipe) => boolean;
}

/** The files of a sky in the order of `dealInputs`. */
export interface PreviewInputs {
  readonly inputs: readonly LoadedSources[];
  readonly leftOut: readonly LeftOut[];
}

/** Reads the files of skies. */
export class EntryLoader {
  readonly #entries: StoredEntries;
  readonly #blocks: StoredBlocks;
  readonly #client: Client;
  /** The SED files of the last request that was drawn by any. */
  #seds:
    { readonly sedDir: string | undefined; readonly library: Promise<SedLibrary | undefined> } | undefined;
  #kept: readonly Kept[] = [];
  /** Catalogs that are too long to be read whole, by what they are, with the error that says so. */
  readonly #tooLong = new Map<string, CatalogTooLongError | PreviewLimitError>();

  /** @param service how it is reached */
  constructor(service: ClientOptions) {
    this.#client = createClient(service);
    this.#entries = new StoredEntries(this.#client);
    this.#blocks = new StoredBlocks(this.#client);
  }

  /** The files that a recipe's detector needs; entries that cannot be read are left out, and it is said why. */
  async inputsOf(
    { sky, sedDir }: Pick<Request, 'sky' | 'sedDir'>,
    recipe: Recipe,
    onProgress: (progress: ReadingProgress) => void,
  ): Promise<PreviewInputs> {
    const inputs: LoadedSources[] = [];
    const leftOut: LeftOut[] = [];
    const used: Kept[] = [];
    for (const [index, entry] of sky.entries()) {
      const wanted = unreadSources([entry]);
      try {
        const files = await this.#load(entry, sedDir, recipe, onProgress);
        inputs.push(...files.map(({ loaded }) => loaded));
        used.push(...files);
      } catch (error) {
        inputs.push(...wanted);
        leftOut.push({ entry: index + 1, reason: reasonOf(error) });
      }
    }
    this.#kept = keptAfter(used, this.#kept, ({ loaded }) => loaded.sources.length);
    return { inputs, leftOut };
  }

  async #load(
    entry: Entry,
    sedDir: string | undefined,
    recipe: Recipe,
    onProgress: (progress: ReadingProgress) => void,
  ): Promise<Kept[]> {
    const files: Kept[] = [];
    const read = () => new EntryReading(this.#blocks, onProgress);
    if (entry.type !== 'synthetic') {
      const { lensing: _lensing, offset: _offset, magnitudeLimits: _limits, ...reading } = entry;
      const stored = await this.#entries.find(entry.path, entry.type === 'skyCatalogs');
      const key = JSON.stringify([reading, sedDir, recipe.visit.band, stored.key]);
      const sources = () => this.#sources(entry, stored, recipe, read, onProgress, sedDir);
      files.push(await this.#known(key, recipe, sources));
    }
    const map = entry.lensing?.map;
    if (map !== undefined) {
      const stored = await this.#entries.find(map.path, false);
      const key = JSON.stringify([map, stored.key]);
      files.push(
        await this.#known(key, recipe, async () => ({
          loaded: await loadLensMap(stored.name, map, tableAccess(stored, read()), (more) =>
            recipeRegion(recipe, more + AROUND_DEG),
          ),
          holdsFor: covers(recipeRegion(recipe, AROUND_DEG), recipeRegion),
        })),
      );
    }
    return files;
  }

  #openSedLibrary(sedDir: string | undefined): Promise<SedLibrary | undefined> {
    if (this.#seds?.sedDir !== sedDir) this.#seds = undefined;
    const seds = (this.#seds ??= { sedDir, library: openSedLibrary(this.#client, sedDir) });
    seds.library.catch(() => (this.#seds = undefined));
    return seds.library;
  }

  async #known(key: string, recipe: Recipe, load: () => Promise<Omit<Kept, 'key'>>): Promise<Kept> {
    const known = this.#kept.find((kept) => kept.key === key && kept.holdsFor(recipe));
    return known ?? { key, ...(await load()) };
  }

  async #sources(
    entry: EntryWithFiles,
    stored: StoredEntry,
    recipe: Recipe,
    read: () => EntryReading,
    onProgress: (progress: ReadingProgress) => void,
    sedDir: string | undefined,
  ): Promise<Omit<Kept, 'key'>> {
    const { band, raDeg, decDeg } = recipe.visit;
    const time = recipeTime(recipe);
    const sedLibrary = await this.#openSedLibrary(sedDir);
    const need = { band, times: [time], region: recipeRegion(recipe, AROUND_DEG), sedLibrary };
    const isAround = covers(need.region, recipeRegion);
    const isThen = (other: Recipe, isOfExposure: boolean): boolean => {
      const { midMjdTai, exposureS } = recipeTime(other);
      return midMjdTai === time.midMjdTai && (!isOfExposure || exposureS === time.exposureS);
    };
    if (entry.type === 'table') {
      const loaded = await loadTable(stored.name, entry, tableAccess(stored, read()), need);
      return { loaded, holdsFor: (other) => isAround(other) && (!loaded.isOfTime || isThen(other, true)) };
    }
    if (entry.type === 'skyCatalogs') {
      const path = CONFIGURATION.test(stored.name) ? stored.name : `the folder of ${stored.name}`;
      const loaded = await loadSkyCatalog(path, entry, folderAccess(stored, read()), need);
      const { isOfTime, isOfExposure } = loaded;
      return {
        loaded,
        holdsFor: (other) => isAround(other) && (!isOfTime || isThen(other, isOfExposure)),
      };
    }
    const { strict, internalDust, galacticDust } = entry;
    const boresight = { raDeg, decDeg };
    const access = { open: () => Promise.resolve(catalogSource(stored, read())) };
    const options = { band, boresight, strict, internalDust, galacticDust, sedLibrary };
    try {
      const tooLong = this.#tooLong.get(stored.key);
      if (tooLong !== undefined) throw tooLong;
      const loaded = await loadCatalog(stored.name, access, { ...options, mostObjects: MOST_OBJECTS });
      return { loaded, holdsFor: standsBefore(loaded, boresight) };
    } catch (error) {
      if (!(error instanceof CatalogTooLongError) && !(error instanceof PreviewLimitError)) throw error;
      this.#tooLong.set(stored.key, error);
      const indexing = { client: this.#client, stored, reading: read(), sedLibrary, onProgress };
      const indexed = await readIndexed(entry, recipe, indexing);
      if (indexed === undefined) throw error;
      const { loaded, region } = indexed;
      const [isNear, isBefore] = [covers(region, indexedRegion), standsBefore(loaded, boresight)];
      return { loaded, holdsFor: (other) => isNear(other) && isBefore(other) };
    }
  }
}

/** Whether the same objects of a catalog stand before another recipe's boresight, as none is far from either. */
function standsBefore(
  { sources, skipped }: LoadedSources,
  boresight: SkyPosition,
): (other: Recipe) => boolean {
  const farthestDeg =
    skipped['behind'] === undefined
      ? sources.raDeg.reduce(
          (most, raDeg, row) =>
            Math.max(most, separationDeg(boresight, { raDeg, decDeg: sources.decDeg[row]! })),
          0,
        )
      : 180;
  return ({ visit }) => {
    const movedDeg = separationDeg(boresight, visit);
    return movedDeg === 0 || farthestDeg + movedDeg < SURELY_BEFORE_DEG;
  };
}

/** Whether the sky that was read holds what another recipe's detector needs. */
function covers(read: SkyRegion, wantedBy: (recipe: Recipe) => SkyRegion): (other: Recipe) => boolean {
  const held = circleOf(read.circles);
  return (other) => {
    const wanted = circleOf(wantedBy(other).circles);
    const apartDeg = separationDeg(held.centre, wanted.centre);
    return apartDeg + wanted.radiusDeg <= held.radiusDeg;
  };
}

function circleOf([circle]: readonly RegionCircle[]): RegionCircle {
  if (circle === undefined) throw new TypeError('a detector has a circle around it');
  return circle;
}

function reasonOf(error: unknown): string {
  if (error instanceof CatalogTooLongError)
    return `It has more than ${MOST_OBJECTS.toLocaleString('en')} objects, and the service has no index of it: the next estimate or run makes one.`;
  return error instanceof Error ? error.message : String(error);
}
