/** What the author changed in the visit that is shown, in another visit: each value that was left alone stays that visit's own. */
import { type Json, isMapping } from './request-document.js';

/**
 * Another visit's value with the author's changes. Entries of a list, such as the sky, are told apart by what they are: one that was
 * moved, taken out or put beside others leaves those of the other visit its own.
 * @param base what the shown visit came with @param mine what the screen says @param theirs what the other visit came with
 */
export function withChanges(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (isSame(base, mine)) return theirs;
  if (isMapping(base) && isMapping(mine) && isMapping(theirs)) {
    const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
    return Object.fromEntries(
      keys.flatMap((key) => {
        const value = withChanges(base[key], mine[key], theirs[key]);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }
  if (isStack(base) && isStack(mine) && isStack(theirs) && base.length === theirs.length) {
    const places = placesIn(base, mine);
    return mine.map((entry, index) => {
      const place = places[index];
      if (place !== undefined) return theirs[place];
      // What stands where nothing else has gone is the entry that stood there, with changes.
      return index < base.length && !places.includes(index)
        ? withChanges(base[index], entry, theirs[index])
        : entry;
    });
  }
  return mine;
}

/** The entry of another visit that stands where this one stood; the entry itself where it is none of the visit's. */
export function sameEntry(base: unknown, entry: Json, theirs: unknown): Json {
  if (!isStack(base) || !isStack(theirs) || base.length !== theirs.length) return entry;
  const place = base.findIndex((one) => isSame(one, entry));
  return theirs[place] ?? entry;
}

/** Whether two values of a document are alike. */
export function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Where each entry stood before; undefined for those that are new or changed. */
function placesIn(base: readonly Json[], mine: readonly Json[]): readonly (number | undefined)[] {
  const taken = new Set<number>();
  return mine.map((entry, index) => {
    const stays = index < base.length && !taken.has(index) && isSame(base[index], entry);
    const place = stays ? index : base.findIndex((one, at) => !taken.has(at) && isSame(one, entry));
    if (place < 0) return undefined;
    taken.add(place);
    return place;
  });
}

function isStack(value: unknown): value is readonly Json[] {
  return Array.isArray(value) && value.every(isMapping);
}
