/**
 * From what a catalog says of a source's light to its magnitude in a band: by its spectrum where a library has the file, else by the
 * colour of the file's family (sed-colour.ts). Spectra are opened once and their magnitudes kept on grids (band-spectrum.ts).
 *
 *     const light = new SedPhotometry('r', library);
 *     const sed = light.known(path) ?? (await light.load(path));
 *     const magnitude = magnorm + sed.colourMag(redshift, internalDust, galacticDust);
 *
 * Electrons follow by astro's `sourceElectrons(magnitude, conditions)`.
 */
import { BAND_PHOTOMETRY, type Band, type Dust, dustMag } from '@imsim-od/astro';
import { BandSpectrum } from './band-spectrum.js';
import {
  type SedError,
  type SedFamily,
  type SedTemplate,
  sedColourMag,
  sedError,
  sedTemplate,
} from './sed-colour.js';
import { flatSpectrum, type SedLibrary, type SedLibraryFile } from './sed-library.js';

/** A spectrum of a catalog in a band. */
export interface BandSed {
  readonly family: SedFamily;
  /** True where the colour of the family stands in for the spectrum. */
  readonly approximated: boolean;
  /** What the colour of a family may be off by; undefined where the spectrum is exact. */
  readonly error: SedError | undefined;
  /** The file it came from, where there is one. */
  readonly file: SedLibraryFile | undefined;
  /**
   * Magnitude in the band minus magnorm, which is AB at 500 nm at rest, before dust; Infinity where no light is left.
   * @param redshift 0 or more; at fixed magnorm the count of photons grows with (1 + z)
   * @param internal dust in the source's rest frame
   * @param galactic dust of the Milky Way
   */
  colourMag(redshift: number, internal?: Dust, galactic?: Dust): number;
  /** False where the file does not reach over the band at that redshift; the light beyond is missing then. */
  covers(redshift: number): boolean;
}

/** The spectra of catalogs in one band, by the names that catalogs give them. */
export class SedPhotometry {
  readonly band: Band;
  readonly #library: SedLibrary | undefined;
  readonly #seds = new Map<string, BandSed>();

  /** @param library where spectra are looked for; without one all enter by their family */
  constructor(band: Band, library?: SedLibrary) {
    this.band = band;
    this.#library = library;
  }

  /** The spectrum of a name that needs no loading, or was loaded before. */
  known(name: string): BandSed | undefined {
    const sed = this.#seds.get(name);
    if (sed !== undefined || this.#library !== undefined) return sed;
    return this.#keep(name, undefined);
  }

  /** Opens the spectrum of a name. Throws `SedFileError` and what the library throws. */
  async load(name: string): Promise<BandSed> {
    return this.#seds.get(name) ?? this.#keep(name, await this.#library?.load(name));
  }

  #keep(name: string, file: SedLibraryFile | undefined): BandSed {
    const template = sedTemplate(name);
    const sed =
      file !== undefined
        ? exactSed(template.family, new BandSpectrum(file.spectrum, this.band), file)
        : template.family === 'flat'
          ? flatSed(this.band)
          : familySed(template, this.band);
    this.#seds.set(name, sed);
    return sed;
  }
}

function exactSed(family: SedFamily, spectrum: BandSpectrum, file: SedLibraryFile | undefined): BandSed {
  return {
    family,
    approximated: false,
    error: undefined,
    file,
    colourMag: (redshift, internal, galactic) => spectrum.colourMag(redshift, internal, galactic),
    covers: (redshift) => spectrum.covers(redshift),
  };
}

/** The flat spectrum needs no file: its magnitude is the same everywhere, and dust alone is integrated. */
function flatSed(band: Band): BandSed {
  const spectrum = new BandSpectrum(flatSpectrum(), band);
  return {
    family: 'flat',
    approximated: false,
    error: undefined,
    file: undefined,
    colourMag(redshift, internal, galactic) {
      const shifted = sedColourMag({ family: 'flat', approximated: false }, redshift, band);
      if ((internal?.av ?? 0) === 0 && (galactic?.av ?? 0) === 0) return shifted;
      return shifted + spectrum.colourMag(redshift, internal, galactic) - spectrum.colourMag(redshift);
    },
    covers: () => true,
  };
}

/** A family's colour; dust is taken at the band's effective wavelength, the internal one where that was sent out. */
function familySed(template: SedTemplate, band: Band): BandSed {
  const unshifted = sedColourMag(template, 0, band);
  const { effectiveWavelengthNm } = BAND_PHOTOMETRY[band];
  let screen: Dust | undefined;
  let ratio = 0;
  return {
    family: template.family,
    approximated: true,
    error: sedError(template, band),
    file: undefined,
    colourMag(redshift, internal, galactic) {
      let colour = redshift === 0 ? unshifted : sedColourMag(template, redshift, band);
      if (internal !== undefined && internal.av !== 0)
        colour += dustMag(internal, effectiveWavelengthNm / (1 + redshift));
      if (galactic !== undefined && galactic.av !== 0) {
        if (screen?.law !== galactic.law || screen.rv !== galactic.rv) {
          screen = galactic;
          ratio = dustMag({ ...galactic, av: 1 }, effectiveWavelengthNm);
        }
        colour += galactic.av * ratio;
      }
      return colour;
    },
    covers: () => true,
  };
}
