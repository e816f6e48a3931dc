/** Planning as runs need it. It reads users' catalogs, so the app carries it out in another process and hands it in. */
import type { Request, SkyCounts, Visit } from '@imsim-od/simulator';

/** An input of a sky whose files lie in the archive under other names. */
export interface StoredCatalog {
  /** Its own name, one of those of `files`; of a folder of sky catalogs its configuration, or any of its files. */
  readonly name: string;
  /** The SHA-256 is that of the content, where the archive keeps it under that. */
  readonly files: readonly { readonly name: string; readonly path: string; readonly sha256?: string }[];
  /** Where the archive keeps indexes of it, should it be a large instance catalog. */
  readonly indexFolder?: string;
  /** The archive of SED files that its sources are drawn by; default: the service's own folder of them. */
  readonly sedArchive?: StoredCatalog['files'][number];
}

/** SED files by content. */
export interface SedContent {
  readonly files: number;
  readonly sha256: string;
  readonly sketch?: string;
}

/** A catalog's files by content, the catalog itself first. */
export interface CatalogContent {
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
  /** Which of the files each task reads, by their places among them; absent where every task reads all. */
  readonly filesByRecipe?: readonly (readonly number[])[];
  /** The SED files behind it, where the service has a library with any of them: their number and one SHA-256 over all. */
  readonly seds?: SedContent;
  /** Where these are not the same for all detectors, those of each task of the visit in order, null for none. */
  readonly recipeSeds?: readonly (SedContent | null)[];
  /** The archive that these are taken from, where the request names one. */
  readonly sedArchive?: { readonly name: string; readonly sha256: string; readonly bytes: number };
}

/** What a request comes to. */
export interface PlannedVisit {
  readonly visit: Visit;
  /** Detectors times snaps. */
  readonly tasks: number;
  /** CPU seconds, bytes and sources of all tasks together; memory of the largest. */
  readonly cpuS: number;
  readonly memoryMb: number;
  readonly bytes: number;
  readonly sources: number;
  readonly notes: readonly string[];
  /** Objects on the detectors, of the first request alone. */
  readonly sky?: SkyCounts;
  /** In the order of the request's catalogs. */
  readonly catalogs: readonly CatalogContent[];
}

/** Plans requests, in their order. Rejects with a coded error for what cannot be observed or read. */
export interface RunPlanner {
  plan(
    requests: readonly Request[],
    catalogs: readonly (readonly StoredCatalog[])[],
  ): Promise<readonly PlannedVisit[]>;
}
