/** A library of SED files in a folder of a disk. */
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceMissingError, SourceUnreadableError } from '../byte-source.js';
import type { SedAccess } from '../sed/sed-library.js';
import { fileError, openFileSource } from './file-source.js';

/** Opens a folder of SED files. Throws `SourceMissingError` or `SourceUnreadableError` where it is none. */
export async function openSedFolder(path: string): Promise<SedAccess> {
  let folder: string;
  try {
    folder = await realpath(path);
    if (!(await stat(folder)).isDirectory())
      throw new SourceUnreadableError(
        path,
        'it is a file, and a folder of SED files is needed (starSED, galaxySED …)',
      );
  } catch (cause) {
    throw fileError(path, cause);
  }
  return {
    name: path,
    async open(relative) {
      try {
        return await openFileSource(join(folder, relative));
      } catch (error) {
        if (error instanceof SourceMissingError) return undefined;
        throw error;
      }
    },
  };
}
