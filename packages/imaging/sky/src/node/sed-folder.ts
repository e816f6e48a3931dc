/** A library of SED files in a folder of a disk, or in an archive of one. */
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceMissingError, SourceUnreadableError } from '../byte-source.js';
import { readSedArchive, SedArchiveError, sedFileAt } from '../sed/sed-archive.js';
import type { SedAccess } from '../sed/sed-library.js';
import { fileError, openFileSource } from './file-source.js';
import { openRangeFile } from './range-file.js';

/**
 * Opens a folder of SED files, or a tar archive of one.
 * Throws `SourceMissingError`, `SourceUnreadableError` where it is neither folder nor file, or `SedArchiveError`.
 */
export async function openSedFolder(path: string): Promise<SedAccess> {
  let folder: string;
  try {
    folder = await realpath(path);
    const facts = await stat(folder);
    if (facts.isFile()) return await openArchive(path, folder);
    if (!facts.isDirectory())
      throw new SourceUnreadableError(
        path,
        'it is no folder, and a folder of SED files is needed (starSED, galaxySED …)',
      );
  } catch (cause) {
    if (cause instanceof SedArchiveError) throw cause;
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

/** The file is open only while something is read from it. */
async function openArchive(name: string, path: string): Promise<SedAccess> {
  const within = async <T>(
    read: (file: Awaited<ReturnType<typeof openRangeFile>>) => Promise<T>,
  ): Promise<T> => {
    const file = await openRangeFile(path);
    try {
      return await read(file);
    } finally {
      await file.close();
    }
  };
  const places = await within(readSedArchive);
  return {
    name,
    async open(relative) {
      const place = places.get(relative);
      return place === undefined ? undefined : within((file) => sedFileAt(file, relative, place));
    },
  };
}
