/**
 * Distances in a flat universe of matter and a cosmological constant: E(z) = sqrt(Om (1 + z)^3 + 1 - Om), without radiation
 * (Hogg 1999, arXiv:astro-ph/9905116). Accuracy: 1e-9 of the integral to redshift 20.
 */
import { exp, log } from '@imsim-od/portable-math';

/** A flat LambdaCDM universe. */
export interface FlatCosmology {
  readonly hubbleKmPerSPerMpc: number;
  /** Density of matter today over the critical one. */
  readonly omegaMatter: number;
}

/** Speed of light, km/s. */
export const SPEED_OF_LIGHT_KM_PER_S = 299_792.458;
/** Newton's constant in Mpc (km/s)^2 per solar mass: GM of the Sun 1.3271244e20 m^3/s^2 over 3.0856775814913673e22 m. */
export const GRAVITY_MPC_KM2_PER_S2_PER_MSUN = 4.300_917_270_036_28e-9;
const PI = Math.PI;

/** Largest redshift that distances are tabulated for. */
export const MAX_REDSHIFT = 20;
const STEPS = 1024;

/** Distances of one universe. */
export interface Distances {
  readonly cosmology: FlatCosmology;
  /** Comoving distance, Mpc; redshifts 0 to 20. */
  comovingMpc(redshift: number): number;
  /** Angular diameter distance from here, Mpc. */
  angularMpc(redshift: number): number;
  /** Angular diameter distance of `far` as seen from `near`, Mpc; 0 where it does not lie behind. */
  angularBetweenMpc(near: number, far: number): number;
  /** Critical density at a redshift, solar masses per Mpc^3. */
  criticalDensity(redshift: number): number;
}

/** E(z) of a flat universe. */
function expansion(omegaMatter: number, redshift: number): number {
  const a = 1 + redshift;
  return Math.sqrt(omegaMatter * a * a * a + 1 - omegaMatter);
}

/** Tabulates the distances of a universe: cubic Hermite between knots in ln(1 + z), knots summed by Simpson's rule. */
export function distancesIn(cosmology: FlatCosmology): Distances {
  const { hubbleKmPerSPerMpc, omegaMatter } = cosmology;
  const unitMpc = SPEED_OF_LIGHT_KM_PER_S / hubbleKmPerSPerMpc;
  const step = log(1 + MAX_REDSHIFT) / STEPS;
  /** d(distance)/d ln(1 + z), in units of c / H0. */
  const slope = (t: number): number => {
    const a = exp(t);
    return a / expansion(omegaMatter, a - 1);
  };
  const slopes = new Float64Array(STEPS + 1);
  const values = new Float64Array(STEPS + 1);
  slopes[0] = slope(0);
  for (let i = 1; i <= STEPS; i++) {
    slopes[i] = slope(i * step);
    const middle = slope((i - 0.5) * step);
    values[i] = values[i - 1]! + (step / 6) * (slopes[i - 1]! + 4 * middle + slopes[i]!);
  }
  const comovingMpc = (redshift: number): number => {
    const at = Math.min(STEPS, Math.max(0, log(1 + redshift) / step));
    const i = Math.min(STEPS - 1, Math.floor(at));
    const s = at - i;
    const [y0, y1] = [values[i]!, values[i + 1]!];
    const [m0, m1] = [step * slopes[i]!, step * slopes[i + 1]!];
    const d = y1 - y0;
    return unitMpc * (y0 + s * (m0 + s * (3 * d - 2 * m0 - m1 + s * (m0 + m1 - 2 * d))));
  };
  return {
    cosmology,
    comovingMpc,
    angularMpc: (redshift) => comovingMpc(redshift) / (1 + redshift),
    angularBetweenMpc: (near, far) => (far > near ? (comovingMpc(far) - comovingMpc(near)) / (1 + far) : 0),
    criticalDensity: (redshift) => {
      const hubble = hubbleKmPerSPerMpc * expansion(omegaMatter, redshift);
      return (3 * hubble * hubble) / (8 * PI * GRAVITY_MPC_KM2_PER_S2_PER_MSUN);
    },
  };
}
