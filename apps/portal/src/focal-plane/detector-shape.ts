/** Where detectors lie in a drawing of the focal plane: x to the right, y up (DVCS), one unit a millimetre. */
import { DETECTORS, type Detector, PIXEL_MM } from '@imsim-od/camera';

/** A detector's rectangle in the drawing, whose y grows downwards. */
export interface DetectorShape {
  readonly detector: Detector;
  /** Centre, mm, y downwards. */
  readonly x: number;
  readonly y: number;
  /** Sides as drawn, the detector's rotation applied, mm. */
  readonly width: number;
  readonly height: number;
}

/** Half the side of the drawing, mm. */
export const HALF_SIDE_MM = 330;

/** All 205 in order of number. */
export const SHAPES: readonly DetectorShape[] = DETECTORS.map((detector) => {
  const isTurned = detector.yawDeg % 180 !== 0;
  const along = detector.nx * PIXEL_MM;
  const across = detector.ny * PIXEL_MM;
  return {
    detector,
    x: detector.centreMm.x,
    y: -detector.centreMm.y,
    width: isTurned ? across : along,
    height: isTurned ? along : across,
  };
});

/** Directions of the arrow keys in the drawing. */
export const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How much worse a step aside is than a step ahead. */
const ASIDE = 3;

/** The nearest detector from one in a direction among some; the same one at the edge. */
export function neighbour(
  from: number,
  [dx, dy]: readonly [number, number],
  among: (id: number) => boolean = () => true,
): number {
  const start = SHAPES[from];
  if (start === undefined) return from;
  let best = from;
  let least = Infinity;
  for (const { detector, x, y } of SHAPES) {
    if (detector.id === from || !among(detector.id)) continue;
    const ahead = (x - start.x) * dx + (y - start.y) * dy;
    const aside = Math.abs((x - start.x) * dy) + Math.abs((y - start.y) * dx);
    // Within the quarter of the plane that lies ahead.
    if (ahead <= 1 || aside > ahead + 1) continue;
    const cost = ahead + ASIDE * aside;
    if (cost < least) {
      least = cost;
      best = detector.id;
    }
  }
  return best;
}
