/** Dust of a source as catalogs and tables tell it, and what Galactic dust dims where no spectrum is at hand. */
import {
  BAND_PHOTOMETRY,
  type Band,
  type Dust,
  type DustLaw,
  dustMag,
  extinctionRatio,
} from '@imsim-od/astro';

/** Range of R_V that the curves cover. */
export const RV_RANGE = { min: 2, max: 6 } as const;
/** Largest A_V of a screen of dust: nothing comes through it. */
export const MAX_AV = 100;

/** Laws by the names that catalogs and tables give them, in lower case. */
const LAWS: Readonly<Record<string, DustLaw>> = { ccm: 'CCM89', calzetti: 'C00', f19: 'F19' };

/** The law of a name (CCM, calzetti, F19, whatever their case); undefined for another. */
export function dustLawOf(name: string): DustLaw | undefined {
  // As catalogs of a million lines write it.
  if (name === 'CCM') return LAWS['ccm'];
  const key = name.toLowerCase();
  return Object.hasOwn(LAWS, key) ? LAWS[key] : undefined;
}

/** Whether A_V and R_V are those of a screen that can be. */
export function isDustInRange({ av, rv }: Pick<Dust, 'av' | 'rv'>): boolean {
  return av >= 0 && av <= MAX_AV && rv >= RV_RANGE.min && rv <= RV_RANGE.max;
}

/** The ratio of the last R_V asked for in each band: catalogs hold one R_V throughout. */
const bands = new Map<Band, { rv: number; ratio: number }>();

/**
 * Dimming in magnitudes in a band for A_V and R_V by the F19 curve at the band's effective wavelength; throws astro's
 * `ExtinctionRangeError` for R_V outside 2..6.
 */
export function galacticExtinctionMag(band: Band, av: number, rv: number): number {
  let last = bands.get(band);
  if (last?.rv !== rv) bands.set(band, (last = { rv, ratio: extinctionRatio(band, rv) }));
  return av * last.ratio;
}

/** The same by whichever law. */
export function screenMag(band: Band, screen: Dust): number {
  return screen.law === 'F19'
    ? galacticExtinctionMag(band, screen.av, screen.rv)
    : dustMag(screen, BAND_PHOTOMETRY[band].effectiveWavelengthNm);
}
