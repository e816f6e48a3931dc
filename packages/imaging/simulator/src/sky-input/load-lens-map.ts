/** Loads the map of lensing that an entry of the sky names. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { pixToAngNest } from '@imsim-od/astro';
import { emptySourceTable, type RangeSource, readLensMap, type SkyRegion, streamOf } from '@imsim-od/sky';
import type { LensMapRequest } from '../request/entry-options-schema.js';
import type { LoadedSources } from './loaded-sources.js';
import type { TableAccess } from './load-table.js';

/** No point of a HEALPix cell is farther from its centre than this over nside, degrees. */
const CELL_RADIUS_DEG = 60;

/**
 * Loads a map; of HEALPix cells those that may touch the region. @param regionWith the region, widened by so many degrees
 *
 * Throws what `readLensMap` and the host throw.
 */
export async function loadLensMap(
  path: string,
  { nside, ordering }: Pick<LensMapRequest, 'nside' | 'ordering'>,
  access: TableAccess,
  regionWith: (moreDeg: number) => SkyRegion,
): Promise<LoadedSources> {
  const region = regionWith(CELL_RADIUS_DEG / (nside ?? 1));
  const source = await access.openTable(path);
  try {
    const digest = (await source.sha256?.()) ?? (await digestOf(source));
    const lensMap = await readLensMap(source, {
      nside,
      ordering,
      keepCell: (cell, order) => {
        const { raDeg, decDeg } = pixToAngNest(cell, order);
        return region.holds(raDeg, decDeg);
      },
    });
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    return {
      path,
      files: [{ name, bytes: source.bytes, sha256: digest }],
      sources: emptySourceTable(),
      lensMap,
      skipped: {},
      notes: [],
    };
  } finally {
    await source.close();
  }
}

async function digestOf(source: RangeSource): Promise<string> {
  const hash = sha256.create();
  for await (const chunk of streamOf(source)) hash.update(chunk);
  return bytesToHex(hash.digest());
}
