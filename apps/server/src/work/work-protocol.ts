/** What the server and its workers say to each other; the worker's side is in the program `imsim-od`, which an app does not import. */
import type { PlannedVisit, SimulatePayload, StoredCatalog, TaskReport } from '@imsim-od/runs';
import type { PixelExplanation, Request } from '@imsim-od/simulator';
import type { VisitFacets, VisitPage, VisitQuery } from '@imsim-od/survey';

export type { PlannedVisit };

/** What a catalog holds. */
export interface CatalogSummary {
  readonly kind: 'catalog' | 'table' | 'fits' | 'survey' | 'hdf5' | 'yaml' | 'seds';
  /** Object lines; null where it is no whole catalog, and the notes say why. */
  readonly objects: number | null;
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

/** A scheduler database in the store. */
export interface StoredSurvey {
  readonly name: string;
  readonly path: string;
}

/** What is asked of it. */
export type SurveyQuestion =
  | { readonly ask: 'page'; readonly query: VisitQuery }
  | { readonly ask: 'facets'; readonly where: string }
  | { readonly ask: 'visits'; readonly visitIds: readonly number[] }
  | { readonly ask: 'visits'; readonly where: string; readonly limit: number };

/** Chosen visits as parts of requests. */
export interface ChosenVisits {
  readonly matching: number;
  readonly visits: readonly { readonly visitId: number; readonly request: Record<string, unknown> }[];
  readonly notes: readonly string[];
}

/** What each question is answered with. */
export interface SurveyAnswers {
  readonly page: VisitPage;
  readonly facets: VisitFacets;
  readonly visits: ChosenVisits;
}

/** A pixel to explain. */
export interface PixelQuestion extends Pick<SimulatePayload, 'recipe' | 'catalogs'> {
  /** Counted from 0. */
  readonly x: number;
  readonly y: number;
  /** Sources told one by one. */
  readonly mostSources: number;
}

/** What a worker gives back. */
export type WorkResult =
  | TaskReport
  | readonly PlannedVisit[]
  | CatalogSummary
  | FolderSummary
  | FileDigest
  | ImageDifference
  | SurveyAnswers[keyof SurveyAnswers]
  | PixelExplanation
  | null;

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
  | { readonly kind: 'explain'; readonly pixel: PixelQuestion }
  | { readonly kind: 'readCatalog'; readonly catalog: StoredCatalog }
  /** All files of the stored catalog as one folder of sky catalogs. */
  | { readonly kind: 'readFolder'; readonly folder: StoredCatalog }
  /** The catalog's own file is still being received. */
  | { readonly kind: 'checkBeginning'; readonly catalog: StoredCatalog }
  | { readonly kind: 'digest'; readonly path: string }
  | { readonly kind: 'compareImages'; readonly first: string; readonly second: string }
  | { readonly kind: 'survey'; readonly survey: StoredSurvey & { readonly question: SurveyQuestion } };

/** What a worker says. */
export type WorkAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly result: WorkResult;
    }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly message: string;
      readonly code: string | null;
      readonly badInput: boolean;
    };
