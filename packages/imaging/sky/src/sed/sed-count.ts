/** How many sources of a catalog came by their spectrum, and how many by a colour of its family, with the error to expect. */
import { type Band } from '@imsim-od/astro';
import type { SedError, SedFamily } from './sed-colour.js';
import type { SedLibrary } from './sed-library.js';
import { type BandSed, SedPhotometry } from './sed-photometry.js';

const FAMILY_TEXTS: Readonly<Record<SedFamily, string>> = {
  kurucz: 'Kurucz star',
  mlt: 'M, L or T dwarf',
  whiteDwarf: 'white dwarf',
  galaxy: 'galaxy',
  agn: 'AGN',
  flat: 'flat',
  unknown: 'unknown name, taken as flat',
};

interface FamilyCount {
  readonly text: string;
  readonly error: SedError;
  count: number;
}

/** Counts sources as they are kept. */
export class SedCount {
  #exact = 0;
  #uncovered = 0;
  readonly #approximated = new Map<string, FamilyCount>();
  /** The counts by spectrum: most sources of a catalog have one of a few. */
  readonly #bySed = new Map<BandSed, FamilyCount>();

  /** Counts a source at a redshift. */
  add(sed: BandSed, redshift: number): void {
    if (sed.error !== undefined) {
      this.#addFamily(sed, 1);
      return;
    }
    this.#exact++;
    if (!sed.covers(redshift)) this.#uncovered++;
  }

  /** Counts the objects of a name, whether or not a library has its file; what their redshifts leave uncovered is not known. */
  addName(name: string, objects: number, hasFile: boolean, families: SedPhotometry): void {
    const sed = families.known(name);
    if (hasFile || sed?.error === undefined) this.#exact += objects;
    else if (objects > 0) this.#addFamily(sed, objects);
  }

  #addFamily(sed: BandSed, count: number): void {
    let known = this.#bySed.get(sed);
    if (known === undefined) {
      const { family, error } = sed;
      const key = `${family} ${error!.isMeasured}`;
      known = this.#approximated.get(key) ?? { text: FAMILY_TEXTS[family], error: error!, count: 0 };
      this.#approximated.set(key, known);
      this.#bySed.set(sed, known);
    }
    known.count += count;
  }

  /** What there is to say, one sentence each. */
  notes(file: string, band: Band): string[] {
    const total = [...this.#approximated.values()].reduce((sum, { count }) => sum + count, 0);
    const notes: string[] = [];
    if (total > 0) {
      const families = [...this.#approximated.values()].map(({ text, error: { mag, isMeasured }, count }) =>
        isMeasured
          ? `${text}: ${count}, ${mag} mag rms in ${band}`
          : `${text} unlike the spectra measured by: ${count}, some ${mag} mag in ${band}, not measured`,
      );
      notes.push(
        `${file}: ${total} object(s) have their SED replaced by the colour of its family (${families.join('; ')}), ${this.#exact} are by their spectrum.`,
      );
    }
    if (this.#uncovered > 0)
      notes.push(
        `${file}: ${this.#uncovered} object(s) have a spectrum that does not reach over the ${band} band at their redshift; no light is taken from beyond it.`,
      );
    return notes;
  }
}

/** What there is to say of a catalog whose objects are counted by the names of their SED files. Throws what the library throws. */
export async function sedNotesOfNames(
  file: string,
  band: Band,
  names: readonly string[],
  objects: readonly number[],
  library: SedLibrary | undefined,
): Promise<string[]> {
  const families = new SedPhotometry(band);
  const count = new SedCount();
  for (const [i, name] of names.entries())
    count.addName(name, objects[i] ?? 0, (await library?.has(name)) === true, families);
  return count.notes(file, band);
}
