/** What the pool and its workers say to each other. */
import type { DetectorSummary, LoadedSources, OutputFile, Product, Recipe } from '@imsim-od/simulator';
import type { ExitCode } from '../exit-code.js';

/** Given to a worker once, when it starts. */
export interface WorkerSetup {
  readonly folder: string;
  readonly catalogs: readonly LoadedSources[];
}

/** One detector to make. */
export interface DetectorTask {
  readonly index: number;
  readonly recipe: Recipe;
  readonly products: readonly Product[];
}

/** A detector whose files lie whole in the folder, still under their temporary names. */
export interface DetectorDrawn {
  readonly outputs: readonly OutputFile[];
  readonly summary: DetectorSummary;
  readonly seconds: number;
}

/** A detector that could not be made. */
export interface DetectorFailure {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly stack?: string;
  /** True where the next detector would fail alike. */
  readonly fatal: boolean;
}

/** What a worker reports. */
export type WorkerReport =
  | { readonly type: 'progress'; readonly index: number; readonly fraction: number }
  | { readonly type: 'drawn'; readonly index: number; readonly drawn: DetectorDrawn }
  | { readonly type: 'failed'; readonly index: number; readonly failure: DetectorFailure };
