/**
 * PSF models and their profiles: transform, brightness, light outside a radius, FWHM; all circular, unit flux, in pixels.
 */
import { cos, erfc, exp, expm1, sin } from '@imsim-od/portable-math';
import { HankelQuadrature } from './hankel-quadrature.js';
import { kolmogorovCore } from './kolmogorov-core.js';
import { moffatBrightness, moffatCore, moffatOutside } from './moffat-core.js';
import { ProfileParameterError, requirePositive } from './profile-error.js';
import type { PsfCore } from './psf-core.js';
import { pixelTransform, smoothingSeries, smoothingTransform } from './smoothing.js';

/**
 * A circular PSF. `kolmogorov`: the atmosphere; `moffat`: beta above 1; both may be convolved with a Gaussian of gaussianSigmaPx
 * (default 0, none). fwhmPx is the FWHM of the core before that. `gaussian`: sigmaPx alone.
 */
export type PsfModel =
  | { readonly kind: 'kolmogorov'; readonly fwhmPx: number; readonly gaussianSigmaPx?: number }
  | { readonly kind: 'gaussian'; readonly sigmaPx: number }
  | {
      readonly kind: 'moffat';
      readonly fwhmPx: number;
      readonly beta: number;
      readonly gaussianSigmaPx?: number;
    };

/** A PSF's light, with or without the pixel's response convolved in (then averaged over angle). */
export interface PsfProfile {
  /** Surface brightness [1/px^2] at a radius [px]. */
  brightness(radiusPx: number): number;
  /** Fraction of the light outside a radius [px], accurate in its tail. */
  outside(radiusPx: number): number;
  /** Fraction of the light inside a radius [px], accurate near 0. */
  inside(radiusPx: number): number;
}

const TWO_PI = 6.283185307179586;
const SQRT1_2 = 0.7071067811865476;
const PI = 3.141592653589793;

/** Throws ProfileParameterError unless every parameter is in its range. */
export function checkPsfModel(model: PsfModel): void {
  if (model.kind === 'gaussian') return requirePositive('gaussian PSF', 'sigmaPx', model.sigmaPx);
  requirePositive(`${model.kind} PSF`, 'fwhmPx', model.fwhmPx);
  const sigma = model.gaussianSigmaPx ?? 0;
  if (!(sigma >= 0 && sigma < Infinity)) {
    throw new ProfileParameterError(
      `${model.kind} PSF`,
      'gaussianSigmaPx',
      sigma,
      'zero or positive, and finite',
    );
  }
  if (model.kind === 'moffat' && !(model.beta > 1.05 && model.beta <= 100)) {
    throw new ProfileParameterError('moffat PSF', 'beta', model.beta, 'above 1.05 and at most 100');
  }
}

function coreOf(model: Exclude<PsfModel, { kind: 'gaussian' }>): PsfCore {
  return model.kind === 'kolmogorov' ? kolmogorovCore(model.fwhmPx) : moffatCore(model.fwhmPx, model.beta);
}

/** The transform of a PSF without the pixel, as a function of k [rad/px]; 1 at 0. */
export function psfTransformFunction(model: PsfModel): (kPerPx: number) => number {
  checkPsfModel(model);
  if (model.kind === 'gaussian') {
    return (k) => smoothingTransform({ sigmaPx: model.sigmaPx, pixel: false }, k);
  }
  const core = coreOf(model);
  const smoothing = { sigmaPx: model.gaussianSigmaPx ?? 0, pixel: false };
  return (k) => core.transform(k) * smoothingTransform(smoothing, k);
}

/** Fourier transform of the PSF (without the pixel) at k [rad/px]. @throws ProfileParameterError */
export function psfTransform(model: PsfModel, kPerPx: number): number {
  return psfTransformFunction(model)(kPerPx);
}

function gaussianProfile(sigma: number): PsfProfile {
  const s = 1 / (sigma * sigma);
  return {
    brightness: (r) => (s / TWO_PI) * exp(-0.5 * r * r * s),
    outside: (r) => exp(-0.5 * r * r * s),
    inside: (r) => -expm1(-0.5 * r * r * s),
  };
}

/** Light of a one-dimensional Gaussian in the unit interval centred at x >= 0, accurate in its tail. */
function intervalLight(x: number, sigma: number): number {
  const scale = SQRT1_2 / sigma;
  return 0.5 * (erfc((x - 0.5) * scale) - erfc((x + 0.5) * scale));
}

