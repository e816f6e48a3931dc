/**
 * Where the rows of a table fall on a detector, and what else of placing them no light decides: worked out once for a
 * table and a pointing, whatever the exposure and the airmass.
 */
import type { DetectorProjection } from '@imsim-od/camera';
import { pow } from '@imsim-od/portable-math';
import type { SourceTable } from '@imsim-od/sky';
import { objectWords, RepeatCounter } from './stream-keys.js';

/** Rows and tiles together make whole numbers below 2^53. */
const ROWS = 0x800_0000;
const MOST_TILE = 0x200_0000;

/** Rows of a table on a detector; values of a row are worked out when they are first asked for. */
export class LocatedSources {
  readonly table: SourceTable;
  /** Positions of all rows, pixel0; NaN or infinite behind the tangent plane. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Rows before the tangent plane. */
  readonly order: Int32Array;
  readonly #projection: DetectorProjection;
  // Of these, 0 is what was not worked out yet: memory that nobody wrote to costs nothing.
  readonly #flux: Float64Array;
  readonly #vignetting: Float64Array;
  readonly #jacobians: Float64Array;
  readonly #words: StreamWords;

  /** @param before the same rows at another place; @param orderOf the rows that are before the tangent plane */
  constructor(
    table: SourceTable,
    projection: DetectorProjection,
    before?: LocatedSources,
    orderOf: (x: Float64Array, y: Float64Array) => Int32Array = neighbourOrder,
  ) {
    const { x, y } = projection.skyToPixelArrays(table.raDeg, table.decDeg);
    this.table = table;
    this.x = x;
    this.y = y;
    this.order = orderOf(x, y);
    this.#projection = projection;
    this.#flux = before ? before.#flux : new Float64Array(table.length);
    this.#vignetting = new Float64Array(table.length);
    this.#jacobians = new Float64Array(4 * table.length);
    this.#words = before ? before.#words : new StreamWords(table);
  }

  /** Flux of a row over that of magnitude 0. */
  fluxOf(row: number): number {
    return (this.#flux[row] ||= pow(10, -0.4 * this.table.magnitude[row]!));
  }

  /** Vignetting at a row's position. @param vignettingAt the same at each call */
  vignettingOf(row: number, vignettingAt: (x: number, y: number) => number): number {
    return (this.#vignetting[row] ||= vignettingAt(this.x[row]!, this.y[row]!));
  }

  /** Pixels per arcsec at a row's position: (x, y) = ((xu, xv), (yu, yv)) (u, v), u West and v North. */
  jacobianOf(row: number): Float64Array {
    const known = this.#jacobians.subarray(4 * row, 4 * row + 4);
    if (known[0] === 0) known.set(this.#projection.jacobian(this.x[row]!, this.y[row]!));
    return known;
  }

  /** See {@link StreamWords}. */
  wordsOf(rows: Int32Array): Uint32Array {
    return this.#words.of(rows);
  }
}

/** The words that set the streams of a table's rows apart. */
export class StreamWords {
  readonly #table: SourceTable;
  readonly #words: Uint32Array;
  readonly #isKnown: Uint8Array;
  readonly #seen = new RepeatCounter();
  #hasRepeats = false;

  constructor(table: SourceTable) {
    this.#table = table;
    this.#words = new Uint32Array(2 * table.length);
    this.#isKnown = new Uint8Array(table.length);
  }

  /** The two words of each of these rows; they hold for every visit. */
  of(rows: Int32Array): Uint32Array {
    for (const row of rows) if (this.#isKnown[row] === 0) this.#learn(row);
    const words = new Uint32Array(2 * rows.length);
    const repeats = this.#hasRepeats ? new RepeatCounter() : undefined;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const a = this.#words[2 * row]!;
      const b = this.#words[2 * row + 1]!;
      const apart = repeats?.apart([a, b]);
      words[2 * i] = apart ? apart[0] : a;
      words[2 * i + 1] = apart ? apart[1] : b;
    }
    return words;
  }

  #learn(row: number): void {
    const { catalog, objectId, component, raDeg, decDeg } = this.#table;
    const words = objectWords({
      catalog: catalog[row]!,
      objectId: objectId[row]!,
      component: component[row]!,
      raDeg: raDeg[row]!,
      decDeg: decDeg[row]!,
    });
    this.#words[2 * row] = words[0];
    this.#words[2 * row + 1] = words[1];
    this.#isKnown[row] = 1;
    // Rows without an equal among all that were ever asked for have none among fewer.
    if (this.#seen.count(words[0], words[1]) > 0) this.#hasRepeats = true;
  }
}

/** Keeps neighbours together: drawn so, a whole chip is touched in order. */
function neighbourOrder(x: Float64Array, y: Float64Array): Int32Array {
  const keys = new Float64Array(x.length);
  let count = 0;
  let isExact = true;
  for (let row = 0; row < x.length; row++) {
    if (!(Number.isFinite(x[row]!) && Number.isFinite(y[row]!))) continue;
    const tile = tileOf(x[row]!, y[row]!);
    if (!(Math.abs(tile) < MOST_TILE)) isExact = false;
    keys[count++] = isExact ? tile * ROWS + row : row;
  }
  if (!isExact) return byComparison(x, y);
  return Int32Array.from(keys.subarray(0, count).sort(), (key) => key - Math.floor(key / ROWS) * ROWS);
}

/** As they stand in the table: of a window most are not drawn, and to sort them takes longer than it spares. */
export function tableOrder(x: Float64Array, y: Float64Array): Int32Array {
  const order = new Int32Array(x.length);
  let count = 0;
  for (let row = 0; row < x.length; row++)
    if (Number.isFinite(x[row]!) && Number.isFinite(y[row]!)) order[count++] = row;
  return order.subarray(0, count);
}

/** For rows so far off that their tiles have no place in a key. */
function byComparison(x: Float64Array, y: Float64Array): Int32Array {
  const rows = Array.from(x.keys()).filter((row) => Number.isFinite(x[row]!) && Number.isFinite(y[row]!));
  return Int32Array.from(rows.sort((a, b) => tileOf(x[a]!, y[a]!) - tileOf(x[b]!, y[b]!) || a - b));
}

/** Number of the 256-pixel tile that holds a position: sources sorted by it touch memory in order. */
function tileOf(x: number, y: number): number {
  return Math.floor(y / 256) * 64 + Math.floor(x / 256);
}
