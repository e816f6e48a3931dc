/**
 * From a catalog's magnorm to a band magnitude: the SED enters as a colour by its family, read from the file's name alone
 * (no spectrum is opened). magnorm is the AB magnitude of the rest-frame template at 500 nm; m_band = magnorm + colour.
 * Accuracy: see star-colour.ts and galaxy-colour.ts. All families but flatSED count as approximated.
 *
 * agn: the composite of Vanden Berk et al. 2001, see agn-colour-table.ts; above z = 6 as there.
 */
import { BANDS, type Band } from '@imsim-od/astro';
import { log10 } from '@imsim-od/portable-math';
import { AGN_COLOURS, AGN_REDSHIFT_STEP } from './agn-colour-table.js';
import { galaxyColourMag, type GalaxyHistory, type GalaxyWeights, galaxyWeights } from './galaxy-colour.js';
import { kuruczColourMag, mltColourMag, whiteDwarfColourMag } from './star-colour.js';

/** A family of spectra. */
export type SedFamily = 'kurucz' | 'mlt' | 'whiteDwarf' | 'galaxy' | 'agn' | 'flat' | 'unknown';

interface SedParameters {
  readonly kurucz: {
    readonly temperatureK: number;
    readonly metallicity: number;
    readonly logGravity: number;
  };
  readonly mlt: { readonly temperatureK: number };
  readonly whiteDwarf: { readonly temperatureK: number };
  readonly galaxy: { readonly weights: GalaxyWeights };
  readonly agn: object;
  readonly flat: object;
  readonly unknown: object;
}

/**
 * What a family's colour is off by from the spectrum of a file, rms in mag. kurucz: spectra of the CatSim library left out of the fit in
 * turn; mlt and whiteDwarf: the fit's own; galaxy: all spectra at hand at redshifts to 1.5; agn: the table's steps in redshift, to 3;
 * unknown, which is taken as flat: how far all those spectra are from flat, galaxies at redshifts to 1.5.
 */
export const SED_FAMILY_ERROR_MAG: Readonly<Record<SedFamily, Readonly<Record<Band, number>>>> = {
  kurucz: { u: 0.05, g: 0.003, r: 0.013, i: 0.02, z: 0.024, y: 0.025 },
  mlt: { u: 0.1, g: 0.013, r: 0.05, i: 0.06, z: 0.1, y: 0.12 },
  whiteDwarf: { u: 0.01, g: 0.01, r: 0.01, i: 0.01, z: 0.01, y: 0.01 },
  galaxy: { u: 0.11, g: 0.04, r: 0.035, i: 0.03, z: 0.035, y: 0.045 },
  agn: { u: 0.01, g: 0.01, r: 0.01, i: 0.01, z: 0.02, y: 0.02 },
  flat: { u: 0, g: 0, r: 0, i: 0, z: 0, y: 0 },
  unknown: { u: 3.3, g: 2.3, r: 1.5, i: 1.1, z: 1, y: 0.95 },
};

/** What stars beyond the spectra at hand may be off by, mag: a statement, not a measurement. */
const STATED_ERROR_MAG: Readonly<Record<Band, number>> = { u: 0.2, g: 0.1, r: 0.1, i: 0.1, z: 0.1, y: 0.1 };

/** What a template's colour is off by in a band, and whether spectra of its kind were there to measure it. */
export interface SedError {
  readonly mag: number;
  readonly isMeasured: boolean;
}

/** The error to expect of a template. */
export function sedError(template: SedTemplate, band: Band): SedError {
  const isMeasured = hasSpectraLike(template);
  return { mag: (isMeasured ? SED_FAMILY_ERROR_MAG[template.family] : STATED_ERROR_MAG)[band], isMeasured };
}

/** Whether the parameters of a star lie among those of the spectra at hand. */
function hasSpectraLike(template: SedTemplate): boolean {
  switch (template.family) {
    case 'kurucz':
      return template.temperatureK >= 4000 && template.temperatureK <= 6700 && template.metallicity < -0.95;
    case 'mlt':
      return template.temperatureK >= 2700 && template.temperatureK <= 3800;
    case 'whiteDwarf':
      return template.temperatureK >= 6000 && template.temperatureK <= 17_000;
    default:
      return true;
  }
}

