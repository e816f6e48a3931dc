/**
 * Which way a source is drawn, by its mean flux (kernel study, "Which method for which object").
 *
 * Faint sources are shot photon by photon: their charge is realised at once and exactly. Brighter ones are added to the
 * mean image, by FFT where the profile is extended and by the PSF's radial table where it is a point; the mean is realised
 * together with the sky. A box that would fold more than the limit sends a galaxy back to photons while that is
 * affordable.
 */

/** Ways of drawing, as written to the truth. */
export const DRAWING_METHODS = ['none', 'photons', 'fft', 'radial'] as const;

/** One way of drawing. */
export type DrawingMethod = (typeof DRAWING_METHODS)[number];

/** Mean electrons under which every source is shot. */
export const PHOTON_LIMIT_ELECTRON = 2000;
/** Mean electrons above which a galaxy is never shot. */
export const ALWAYS_FFT_ELECTRON = 1e7;
/** Fraction of the flux that an FFT box may fold. */
export const MAX_FOLDED_FRACTION = 0.005;
/** Largest FFT box in pixels. */
export const MAX_BOX_SIZE = 1024;
/** Surface brightness at which a point's stamp ends, electrons per pixel. */
export const MIN_SURFACE_BRIGHTNESS_ELECTRON = 0.001;

/** Price of an FFT box in photons, by its size in pixels (kernel study). */
const BOX_PRICE_PHOTON: Readonly<Record<number, number>> = {
  32: 450,
  64: 2000,
  128: 9000,
  256: 30_000,
  512: 150_000,
  1024: 700_000,
};

/** The method for a point of the given mean flux. */
export function pointMethod(electrons: number): DrawingMethod {
  return electrons < PHOTON_LIMIT_ELECTRON ? 'photons' : 'radial';
}

/** The method for an extended profile whose box rule asks for `size` pixels and folds `outside` of the flux. */
export function extendedMethod(
  electrons: number,
  box: { readonly size: number; readonly outside: number },
): DrawingMethod {
  if (electrons < PHOTON_LIMIT_ELECTRON) return 'photons';
  if (electrons >= ALWAYS_FFT_ELECTRON) return 'fft';
  const price = BOX_PRICE_PHOTON[box.size] ?? Infinity;
  return box.outside <= MAX_FOLDED_FRACTION && price < electrons ? 'fft' : 'photons';
}
