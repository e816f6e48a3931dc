/**
 * Large instance catalogs: what the service's index of one has near a detector, sent as an index that the run's own reader takes.
 */
import { ApiError, type Client } from '@imsim-od/api';
import { indexedRegion, type LoadedSources, type Recipe, type Request } from '@imsim-od/simulator';
import {
  CatalogIndex,
  CatalogObjectError,
  MemoryRangeSource,
  readIndexedObjects,
  type SedLibrary,
  type SkyRegion,
} from '@imsim-od/sky';
import {
  type EntryReading,
  MOST_INDEXED_BYTES,
  PreviewLimitError,
  type ReadingProgress,
} from './stored-bytes.js';
import { catalogSource, type StoredEntry } from './stored-entry.js';

/** Sky around what the detector needs that is read with it: less than of small catalogs, as there is more in it. */
const AROUND_DEG = 0.05;

/** What reads an entry. */
export interface IndexedReading {
  readonly client: Client;
  readonly stored: StoredEntry;
  readonly reading: EntryReading;
  readonly sedLibrary: SedLibrary | undefined;
  readonly onProgress: (progress: ReadingProgress) => void;
}

/** Objects near a detector. */
export interface IndexedObjects {
  readonly loaded: LoadedSources;
  /** Where they were looked for; those that reach far are there from everywhere. */
  readonly region: SkyRegion;
}

/**
 * The objects that a recipe's detector takes from the index of a catalog; undefined where the service has none. Throws `ApiError`,
 * also for an index that is of no use now, `PreviewLimitError`, Error where the files were replaced just now, with `strict` `CatalogObjectError`, and what the reader throws.
 */
export async function readIndexed(
  entry: Extract<Request['sky'][number], { readonly type: 'instanceCatalog' }>,
  recipe: Recipe,
  { client, stored, reading, sedLibrary, onProgress }: IndexedReading,
): Promise<IndexedObjects | undefined> {
  const region = indexedRegion(recipe, AROUND_DEG);
  const [circle] = region.circles;
  const own = stored.files.get(stored.name);
  if (circle === undefined || own === undefined) return undefined;
  const { centre, radiusDeg } = circle;
  const answer = await client
    .open('readCatalogIndex', { params: { id: own.datasetId }, query: { ...centre, radiusDeg } })
    .catch(absent);
  if (answer === undefined) return undefined;
  const bytes = await bytesOf(answer, stored.name, onProgress);
  const index = await CatalogIndex.open(new MemoryRangeSource(`the index of ${stored.name}`, bytes));
  const { firstFault, files } = index.summary;
  const replaced = files.find(({ path, sha256 }) => stored.files.get(path)?.sha256 !== sha256);
  if (replaced !== undefined)
    throw new Error(`${replaced.path} was replaced just now; the preview follows within a minute.`);
  const { strict, internalDust, galacticDust } = entry;
  if (strict && firstFault !== undefined)
    throw new CatalogObjectError(firstFault.file, firstFault.line, firstFault.reason);
  const { band, raDeg, decDeg } = recipe.visit;
  const { sources, skipped } = await readIndexedObjects(
    index,
    catalogSource(stored, reading),
    region.circles,
    {
      band,
      boresight: { raDeg, decDeg },
      strict,
      internalDust,
      galacticDust,
      sedLibrary,
      keep: (ra, dec) => region.holds(ra, dec),
    },
  );
  return { loaded: { path: stored.name, files: [], sources, skipped, notes: [] }, region };
}

function absent(error: unknown): undefined {
  if (error instanceof ApiError && error.code === 'ARCHIVE_NO_INDEX') return undefined;
  throw error;
}

/** The bytes of an answer: in one array from the start where its length is told. @throws PreviewLimitError */
export async function bytesOf(
  answer: Response,
  file: string,
  onProgress: (progress: ReadingProgress) => void,
): Promise<Uint8Array> {
  const ofBytes = Number(answer.headers.get('content-length') ?? 0);
  const reader = answer.body?.getReader();
  const checkSize = async (size: number): Promise<void> => {
    if (size <= MOST_INDEXED_BYTES) return;
    await reader?.cancel();
    throw new PreviewLimitError(
      `${file} has ${(size / 1e6).toFixed(0)} MB near this detector`,
      `${MOST_INDEXED_BYTES / 1e6} MB`,
    );
  };
  await checkSize(ofBytes);
  let bytes = new Uint8Array(ofBytes);
  let readBytes = 0;
  for (;;) {
    const part = (await reader?.read())?.value;
    if (part === undefined) return bytes.subarray(0, readBytes);
    const size = readBytes + part.length;
    await checkSize(size);
    if (size > bytes.length) {
      const longer = new Uint8Array(Math.max(size, 2 * bytes.length));
      longer.set(bytes.subarray(0, readBytes));
      bytes = longer;
    }
    bytes.set(part, readBytes);
    readBytes = size;
    onProgress({ file, readBytes, ofBytes });
  }
}
