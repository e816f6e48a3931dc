/** The six LSST bands and the index PhoSim and imSim give them (u = 0 ... y = 5). */

/** One of the six LSST bands. */
export type Band = 'u' | 'g' | 'r' | 'i' | 'z' | 'y';

/** All bands in order of wavelength; the position is the filter number of instance catalogs. */
export const BANDS: readonly Band[] = ['u', 'g', 'r', 'i', 'z', 'y'];

/** True where a text names a band. */
export function isBand(text: string): text is Band {
  return (BANDS as readonly string[]).includes(text);
}

/** LSSTCam's physical filter names (obs_lsst), as the FILTER keyword has them. */
export const PHYSICAL_FILTERS: Readonly<Record<Band, string>> = {
  u: 'u_24',
  g: 'g_6',
  r: 'r_57',
  i: 'i_39',
  z: 'z_20',
  y: 'y_10',
};
