/**
 * Objects that stand twice: in two entries of the sky, in the same place and about as bright, or in one entry under the same
 * identifier and component. They are found and counted; leaving them out is the caller's choice.
 */
import { separationDeg } from '@imsim-od/astro';
import { cos, log10, pow } from '@imsim-od/portable-math';
import type { SourceTable } from './source-table.js';

/** How near and how alike two objects are that count as one. */
export interface DuplicateLimits {
  readonly withinArcsec: number;
  readonly withinMag: number;
}

/** What stands twice in a table. */
export interface DuplicatesFound {
  /** Objects of later entries that an earlier entry has, by the pair of entries, later first. */
  readonly betweenEntries: readonly {
    readonly later: number;
    readonly earlier: number;
    readonly objects: number;
  }[];
  /** Rows of those objects, ascending. */
  readonly rows: readonly number[];
  /** Rows that repeat an identifier and component of their own entry, by entry. */
  readonly repeatedIds: readonly {
    readonly entry: number;
    readonly rows: number;
    readonly firstId: string;
  }[];
}

/** An object: the rows of one entry under one identifier. */
interface SkyObject {
  readonly entry: number;
  readonly raDeg: number;
  readonly decDeg: number;
  readonly rows: number[];
  flux: number;
}

/**
 * Finds what stands twice. @param uniqueIds entries whose identifiers cannot repeat @param counted whether a place counts in
 * the numbers; `rows` hold all
 */
export function findDuplicates(
  table: SourceTable,
  { withinArcsec, withinMag }: DuplicateLimits,
  uniqueIds: ReadonlySet<number>,
  counted: (raDeg: number, decDeg: number) => boolean = () => true,
): DuplicatesFound {
  const repeats = repeatedIds(table, uniqueIds, counted);
  const entries = new Set(table.catalog);
  if (entries.size < 2) return { betweenEntries: [], rows: [], repeatedIds: repeats };
  const objects = objectsOf(table).sort((a, b) => a.decDeg - b.decDeg);
  const radiusDeg = withinArcsec / 3600;
  const pairs = new Map<number, { later: number; earlier: number; objects: number }>();
  const rows: number[] = [];
  let first = 0;
  for (let i = 0; i < objects.length; i++) {
    const object = objects[i]!;
    while (objects[first]!.decDeg < object.decDeg - radiusDeg) first++;
    const earlier = earliestTwin(objects, first, object, radiusDeg, withinMag);
    if (earlier === undefined) continue;
    const key = object.entry * 256 + earlier;
    const pair = pairs.get(key) ?? { later: object.entry, earlier, objects: 0 };
    if (counted(object.raDeg, object.decDeg)) pair.objects++;
    pairs.set(key, pair);
    for (const row of object.rows) rows.push(row);
  }
  return {
    betweenEntries: [...pairs]
      .filter(([, { objects }]) => objects > 0)
      .sort(([a], [b]) => a - b)
      .map(([, pair]) => pair),
    rows: rows.sort((a, b) => a - b),
    repeatedIds: repeats,
  };
}

/** The first entry before the object's own that has it, too. `first` is the southernmost object that may be near. */
function earliestTwin(
  objects: readonly SkyObject[],
  first: number,
  object: SkyObject,
  radiusDeg: number,
  withinMag: number,
): number | undefined {
  let earliest: number | undefined;
  const { raDeg, decDeg, entry } = object;
  // Right ascensions differ by more than this only beyond the radius; near a pole all are looked at.
  const cosine = cos((Math.min(90, Math.abs(decDeg) + radiusDeg) * Math.PI) / 180);
  const most = cosine > 1e-4 ? (1.001 * radiusDeg) / cosine : 360;
  for (let j = first; j < objects.length && objects[j]!.decDeg <= decDeg + radiusDeg; j++) {
    const other = objects[j]!;
    if (other.entry >= entry || other.entry >= (earliest ?? entry)) continue;
    const apart = Math.abs(other.raDeg - raDeg);
    if (apart > most && 360 - apart > most) continue;
    if (Math.abs(2.5 * log10(other.flux / object.flux)) > withinMag) continue;
    if (separationDeg(object, other) <= radiusDeg) earliest = other.entry;
  }
  return earliest;
}

function objectsOf(table: SourceTable): SkyObject[] {
  const byEntry = new Map<number, Map<string, SkyObject>>();
  for (let row = 0; row < table.length; row++) {
    const entry = table.catalog[row]!;
    let objects = byEntry.get(entry);
    if (!objects) byEntry.set(entry, (objects = new Map()));
    const id = table.objectId[row]!;
    const flux = pow(10, -0.4 * table.magnitude[row]!);
    const object = objects.get(id);
    if (object) {
      object.flux += flux;
      object.rows.push(row);
    } else {
      objects.set(id, { entry, raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]!, rows: [row], flux });
    }
  }
  return [...byEntry.values()].flatMap((objects) => [...objects.values()]);
}

function repeatedIds(
  table: SourceTable,
  uniqueIds: ReadonlySet<number>,
  counted: (raDeg: number, decDeg: number) => boolean,
): DuplicatesFound['repeatedIds'] {
  const seen = new Map<number, Set<string>>();
  const found = new Map<number, { entry: number; rows: number; firstId: string }>();
  for (let row = 0; row < table.length; row++) {
    const entry = table.catalog[row]!;
    if (uniqueIds.has(entry)) continue;
    let ids = seen.get(entry);
    if (!ids) seen.set(entry, (ids = new Set()));
    const id = table.objectId[row]!;
    const key = `${table.component[row]!} ${id}`;
    if (!ids.has(key)) {
      ids.add(key);
      continue;
    }
    if (!counted(table.raDeg[row]!, table.decDeg[row]!)) continue;
    const repeat = found.get(entry) ?? { entry, rows: 0, firstId: id };
    repeat.rows++;
    found.set(entry, repeat);
  }
  return [...found.values()].sort((a, b) => a.entry - b.entry);
}
