/** How many sources of a catalog came by their spectrum, and how many by a colour of its family, with the error to expect. */
import { type Band } from '@imsim-od/astro';
import { SED_FAMILY_ERROR_MAG, type SedFamily } from './sed-colour.js';
import type { BandSed } from './sed-photometry.js';

const FAMILY_TEXTS: Readonly<Record<SedFamily, string>> = {
  kurucz: 'Kurucz star',
  mlt: 'M, L or T dwarf',
  whiteDwarf: 'white dwarf',
  galaxy: 'galaxy',
  agn: 'AGN',
  flat: 'flat',
  unknown: 'unknown name, taken as flat',
};

/** Counts sources as they are kept. */
export class SedCount {
  #exact = 0;
  #uncovered = 0;
  readonly #approximated = new Map<SedFamily, number>();

  /** Counts a source at a redshift. */
  add(sed: BandSed, redshift: number): void {
    if (sed.approximated) this.#approximated.set(sed.family, (this.#approximated.get(sed.family) ?? 0) + 1);
    else {
      this.#exact++;
      if (!sed.covers(redshift)) this.#uncovered++;
    }
  }

  /** What there is to say, one sentence each. */
  notes(file: string, band: Band): string[] {
    const total = [...this.#approximated.values()].reduce((sum, count) => sum + count, 0);
    const notes: string[] = [];
    if (total > 0) {
      const families = [...this.#approximated].map(([family, count]) => {
        const error = SED_FAMILY_ERROR_MAG[family]?.[band];
        return `${FAMILY_TEXTS[family]}: ${count}, ${error === undefined ? 'error not measured' : `${error} mag rms in ${band}`}`;
      });
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
