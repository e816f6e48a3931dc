/** What an uploaded table, image, map or part of sky catalogs holds: read whole, none of it kept. */
import { BANDS } from '@imsim-od/astro';
import { openFits } from '@imsim-od/fits';
import {
  countSkyCatalog,
  describeSkyCatalogPart,
  readSkyTable,
  SourceMissingError,
  TableColumnError,
  TableFormatError,
  TableUnitError,
} from '@imsim-od/sky';
import { storedFolderAccess, storedTableAccess } from './stored-catalog.js';
import type { CatalogSummary, FolderSummary, StoredCatalog } from './work-messages.js';

/** Most bytes of a FITS file without a table of sources that are looked at. */
const MOST_IMAGE_BYTES = 1_073_741_824;

/**
 * Reads a table in the first band that it has magnitudes of. One whose columns a request must name is no fault. Throws
 * `TableFormatError` and its like for a file that is damaged.
 */
export async function summariseTable(stored: StoredCatalog, kind: 'table' | 'fits'): Promise<CatalogSummary> {
  let unclear: Error | undefined;
  for (const band of BANDS) {
    const source = await storedTableAccess(stored).openTable(stored.name);
    try {
      const { rows, skipped, notes } = await readSkyTable(source, { band, checkOnly: true });
      const counts = Object.entries(skipped).map(([reason, entry]) => [reason, entry.count] as const);
      return { kind, objects: rows, skipped: Object.fromEntries(counts), notes, files: [] };
    } catch (error) {
      if (error instanceof TableColumnError || error instanceof TableUnitError) unclear ??= error;
      else if (kind === 'fits' && error instanceof TableFormatError)
        return await summariseImage(stored, error);
      else throw error;
    } finally {
      await source.close();
    }
  }
  return told(
    kind,
    `It may belong to a folder of sky catalogs; as a table it needs columns: { … } in the request: ${unclear?.message ?? ''}`,
  );
}

/** A file of a folder of sky catalogs that is no table. What it includes may still be on its way. */
export async function summarisePart(stored: StoredCatalog, kind: 'yaml' | 'hdf5'): Promise<CatalogSummary> {
  const folder = await storedFolderAccess(stored).openFolder('the folder');
  try {
    return told(kind, await describeSkyCatalogPart(folder, stored.name, kind === 'yaml'));
  } catch (error) {
    if (error instanceof SourceMissingError && error.file !== stored.name)
      return told(kind, `Upload what it includes to the same folder, too: ${error.message}`);
    throw error;
  }
}

/** A folder of sky catalogs: every file of objects opened, its rows counted. Throws what `countSkyCatalog` throws. */
export async function summariseFolder(
  stored: StoredCatalog,
  onProgress: (fraction: number) => void,
): Promise<FolderSummary> {
  const folder = await storedFolderAccess(stored).openFolder(`the folder of ${stored.name}`);
  const { counts, notes } = await countSkyCatalog(folder, (done, all) => onProgress(done / all));
  return {
    kind: 'skyCatalogs',
    objects: counts.reduce((sum, { objects }) => sum + objects, 0),
    skipped: {},
    notes: [...notes, ...counts.map(({ type, cells, rows }) => `${type}: ${rows} rows in ${cells} cells`)],
    files: [],
  };
}

/** A FITS file without a table: a source's image, or a map of lensing. */
async function summariseImage(stored: StoredCatalog, problem: Error): Promise<CatalogSummary> {
  const source = await storedTableAccess(stored).openTable(stored.name);
  try {
    if (source.bytes > MOST_IMAGE_BYTES) throw problem;
    const { hdus } = openFits(await source.read(0, source.bytes));
    if (!hdus.some(({ kind }) => kind === 'image' || kind === 'compressed-image')) throw problem;
    return told(
      'fits',
      'It holds an image and no table: others may draw it as a source, or take it for a map.',
    );
  } finally {
    await source.close();
  }
}

function told(kind: CatalogSummary['kind'], note: string): CatalogSummary {
  return {
    kind,
    objects: null,
    skipped: {},
    notes: [note],
    files: [],
  };
}
