/**
 * TAN-SIP: a gnomonic projection with polynomial distortion (Shupe et al. 2005, ASP Conf. Ser. 347, 491).
 *
 *     u = x - CRPIX1, v = y - CRPIX2            pixels, FITS counting (first pixel's centre at 1)
 *     f = u + A(u, v), g = v + B(u, v)
 *     (xi, eta) = CD (f, g)                     degrees on the plane that touches the sky at CRVAL
 *
 * and back: (U, V) = CD^-1 (xi, eta), u = U + AP(U, V), v = V + BP(U, V). The inverse polynomials are what simple readers
 * use alone; `skyToPixel` starts from them and solves the forward equations by Newton's method to 1e-9 pixel.
 * Pixel coordinates at this module's functions are 0-based (pixel0); CRPIX is 1-based as in the header.
 */
import { evaluateSip, type SipPolynomial } from './sip-polynomial.js';
import type { SkyPosition } from './sky-position.js';
import { tangentPlaneAt } from './wcs-tan.js';

/** A point in pixels, 0-based, integer at pixel centres. */
export interface PixelPoint {
  readonly x: number;
  readonly y: number;
}

/** A TAN-SIP world coordinate system. */
export interface TanSip {
  /** Tangent point, ICRS degrees. */
  readonly crval: SkyPosition;
  /** The pixel of the tangent point, FITS 1-based; it may lie far outside the image. */
  readonly crpix: readonly [number, number];
  /** CD1_1, CD1_2, CD2_1, CD2_2 in degrees per pixel. */
  readonly cd: readonly [number, number, number, number];
  readonly a: SipPolynomial;
  readonly b: SipPolynomial;
  readonly ap: SipPolynomial;
  readonly bp: SipPolynomial;
}

/** Newton's method found no pixel for a direction: it is far outside the area the polynomials were made for. */
export class SipInversionError extends Error {
  readonly code = 'WCS_SIP_INVERSION';
  readonly position: SkyPosition;
  constructor(position: SkyPosition) {
    super(
      `RA ${position.raDeg}, Dec ${position.decDeg} deg has no pixel in this TAN-SIP WCS: ` +
        'its distortion polynomial cannot be inverted there. Use positions on or near the image.',
    );
    this.name = 'SipInversionError';
    this.position = position;
  }
}

/** Where Newton's method stops, pixels. */
const NEWTON_TOLERANCE_PX = 1e-9;
const NEWTON_STEPS = 25;

/** A TAN-SIP's transformations, prepared for many calls. */
export interface TanSipTransform {
  /** The direction of a pixel. */
  pixelToSky(x: number, y: number): SkyPosition;
  /** The pixel of a direction. @throws BehindTangentPlaneError, SipInversionError */
  skyToPixel(raDeg: number, decDeg: number): PixelPoint;
}

/** Prepares the transformations of a TAN-SIP. */
export function tanSipTransform(wcs: TanSip): TanSipTransform {
  const plane = tangentPlaneAt(wcs.crval);
  const [cd11, cd12, cd21, cd22] = wcs.cd;
  const [crpix1, crpix2] = wcs.crpix;
  const determinant = cd11 * cd22 - cd12 * cd21;

  return {
    pixelToSky(x, y) {
      const u = x + 1 - crpix1;
      const v = y + 1 - crpix2;
      const f = u + evaluateSip(wcs.a, u, v).value;
      const g = v + evaluateSip(wcs.b, u, v).value;
      return plane.deproject(cd11 * f + cd12 * g, cd21 * f + cd22 * g);
    },

    skyToPixel(raDeg, decDeg) {
      const { xiDeg, etaDeg } = plane.project(raDeg, decDeg);
      const f = (cd22 * xiDeg - cd12 * etaDeg) / determinant;
      const g = (cd11 * etaDeg - cd21 * xiDeg) / determinant;
      let u = f + evaluateSip(wcs.ap, f, g).value;
      let v = g + evaluateSip(wcs.bp, f, g).value;
      for (let step = 0; step < NEWTON_STEPS; step++) {
        const a = evaluateSip(wcs.a, u, v);
        const b = evaluateSip(wcs.b, u, v);
        const missU = u + a.value - f;
        const missV = v + b.value - g;
        const j11 = 1 + a.byU;
        const j22 = 1 + b.byV;
        const det = j11 * j22 - a.byV * b.byU;
        const du = (j22 * missU - a.byV * missV) / det;
        const dv = (j11 * missV - b.byU * missU) / det;
        u -= du;
        v -= dv;
        if (Math.abs(du) + Math.abs(dv) < NEWTON_TOLERANCE_PX)
          return { x: u + crpix1 - 1, y: v + crpix2 - 1 };
      }
      throw new SipInversionError({ raDeg, decDeg });
    },
  };
}

/** The direction of a pixel (0-based) in a TAN-SIP; for many pixels prepare `tanSipTransform` once. */
export function pixelToSky(wcs: TanSip, x: number, y: number): SkyPosition {
  return tanSipTransform(wcs).pixelToSky(x, y);
}

/** The pixel (0-based) of a direction in a TAN-SIP. @throws BehindTangentPlaneError, SipInversionError */
export function skyToPixel(wcs: TanSip, raDeg: number, decDeg: number): PixelPoint {
  return tanSipTransform(wcs).skyToPixel(raDeg, decDeg);
}

/** The side of a pixel on the sky at CRPIX, arcsec: sqrt of the solid angle. */
export function pixelScaleArcsec(wcs: TanSip): number {
  const [cd11, cd12, cd21, cd22] = wcs.cd;
  return 3600 * Math.sqrt(Math.abs(cd11 * cd22 - cd12 * cd21));
}

/**
 * How a sub-image was cut from an image and mirrored: image pixel0 = start + pixel0 of the sub-image, or start - that
 * where flipped, in x and in y.
 */
export interface PixelCut {
  /** The image's pixel0 under the sub-image's pixel0 (0, 0). */
  readonly startX: number;
  readonly startY: number;
  readonly flipX: boolean;
  readonly flipY: boolean;
}

/** The same sky seen in the pixels of a cut and mirrored part of the image. Exact: only signs and CRPIX change. */
export function cutTanSip(wcs: TanSip, cut: PixelCut): TanSip {
  const sx = cut.flipX ? -1 : 1;
  const sy = cut.flipY ? -1 : 1;
  const [cd11, cd12, cd21, cd22] = wcs.cd;
  return {
    crval: wcs.crval,
    crpix: [1 + sx * (wcs.crpix[0] - 1 - cut.startX), 1 + sy * (wcs.crpix[1] - 1 - cut.startY)],
    cd: [sx * cd11, sy * cd12, sx * cd21, sy * cd22],
    a: mirror(wcs.a, sx, sy, sx),
    b: mirror(wcs.b, sx, sy, sy),
    ap: mirror(wcs.ap, sx, sy, sx),
    bp: mirror(wcs.bp, sx, sy, sy),
  };
}

function mirror(polynomial: SipPolynomial, sx: number, sy: number, sign: number): SipPolynomial {
  return {
    order: polynomial.order,
    terms: polynomial.terms.map(({ p, q, coefficient }) => ({
      p,
      q,
      coefficient: coefficient * sign * (p % 2 === 0 ? 1 : sx) * (q % 2 === 0 ? 1 : sy),
    })),
  };
}
