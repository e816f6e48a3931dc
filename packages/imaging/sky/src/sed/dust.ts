/** Galactic dust of a source: A_b from A_V with the F19 curve at the band's effective wavelength, whatever law a catalog names. */
import { type Band, extinctionRatio } from '@imsim-od/astro';

/** Range of R_V that the curve covers. */
export const RV_RANGE = { min: 2, max: 6 } as const;

/** The ratio of the last R_V asked for in each band: catalogs hold one R_V throughout. */
const bands = new Map<Band, { rv: number; ratio: number }>();

/** Dimming in magnitudes in a band for A_V and R_V; throws astro's `ExtinctionRangeError` for R_V outside 2..6. */
export function galacticExtinctionMag(band: Band, av: number, rv: number): number {
  let last = bands.get(band);
  if (last?.rv !== rv) bands.set(band, (last = { rv, ratio: extinctionRatio(band, rv) }));
  return av * last.ratio;
}
