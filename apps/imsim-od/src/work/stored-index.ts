/**
 * Indexes of large instance catalogs of a store: kept beside the contents, in a folder of the catalog's own SHA-256, and
 * taken for a catalog whose every file has the content that the index was made from. No byte is read to know that.
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { INDEX_SUFFIX } from '@imsim-od/sky/node';
import type { CatalogFiles } from '../catalogs/open-catalog.js';
import { storedAccess } from './stored-catalog.js';
import type { StoredCatalog } from './work-messages.js';

/** A stored catalog with the places of its index; undefined where the store keeps none, or does not tell all contents. */
export async function indexedFiles(stored: StoredCatalog): Promise<CatalogFiles | undefined> {
  const { name, files, indexFolder } = stored;
  if (indexFolder === undefined) return undefined;
  const contents = new Map<string, string>();
  for (const { name: file, sha256 } of files) {
    if (sha256 === undefined) return undefined;
    contents.set(file, sha256);
  }
  const list = createHash('sha256').update(JSON.stringify([...contents].sort()));
  const made = `${list.digest('hex').slice(0, 32)}${INDEX_SUFFIX}`;
  const others = namesIn(indexFolder).filter((file) => file.endsWith(INDEX_SUFFIX) && file !== made);
  return {
    top: await storedAccess(stored).open(name),
    // Another choice of neighbours may have been read before: what was included decides.
    found: [made, ...others].map((file) => join(indexFolder, file)),
    places: [join(indexFolder, made)],
    isCurrent: ({ files: indexed }) => indexed.every(({ path, sha256 }) => contents.get(path) === sha256),
    index: "the service's index",
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // It is made with the first index.
  }
}
