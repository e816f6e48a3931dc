/** Several instance catalogs of one visit: the first header counts, and every disagreement is told. */
import type { InstanceCatalogHeader } from './header.js';

/** A header and the catalog that it came from. */
export interface NamedHeader {
  readonly name: string;
  readonly header: InstanceCatalogHeader;
}

/** The header that counts, and one sentence per keyword on which a later catalog differs. */
export interface MergedHeader {
  readonly header: InstanceCatalogHeader;
  readonly notes: readonly string[];
}

/**
 * Merges the headers of catalogs given in this order: the first wins on every keyword, its defaults included.
 * Returns undefined for an empty list.
 */
export function mergeHeaders(list: readonly NamedHeader[]): MergedHeader | undefined {
  const first = list[0];
  if (first === undefined) return undefined;
  const notes: string[] = [];
  for (const other of list.slice(1)) {
    const names = new Set([...first.header.given, ...other.header.given]);
    for (const name of [...names].sort()) {
      const ours = first.header.values[name];
      const theirs = other.header.values[name];
      if (ours === theirs || !other.header.given.has(name)) continue;
      const kept = ours === undefined ? 'does not give it and the request decides' : `says ${ours} and wins`;
      notes.push(`${other.name} has ${name} ${theirs}, but ${first.name} ${kept}.`);
    }
  }
  return { header: first.header, notes };
}
