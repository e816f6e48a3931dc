/**
 * The tables the kernel draws a PSF with, made when a PSF is first used: radius (for photons), transform (for Fourier stamps)
 * and radial (pixel-convolved brightness, for bright stars). Only portable arithmetic: the same bits everywhere.
 */
import { exp, log } from '@imsim-od/portable-math';
import { psfProfile, psfTransformFunction, type PsfModel, type PsfProfile } from './psf-model.js';
import {
  fitRadiusTable,
  fitTable,
  PSF_TRANSFORM_BINS,
  PSF_TRANSFORM_MIN_EXPONENT,
  RADIAL_BINS,
  RADIAL_MIN_EXPONENT,
} from './table-bins.js';

/** The tables of one PSF; layouts in table-bins. */
export interface PsfTables {
  readonly model: PsfModel;
  /** Photon radii [px]: 2 sides x 1024 bins x (a, b). */
  readonly radius: Float32Array;
  /** Transform on s = k^2 [rad^2/px^2], without the pixel. */
  readonly transform: Float32Array;
  /** Light per pixel for unit flux on s = r^2 [px^2], pixel-convolved and averaged over angle. */
  readonly radial: Float32Array;
}

const PI = 3.141592653589793;

/**
 * Makes a PSF's three tables. Errors: radius and transform as in table-bins (2e-4 of r within a bin, unbiased in r^2; 3e-5 absolute);
 * radial 4e-4 of the local value at bin ends in a wing r^-11/3, the mean over each bin exact.
 * @throws ProfileParameterError when a parameter is out of range
 */
export function makePsfTables(model: PsfModel): PsfTables {
  return {
    model,
    radius: makePsfRadiusTable(model),
    transform: makePsfTransformTable(model),
    radial: makePsfRadialTable(model),
  };
}

/** The radius table alone; see {@link makePsfTables}. */
export function makePsfRadiusTable(model: PsfModel): Float32Array {
  return makeRadiusTable(psfProfile(model, false));
}

/** The radius table of a Kolmogorov PSF alone from that of FWHM 1 px: a profile without scale of its own. */
export function scaleRadiusTable(unit: Float32Array, fwhmPx: number): Float32Array {
  return unit.map((value) => value * fwhmPx);
}

/** The transform table alone; see {@link makePsfTables}. */
export function makePsfTransformTable(model: PsfModel): Float32Array {
  const transformAt = psfTransformFunction(model);
  const transform = fitTable(PSF_TRANSFORM_MIN_EXPONENT, PSF_TRANSFORM_BINS, (s) =>
    transformAt(Math.sqrt(s)),
  );
  transform.fill(0, 2 * PSF_TRANSFORM_BINS - 2);
  return transform;
}

/** The radial table alone; see {@link makePsfTables}. */
export function makePsfRadialTable(model: PsfModel): Float32Array {
  const pixelProfile = psfProfile(model, true);
  return fitTable(RADIAL_MIN_EXPONENT, RADIAL_BINS, (s) => pixelProfile.brightness(Math.sqrt(s)));
}

/** A node of the light's growth with radius: log r, log of the fraction, and d log r / d log fraction. */
interface GrowthNode {
  readonly logRadius: number;
  readonly logFraction: number;
  readonly slope: number;
}

const STEP = 0.03;
const LEAST_FRACTION = 2.3283064365386963e-10; // 2^-32

/** Nodes from the half-light radius inwards (side 0) or outwards (side 1), until the fraction passes 2^-32. */
function growth(profile: PsfProfile, side: 0 | 1, halfLightRadius: number): GrowthNode[] {
  const nodes: GrowthNode[] = [];
  const fractionOf = side === 0 ? profile.inside : profile.outside;
  const direction = side === 0 ? -1 : 1;
  for (let i = -1; i < 4000; i++) {
    const logRadius = log(halfLightRadius) + direction * i * STEP;
    const r = exp(logRadius);
    const fraction = fractionOf(r);
    if (!(fraction > 0)) break;
    const slope = fraction / (2 * PI * r * r * profile.brightness(r));
    nodes.push({ logRadius, logFraction: log(fraction), slope: side === 0 ? slope : -slope });
    // Deep inside the light grows as r^2 exactly: one node there serves all smaller radii.
    if (fraction < LEAST_FRACTION || (side === 0 && fraction < 1e-6)) break;
  }
  return nodes;
}

/** The radius table from the growth of the light, by cubic Hermite interpolation of log r on log fraction (about 1e-8). */
function makeRadiusTable(profile: PsfProfile): Float32Array {
  const half = halfLightRadius(profile);
  const sides = [growth(profile, 0, half), growth(profile, 1, half)] as const;
  let at = 0;
  let lastSide = -1;
  const radius = (side: 0 | 1, fraction: number): number => {
    const nodes = sides[side];
    const y = log(fraction);
    if (side !== lastSide) at = 0;
    lastSide = side;
    while (at < nodes.length - 2 && nodes[at + 1]!.logFraction > y) at++;
    const p = nodes[at]!;
    const q = nodes[at + 1]!;
    if (y < q.logFraction) return exp(q.logRadius + q.slope * (y - q.logFraction));
    const h = q.logFraction - p.logFraction;
    const t = (y - p.logFraction) / h;
    const u = 1 - t;
    return exp(
      p.logRadius * u * u * (1 + 2 * t) +
        q.logRadius * t * t * (1 + 2 * u) +
        h * t * u * (p.slope * u - q.slope * t),
    );
  };
  // <r^2> of the outermost 2^-31 diverges for atmospheric wings; its median radius stands for it.
  return fitRadiusTable(radius, () => radius(1, LEAST_FRACTION));
}

/** The radius with half the light, by Newton's method in log r from the peak's width. */
function halfLightRadius(profile: PsfProfile): number {
  let logR = -0.5 * log(2 * PI * profile.brightness(0));
  for (let i = 0; i < 60; i++) {
    const r = exp(logR);
    const step = (0.5 - profile.inside(r)) / (2 * PI * r * r * profile.brightness(r));
    logR += Math.max(-0.5, Math.min(0.5, step));
    if (Math.abs(step) < 1e-10) break;
  }
  return exp(logR);
}
