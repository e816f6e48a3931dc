/**
 * The charge of a detector before any effect of the whole chip: which sources reach it, and their electrons and those of
 * the sky, realised. A window asks for the charge of some pixels alone, which is the same there bit for bit.
 */
import type { Frame, Kernel } from '@imsim-od/kernel';
import { type DrawSyntheticSky, type GatheredSources, gatherSources } from '../sky-input/gather-sources.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import { type DetectorSetting, skySurface } from './detector-setting.js';
import { type DrawnSources, drawSources, sourceWords } from './draw-sources.js';
import { PhotonReaches, WindowSieve } from './photon-reaches.js';
import { type PlacedSources, placeSources } from './place-sources.js';
import type { PixelWindow } from './pixel-window.js';
import { streamPrefix } from './stream-keys.js';

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

/** How light is drawn. */
export interface LightOptions {
  /** Pixels that are wanted; the others of the frame then mean nothing, nor what was drawn. Default: all. */
  readonly window?: PixelWindow;
  /** What is known of these sources' photons from windows before. */
  readonly reaches?: PhotonReaches;
  /** Told the fraction done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Draws sources and sky into a new frame of the kernel. */
export function drawCharge(
  setting: DetectorSetting,
  kernel: Kernel,
  sources: ReachingSources,
  onProgress?: (fraction: number) => void,
): { readonly frame: Frame; readonly drawn: DrawnSources } {
  const { detector, recipe } = setting;
  const frame = kernel.openFrame(detector.nx, detector.ny, { counts: true });
  const drawn = drawLight(setting, kernel, frame, sources, {
    onProgress: (fraction) => onProgress?.(0.85 * fraction),
  });
  if (recipe.effects.background) drawSky(setting, frame);
  else frame.saturate();
  onProgress?.(1);
  return { frame, drawn };
}

/** Draws sources into a frame's counts; its means stay clear. */
export function drawLight(
  setting: DetectorSetting,
  kernel: Kernel,
  frame: Frame,
  { gathered, placed, words }: ReachingSources,
  { window, reaches = new PhotonReaches(placed.length), onProgress }: LightOptions,
): DrawnSources {
  const { detector, recipe, projection, photometry } = setting;
  const psf = kernel.preparePsf(setting.psf.model);
  return drawSources(gathered.table, placed, {
    words,
    ...(window ? { sieve: new WindowSieve(window, kernel.photonRadii(psf), placed, reaches) } : {}),
    kernel,
    frame,
    psf,
    prefix: streamPrefix(recipe, 'objects'),
    size: detector,
    projection,
    photometry,
    ...(onProgress ? { onProgress } : {}),
  });
}

/** Realises the sky in a frame's counts; its means must be clear, and then hold the sky's. */
export function drawSky(setting: DetectorSetting, frame: Frame): void {
  const { values, cells } = skySurface(setting);
  frame.addGrid(values, cells, cells);
  frame.realise([...streamPrefix(setting.recipe, 'sky'), 0]);
}
