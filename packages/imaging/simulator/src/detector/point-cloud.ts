/**
 * Sources that are drawn as many points: knots, streaks and FITS stamps.
 *
 * A cloud is a list of offsets on the sky, in arcsec in the (u West, v North) frame, and weights that sum to one.
 */
import { RandomStream, cos, log, sin } from '@imsim-od/portable-math';
import type { SkyStamp } from '@imsim-od/sky';

/** Points that share a source's flux. */
export interface PointCloud {
  readonly uArcsec: Float64Array;
  readonly vArcsec: Float64Array;
  readonly weight: Float64Array;
}

/** Distance between the points of a streak: fine enough that no PSF of the site shows them apart. */
const STREAK_STEP_ARCSEC = 0.1;
const KNOT_STREAM_WORD = 0x6b6e6f74;
/** Half-light radius of a two-dimensional Gaussian in its standard deviations, sqrt(2 ln 2). */
const HALF_LIGHT_PER_SIGMA = 1.177_410_022_515_474_7;

/** An ellipse on the sky: half-light radius of the round profile, then an area-preserving reduced shear. */
export interface SkyEllipse {
  readonly halfLightRadiusArcsec: number;
  readonly g1: number;
  readonly g2: number;
}

/**
 * Knots: equal points scattered by a Gaussian inside an elliptical profile (GalSim's RandomKnots). The positions depend
 * on the object alone, so every band, visit and detector sees the same knots.
 */
export function knotCloud(count: number, ellipse: SkyEllipse, words: readonly [number, number]): PointCloud {
  const stream = new RandomStream(KNOT_STREAM_WORD, words[0], words[1], count);
  const cloud = emptyCloud(count);
  const sigma = ellipse.halfLightRadiusArcsec / HALF_LIGHT_PER_SIGMA;
  const [a, b, c] = shearMatrix(ellipse.g1, ellipse.g2);
  for (let i = 0; i < count; i++) {
    const radius = sigma * Math.sqrt(-2 * log(stream.uniform()));
    const angle = 2 * Math.PI * stream.uniform();
    const x = radius * cos(angle);
    const y = radius * sin(angle);
    cloud.uArcsec[i] = a * x + b * y;
    cloud.vArcsec[i] = b * x + c * y;
    cloud.weight[i] = 1 / count;
  }
  return cloud;
}

/** A streak: a uniform box of the given length and width, its length at an angle from +u towards +v. */
export function streakCloud(lengthArcsec: number, widthArcsec: number, orientationRad: number): PointCloud {
  const along = Math.max(1, Math.ceil(lengthArcsec / STREAK_STEP_ARCSEC));
  const across = Math.max(1, Math.ceil(widthArcsec / STREAK_STEP_ARCSEC));
  const cloud = emptyCloud(along * across);
  const c = cos(orientationRad);
  const s = sin(orientationRad);
  for (let i = 0, k = 0; i < along; i++) {
    const x = ((i + 0.5) / along - 0.5) * lengthArcsec;
    for (let j = 0; j < across; j++, k++) {
      const y = ((j + 0.5) / across - 0.5) * widthArcsec;
      cloud.uArcsec[k] = c * x - s * y;
      cloud.vArcsec[k] = s * x + c * y;
      cloud.weight[k] = 1 / (along * across);
    }
  }
  return cloud;
}

/**
 * A FITS stamp: each positive pixel is split into points no further apart than a tenth of an arcsec. The image's +x lies
 * along +u and its +y along +v before the rotation, which turns from +u towards +v; then the lensing shear acts.
 */
export function stampCloud(
  stamp: SkyStamp,
  pixelScaleArcsec: number,
  rotationRad: number,
  shear: { readonly g1: number; readonly g2: number },
): PointCloud {
  const { width: nx, height: ny, values: pixels } = stamp;
  const split = Math.max(1, Math.ceil(pixelScaleArcsec / STREAK_STEP_ARCSEC));
  let lit = 0;
  let total = 0;
  for (const value of pixels) {
    if (value > 0) {
      lit++;
      total += value;
    }
  }
  const cloud = emptyCloud(lit * split * split);
  const c = cos(rotationRad);
  const s = sin(rotationRad);
  const [a, b, d] = shearMatrix(shear.g1, shear.g2);
  let k = 0;
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      const value = pixels[y * nx + x]!;
      if (!(value > 0)) continue;
      for (let j = 0; j < split; j++) {
        for (let i = 0; i < split; i++, k++) {
          const px = (x - (nx - 1) / 2 + (i + 0.5) / split - 0.5) * pixelScaleArcsec;
          const py = (y - (ny - 1) / 2 + (j + 0.5) / split - 0.5) * pixelScaleArcsec;
          const u = c * px - s * py;
          const v = s * px + c * py;
          cloud.uArcsec[k] = a * u + b * v;
          cloud.vArcsec[k] = b * u + d * v;
          cloud.weight[k] = value / (total * split * split);
        }
      }
    }
  }
  return cloud;
}

/** The symmetric matrix ((a, b), (b, c)) of an area-preserving reduced shear. */
export function shearMatrix(g1: number, g2: number): readonly [number, number, number] {
  const scale = 1 / Math.sqrt(1 - g1 * g1 - g2 * g2);
  return [(1 + g1) * scale, g2 * scale, (1 - g1) * scale];
}

function emptyCloud(count: number): PointCloud {
  return {
    uArcsec: new Float64Array(count),
    vArcsec: new Float64Array(count),
    weight: new Float64Array(count),
  };
}
