/** The data catalog: what was made or uploaded, whose it is, where it lies, and whether it is whole. */
export {
  addToLibrary,
  findInLibrary,
  type LibraryEntry,
  listLibrary,
  type NewLibraryEntry,
  removeFromLibrary,
} from './library.js';
export {
  claimLibraryReading,
  endLibraryReading,
  failLibraryReading,
  type LibraryReading,
  noteLibraryReading,
} from './library-reading.js';
export { type Archive, type ArchiveOptions, openArchive, type Viewer } from './archive.js';
export { BlobStore } from './blob-store.js';
export {
  changeCollection,
  type Collection,
  type CollectionChanges,
  createCollection,
  deleteCollection,
  listCollections,
} from './collections.js';
export { holdContents, type IncomingFile, listHolders, releaseHolds } from './contents.js';
export {
  type Dataset,
  DATASET_STATES,
  type DatasetState,
  type FileFacts,
  type Observation,
  type Replica,
} from './dataset.js';
export {
  ArchiveAwayError,
  ArchiveInputError,
  BlobError,
  NoRecipeError,
  NotInArchiveError,
  NotOwnerError,
  QuotaError,
} from './errors.js';
export { ExpressionError, type ExpressionErrorCode } from './expression/expression-error.js';
export { FIELDS, type FieldType } from './expression/fields.js';
export { parseExpression } from './expression/parse-expression.js';
export {
  collectGarbage,
  integrityReport,
  type IntegrityReport,
  listFaults,
  type Verdict,
  verifyNext,
} from './integrity.js';
export {
  type AbsenceReport,
  isKnownContent,
  type KeptContent,
  listContents,
  settleAbsentContents,
  settleIfAbsent,
} from './keeping.js';
export {
  beginMaking,
  endMaking,
  findByRecipe,
  type KnownFile,
  type MakingTurn,
  recipesInStore,
  visitsInStore,
} from './making.js';
export { archiveSchema } from './migrations.js';
export { checkQuota, readUsage, setQuota, type Usage } from './quota.js';
export { type CatalogNeighbour, listNeighbours, readDataset } from './reading.js';
export {
  checkFileName,
  checkFolder,
  formatOf,
  type KeptRecipe,
  type OutputFile,
  type RecipeCatalogFiles,
  registerOutputs,
  registerUpload,
  type TaskOutputs,
  type Upload,
} from './registration.js';
export {
  dropDatasets,
  type RemovalReport,
  removeDatasets,
  removeOutputsOfRun,
  setExpiry,
  sweepExpired,
} from './removal.js';
export {
  assignRestoration,
  bytesToRestore,
  completeRestoration,
  endRestoration,
  latestRestoration,
  listWanted,
  productsOfRecipe,
  readRecipe,
  requestRestoration,
  type Restoration,
} from './restoration.js';
export type { ArchiveDatabase, ArchiveTables, ArchiveTransaction } from './schema.js';
export {
  type Cone,
  countFacets,
  type FacetCounts,
  type Search,
  searchDatasets,
  type SearchPage,
} from './search.js';
export {
  isRunShared,
  listSharedRuns,
  listShares,
  share,
  type ShareAudience,
  type ShareSubject,
  unshare,
} from './sharing.js';
