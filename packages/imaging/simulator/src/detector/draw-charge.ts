/**
 * The charge of a detector before any effect of the whole chip: which sources reach it, and their electrons and those of
 * the sky, realised. A window asks for the charge of some pixels alone, which is the same there bit for bit.
 */
import type { Frame, Kernel } from '@imsim-od/kernel';
import { type DrawSyntheticSky, type GatheredSources, gatherSources } from '../sky-input/gather-sources.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import { type DetectorSetting, skySurface } from './detector-setting.js';
import { type DrawnSources, drawSources, sourceWords } from './draw-sources.js';
import { type PlacedSources, placeSources } from './place-sources.js';
import { streamPrefix } from './stream-keys.js';

/** Pixels of a detector, 0-based, x1 and y1 exclusive. */
export interface PixelWindow {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** The sources that reach a detector. */
export interface ReachingSources {
  readonly gathered: GatheredSources;
  readonly placed: PlacedSources;
  /** The words of each placed source's stream. */
  readonly words: Uint32Array;
}

/** Gathers and places the sources that reach a detector. @param drawSky makes synthetic populations */
export function sourcesOf(
  setting: DetectorSetting,
  catalogs: readonly LoadedSources[],
  drawSky?: DrawSyntheticSky,
): ReachingSources {
  const { detector, recipe, projection, photometry, pixelScaleArcsec } = setting;
  const centre = projection.pixelToSky((detector.nx - 1) / 2, (detector.ny - 1) / 2);
  const radiusDeg =
    (Math.sqrt(detector.nx * detector.nx + detector.ny * detector.ny) / 2) * (pixelScaleArcsec / 3600);
  const isOnChip = (raDeg: number, decDeg: number): boolean => {
    const { x, y } = projection.skyToPixel(raDeg, decDeg);
    return x >= -0.5 && y >= -0.5 && x < detector.nx - 0.5 && y < detector.ny - 0.5;
  };
  const circle = { centre, radiusDeg };
  const gathered = gatherSources(recipe, catalogs, circle, photometry, isOnChip, drawSky);
  const placed = placeSources(gathered.table, projection, photometry, pixelScaleArcsec);
  return { gathered, placed, words: sourceWords(gathered.table, placed) };
}

/** How charge is drawn. */
export interface ChargeOptions {
  /** Pixels that are wanted; the others of the frame then mean nothing, and nothing counts as clipped. Default: all. */
  readonly window?: PixelWindow;
  /** Told the fraction done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Draws sources and sky into a new frame of the kernel. */
export function drawCharge(
  setting: DetectorSetting,
  kernel: Kernel,
  { gathered, placed, words }: ReachingSources,
  { window, onProgress }: ChargeOptions = {},
): { readonly frame: Frame; readonly drawn: DrawnSources } {
  const { detector, recipe, projection, photometry } = setting;
  const frame = kernel.openFrame(detector.nx, detector.ny, { counts: true, ...(window ? { window } : {}) });
  const drawn = drawSources(gathered.table, placed, {
    words,
    ignoresLosses: window !== undefined,
    frame,
    psf: kernel.preparePsf(setting.psf.model),
    prefix: streamPrefix(recipe, 'objects'),
    size: detector,
    projection,
    photometry,
    onProgress: (fraction) => onProgress?.(0.85 * fraction),
  });
  if (recipe.effects.background) {
    const { values, cells } = skySurface(setting);
    frame.addGrid(values, cells, cells);
    frame.realise([...streamPrefix(recipe, 'sky'), 0]);
  } else {
    frame.saturate();
  }
  onProgress?.(1);
  return { frame, drawn };
}
