/** Sources in memory that were read from a file of a request's sky, whatever its format. */
import type { Band, SkyPosition } from '@imsim-od/astro';
import type {
  LensMap,
  Partition,
  SedDigest,
  SedUses,
  SkippedObjects,
  SkippedRows,
  SourceTable,
} from '@imsim-od/sky';
import type { CatalogFile } from '../recipe/recipe.js';

/** An instance catalog, a table, a folder of sky catalogs or a map of lensing in memory, known by the content of its files. */
export interface LoadedSources {
  /** Where the host found it. */
  readonly path: string;
  readonly files: readonly (CatalogFile & {
    /** The cell of the sky that the file covers; absent where it counts everywhere. */
    readonly cell?: { readonly partition: Partition; readonly number: number };
  })[];
  readonly sources: SourceTable;
  /** The SED files behind it by content; absent where none was found. */
  readonly seds?: SedDigest | undefined;
  /** The names that its SED files were looked for by. */
  readonly sedNames?: readonly string[];
  /** For each snap, or for all in one, the SED files behind rows that were chosen by a region; absent where a recipe names `seds`. */
  readonly sedUses?: readonly (SedUses | undefined)[];
  /** Sources at the middle of each snap, where they may move or vary and there is more than one. */
  readonly bySnap?: readonly SourceTable[];
  /** Where the host finds the sources by region; then `sources` holds none yet. */
  readonly index?: SourcesIndex;
  /** The map; then there are no sources. */
  readonly lensMap?: LensMap;
  /** Where the stamps of a table lie, if not beside it. */
  readonly stampFolder?: string;
  /** What was left out, by reason. */
  readonly skipped: Readonly<Partial<Record<string, SkippedObjects | SkippedRows>>>;
  /** Warnings and remarks, one sentence each. */
  readonly notes: readonly string[];
}

/** Sources of an instance catalog that are too many to be held: an index of the host gives those near a detector. */
export interface SourcesIndex {
  /** Where the host keeps it. */
  readonly path: string;
  /** What the catalog's lines are read with. */
  readonly band: Band;
  readonly boresight: SkyPosition;
  readonly strict: boolean;
  readonly internalDust: boolean;
  readonly galacticDust: 'F19' | 'named';
  /** Where the host finds the SED files, where there are any. */
  readonly sedDir?: string | undefined;
}
