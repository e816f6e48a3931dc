/** The points of a cloud as they fall on a detector: each with its own place and its own vignetting. */
import type { DetectorProjection } from '@imsim-od/camera';
import type { PlacedSources, SourcePhotometry } from './place-sources.js';
import type { CloudPoint } from './point-cloud.js';
import { skyPatches } from './sky-patches.js';
import { reachPx } from './source-reach.js';
import type { SourceShape } from './source-shape.js';

/** Half the diagonal of a patch of sky, in pixels. */
const PATCH_REACH_PX = 60;

/** Where clouds fall. */
export interface CloudField {
  readonly size: { readonly nx: number; readonly ny: number };
  readonly projection: DetectorProjection;
  readonly photometry: SourcePhotometry;
}

/** Mean electrons of a whole cloud, vignetting included, and of those of its points that lie on the chip. */
export interface CloudElectrons {
  readonly expected: number;
  readonly onChip: number;
}

/**
 * Calls `visit` for every point of placed cloud i with light whose patch of sky is near enough to the chip to matter, and adds
 * up the electrons of all of them.
 */
export function visitCloud(
  { cloud, source }: Extract<SourceShape, { readonly kind: 'cloud' }>,
  placed: PlacedSources,
  i: number,
  { size, projection, photometry }: CloudField,
  visit: (k: number, x: number, y: number, electrons: number) => void,
): CloudElectrons {
  const patches = skyPatches(projection, source);
  const unvignetted = placed.electrons[i]!;
  const nearPx = reachPx(unvignetted) + PATCH_REACH_PX;
  const point: CloudPoint = { uArcsec: 0, vArcsec: 0, weight: 0 };
  let expected = 0;
  let onChip = 0;
  for (let k = 0; k < cloud.count; k++) {
    cloud.read(k, point);
    const patch = patches.at(point.uArcsec, point.vArcsec);
    if (!isNear(patch.x, patch.y, size, nearPx)) {
      const vignetting = Number.isFinite(patch.x) ? photometry.vignettingAt(patch.x, patch.y) : 0;
      expected += unvignetted * point.weight * vignetting;
      continue;
    }
    const u = point.uArcsec - patch.uArcsec;
    const v = point.vArcsec - patch.vArcsec;
    const x = patch.x + patch.xu * u + patch.xv * v;
    const y = patch.y + patch.yu * u + patch.yv * v;
    const electrons = unvignetted * point.weight * photometry.vignettingAt(x, y);
    expected += electrons;
    if (isNear(x, y, size, 0.5)) onChip += electrons;
    if (electrons > 0) visit(k, x, y, electrons);
  }
  return { expected, onChip };
}

/** False for NaN, too. */
function isNear(x: number, y: number, { nx, ny }: CloudField['size'], reach: number): boolean {
  return x >= -reach && y >= -reach && x <= nx - 1 + reach && y <= ny - 1 + reach;
}