/** What the name of an SED file says. */
export type SedTemplate = {
  [F in SedFamily]: { readonly family: F; readonly approximated: boolean } & SedParameters[F];
}[SedFamily];

const KURUCZ_NAME = /^k([mp])(\d\d)_(\d+)\.fits_g(\d\d)(?:_(\d+))?/;
const MLT_NAME = /^(?:lte)(\d{3})/;
const WHITE_DWARF_NAME = /^bergeron_(?:He_)?(\d+)_\d+\.dat(?:_(\d+))?/;
const GALAXY_NAME = /^(Inst|Burst|Exp|Const)\.(\d\d)E(\d\d)\.(\d+)Z/;

/** Reads a template from the path of its file; names of no known family are taken as flat and approximated. */
export function sedTemplate(path: string): SedTemplate {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const kurucz = KURUCZ_NAME.exec(name);
  if (kurucz) {
    const [, sign, metals, grid, gravity, interpolated] = kurucz;
    return {
      family: 'kurucz',
      approximated: true,
      temperatureK: positive(interpolated ?? grid),
      metallicity: (sign === 'm' ? -0.1 : 0.1) * Number(metals),
      logGravity: 0.1 * Number(gravity),
    };
  }
  const mlt = MLT_NAME.exec(name);
  if (mlt) return { family: 'mlt', approximated: true, temperatureK: 100 * positive(mlt[1]) };
  const dwarf = WHITE_DWARF_NAME.exec(name);
  if (dwarf)
    return { family: 'whiteDwarf', approximated: true, temperatureK: positive(dwarf[2] ?? dwarf[1]) };
  const galaxy = GALAXY_NAME.exec(name);
  if (galaxy) {
    const [, history, digits, exponent, metals] = galaxy;
    // Ages of the library are 0.1 dex apart; names give two digits of them.
    const logAge = Math.round(10 * (log10(positive(digits) / 10) + Number(exponent))) / 10;
    const logMetals = log10(positive(`0.${metals ?? '02'}`));
    return {
      family: 'galaxy',
      approximated: true,
      weights: galaxyWeights(history as GalaxyHistory, logAge, logMetals),
    };
  }
  if (/(^|\/)agnSED\//.test(path) || name.startsWith('agn.spec'))
    return { family: 'agn', approximated: true };
  if (/^sed_flat(_norm)?\.txt/.test(name)) return { family: 'flat', approximated: false };
  return { family: 'unknown', approximated: true };
}

/** Band magnitude minus magnorm of a template at a redshift (0 or more); stars are shifted as imSim shifts them. */
export function sedColourMag(template: SedTemplate, redshift: number, band: Band): number {
  switch (template.family) {
    case 'kurucz': {
      const { temperatureK, metallicity, logGravity } = template;
      return kuruczColourMag(band, temperatureK, metallicity, logGravity) + photonGain(redshift);
    }
    case 'mlt':
      return mltColourMag(band, template.temperatureK) + photonGain(redshift);
    case 'whiteDwarf':
      return whiteDwarfColourMag(band, template.temperatureK) + photonGain(redshift);
    case 'galaxy':
      return galaxyColourMag(template.weights, band, redshift);
    case 'agn':
      return agnColourMag(band, redshift);
    case 'flat':
    case 'unknown':
      return photonGain(redshift);
  }
}

function agnColourMag(band: Band, redshift: number): number {
  const last = AGN_COLOURS.length - 1;
  const place = Math.min(last, redshift / AGN_REDSHIFT_STEP);
  const row = Math.min(last - 1, Math.floor(place));
  const b = BANDS.indexOf(band);
  const low = AGN_COLOURS[row]![b]!;
  return 0.001 * (low + (place - row) * (AGN_COLOURS[row + 1]![b]! - low));
}

/** The (1 + z) of the photon count at fixed magnorm, in magnitudes. */
function photonGain(redshift: number): number {
  return redshift === 0 ? 0 : -2.5 * log10(1 + redshift);
}

/** A number that names give in digits; 1 where it would be 0. */
function positive(digits: string | undefined): number {
  return Math.max(Number(digits), 1e-4) || 1;
}
