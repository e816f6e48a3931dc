/** The parts of the sky package that need Node. */
export {
  findCatalogIndex,
  INDEX_SUFFIX,
  type IndexFile,
  makeCatalogIndex,
  openCatalogIndex,
} from './catalog-index-file.js';
export { openFileInFolder, openFileSource } from './file-source.js';
export { openCatalogFolder } from './folder-source.js';
export { openRangeFile } from './range-file.js';
export { openSedFolder } from './sed-folder.js';
