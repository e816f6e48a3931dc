/** Where each detector's picture lies in the mosaic: one unit a millimetre, x to the right, y downwards, the camera's middle in the middle. */
import { DETECTORS, type Detector, PIXEL_MM } from '@imsim-od/camera';

/** Half the side of the mosaic, mm. */
export const HALF_MM = 330;

/** A picture's place before its turn about its middle. */
export interface PicturePlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Clockwise as seen, which is against the camera's yaw. */
  readonly turnDeg: number;
}

/** Where a detector's picture lies, +y of the pixels upwards before the turn. */
export function placeOf({ nx, ny, centreMm, referencePixel0, yawDeg }: Detector): PicturePlace {
  const [width, height] = [nx * PIXEL_MM, ny * PIXEL_MM];
  // The reference pixel, not the middle of the pixels, sits at the stated centre: an ITL's is a pixel off.
  const [alongX, alongY] = [
    ((nx - 1) / 2 - referencePixel0.x) * PIXEL_MM,
    ((ny - 1) / 2 - referencePixel0.y) * PIXEL_MM,
  ];
  const yaw = (yawDeg * Math.PI) / 180;
  const middleX = centreMm.x + alongX * Math.cos(yaw) - alongY * Math.sin(yaw);
  const middleY = centreMm.y + alongX * Math.sin(yaw) + alongY * Math.cos(yaw);
  return {
    x: HALF_MM + middleX - width / 2,
    y: HALF_MM - middleY - height / 2,
    width,
    height,
    turnDeg: -yawDeg,
  };
}

/** The detector under a place of the mosaic, or undefined. */
export function detectorUnder(x: number, y: number): Detector | undefined {
  return DETECTORS.find((detector) => {
    const place = placeOf(detector);
    const isTurned = detector.yawDeg % 180 !== 0;
    const [halfX, halfY] = isTurned
      ? [place.height / 2, place.width / 2]
      : [place.width / 2, place.height / 2];
    const [middleX, middleY] = [place.x + place.width / 2, place.y + place.height / 2];
    return Math.abs(x - middleX) <= halfX && Math.abs(y - middleY) <= halfY;
  });
}
