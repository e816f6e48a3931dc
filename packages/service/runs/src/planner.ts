/** Planning as runs need it. It reads users' catalogs, so the app carries it out in another process and hands it in. */
import type { Request, SkyCounts, Visit } from '@imsim-od/simulator';

/** An instance catalog whose files lie in the archive under other names. */
export interface StoredCatalog {
  /** The catalog's own name, one of those of `files`. */
  readonly name: string;
  readonly files: readonly { readonly name: string; readonly path: string }[];
}

/** A catalog's files by content, the catalog itself first. */
export interface CatalogContent {
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
  /** The SED files behind it, where the service has a library with any of them: their number and one SHA-256 over all. */
  readonly seds?: { readonly files: number; readonly sha256: string };
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
