/** The request whose bytes are compared between engines: every effect on, galaxies, stars and wings, vignetting. */

/** One e2v and one ITL CCD of a field near the Galactic plane, where stars reach saturation. */
export const SAME_BYTES_REQUEST = {
  visitId: 90210,
  pointing: { raDeg: 101.25, decDeg: -18.5 },
  band: 'z',
  rotTelPosDeg: 23,
  seeingFwhm500Arcsec: 0.71,
  detectors: ['R22_S11', 'R01_S00'],
  sky: [{ type: 'synthetic', seed: 7, brightestMag: 10, faintIMag: 23.5 }],
  products: ['eimage', 'raw', 'truth'],
};

/** Product name → SHA-256 of the FITS products of a run, by name. */
export function fitsDigests(
  outputs: readonly { readonly name: string; readonly sha256: string }[],
): Record<string, string> {
  const fits = outputs.filter(({ name }) => /\.fits(\.fz)?$/.test(name));
  return Object.fromEntries(fits.map(({ name, sha256 }) => [name, sha256]).sort());
}

/** The digests of one detector or product out of a larger run's. */
export function digestsOf(digests: Record<string, string>, part: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(digests).filter(([name]) => part.test(name)));
}
