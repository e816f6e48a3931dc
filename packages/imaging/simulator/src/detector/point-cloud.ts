/**
 * Sources that are drawn as many points: knots, streaks and FITS stamps.
 *
 * A cloud is a list of offsets on the sky, in arcsec in the (u West, v North) frame, and weights that sum to one. The points
 * of streaks and stamps are computed one by one as they are asked for: there may be millions.
 */
import { RandomStream, cos, log, sin } from '@imsim-od/portable-math';
import { POINT_SPACING_ARCSEC, type SkyStamp } from '@imsim-od/sky';

/** One point of a cloud: where it lies, and its share of the source's flux. */
export interface CloudPoint {
  uArcsec: number;
  vArcsec: number;
  weight: number;
}

/** Points that share a source's flux. */
export interface PointCloud {
  readonly count: number;
  /** Writes point k, 0 to count - 1, into `point`. */
  read(k: number, point: CloudPoint): void;
}

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
  const uArcsec = new Float64Array(count);
  const vArcsec = new Float64Array(count);
  const sigma = ellipse.halfLightRadiusArcsec / HALF_LIGHT_PER_SIGMA;
  const [a, b, c] = shearMatrix(ellipse.g1, ellipse.g2);
  for (let i = 0; i < count; i++) {
    const radius = sigma * Math.sqrt(-2 * log(stream.uniform()));
    const angle = 2 * Math.PI * stream.uniform();
    const x = radius * cos(angle);
    const y = radius * sin(angle);
    uArcsec[i] = a * x + b * y;
    vArcsec[i] = b * x + c * y;
  }
  return {
    count,
    read(k, point) {
      point.uArcsec = uArcsec[k]!;
      point.vArcsec = vArcsec[k]!;
      point.weight = 1 / count;
    },
  };
}

/** A streak: a uniform box of the given length and width, its length at an angle from +u towards +v. */
export function streakCloud(lengthArcsec: number, widthArcsec: number, orientationRad: number): PointCloud {
  const along = Math.max(1, Math.ceil(lengthArcsec / POINT_SPACING_ARCSEC));
  const across = Math.max(1, Math.ceil(widthArcsec / POINT_SPACING_ARCSEC));
  const c = cos(orientationRad);
  const s = sin(orientationRad);
  const weight = 1 / (along * across);
  return {
    count: along * across,
    read(k, point) {
      const i = Math.floor(k / across);
      const x = ((i + 0.5) / along - 0.5) * lengthArcsec;
      const y = ((k - i * across + 0.5) / across - 0.5) * widthArcsec;
      point.uArcsec = c * x - s * y;
      point.vArcsec = s * x + c * y;
      point.weight = weight;
    },
  };
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
  const split = Math.max(1, Math.ceil(pixelScaleArcsec / POINT_SPACING_ARCSEC));
  const lit: number[] = [];
  let total = 0;
  pixels.forEach((value, pixel) => {
    if (!(value > 0)) return;
    lit.push(pixel);
    total += value;
  });
  const c = cos(rotationRad);
  const s = sin(rotationRad);
  const [a, b, d] = shearMatrix(shear.g1, shear.g2);
  const perPixel = split * split;
  return {
    count: lit.length * perPixel,
    read(k, point) {
      const index = Math.floor(k / perPixel);
      const pixel = lit[index]!;
      const part = k - index * perPixel;
      const y = Math.floor(pixel / nx);
      const x = pixel - y * nx;
      const j = Math.floor(part / split);
      const i = part - j * split;
      const px = (x - (nx - 1) / 2 + (i + 0.5) / split - 0.5) * pixelScaleArcsec;
      const py = (y - (ny - 1) / 2 + (j + 0.5) / split - 0.5) * pixelScaleArcsec;
      const u = c * px - s * py;
      const v = s * px + c * py;
      point.uArcsec = a * u + b * v;
      point.vArcsec = b * u + d * v;
      point.weight = pixels[pixel]! / (total * perPixel);
    },
  };
}

/** The symmetric matrix ((a, b), (b, c)) of an area-preserving reduced shear. */
export function shearMatrix(g1: number, g2: number): readonly [number, number, number] {
  const scale = 1 / Math.sqrt(1 - g1 * g1 - g2 * g2);
  return [(1 + g1) * scale, g2 * scale, (1 - g1) * scale];
}
