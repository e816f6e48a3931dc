/**
 * A halo as a thin lens: mass M200c (inside the radius where the mean density is 200 times the critical one at the halo's
 * redshift), concentration c = r200 / r_s. For a source at redshift z_s the lensing scales with D_ls / D_s (flat LambdaCDM).
 */
import {
  type Distances,
  GRAVITY_MPC_KM2_PER_S2_PER_MSUN,
  SPEED_OF_LIGHT_KM_PER_S,
  type SkyPosition,
} from '@imsim-od/astro';
import { cbrt, log } from '@imsim-od/portable-math';
import { nfwConvergence, nfwMeanConvergence } from './nfw-profile.js';

/** What a halo is, as a request says it. */
export interface NfwHaloFacts extends SkyPosition {
  readonly redshift: number;
  /** Mass inside r200 of the critical density, solar masses. */
  readonly massM200c: number;
  readonly concentration: number;
}

/** Convergence and tangential shear at one radius. */
export interface AxialLensing {
  readonly kappa: number;
  /** Positive: images are stretched around the centre. */
  readonly tangential: number;
}

const RAD_PER_ARCSEC = Math.PI / 648_000;
/** Nearest to the centre that anything is computed, in scale radii. */
const LEAST_X = 1e-6;
const BISECTIONS = 60;
/** Halvings of the range in which the largest deflection is looked for. */
const BOUND_STEPS = 200;

/** The lensing of one halo. */
export class NfwHalo {
  readonly facts: NfwHaloFacts;
  /** Angle of the scale radius. */
  readonly scaleArcsec: number;
  /** Convergence is this times D_ls / D_s times f(x). */
  private readonly strength: number;
  private readonly distances: Distances;

  constructor(facts: NfwHaloFacts, distances: Distances) {
    this.facts = facts;
    this.distances = distances;
    const { massM200c, concentration: c, redshift } = facts;
    const critical = distances.criticalDensity(redshift);
    const r200Mpc = cbrt((3 * massM200c) / (800 * Math.PI * critical));
    const scaleMpc = r200Mpc / c;
    const overdensity = ((200 / 3) * c * c * c) / (log(1 + c) - c / (1 + c));
    const lensMpc = distances.angularMpc(redshift);
    this.scaleArcsec = scaleMpc / lensMpc / RAD_PER_ARCSEC;
    // 1 / Sigma_crit = (4 pi G / c^2) D_l D_ls / D_s, in Mpc^2 per solar mass without D_ls / D_s.
    const inverseCritical =
      (4 * Math.PI * GRAVITY_MPC_KM2_PER_S2_PER_MSUN * lensMpc) /
      (SPEED_OF_LIGHT_KM_PER_S * SPEED_OF_LIGHT_KM_PER_S);
    this.strength = 2 * overdensity * critical * scaleMpc * inverseCritical;
  }

  /** D_ls / D_s of a source: 0 in front of the halo and where no redshift is known. */
  efficiency(sourceRedshift: number): number {
    const { redshift } = this.facts;
    if (!(sourceRedshift > redshift)) return 0;
    return (
      this.distances.angularBetweenMpc(redshift, sourceRedshift) / this.distances.angularMpc(sourceRedshift)
    );
  }

  /** Convergence and tangential shear at an angle from the centre, for a source of the given efficiency. */
  at(radiusArcsec: number, efficiency: number): AxialLensing {
    const x = Math.max(LEAST_X, radiusArcsec / this.scaleArcsec);
    const amplitude = this.strength * efficiency;
    const kappa = amplitude * nfwConvergence(x);
    return { kappa, tangential: amplitude * nfwMeanConvergence(x) - kappa };
  }

  /** By how much the light of an image at an angle from the centre was bent outwards, arcsec. */
  deflectionArcsec(radiusArcsec: number, efficiency: number): number {
    const x = Math.max(LEAST_X, radiusArcsec / this.scaleArcsec);
    return this.strength * efficiency * nfwMeanConvergence(x) * x * this.scaleArcsec;
  }

  /** Angle from the centre of the outermost image of a source, which lies on the source's own side of the halo. */
  imageRadiusArcsec(sourceRadiusArcsec: number, efficiency: number): number {
    let low = sourceRadiusArcsec;
    let high = sourceRadiusArcsec + this.largestDeflectionArcsec(efficiency);
    for (let i = 0; i < BISECTIONS && high - low > 1e-9 * high; i++) {
      const middle = (low + high) / 2;
      if (middle - this.deflectionArcsec(middle, efficiency) < sourceRadiusArcsec) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  /** No source of the given efficiency (at most 1) is displaced by more, arcsec. */
  largestDeflectionArcsec(efficiency = 1): number {
    return this.strength * efficiency * this.scaleArcsec * largestReducedDeflection();
  }
}

let largest: number | undefined;

/** The maximum of x times the mean convergence, near x = 1.3, and a thousandth more. */
function largestReducedDeflection(): number {
  if (largest === undefined) {
    let most = 0;
    for (let i = 1; i <= BOUND_STEPS; i++) {
      const x = (4 * i) / BOUND_STEPS;
      most = Math.max(most, x * nfwMeanConvergence(x));
    }
    largest = 1.001 * most;
  }
  return largest;
}
