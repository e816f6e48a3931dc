/** Sources of a scene in columns: a long list takes one block of memory, and no object for each of them. */
import type { DrawSource } from './draw-spec.js';

/** Numbers of a source, in the order in which they are kept. */
const COLUMNS = 7;
const FIRST_CAPACITY = 1024;

/** A growing list of sources. Positions are pixel0; a point has a Sersic index of 0. */
export class SourceTable {
  #values = new Float64Array(COLUMNS * FIRST_CAPACITY);
  #length = 0;

  /** How many sources there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds a source; `sersicIndex` 0 for a point, of which only place and flux are read. */
  // prettier-ignore
  add(
    x: number, y: number, fluxElectrons: number,
    sersicIndex: number, halfLightRadiusArcsec: number, g1: number, g2: number,
  ): void {
    const at = COLUMNS * this.#length++;
    if (at === this.#values.length) {
      const larger = new Float64Array(2 * at);
      larger.set(this.#values);
      this.#values = larger;
    }
    const values = this.#values;
    values[at] = x;
    values[at + 1] = y;
    values[at + 2] = fluxElectrons;
    values[at + 3] = sersicIndex;
    values[at + 4] = halfLightRadiusArcsec;
    values[at + 5] = g1;
    values[at + 6] = g2;
  }

  /** Place of source i, pixel0. */
  x(i: number): number {
    return this.#values[COLUMNS * i]!;
  }

  /** Place of source i, pixel0. */
  y(i: number): number {
    return this.#values[COLUMNS * i + 1]!;
  }

  /** Electrons of source i, to infinity. */
  fluxElectrons(i: number): number {
    return this.#values[COLUMNS * i + 2]!;
  }

  /** Sersic index of source i; 0 for a point. */
  sersicIndex(i: number): number {
    return this.#values[COLUMNS * i + 3]!;
  }

  /** Half-light radius of the round profile of source i. */
  halfLightRadiusArcsec(i: number): number {
    return this.#values[COLUMNS * i + 4]!;
  }

  /** Reduced shear of source i along +x. */
  g1(i: number): number {
    return this.#values[COLUMNS * i + 5]!;
  }

  /** Reduced shear of source i at 45 degrees. */
  g2(i: number): number {
    return this.#values[COLUMNS * i + 6]!;
  }
}

/** The sources that a scene lists itself. A galaxy without size is a point. */
export function toSourceTable(sources: readonly DrawSource[]): SourceTable {
  const table = new SourceTable();
  for (const { kind, n, halfLightRadiusArcsec = 0, g1 = 0, g2 = 0, x, y, fluxElectrons } of sources) {
    const isPoint = kind === 'point' || halfLightRadiusArcsec === 0;
    table.add(x, y, fluxElectrons, isPoint ? 0 : (n ?? 1), halfLightRadiusArcsec, g1, g2);
  }
  return table;
}
