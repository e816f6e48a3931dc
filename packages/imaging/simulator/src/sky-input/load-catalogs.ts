/**
 * Opens the instance catalogs of a request: reads each once, whole, and takes the SHA-256 of every file on the way, so
 * that a recipe can name its inputs by content.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Band, SkyPosition } from '@imsim-od/astro';
import {
  type ByteSource,
  type CatalogProgress,
  type InstanceCatalog,
  readInstanceCatalog,
  type SedLibrary,
} from '@imsim-od/sky';
import type { CatalogFile } from '../recipe/recipe.js';
import type { SourcesIndex } from './loaded-sources.js';
import type { Request } from '../request/request-schema.js';

/** How the host finds a catalog's bytes. */
export interface CatalogAccess {
  open(path: string): Promise<ByteSource>;
}

/** An instance catalog in memory, known by the content of its files. */
export interface LoadedCatalog extends Omit<InstanceCatalog, 'files'> {
  /** See `LoadedSources`. */
  readonly index?: SourcesIndex;
  /** Where the host found it. */
  readonly path: string;
  /** The catalog itself, then what it includes in order; names relative to the catalog's folder. */
  readonly files: readonly CatalogFile[];
}

/** How to read a catalog. */
export interface LoadOptions {
  /** Band of the magnitudes; default the header's filter. */
  readonly band?: Band;
  /** Boresight that objects must not lie behind; default the header's. */
  readonly boresight?: SkyPosition;
  /** A faulty object stops reading. Default false. */
  readonly strict?: boolean;
  /** Reading stops with `CatalogTooLongError` at more objects. Default: no limit. */
  readonly mostObjects?: number;
  /** Every object is checked and none kept: for catalogs of any size. Default false. */
  readonly checkOnly?: boolean;
  /** Where spectra are looked for; default: nowhere, families stand in. */
  readonly sedLibrary?: SedLibrary | undefined;
  /** Default true. */
  readonly internalDust?: boolean;
  /** Default F19. */
  readonly galacticDust?: 'F19' | 'named';
  readonly onProgress?: (progress: CatalogProgress) => void;
}

/** Reads one instance catalog and what it includes. */
export async function loadCatalog(
  path: string,
  access: CatalogAccess,
  options: LoadOptions = {},
): Promise<LoadedCatalog> {
  const source = digested(await access.open(path));
  const { files, ...catalog } = await readInstanceCatalog(source, options);
  return {
    ...catalog,
    path,
    files: files.map(({ name, path: place, bytes, sha256: digest }) => {
      if (digest === undefined) throw new TypeError(`${name} was not read to its end`);
      return { name: place, bytes, sha256: digest };
    }),
  };
}

/** Reads the instance catalogs of a request in its band, one for each such sky entry, in order. */
export async function loadCatalogs(
  request: Pick<Request, 'sky' | 'band' | 'pointing'>,
  access: CatalogAccess,
  onProgress?: (progress: CatalogProgress) => void,
  sedLibrary?: SedLibrary,
): Promise<LoadedCatalog[]> {
  const catalogs: LoadedCatalog[] = [];
  for (const entry of request.sky) {
    if (entry.type !== 'instanceCatalog') continue;
    const options = {
      band: request.band,
      boresight: request.pointing,
      strict: entry.strict,
      internalDust: entry.internalDust,
      galacticDust: entry.galacticDust,
      sedLibrary,
      ...(onProgress ? { onProgress } : {}),
    };
    catalogs.push(await loadCatalog(entry.path, access, options));
  }
  return catalogs;
}

/** A source that knows the SHA-256 of what was read from it; the source itself where it knows already. */
function digested(source: ByteSource): ByteSource {
  if (source.sha256) return source;
  let digest: string | undefined;
  return {
    name: source.name,
    identity: source.identity,
    async *stream() {
      const hash = sha256.create();
      for await (const chunk of source.stream()) {
        hash.update(chunk);
        yield chunk;
      }
      digest = bytesToHex(hash.digest());
    },
    async sibling(relative: string) {
      return digested(await source.sibling(relative));
    },
    sha256: () => digest,
  };
}
