/**
 * Weak lensing and ellipse algebra in GalSim's frame: (u, v), +u West, +v North; g1 along +u, g2 at +45 degrees. A reduced
 * shear g is the area-preserving matrix S(g) = [[1 + g1, g2], [g2, 1 - g1]] / sqrt(1 - |g|^2).
 */
import { cos, sin } from '@imsim-od/portable-math';

/** A reduced shear, |g| < 1. */
export interface Shear {
  readonly g1: number;
  readonly g2: number;
}

/** What lensing does to a source: reduced shear and magnification of area. */
export interface Lensing extends Shear {
  /** Magnification mu > 0. */
  readonly magnification: number;
}

/**
 * Reduced shear and magnification of a shear and a convergence: g = gamma / (1 - kappa), mu = 1 / ((1 - kappa)^2 - gamma^2).
 * Returns undefined where the lens is not weak: kappa >= 1, |g| >= 1, or a value that is not finite.
 */
export function lensingFrom(gamma1: number, gamma2: number, kappa: number): Lensing | undefined {
  const stretch = 1 - kappa;
  const g1 = gamma1 / stretch;
  const g2 = gamma2 / stretch;
  if (!(stretch > 0) || !(g1 * g1 + g2 * g2 < 1)) return undefined;
  const magnification = 1 / (stretch * stretch - (gamma1 * gamma1 + gamma2 * gamma2));
  return Number.isFinite(magnification) ? { g1, g2, magnification } : undefined;
}

/** The shear that makes a circle an ellipse of axis ratio q = b/a (0 < q <= 1), long axis at beta from +u towards +v. */
export function shearOfEllipse(axisRatio: number, betaRad: number): Shear {
  const g = (1 - axisRatio) / (1 + axisRatio);
  return { g1: g * cos(2 * betaRad), g2: g * sin(2 * betaRad) };
}

/**
 * The shear of S(outer) S(inner) acting on a round profile: (inner + outer) / (1 + conj(outer) inner), complex.
 * The rotation that the product also holds leaves a round profile as it is.
 */
export function composeShear(outer: Shear, inner: Shear): Shear {
  const re = inner.g1 + outer.g1;
  const im = inner.g2 + outer.g2;
  const dRe = 1 + outer.g1 * inner.g1 + outer.g2 * inner.g2;
  const dIm = outer.g1 * inner.g2 - outer.g2 * inner.g1;
  const norm = dRe * dRe + dIm * dIm;
  return { g1: (re * dRe + im * dIm) / norm, g2: (im * dRe - re * dIm) / norm };
}
