/**
 * Where the parts of a large source fall on a detector. The sky around the source is cut into patches of 16 arcsec; each
 * is placed exactly (projection, distortion, rotator) and is linear inside, which at the edge of the field is good to
 * 3e-4 pixel. So a streak of degrees bends as the distortion has it.
 *
 * Offsets (u West, v North) in arcsec are angles along great circles through the source's position (zenithal
 * equidistant), in the source's own frame.
 */
import { type SkyPosition, tangentPlaneAt } from '@imsim-od/astro';
import type { DetectorProjection } from '@imsim-od/camera';
import { cos, sin, tan } from '@imsim-od/portable-math';

/** A piece of sky as the detector sees it: pixel0 = (x, y) + ((xu, xv), (yu, yv)) (u - uArcsec, v - vArcsec). */
export interface SkyPatch {
  readonly uArcsec: number;
  readonly vArcsec: number;
  readonly x: number;
  readonly y: number;
  /** Pixels per arcsec. */
  readonly xu: number;
  readonly xv: number;
  readonly yu: number;
  readonly yv: number;
}

const PATCH_ARCSEC = 16;
const RAD_PER_ARCSEC = Math.PI / 648_000;
const DEG_PER_ARCSEC = 1 / 3600;

/** The patches around one source, made as they are asked for. */
export interface SkyPatches {
  /** The patch that holds an offset; its x and y are NaN behind the tangent plane of the boresight. */
  at(uArcsec: number, vArcsec: number): SkyPatch;
}

/** Patches around a direction. @param projection of the detector that looks */
export function skyPatches(projection: DetectorProjection, source: SkyPosition): SkyPatches {
  const toPixel = offsetsToPixels(projection, source);
  const known = new Map<number, SkyPatch>();
  let lastKey = NaN;
  let last: SkyPatch | undefined;
  return {
    at(uArcsec, vArcsec) {
      const column = Math.round(uArcsec / PATCH_ARCSEC);
      const row = Math.round(vArcsec / PATCH_ARCSEC);
      const key = row * 0x1000000 + column;
      if (last && key === lastKey) return last;
      let patch = known.get(key);
      if (!patch) known.set(key, (patch = makePatch(toPixel, column * PATCH_ARCSEC, row * PATCH_ARCSEC)));
      lastKey = key;
      return (last = patch);
    },
  };
}

/** True where a line of light through a source, from end to end, comes within `reachPx` pixels of a detector. */
export function lineTouches(
  projection: DetectorProjection,
  source: SkyPosition,
  line: { readonly lengthArcsec: number; readonly orientationRad: number },
  reachPx: number,
): boolean {
  const { nx, ny } = projection.detector;
  const toPixel = offsetsToPixels(projection, source);
  const c = cos(line.orientationRad);
  const s = sin(line.orientationRad);
  const steps = Math.max(1, Math.ceil(line.lengthArcsec / PATCH_ARCSEC));
  // Between two places that were looked at, the line is at most half a patch, 40 pixels, from one of them.
  const reach = reachPx + 5 * PATCH_ARCSEC;
  for (let step = 0; step <= steps; step++) {
    const along = (step / steps - 0.5) * line.lengthArcsec;
    const { x, y } = toPixel(along * c, along * s);
    if (x >= -reach && y >= -reach && x <= nx - 1 + reach && y <= ny - 1 + reach) return true;
  }
  return false;
}

type ToPixel = (uArcsec: number, vArcsec: number) => { readonly x: number; readonly y: number };

function offsetsToPixels(projection: DetectorProjection, source: SkyPosition): ToPixel {
  const plane = tangentPlaneAt(source);
  const raDeg = new Float64Array(1);
  const decDeg = new Float64Array(1);
  const x = new Float64Array(1);
  const y = new Float64Array(1);
  return (uArcsec, vArcsec) => {
    const angle = Math.sqrt(uArcsec * uArcsec + vArcsec * vArcsec) * RAD_PER_ARCSEC;
    const scale = angle === 0 ? DEG_PER_ARCSEC : (DEG_PER_ARCSEC * tan(angle)) / angle;
    const sky = plane.deproject(-uArcsec * scale, vArcsec * scale);
    raDeg[0] = sky.raDeg;
    decDeg[0] = sky.decDeg;
    projection.skyToPixelArrays(raDeg, decDeg, x, y);
    return { x: x[0]!, y: y[0]! };
  };
}

function makePatch(toPixel: ToPixel, uArcsec: number, vArcsec: number): SkyPatch {
  const half = PATCH_ARCSEC / 2;
  const { x, y } = toPixel(uArcsec, vArcsec);
  const west = toPixel(uArcsec + half, vArcsec);
  const east = toPixel(uArcsec - half, vArcsec);
  const north = toPixel(uArcsec, vArcsec + half);
  const south = toPixel(uArcsec, vArcsec - half);
  return {
    uArcsec,
    vArcsec,
    x,
    y,
    xu: (west.x - east.x) / PATCH_ARCSEC,
    xv: (north.x - south.x) / PATCH_ARCSEC,
    yu: (west.y - east.y) / PATCH_ARCSEC,
    yv: (north.y - south.y) / PATCH_ARCSEC,
  };
}
