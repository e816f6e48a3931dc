/**
 * What the rows of a table owe to SED files: how many came by their spectrum and how many by a family, and which files of a library
 * stand behind which rows, so that a recipe can name those that its detector needs.
 */
import type { Band, SkyPosition } from '@imsim-od/astro';
import type { SkyRegion } from '../tables/sky-region.js';
import { SedCount } from './sed-count.js';
import { digestOf, type SedDigest } from './sed-library.js';
import type { BandSed } from './sed-photometry.js';
import type { SedFileMark } from './sed-sketch.js';

/** Files of a library behind rows, and where these stand in their table. */
export interface SedUses {
  /** The names that rows give, whether there is a file or not. */
  readonly names: readonly string[];
  readonly files: readonly SedFileMark[];
  /** For each row that has a file, its place in `files`. */
  readonly file: Int32Array;
  /** ICRS degrees of the same rows, as the region that rows are chosen by sees them: before proper motion. */
  readonly raDeg: Float64Array;
  readonly decDeg: Float64Array;
  /** Arcsec: of streaks, else 0. */
  readonly lengthArcsec: Float64Array;
}

/** The files behind the rows that reach a region, or behind all rows; undefined where there are none. */
export function sedDigestWithin(
  { files, file, raDeg, decDeg, lengthArcsec }: SedUses,
  region?: SkyRegion,
): SedDigest | undefined {
  const needed = new Set<number>();
  for (let i = 0; i < file.length && needed.size < files.length; i++) {
    if (needed.has(file[i]!)) continue;
    const row = { raDeg: raDeg[i]!, decDeg: decDeg[i]!, lengthArcsec: lengthArcsec[i]! };
    if (region === undefined || region.isReachedBy(row)) needed.add(file[i]!);
  }
  return digestOf([...needed].map((index) => files[index]!));
}

/** Takes rows as they are kept. */
export class SedLedger {
  readonly #count = new SedCount();
  readonly #names = new Set<string>();
  readonly #files = new Map<string, { readonly mark: SedFileMark; readonly index: number }>();
  readonly #rows: number[] = [];

  /** Takes a row. @param name of its SED @param place see `SedUses` */
  add(
    sed: BandSed,
    name: string,
    redshift: number,
    { raDeg, decDeg, lengthArcsec = 0 }: SkyPosition & { readonly lengthArcsec?: number },
  ): void {
    this.#count.add(sed, redshift);
    this.#names.add(name);
    if (sed.file === undefined) return;
    const { path, sha256 } = sed.file;
    let file = this.#files.get(path);
    if (file === undefined) {
      file = { mark: { path, sha256 }, index: this.#files.size };
      this.#files.set(path, file);
    }
    this.#rows.push(file.index, raDeg, decDeg, lengthArcsec);
  }

  /** What there is to say, one sentence each. */
  notes(file: string, band: Band): string[] {
    return this.#count.notes(file, band);
  }

  /** What was taken; undefined where no row named an SED. */
  uses(): SedUses | undefined {
    if (this.#names.size === 0) return undefined;
    const rows = this.#rows;
    const column = (offset: number) =>
      Float64Array.from({ length: rows.length / 4 }, (_, i) => rows[4 * i + offset]!);
    return {
      names: [...this.#names],
      files: [...this.#files.values()].map(({ mark }) => mark),
      file: Int32Array.from(column(0)),
      raDeg: column(1),
      decDeg: column(2),
      lengthArcsec: column(3),
    };
  }
}
