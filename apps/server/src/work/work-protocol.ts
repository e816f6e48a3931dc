/** What the server and its workers say to each other; the worker's side is in the program `imsim-od`, which an app does not import. */
import type { PlannedVisit, SimulatePayload, StoredCatalog, TaskReport } from '@imsim-od/runs';
import type { Request } from '@imsim-od/simulator';

export type { PlannedVisit };

/** What a catalog holds. */
export interface CatalogSummary {
  /** Object lines; null where it is no whole catalog, and the notes say why. */
  readonly objects: number | null;
  readonly skipped: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** Size and checksums of a file. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
  readonly adler32: string;
}

/** An order without its id. */
export type WorkRequest =
  | {
      readonly kind: 'simulate';
      readonly task: Pick<SimulatePayload, 'recipe' | 'products' | 'catalogs' | 'isRemake'>;
      readonly folder: string;
    }
  | {
      readonly kind: 'plan';
      readonly plan: {
        readonly requests: readonly Request[];
        readonly catalogs: readonly (readonly StoredCatalog[])[];
      };
    }
  | { readonly kind: 'readCatalog'; readonly catalog: StoredCatalog }
  /** The catalog's own file is still being received. */
  | { readonly kind: 'checkBeginning'; readonly catalog: StoredCatalog }
  | { readonly kind: 'digest'; readonly path: string };

/** What a worker says. */
export type WorkAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly result: TaskReport | readonly PlannedVisit[] | CatalogSummary | FileDigest | null;
    }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly message: string;
      readonly code: string | null;
      readonly badInput: boolean;
    };
