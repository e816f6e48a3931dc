/**
 * Galaxies of the synthetic sky, drawn one by one from a random stream.
 *
 * - Counts: N(<i) = 46 * 10^(0.31 (i - 25)) per arcmin^2 (LSST Science Book eq. 3.7), with slope 0.6 brighter than i = 20.
 * - Redshift: gamma law z^2 exp(-z / z0) with z0 chosen so that all galaxies brighter than i together have the Science Book's
 *   mean 3 (0.0417 i - 0.744): z0(i) = 0.0417 i - 0.744 + 0.0417 / (slope ln 10).
 * - Sizes: disk half-light semi-major axis log10 a = log10 0.26 - 0.135 (i - 25) for i > 24 (medians of a cosmoDC2 sample),
 *   slope 0.09 to i = 20 and 0.15 brighter (our choice), log-normal with 0.2 dex; bulge half of it, of its own scatter.
 * - Shapes: disk b/a uniform in 0.2..1 (thin disks at random inclination): median 0.60, rms of (1 - q)/(1 + q) 0.335; the
 *   sample has 0.57..0.66 and 0.30..0.36. Bulge b/a median 0.96. Both at one uniform position angle.
 * - Bulge fraction of the i-band light: a share of bulge-dominated galaxies by i (means within 0.07 of the sample's).
 * - Colours: an old template for the bulge, an exponential history of random age for the disk, each shifted to z.
 *
 * Clustering is left out. Sizes are known to be small at the faint end.
 */
import type { Band } from '@imsim-od/astro';
import { exp, log, pow, type RandomStream } from '@imsim-od/portable-math';
import { galaxyColourMag, type GalaxyWeights, galaxyWeights } from '../sed/galaxy-colour.js';
import { interpolatePoints, type TablePoint } from '../piecewise-linear.js';
import { SHELL_MAG, shellEdge } from './cell-stream.js';

/** A galaxy, band by band magnitudes left to `galaxyMagnitudes`. */
export interface SyntheticGalaxy {
  /** Total i-band AB magnitude. */
  readonly iMag: number;
  readonly redshift: number;
  /** Share of the bulge in the i-band light. */
  readonly bulgeFraction: number;
  /** Half-light semi-major axes, arcsec. */
  readonly diskMajorArcsec: number;
  readonly bulgeMajorArcsec: number;
  readonly diskAxisRatio: number;
  readonly bulgeAxisRatio: number;
  /** Angle of the long axes from +u (West) towards +v (North), radians. */
  readonly axisRad: number;
  /** log10 of the disk's age in years. */
  readonly diskLogAge: number;
}

const LN10 = 2.302585092994046;
const FAINT_SLOPE = 0.31;
const BRIGHT_SLOPE = 0.6;
/** Where the slope changes; an edge of shells. */
const BREAK_MAG = 20;

/** Galaxies per square arcminute brighter than i. */
export function galaxyCountPerArcmin2(iMag: number): number {
  const atBreak = 46 * pow(10, FAINT_SLOPE * (BREAK_MAG - 25));
  return iMag >= BREAK_MAG
    ? 46 * pow(10, FAINT_SLOPE * (iMag - 25))
    : atBreak * pow(10, BRIGHT_SLOPE * (iMag - BREAK_MAG));
}

/** Draws one galaxy of a magnitude shell; takes the same number of random numbers for each. */
export function drawGalaxy(stream: RandomStream, shell: number): SyntheticGalaxy {
  const bright = shellEdge(shell);
  const slope = bright >= BREAK_MAG ? FAINT_SLOPE : BRIGHT_SLOPE;
  const steps = exp(slope * LN10 * SHELL_MAG) - 1;
  const iMag = bright + log(1 + stream.uniform() * steps) / (slope * LN10);

  const z0 = Math.max(0.02, 0.0417 * iMag - 0.744 + 0.0417 / (slope * LN10));
  const redshift = Math.min(6, -z0 * log(stream.uniform() * stream.uniform() * stream.uniform()));

  const dominated = stream.uniform() < interpolatePoints(BULGE_SHARE, iMag);
  const spread = stream.uniform();
  const bulgeFraction = dominated ? 0.7 + 0.3 * spread : 0.4 * spread * spread;

  const diskMajorArcsec = medianDiskArcsec(iMag) * pow(10, 0.2 * stream.normal());
  const bulgeMajorArcsec = 0.5 * medianDiskArcsec(iMag) * pow(10, 0.2 * stream.normal());
  const diskAxisRatio = 0.2 + 0.8 * stream.uniform();
  const bulgeAxisRatio = Math.max(0.5, 1 + 0.058 * log(stream.uniform()));
  const axisRad = Math.PI * stream.uniform();
  const diskLogAge = 8.6 + 0.9 * stream.uniform();
  return {
    iMag,
    redshift,
    bulgeFraction,
    diskMajorArcsec,
    bulgeMajorArcsec,
    diskAxisRatio,
    bulgeAxisRatio,
    axisRad,
    diskLogAge,
  };
}

/** Magnitudes of the two components in a band; a component without light has magnitude Infinity. */
export function galaxyMagnitudes(galaxy: SyntheticGalaxy, band: Band): { bulge: number; disk: number } {
  const { iMag, redshift, bulgeFraction } = galaxy;
  const bulgeI = iMag - 2.5 * (log(bulgeFraction) / LN10);
  const diskI = iMag - 2.5 * (log(1 - bulgeFraction) / LN10);
  if (band === 'i') return { bulge: bulgeI, disk: diskI };
  const disk = galaxyWeights('Exp', galaxy.diskLogAge, DISK_LOG_METALS);
  return {
    bulge: bulgeI + colourToI(bulgeWeightsAt(redshift), band, redshift),
    disk: diskI + colourToI(disk, band, redshift),
  };
}

const DISK_LOG_METALS = -1.9;

/** Share of bulge-dominated galaxies by i. */
const BULGE_SHARE: readonly TablePoint[] = [
  [22.75, 0.41],
  [24, 0.35],
  [25, 0.22],
  [26, 0.21],
  [27, 0.25],
];

/** Old templates in steps of 0.25 in redshift: as old as the Universe then allows. */
const BULGE_WEIGHTS: readonly GalaxyWeights[] = Array.from({ length: 25 }, (_, step) =>
  galaxyWeights('Inst', Math.max(9, 9.75 - 0.06 * step), -1.7),
);

function bulgeWeightsAt(redshift: number): GalaxyWeights {
  const step = Math.min(BULGE_WEIGHTS.length - 1, Math.round(redshift * 4));
  return BULGE_WEIGHTS[step] ?? [];
}

function colourToI(weights: GalaxyWeights, band: Band, redshift: number): number {
  return galaxyColourMag(weights, band, redshift) - galaxyColourMag(weights, 'i', redshift);
}

function medianDiskArcsec(iMag: number): number {
  const at24 = 0.26 * pow(10, 0.135);
  if (iMag > 24) return 0.26 * pow(10, -0.135 * (iMag - 25));
  if (iMag > 20) return at24 * pow(10, -0.09 * (iMag - 24));
  return at24 * pow(10, 0.36 - 0.15 * (iMag - 20));
}
