/** What an uploaded archive of SED files holds: every file of it read, none of it kept. */
import { readSedArchive, readSedFile, sedFileAt, SedArchiveError, SedFileError } from '@imsim-od/sky';
import { openRangeFile } from '@imsim-od/sky/node';
import type { CatalogSummary, StoredCatalog } from './work-messages.js';

/**
 * Reads the spectra of an archive. Files that are none may stand among them, as libraries have notes and plots; a catalog that names one is refused
 * with it. Throws `SedArchiveError` for what is no archive, or has no spectrum at all.
 */
export async function summariseSeds(
  { name, files }: StoredCatalog,
  onProgress: (objects: number) => void,
): Promise<CatalogSummary> {
  const archive = await openRangeFile(files.find((file) => file.name === name)?.path ?? name);
  try {
    const places = await readSedArchive({
      name,
      bytes: archive.bytes,
      read: (start, end) => archive.read(start, end),
      close: () => archive.close(),
    });
    let spectra = 0;
    const others: SedFileError[] = [];
    for (const [path, place] of places) {
      try {
        await readSedFile(await sedFileAt(archive, path, place));
        onProgress(++spectra);
      } catch (error) {
        if (!(error instanceof SedFileError)) throw error;
        others.push(error);
      }
    }
    const [first] = others;
    if (spectra === 0)
      throw new SedArchiveError(name, `none of its files is a spectrum; ${first?.message ?? ''}`);
    const notes =
      first === undefined
        ? []
        : [
            `${others.length === 1 ? '1 file is' : `${others.length} files are`} no spectrum, and a catalog that names one is refused: ${first.message}`,
          ];
    return { kind: 'seds', objects: spectra, skipped: {}, notes, files: [] };
  } finally {
    await archive.close();
  }
}
