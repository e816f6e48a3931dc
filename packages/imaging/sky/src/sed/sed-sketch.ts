/**
 * A few hundred characters that tell which files of two libraries differ, whatever the number of files: an invertible Bloom lookup
 * table (Goodrich & Mitzenmacher 2011). Each file enters three cells, by exclusive or; the cells of two libraries against each other
 * hold the files that are not the same, and a cell with one of them gives it away. Up to some five files are told; of more,
 * some or none. It names, and proves nothing: that is for the SHA-256 beside it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** A file by its place in the library and its content. */
export interface SedFileMark {
  /** Inside the library. */
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Which files differ from those of a sketch. */
export interface SedDifference {
  /** There, with other content. */
  readonly changed: readonly string[];
  /** In the sketch, and not there. */
  readonly missing: readonly string[];
  /** There, and not in the sketch. */
  readonly added: readonly string[];
  /** False where files differ that cannot be told. */
  readonly isComplete: boolean;
}

const GROUPS = 3;
const CELLS_PER_GROUP = 8;
const CELLS = GROUPS * CELLS_PER_GROUP;
/** Count modulo 256, then the hashes of paths and of files, each in four bytes. */
const CELL_BYTES = 9;
/** Files taken out of the cells of a sketch at most; a damaged sketch might go on for ever. */
const MOST_TOLD = 2 * CELLS;

/** The sketch of a set of files, base64. */
export function sketchOf(files: Iterable<SedFileMark>): string {
  return toBase64(cellsOf(files));
}

/**
 * Compares files with the sketch of others. @param paths where files of the sketch may have been, besides those that are there
 */
export function differenceFrom(
  sketch: string,
  files: readonly SedFileMark[],
  paths: Iterable<string>,
): SedDifference {
  const cells = fromBase64(sketch);
  const recorded: string[] = [];
  const found: string[] = [];
  if (cells?.length !== CELLS * CELL_BYTES) return { changed: [], missing: [], added: [], isComplete: false };
  const now = cellsOf(files);
  for (let i = 0; i < cells.length; i++)
    cells[i] = i % CELL_BYTES === 0 ? cells[i]! - now[i]! : cells[i]! ^ now[i]!;
  const known = new Map<number, string>();
  for (const path of [...paths, ...files.map((file) => file.path)]) known.set(hash32(path), path);
  for (let told = 0; told < MOST_TOLD; told++) {
    const single = singleIn(cells, known);
    if (single === undefined) break;
    (single.sign === 1 ? recorded : found).push(single.path);
    enter(cells, hash32(single.path), single.content, -single.sign);
  }
  return {
    changed: recorded.filter((path) => found.includes(path)).sort(),
    missing: recorded.filter((path) => !found.includes(path)).sort(),
    added: found.filter((path) => !recorded.includes(path)).sort(),
    isComplete: cells.every((byte) => byte === 0),
  };
}

/** A cell that holds one file, of a path that may be. */
function singleIn(
  cells: Uint8Array,
  known: ReadonlyMap<number, string>,
): { readonly sign: 1 | -1; readonly path: string; readonly content: number } | undefined {
  const view = new DataView(cells.buffer, cells.byteOffset);
  for (let cell = 0; cell < CELLS; cell++) {
    const count = cells[cell * CELL_BYTES]!;
    if (count !== 1 && count !== 255) continue;
    const content = view.getUint32(cell * CELL_BYTES + 5);
    const path = known.get(view.getUint32(cell * CELL_BYTES + 1));
    if (path !== undefined && cellOf(content, Math.floor(cell / CELLS_PER_GROUP)) === cell)
      return { sign: count === 1 ? 1 : -1, path, content };
  }
  return undefined;
}

function cellsOf(files: Iterable<SedFileMark>): Uint8Array {
  const cells = new Uint8Array(CELLS * CELL_BYTES);
  for (const { path, sha256: content } of files) enter(cells, hash32(path), hash32(`${path} ${content}`), 1);
  return cells;
}

function enter(cells: Uint8Array, path: number, content: number, sign: number): void {
  const view = new DataView(cells.buffer, cells.byteOffset);
  for (let group = 0; group < GROUPS; group++) {
    const at = cellOf(content, group) * CELL_BYTES;
    cells[at] = cells[at]! + sign;
    view.setUint32(at + 1, view.getUint32(at + 1) ^ path);
    view.setUint32(at + 5, view.getUint32(at + 5) ^ content);
  }
}

/** The cell of a file in a group, by bits of its hash. */
function cellOf(content: number, group: number): number {
  return group * CELLS_PER_GROUP + ((content >>> (3 * group)) & (CELLS_PER_GROUP - 1));
}

function hash32(text: string): number {
  const hash = sha256(utf8ToBytes(text));
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
