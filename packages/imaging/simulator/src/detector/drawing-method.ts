/**
 * Which way a source is drawn, by its mean flux (kernel study, "Which method for which object").
 *
 * Faint sources are shot photon by photon. Brighter ones are drawn as an expected image, by FFT where the profile is
 * extended and by the PSF's radial table where it is a point, whose pixels are then Poisson draws of the source's own
 * stream. Either way the charge of a source is realised apart from all others. A box that would fold more than the limit
 * sends a galaxy back to photons while that is affordable.
 */

/** Ways of drawing, as written to the truth. */
export const DRAWING_METHODS = ['none', 'photons', 'fft', 'radial'] as const;

/** One way of drawing. */
export type DrawingMethod = (typeof DRAWING_METHODS)[number];

/** Mean electrons under which every source is shot. */
export const PHOTON_LIMIT_ELECTRON = 2000;
/** Mean electrons above which a galaxy is never shot. */
export const ALWAYS_FFT_ELECTRON = 1e7;
/** Largest FFT box in pixels. */
export const MAX_BOX_SIZE = 2048;

/**
 * Fraction of the flux that an FFT box may fold: at most 0.5 %, and no more than 1000 electrons down to 0.05 %, so that
 * the wings of bright galaxies keep their shape.
 */
export function maxFoldedFraction(electrons: number): number {
  return Math.min(0.005, Math.max(5e-4, 1000 / electrons));
}

/**
 * Surface brightness at which a point's stamp ends, electrons per pixel: 0.001, and for faint points what leaves less than
 * 0.05 % of a Kolmogorov profile outside. What is left outside is shot photon by photon.
 */
export function minSurfaceBrightness(electrons: number): number {
  return Math.min(0.001, 2.7e-8 * electrons);
}

/** Price of an FFT box in photons, by its size in pixels (kernel study). */
const BOX_PRICE_PHOTON: Readonly<Record<number, number>> = {
  32: 450,
  64: 2000,
  128: 9000,
  256: 30_000,
  512: 150_000,
  1024: 700_000,
  2048: 3_500_000,
};

/** The method for a point of the given mean flux. */
export function pointMethod(electrons: number): DrawingMethod {
  return electrons < PHOTON_LIMIT_ELECTRON ? 'photons' : 'radial';
}

/** The method for an extended profile whose box, chosen by {@link maxFoldedFraction}, has `size` pixels and folds `outside`. */
export function extendedMethod(
  electrons: number,
  box: { readonly size: number; readonly outside: number },
): DrawingMethod {
  if (electrons < PHOTON_LIMIT_ELECTRON) return 'photons';
  if (electrons >= ALWAYS_FFT_ELECTRON) return 'fft';
  const price = BOX_PRICE_PHOTON[box.size] ?? Infinity;
  return box.outside <= maxFoldedFraction(electrons) && price < electrons ? 'fft' : 'photons';
}
