/**
 * What is on the sky: sources read from instance catalogs or drawn from a synthetic population, as one table, and the truth
 * tables that tell what was drawn. Readers take bytes; Node's files are in `@imsim-od/sky/node`.
 */
export {
  type ByteSource,
  joinInside,
  MemoryByteSource,
  SourceMissingError,
  SourceOutsideFolderError,
  SourceUnreadableError,
} from './byte-source.js';
export {
  type ByteCount,
  readUnpacked,
  SourceCompressionError,
  SourceExpansionError,
  unpackedBytes,
} from './gzip-stream.js';
export {
  CatalogCompressionError,
  CatalogFormatError,
  CatalogHeaderMissingError,
  CatalogHeaderValueError,
  CatalogIncludeError,
  CatalogIncludeLoopError,
  CatalogObjectError,
  CatalogTooLongError,
  UnsupportedModelError,
} from './instance-catalog/errors.js';
export type { InstanceCatalogHeader } from './instance-catalog/header.js';
export { HEADER_KEYWORDS, type HeaderKeyword } from './instance-catalog/header-keywords.js';
export {
  type CatalogFile,
  type CatalogProgress,
  type InstanceCatalog,
  type InstanceCatalogOptions,
  type ObjectFault,
  readIndexedObjects,
  readInstanceCatalog,
  type RegionObjects,
} from './instance-catalog/instance-catalog.js';
export { type MergedHeader, mergeHeaders, type NamedHeader } from './instance-catalog/merge-headers.js';
export { SUPPORTED_MODELS } from './instance-catalog/object-line.js';
export {
  type LinePlace,
  SKIP_REASONS,
  type SkippedObjects,
  type SkipReason,
} from './instance-catalog/skipped.js';
export { readStamp, StampError } from './instance-catalog/stamp.js';
export { FAR_MAGNORM, MOST_COLOUR_MAG, NEAR_EXTENT_ARCSEC } from './catalog-index/far-object.js';
export { CatalogIndexError, type IndexSummary } from './catalog-index/index-layout.js';
export { CatalogIndex } from './catalog-index/index-reader.js';
export { CatalogIndexWriter, type IndexedLine, type IndexOutput } from './catalog-index/index-writer.js';
export { type DuplicateLimits, type DuplicatesFound, findDuplicates } from './duplicates.js';
export {
  asByteSource,
  BlobRangeSource,
  MemoryRangeSource,
  type RangeSource,
  streamOf,
} from './range-source.js';
export { type ColumnChoice, type ColumnChoices, type MappedColumn } from './tables/column-mapping.js';
export { TableColumnError, TableFormatError, TableRowError, TableUnitError } from './tables/errors.js';
export { QUANTITIES, QUANTITY_NAMES, type Quantity } from './tables/quantities.js';
export { LightCurves, readLightCurves } from './tables/read-light-curves.js';
export {
  type MagnitudesFrom,
  readSkyTable,
  type SkyTable,
  type SkyTableOptions,
} from './tables/read-table.js';
export { ROW_SKIP_REASONS, type RowSkipReason, type SkippedRows } from './tables/skipped-rows.js';
export { type RegionCircle, SkyRegion } from './tables/sky-region.js';
export { placeText, TABLE_FORMATS, type TableFormat, type TablePlace } from './tables/table-reader.js';
export { FLUX_THROUGHPUTS, type FluxThroughputs } from './sky-catalogs/band-flux.js';
export { type CatalogFolder, FilesFolder, pathBelow } from './sky-catalogs/catalog-folder.js';
export type { ExposureTime } from './tracks/exposure-time.js';
export { SkyCatalogError, SkyCatalogTypeError } from './sky-catalogs/errors.js';
export { describeSkyCatalogPart } from './sky-catalogs/describe-part.js';
export { OBJECT_TYPE_NAMES } from './sky-catalogs/object-types.js';
export { cellsOf, type Partition } from './sky-catalogs/partition.js';
export {
  countSkyCatalog,
  readSkyCatalog,
  type SkyCatalog,
  type SkyCatalogFile,
  type SkyCatalogOptions,
  type TypeCount,
} from './sky-catalogs/read-sky-catalog.js';
export {
  type ConstantLens,
  type HaloLens,
  type LensedCounts,
  lensSources,
  MAX_MAGNIFICATION,
  type MapLens,
  type SkyLenses,
} from './lenses/lens-sources.js';
export {
  type HealpixLensMap,
  type LensMap,
  lensSampler,
  type LensSampler,
  type LensValue,
  SHEAR_AXES,
  type ShearAxes,
  type TanLensMap,
} from './lenses/lens-map.js';
export { NfwHalo, type NfwHaloFacts } from './lenses/nfw-halo.js';
export { LensMapError, type LensMapOptions, readLensMap } from './lenses/read-lens-map.js';
export { composeShear, type Lensing, lensingFrom, type Shear, shearOfEllipse } from './lensing.js';
export { galacticExtinctionMag } from './sed/dust.js';
export type { SedAccess, SedDigest, SedLibraryFile } from './sed/sed-library.js';
export { SedLibrary, SedNamesError } from './sed/sed-library.js';
export { sedNotesOfNames } from './sed/sed-count.js';
export { sedDigestWithin, type SedUses } from './sed/sed-ledger.js';
export type { SedFileMark } from './sed/sed-sketch.js';
export { SedFileError } from './sed/sed-file.js';
export { type BandSed, SedPhotometry } from './sed/sed-photometry.js';
export {
  SED_FAMILY_ERROR_MAG,
  sedColourMag,
  type SedFamily,
  type SedTemplate,
  sedTemplate,
} from './sed/sed-colour.js';
export {
  COMPONENT,
  COMPONENT_NAMES,
  concatenate,
  emptySourceTable,
  haveSameRows,
  MODEL,
  MODEL_NAMES,
  POINT_SPACING_ARCSEC,
  selectRows,
  type SkyStamp,
  type SourceNumbers,
  type SourceRow,
  type SourceTable,
  SourceTableBuilder,
} from './source-table.js';
export { drawableRows } from './source-limits.js';
export { SourceTableFullError } from './source-table-errors.js';
export { galaxyCountPerArcmin2 } from './synthetic/galaxy-population.js';
export { starCountsPerDeg2 } from './synthetic/star-density.js';
export {
  drawSyntheticSky,
  SyntheticSkyOptionError,
  type SyntheticSkyOptions,
} from './synthetic/synthetic-sky.js';
export { TRUTH_FILE_COLUMNS, type TruthFileColumn } from './truth/truth-columns.js';
export { writeTruthFits } from './truth/truth-fits.js';
export { truthParquetBytes } from './truth/truth-parquet.js';
export {
  makeTruthTable,
  TRUTH_FLAG_TEXTS,
  TRUTH_FLAGS,
  TruthColumnError,
  type TruthColumns,
  type TruthTable,
} from './truth/truth-table.js';
