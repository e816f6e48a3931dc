/** From a request to recipes to detector images: see ARCHITECTURE.md for the path. */
export {
  type Effects,
  EffectsSchema,
  type InstanceCatalogSky,
  PRODUCTS,
  type Product,
  type Request,
  RequestSchema,
  type SkyCatalogsSky,
  type SkyEntry,
  type SyntheticSky,
  type TableSky,
} from './request/request-schema.js';
export type { Duplicates, EntryOptions, LensMapRequest, Lensing } from './request/entry-options-schema.js';
export { RequestError, type RequestFault } from './request/request-error.js';
export {
  isNestedTooDeep,
  type RequestLayer,
  type RequestWithOrigins,
  readRequest,
} from './request/read-request.js';
export { type Visit, resolveVisit } from './visit/resolve-visit.js';
export {
  type CatalogAccess,
  type LoadOptions,
  type LoadedCatalog,
  loadCatalog,
  loadCatalogs,
} from './sky-input/load-catalogs.js';
export type { LoadedSources, SourcesIndex } from './sky-input/loaded-sources.js';
export { countFileSources, type FileSources } from './detector/count-file-sources.js';
export { dealInputs, type EntryInputs, hasMap, hasSources, recipeFiles } from './sky-input/entry-inputs.js';
export { loadLensMap } from './sky-input/load-lens-map.js';
export {
  PHOSIM_COMMANDS,
  PhosimCommandError,
  type PhosimCommands,
  readPhosimCommands,
} from './sky-input/phosim-commands.js';
export type { DuplicateCounts } from './sky-input/without-duplicates.js';
export { type LoadedTable, type TableAccess, loadTable } from './sky-input/load-table.js';
export { type FolderAccess, type LoadedSkyCatalog, loadSkyCatalog } from './sky-input/load-sky-catalog.js';
export {
  indexedRegion,
  recipeRegion,
  recipeTime,
  requestRegion,
  requestTimes,
} from './sky-input/wanted-region.js';
export { type CatalogRequest, headerDifferences, requestFromCatalogs } from './sky-input/catalog-request.js';
export {
  type CatalogFile,
  type Recipe,
  type RecipeCatalog,
  type RecipeSkyCatalogs,
  type RecipeEntry,
  type RecipeEntryOptions,
  type RecipeLensing,
  type RecipeSynthetic,
  type RecipeTable,
  type RecipeVisit,
  canonicalRecipe,
  recipeHash,
} from './recipe/recipe.js';
export {
  type OutputFile,
  type RecipeDocument,
  RecipeError,
  formatRecipeDocument,
  parseRecipeDocument,
} from './recipe/recipe-document.js';
export { type ExpandedInput, type Expansion, expandRequest, filesByRecipe } from './recipe/expand-request.js';
export { type Footprint, recipeFootprint } from './recipe/footprint.js';
export {
  countSky,
  joinSkyCounts,
  type MagnitudeCounts,
  scaleSkyCounts,
  type SkyCounts,
} from './recipe/count-sky.js';
export { type RecipeEstimate, estimateRecipe } from './recipe/estimate-recipe.js';
export { type FileNames, fileNames } from './products/file-names.js';
export type { ProductSink, SinkRecord } from './products/product-sink.js';
export {
  type DetectorOutcome,
  type DetectorSummary,
  type SimulationContext,
  simulateDetector,
} from './detector/simulate-detector.js';
export { CutoutMemory } from './detector/cutout-memory.js';
export { type Cutout, type CutoutContext, simulateCutout } from './detector/simulate-cutout.js';
export type { PixelWindow } from './detector/pixel-window.js';
export {
  type ExplainContext,
  type PixelExplanation,
  type SourceShare,
  explainPixel,
} from './explain/explain-pixel.js';
export type { RawExpectation } from './explain/raw-expectation.js';
export { type DrawSource, type DrawSpec, mostFluxElectrons, readDrawSpec } from './scene/draw-spec.js';
export { type DrawnScene, drawScene, sceneFrame } from './scene/draw-scene.js';
export { SourceTable, toSourceTable } from './scene/source-table.js';
export { PHYSICAL_FILTERS } from '@imsim-od/astro';
export { simulationVersion } from './simulation-version.js';
