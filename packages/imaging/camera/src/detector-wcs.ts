/**
 * The TAN-SIP world coordinates of a detector and of its raw segments, as the headers carry them: CRVAL is the boresight,
 * CRPIX its (far) pixel, CD the undistorted plate scale turned by ROTPA and the detector's yaw; the radial distortion is
 * then a polynomial about the boresight. Both directions hold to 5e-4 pixel over the whole CCD.
 */
import { cutTanSip, fitTanSip, type SkyPosition, type TanSip } from '@imsim-od/astro';
import { rawToPixel0, type Amplifier } from './amplifiers.js';
import { PIXEL_MM, type Detector } from './detectors.js';
import {
  PLATE_SCALE_DEG_PER_MM,
  cosSinDeg,
  focalPlaneToPixel0,
  focalPlaneToTangentPlane,
  pixel0ToFocalPlane,
} from './focal-plane.js';

/** The TAN-SIP of a detector's trimmed, assembled image for a boresight and rotSkyPos (ROTPA) in degrees. */
export function detectorTanSip(detector: Detector, boresight: SkyPosition, rotSkyPosDeg: number): TanSip {
  const [cosRot, sinRot] = cosSinDeg(rotSkyPosDeg);
  const [cosYaw, sinYaw] = cosSinDeg(detector.yawDeg);
  const scale = PLATE_SCALE_DEG_PER_MM * PIXEL_MM;
  const origin = focalPlaneToPixel0(detector, { xMm: 0, yMm: 0 });
  return fitTanSip(
    (x, y) => focalPlaneToTangentPlane(pixel0ToFocalPlane(detector, x, y), rotSkyPosDeg),
    detector.nx,
    detector.ny,
    {
      crval: boresight,
      crpix: [origin.x + 1, origin.y + 1],
      cd: [
        scale * (sinRot * sinYaw - cosRot * cosYaw),
        scale * (cosRot * sinYaw + sinRot * cosYaw),
        scale * (sinRot * cosYaw + cosRot * sinYaw),
        scale * (cosRot * cosYaw - sinRot * sinYaw),
      ],
    },
  ).wcs;
}

/** The same WCS in the pixels of a raw segment: prescan and read directions taken in. */
export function segmentTanSip(detectorWcs: TanSip, detector: Detector, amplifier: Amplifier): TanSip {
  const start = rawToPixel0(detector, amplifier, 0, 0);
  return cutTanSip(detectorWcs, {
    startX: start.x,
    startY: start.y,
    flipX: amplifier.flipX,
    flipY: amplifier.flipY,
  });
}
