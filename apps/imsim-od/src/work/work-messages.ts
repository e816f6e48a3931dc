/**
 * What a service and its workers say to each other, over the channel that Node opens to a forked process (`imsim-od work --serve`). Every
 * order has an id; progress may come any number of times, then one answer. A worker carries out one order at a time, and is killed to stop it.
 */
import type { SedDigest } from '@imsim-od/sky';
import type { VisitFacets, VisitPage, VisitQuery } from '@imsim-od/survey';
import type {
  DetectorSummary,
  OutputFile,
  PixelExplanation,
  Product,
  Recipe,
  Request,
  SkyCounts,
  Visit,
} from '@imsim-od/simulator';
import type { SkyFileKind } from './sky-file-kind.js';

/** An input of a sky whose files lie in a store under other names. */
export interface StoredCatalog {
  /** Its own name, one of those of `files`; of a folder of sky catalogs its configuration, or any of its files. */
  readonly name: string;
  /**
   * What may be read, by its name from there: `stars.txt`, `parts/stars.txt`; where its bytes are; and their SHA-256, where
   * the store keeps them under that.
   */
  readonly files: readonly StoredFile[];
  /** Where the store keeps indexes of the catalog; absent where it keeps none. */
  readonly indexFolder?: string;
  /** The archive of SED files that its sources are drawn by; default: the folder that the worker's environment names. */
  readonly sedArchive?: StoredFile;
}

/** A file in a store. */
export interface StoredFile {
  readonly name: string;
  readonly path: string;
  readonly sha256?: string;
}

/** A detector to make. */
export interface SimulateTask {
  readonly recipe: Recipe;
  readonly products: readonly Product[];
  /** In the order of the recipe's catalogs. */
  readonly catalogs: readonly StoredCatalog[];
  /** Whoever asks knows the checksums of what must come: the recipe may be of another version. Default false. */
  readonly isRemake?: boolean;
}

/** The file that a worker leaves in the task's folder, written last: what is not in it is not whole. */
export const TASK_REPORT = 'task-report.json';

/** What the task report says. */
export interface TaskReport {
  readonly recipeHash: string;
  /** Every file made, the recipe's own file included. */
  readonly outputs: readonly OutputFile[];
  /** Null where the files of an earlier task with the same recipe were taken. */
  readonly summary: DetectorSummary | null;
  readonly cpuS: number;
  readonly wallS: number;
  readonly maxRssMb: number;
}

/** Requests to plan: resolved, counted, estimated; nothing is drawn. */
export interface PlanOrder {
  readonly requests: readonly Request[];
  /** For each request its instance catalogs in the order of its sky; paths in `sky` are not read. */
  readonly catalogs: readonly (readonly StoredCatalog[])[];
}

/** What a request comes to. */
export interface PlannedVisit {
  readonly visit: Visit;
  /** Detectors times snaps. */
  readonly tasks: number;
  /** CPU seconds, bytes and sources of all its tasks together; memory of the largest. */
  readonly cpuS: number;
  readonly memoryMb: number;
  readonly bytes: number;
  readonly sources: number;
  readonly notes: readonly string[];
  /** Of the first request of an order: what its detectors see. */
  readonly sky?: SkyCounts;
  /** For each catalog the files that were read, by content, the catalog itself first. */
  readonly catalogs: readonly {
    readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
    /** Which of the files each recipe names, by their places among them; absent where every recipe names all. */
    readonly filesByRecipe?: readonly (readonly number[])[];
    /** Its SED files by content, where the worker's library has any. */
    readonly seds?: SedDigest;
    /** Where these are not the same for all detectors, those of each task in order, null for none. */
    readonly recipeSeds?: readonly (SedDigest | null)[];
  }[];
}

/** What a catalog holds. */
export interface CatalogSummary {
  /** What the file is by its beginning. */
  readonly kind: SkyFileKind;
  /** Object lines; null where it is no whole catalog, and the notes say why. */
  readonly objects: number | null;
  /** Objects left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** What a folder of sky catalogs holds. */
export interface FolderSummary extends Omit<CatalogSummary, 'kind'> {
  readonly kind: 'skyCatalogs';
}

/** Size and checksums of a file. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
  readonly adler32: string;
}

/** What is asked of a scheduler database in a store. */
export type SurveyQuestion =
  | { readonly ask: 'page'; readonly query: VisitQuery }
  | { readonly ask: 'facets'; readonly where: string }
  | { readonly ask: 'visits'; readonly visitIds: readonly number[] }
  | { readonly ask: 'visits'; readonly where: string; readonly limit: number };

/** Chosen visits as parts of requests. */
export interface ChosenVisits {
  readonly matching: number;
  readonly visits: readonly {
    readonly visitId: number;
    readonly request: Readonly<Record<string, unknown>>;
  }[];
  readonly notes: readonly string[];
}

/** What a scheduler database answers. */
export type SurveyAnswer = VisitPage | VisitFacets | ChosenVisits;

/** A pixel to explain. */
export interface PixelQuestion {
  readonly recipe: Recipe;
  /** In the order of the recipe's catalogs. */
  readonly catalogs: readonly StoredCatalog[];
  /** Counted from 0. */
  readonly x: number;
  readonly y: number;
  /** Sources told one by one. */
  readonly mostSources: number;
}

/** The difference of two images, the second minus the first, in the images' unit. */
export interface ImageDifference {
  readonly pixels: number;
  readonly differing: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
  /** Square root of the mean square. */
  readonly rms: number;
  readonly least: number;
  readonly greatest: number;
  /** Where it is largest without its sign, FITS pixel of the detector. */
  readonly mostX: number;
  readonly mostY: number;
  /** Means of 16 × 16 blocks of the detector, x fastest. */
  readonly blocks: readonly number[];
  /** Of each block the difference that is largest without its sign, with its sign; 0 where all is equal. */
  readonly largestOfBlocks: readonly number[];
}

/** An order to a worker. */
export type WorkOrder = { readonly id: number } & (
  | { readonly kind: 'simulate'; readonly task: SimulateTask; readonly folder: string }
  | { readonly kind: 'plan'; readonly plan: PlanOrder }
  | { readonly kind: 'explain'; readonly pixel: PixelQuestion }
  | { readonly kind: 'readCatalog'; readonly catalog: StoredCatalog }
  /** All files of the stored catalog as one folder of sky catalogs. */
  | { readonly kind: 'readFolder'; readonly folder: StoredCatalog }
  /** The catalog's own file is still being received. */
  | { readonly kind: 'checkBeginning'; readonly catalog: StoredCatalog }
  | { readonly kind: 'digest'; readonly path: string }
  | { readonly kind: 'compareImages'; readonly first: string; readonly second: string }
  | {
      readonly kind: 'survey';
      readonly survey: { readonly name: string; readonly path: string; readonly question: SurveyQuestion };
    }
);

/** What a worker says. */
export type WorkAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly result:
        | TaskReport
        | readonly PlannedVisit[]
        | CatalogSummary
        | FolderSummary
        | FileDigest
        | SurveyAnswer
        | PixelExplanation
        | ImageDifference
        | null;
    }
  /** `badInput`: what was asked for cannot be done, here or elsewhere; otherwise another attempt may succeed. */
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly message: string;
      readonly code: string | null;
      readonly badInput: boolean;
    };
