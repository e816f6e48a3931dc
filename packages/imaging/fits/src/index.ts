/**
 * FITS files (Standard 4.0): headers, images, binary tables and tile compression, bytes in and bytes out. Knows no
 * telescope and no file system.
 */
export { Adler32, adler32 } from './adler32.js';
export { ByteCollector, type ByteSink, FITS_BLOCK_BYTES } from './byte-sink.js';
export type { Card, CardSource } from './card.js';
export { formatCard, formatFloat } from './card-text.js';
export { type ChecksumState, verifyChecksums } from './checksum-verification.js';
export { type CompressedImageSource, writeCompressedImageHdu } from './compressed-image-writer.js';
export type { ColumnInfo, ElementFormat } from './column-info.js';
export { readCompressedImage, readPixels } from './compressed-image-reader.js';
export { DataSum, addSums, encodeChecksum, sumBytes } from './data-sum.js';
export {
  type CompressedImageHdu,
  type FitsFile,
  type FitsHdu,
  type ImageHdu,
  type OtherHdu,
  type TableHdu,
  findHdu,
  openFits,
} from './file-reader.js';
export { type FitsFileOptions, FitsFileWriter } from './file-writer.js';
export { FitsError, type FitsErrorCode, type FitsErrorFacts } from './fits-error.js';
export type { HduOptions } from './hdu-output.js';
export { FitsHeader, type HeaderValue } from './header.js';
export { HeaderBuilder, type HeaderBuilderOptions, isStructuralKeyword } from './header-builder.js';
export { readHeader } from './header-reader.js';
export { type ImagePixels, type RowRange, readImage } from './image-reader.js';
export {
  type EncodedRows,
  type ImageSource,
  type PixelRows,
  writeEmptyHdu,
  writeImageHdu,
} from './image-writer.js';
export type { PixelArray, PixelArrays, PixelType } from './pixel-type.js';
export { type BytesPerPixel, type RiceEncoder, riceDecode, riceEncode } from './rice.js';
export type { ColumnFormat, TableColumn } from './table-column.js';
export { type ColumnData, type ColumnValues, findColumn, readColumn, readTable } from './table-reader.js';
export { type FitsRanges, readRemoteRows, type RemoteTable, remoteTables } from './remote-table.js';
export { writeTableHdu } from './table-writer.js';
