/** The part of the sky that is wanted: circles, and boxes of right ascension and declination around them. */
import { separationDeg, type SkyPosition, toUnitVector } from '@imsim-od/astro';
import { asin, cos, sin } from '@imsim-od/portable-math';

/** A circle on the sky, ICRS. */
export interface RegionCircle {
  readonly centre: SkyPosition;
  readonly radiusDeg: number;
}

interface Box {
  readonly decMin: number;
  readonly decMax: number;
  /** Half the width in right ascension around `ra`, degrees; 180 is all of it. */
  readonly ra: number;
  readonly raHalf: number;
}

interface Cap {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly least: number;
}

const RAD_PER_DEG = Math.PI / 180;
/** Boxes are widened by this much, against rounding in units other than degrees. */
const SLACK_DEG = 1e-6;

/** Streaks up to this length reach no farther than half a degree: the margin that regions have around detectors. */
const SHORT_STREAK_ARCSEC = 3600;

/** A union of circles. */
export class SkyRegion {
  /** The circles that it was made of. */
  readonly circles: readonly RegionCircle[];
  private readonly boxes: readonly Box[];
  private readonly caps: readonly Cap[];

  constructor(circles: readonly RegionCircle[]) {
    this.circles = circles;
    this.boxes = circles.map(boxAround);
    this.caps = circles.map(({ centre, radiusDeg }) => {
      const [x, y, z] = toUnitVector(centre);
      return { x, y, z, least: cos(Math.min(180, radiusDeg) * RAD_PER_DEG) };
    });
  }

  /** True where the position lies in one of the circles; degrees, RA in any turn. */
  holds(raDeg: number, decDeg: number): boolean {
    let vector: readonly [number, number, number] | undefined;
    for (let i = 0; i < this.boxes.length; i++) {
      const box = this.boxes[i]!;
      if (decDeg < box.decMin || decDeg > box.decMax || turnApart(raDeg, box.ra) > box.raHalf) continue;
      vector ??= toUnitVector({ raDeg, decDeg });
      const cap = this.caps[i]!;
      if (cap.x * vector[0] + cap.y * vector[1] + cap.z * vector[2] >= cap.least) return true;
    }
    return false;
  }

  /** True where `holds` is, or where a streak that is longer than the margins around detectors may reach into one of the circles. */
  isReachedBy({
    raDeg,
    decDeg,
    lengthArcsec = 0,
  }: SkyPosition & { readonly lengthArcsec?: number }): boolean {
    if (this.holds(raDeg, decDeg)) return true;
    if (lengthArcsec <= SHORT_STREAK_ARCSEC) return false;
    return this.circles.some(
      ({ centre, radiusDeg }) => separationDeg(centre, { raDeg, decDeg }) <= radiusDeg + lengthArcsec / 7200,
    );
  }

  /** False where no position of the box of right ascensions and declinations (degrees) can lie in a circle. */
  mayTouch(raMin: number, raMax: number, decMin: number, decMax: number): boolean {
    return this.boxes.some((box) => {
      if (decMax < box.decMin || decMin > box.decMax) return false;
      const half = (raMax - raMin) / 2;
      return half + box.raHalf >= 180 || turnApart((raMin + raMax) / 2, box.ra) <= half + box.raHalf;
    });
  }
}

/** The shorter way between two right ascensions, 0 to 180 degrees. */
function turnApart(a: number, b: number): number {
  const apart = Math.abs(a - b) % 360;
  return apart > 180 ? 360 - apart : apart;
}

function boxAround({ centre: { raDeg, decDeg }, radiusDeg }: RegionCircle): Box {
  const radius = radiusDeg + SLACK_DEG;
  const decMin = decDeg - radius;
  const decMax = decDeg + radius;
  let raHalf = 180;
  if (decMax < 90 && decMin > -90) {
    const sine = sin(radius * RAD_PER_DEG) / cos(decDeg * RAD_PER_DEG);
    if (sine < 1) raHalf = asin(sine) / RAD_PER_DEG + SLACK_DEG;
  }
  return { decMin, decMax, ra: raDeg, raHalf };
}
