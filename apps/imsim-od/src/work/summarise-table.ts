/** What an uploaded table, image or map holds: read whole, none of it kept. */
import { BANDS } from '@imsim-od/astro';
import { openFits } from '@imsim-od/fits';
import { readSkyTable, TableColumnError, TableFormatError, TableUnitError } from '@imsim-od/sky';
import { storedTableAccess } from './stored-inputs.js';
import type { CatalogSummary, StoredCatalog } from './work-messages.js';

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
  return told(kind, `It needs columns: { … } in the request: ${unclear?.message ?? ''}`);
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
