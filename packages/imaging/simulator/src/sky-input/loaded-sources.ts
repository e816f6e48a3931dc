/** Sources in memory that were read from a file of a request's sky, whatever its format. */
import type { LensMap, SedDigest, SkippedObjects, SkippedRows, SourceTable } from '@imsim-od/sky';
import type { CatalogFile } from '../recipe/recipe.js';

/** An instance catalog, a table or a map of lensing in memory, known by the content of its files. */
export interface LoadedSources {
  /** Where the host found it. */
  readonly path: string;
  readonly files: readonly CatalogFile[];
  readonly sources: SourceTable;
  /** The SED files behind it by content; absent where none was found. */
  readonly seds?: SedDigest | undefined;
  /** The map; then there are no sources. */
  readonly lensMap?: LensMap;
  /** What was left out, by reason. */
  readonly skipped: Readonly<Partial<Record<string, SkippedObjects | SkippedRows>>>;
  /** Warnings and remarks, one sentence each. */
  readonly notes: readonly string[];
}
