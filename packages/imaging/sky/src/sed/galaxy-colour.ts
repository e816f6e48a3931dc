/**
 * Band magnitude minus magnorm (AB at 500 nm in the rest frame) of the CatSim galaxy templates against redshift, with the
 * rule of PhoSim and imSim that the photon count at fixed magnorm grows with (1 + z).
 *
 * The library was made of the models of Bruzual & Charlot 2003 (Padova 1994, Chabrier): an instantaneous burst, constant star formation,
 * one that falls by e in 1 Gyr, and one that is constant for 1 Gyr and ends; at 40 ages in steps of 0.1 dex and six metallicities, which
 * the names give in units of the Sun's with the point after the first digit (`02Z` is 0.2). These were made again from the models at
 * low resolution; the 45 spectra at hand then differ by 0.05 mag (u up to 0.2 at the lowest metallicities), and what is common to those
 * above 0.8 Gyr was put in. Eight principal components keep the colours of all 786 to 0.03 mag rms at z <= 1.5.
 *
 * Against the 45 spectra at z <= 1.5, rms, u to y: see `SED_FAMILY_ERROR_MAG`. Of younger ages one spectrum is at hand (64 Myr, Const).
 * Above z = 6 as at z = 6.
 */
import { BANDS, type Band } from '@imsim-od/astro';
import { log10 } from '@imsim-od/portable-math';
import { GALAXY_BASIS, GALAXY_REDSHIFTS } from './galaxy-colour-table.js';
import { BURST_WEIGHTS, CONST_WEIGHTS, EXP_WEIGHTS, INST_WEIGHTS } from './galaxy-weight-table.js';

/** A star-formation history of the library. */
export type GalaxyHistory = 'Inst' | 'Burst' | 'Exp' | 'Const';

const FIRST_LOG_AGE = 6.2;
const AGES = 40;
/** The first age in the table of bursts; before they are as constant star formation. */
const FIRST_BURST = 29;
/** Nodes of log10 of the metallicity as names give it behind "0.": a tenth of that in units of the Sun's. */
const LOG_METALS = [0.0005, 0.002, 0.02, 0.04, 0.1, 0.25].map((metals) => log10(metals));

const COMPONENTS = GALAXY_BASIS.length - 1;
const BAND_COUNT = BANDS.length;
const ROW_BANDS = GALAXY_REDSHIFTS.length * BAND_COUNT;
/** The basis in one array: component, redshift, band. */
const BASIS = Float64Array.from(GALAXY_BASIS.flat(2));

/** Weights of the principal components of a template. */
export type GalaxyWeights = readonly number[];

/** The component weights of a template; log10 age in years, log10 of the metallicity as `0.02`. Ages and metallicities are interpolated. */
export function galaxyWeights(history: GalaxyHistory, logAgeYr: number, logMetals: number): GalaxyWeights {
  const age = Math.min(AGES - 1, Math.max(0, (logAgeYr - FIRST_LOG_AGE) * 10));
  const younger = Math.min(AGES - 2, Math.floor(age));
  const last = LOG_METALS.length - 1;
  let node = 0;
  while (node < last - 1 && LOG_METALS[node + 1]! <= logMetals) node++;
  const from = LOG_METALS[node]!;
  const metals = Math.min(1, Math.max(0, (logMetals - from) / (LOG_METALS[node + 1]! - from)));
  const weights = new Array<number>(COMPONENTS).fill(0);
  for (const [index, share] of [
    [younger, 1 - (age - younger)],
    [younger + 1, age - younger],
  ] as const) {
    const [table, first] = tableOf(history, index);
    const at = ((index - first) * LOG_METALS.length + node) * COMPONENTS;
    for (let k = 0; k < COMPONENTS; k++) {
      const low = table[at + k]!;
      weights[k]! += 0.001 * share * (low + metals * (table[at + COMPONENTS + k]! - low));
    }
  }
  return weights;
}

/** The table of a history and the first age in it. */
function tableOf(history: GalaxyHistory, age: number): readonly [readonly number[], number] {
  switch (history) {
    case 'Inst':
      return [INST_WEIGHTS, 0];
    case 'Exp':
      return [EXP_WEIGHTS, 0];
    case 'Burst':
      return age < FIRST_BURST ? [CONST_WEIGHTS, 0] : [BURST_WEIGHTS, FIRST_BURST];
    case 'Const':
      return [CONST_WEIGHTS, 0];
  }
}

/** Band magnitude minus magnorm of a template at a redshift. */
export function galaxyColourMag(weights: GalaxyWeights, band: Band, redshift: number): number {
  const b = BANDS.indexOf(band);
  const last = GALAXY_REDSHIFTS.length - 1;
  const z = Math.min(GALAXY_REDSHIFTS[last] ?? 0, Math.max(0, redshift));
  let row = z <= 2 ? Math.min(20, Math.floor(z * 10)) : 20;
  while (row < last - 1 && (GALAXY_REDSHIFTS[row + 1] ?? Infinity) <= z) row++;
  const z0 = GALAXY_REDSHIFTS[row] ?? 0;
  const fraction = (z - z0) / ((GALAXY_REDSHIFTS[row + 1] ?? 1) - z0);
  const at = row * BAND_COUNT + b;
  let sum = 0;
  for (let k = 0; k <= COMPONENTS; k++) {
    const lower = BASIS[k * ROW_BANDS + at] ?? 0;
    const upper = BASIS[k * ROW_BANDS + at + BAND_COUNT] ?? 0;
    sum += (k === 0 ? 1 : (weights[k - 1] ?? 0)) * (lower + fraction * (upper - lower));
  }
  return 0.001 * sum;
}
