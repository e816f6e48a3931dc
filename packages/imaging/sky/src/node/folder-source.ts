/** A folder of a disk whose files are read from any place. Links are followed: large files often lie elsewhere. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceUnreadableError } from '../byte-source.js';
import { type CatalogFolder, pathBelow } from '../sky-catalogs/catalog-folder.js';
import { fileError } from './file-source.js';
import { openRangeFile } from './range-file.js';

/** Opens a folder. Throws `SourceMissingError` or `SourceUnreadableError` (a file, no permission). */
export async function openCatalogFolder(path: string): Promise<CatalogFolder> {
  try {
    if (!(await stat(path)).isDirectory())
      throw new SourceUnreadableError(path, 'it is a file; a folder of catalogs is expected');
  } catch (cause) {
    throw fileError(path, cause);
  }
  return {
    name: path,
    async list(below = '') {
      const folder = join(path, pathBelow(path, below));
      try {
        const entries = await readdir(folder, { withFileTypes: true });
        return entries
          .filter((entry) => !entry.isDirectory())
          .map(({ name }) => name)
          .sort();
      } catch (cause) {
        throw fileError(folder, cause);
      }
    },
    open: (file) => openRangeFile(join(path, pathBelow(path, file))),
  };
}