function pixelGaussianProfile(sigma: number): PsfProfile {
  const quadrature = new HankelQuadrature(
    (k) => exp(-0.5 * sigma * sigma * k * k) * pixelTransform(k),
    Math.sqrt(2 * 38) / sigma,
  );
  const ANGLES = 16;
  return {
    brightness: (r) => {
      let sum = 0;
      for (let i = 0; i < ANGLES; i++) {
        const angle = ((i + 0.5) * PI) / (4 * ANGLES);
        sum += intervalLight(r * cos(angle), sigma) * intervalLight(r * sin(angle), sigma);
      }
      return sum / ANGLES;
    },
    outside: (r) => Math.max(0, 1 - quadrature.enclosed(r)),
    inside: (r) => Math.min(1, quadrature.enclosed(r)),
  };
}

/** The profile of a model, with the pixel's response convolved in or not. @throws ProfileParameterError */
export function psfProfile(model: PsfModel, pixelConvolved: boolean): PsfProfile {
  checkPsfModel(model);
  if (model.kind === 'gaussian') {
    return pixelConvolved ? pixelGaussianProfile(model.sigmaPx) : gaussianProfile(model.sigmaPx);
  }
  const sigmaPx = model.gaussianSigmaPx ?? 0;
  if (model.kind === 'moffat' && sigmaPx === 0 && !pixelConvolved) {
    return {
      brightness: (r) => moffatBrightness(model.fwhmPx, model.beta, r),
      outside: (r) => moffatOutside(model.fwhmPx, model.beta, r),
      inside: (r) => 1 - moffatOutside(model.fwhmPx, model.beta, r),
    };
  }
  return quadratureProfile(coreOf(model), { sigmaPx, pixel: pixelConvolved });
}

/** Below this relative error the wing series is used, else the quadrature. */
const WING_ERROR = 1e-9;
/** The quadrature's error, as a fraction of the whole light or of the peak. */
const QUADRATURE_ERROR = 1e-14;

function quadratureProfile(core: PsfCore, smoothing: { sigmaPx: number; pixel: boolean }): PsfProfile {
  const series = smoothingSeries(smoothing);
  // A wide Gaussian cuts the transform before the core does.
  const gaussianCut = smoothing.sigmaPx > 0 ? Math.sqrt(2 * 38) / smoothing.sigmaPx : Infinity;
  const quadrature = new HankelQuadrature(
    (k) => core.transform(k) * smoothingTransform(smoothing, k),
    Math.min(core.maxKPerPx, gaussianCut),
  );
  const width = core.fwhmPx + smoothing.sigmaPx + (smoothing.pixel ? 0.5 : 0);
  const peak = 1 / (width * width);
  const brightness = (r: number): number => {
    if (r < 4 * width) return quadrature.brightness(r);
    const wing = core.wing(series, r);
    if (wing.relativeError < WING_ERROR || wing.relativeError * wing.brightness < QUADRATURE_ERROR * peak) {
      return wing.brightness;
    }
    return quadrature.brightness(r);
  };
  const outside = (r: number): number => {
    if (r < 4 * width) return 1 - quadrature.enclosed(r);
    const wing = core.wing(series, r);
    if (wing.relativeError < WING_ERROR || wing.relativeError * wing.outside < QUADRATURE_ERROR)
      return wing.outside;
    return 1 - quadrature.enclosed(r);
  };
  const inside = (r: number): number => (r < 4 * width ? quadrature.enclosed(r) : 1 - outside(r));
  return { brightness, outside, inside };
}

/**
 * Fraction of the light inside a radius [px].
 * @param options pixelConvolved: the light after the pixel's response (averaged over angle); default false, the PSF itself
 * @throws ProfileParameterError
 */
export function psfEncircledEnergy(
  model: PsfModel,
  radiusPx: number,
  options: { readonly pixelConvolved?: boolean } = {},
): number {
  if (radiusPx <= 0) return 0;
  return psfProfile(model, options.pixelConvolved ?? false).inside(radiusPx);
}

/** Full width at half maximum [px] of the whole PSF, its Gaussian convolved in, without the pixel. @throws ProfileParameterError */
export function psfFwhmPx(model: PsfModel): number {
  checkPsfModel(model);
  if (model.kind === 'gaussian') return 2.3548200450309493 * model.sigmaPx;
  const sigma = model.gaussianSigmaPx ?? 0;
  if (model.kind === 'moffat' && sigma === 0) return model.fwhmPx;
  const profile = psfProfile(model, false);
  const half = 0.5 * profile.brightness(0);

  let low = 0;
  let high = model.fwhmPx + 2.3548200450309493 * sigma;
  for (let i = 0; i < 60 && high - low > 1e-13 * high; i++) {
    const middle = 0.5 * (low + high);
    if (profile.brightness(0.5 * middle) > half) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
