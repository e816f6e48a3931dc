/**
 * The charge of a detector before any effect of the whole chip: which sources reach it, and their electrons and those of
 * the sky, realised. A window asks for the charge of some pixels alone, which is the same there bit for bit.
 */
import type { Frame, Kernel } from '@imsim-od/kernel';
import { type DrawSyntheticSky, type GatheredSources, gatherSources } from '../sky-input/gather-sources.js';
import type { SourceTable } from '@imsim-od/sky';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import { type DetectorSetting, skySurface } from './detector-setting.js';
import { type DrawingContext, type DrawnSources, drawInWindow, drawSources } from './draw-sources.js';
import { LocatedSources } from './located-sources.js';
import { type KnownReaches, WindowSieve } from './photon-reaches.js';
import { type PlacedSources, placeSources } from './place-sources.js';
import type { PixelWindow } from './pixel-window.js';
import { streamPrefix } from './stream-keys.js';

/** The sources that reach a detector. */
export interface ReachingSources {
  readonly gathered: GatheredSources;
  readonly placed: PlacedSources;
  /** The words of each placed source's stream. */
  readonly words: Uint32Array;
  /** Where the rows of the table fall. */
  readonly located: LocatedSources;
}

/** What may be known of sources from before. */
export interface KnownBefore {
  /** Makes synthetic populations. */
  readonly drawSky?: DrawSyntheticSky;
  /** Tells where the rows of a table fall. */
  readonly locate?: (table: SourceTable, setting: DetectorSetting) => LocatedSources;
}

/** Gathers and places the sources that reach a detector. */
export function sourcesOf(
  setting: DetectorSetting,
  catalogs: readonly LoadedSources[],
  before?: KnownBefore,
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
  const gathered = gatherSources(recipe, catalogs, circle, photometry, isOnChip, before?.drawSky);
  const { table } = gathered;
  const located = before?.locate?.(table, setting) ?? new LocatedSources(table, projection);
  const placed = placeSources(table, projection, photometry, pixelScaleArcsec, located);
  return { gathered, placed, words: located.wordsOf(placed.row), located };
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
  const { gathered, placed } = sources;
  const drawn = drawSources(gathered.table, placed, {
    ...drawingContext(setting, kernel, frame, sources),
    onProgress: (fraction) => onProgress?.(0.85 * fraction),
  });
  if (recipe.effects.background) drawSky(setting, frame);
  else frame.saturate();
  onProgress?.(1);
  return { frame, drawn };
}

/** Draws sources into a frame's counts for the pixels of a window alone; its means stay clear. @param known of the sources from before */
export function drawWindowLight(
  setting: DetectorSetting,
  kernel: Kernel,
  frame: Frame,
  sources: ReachingSources,
  window: PixelWindow,
  known: KnownReaches,
): void {
  const { gathered, placed } = sources;
  const context = drawingContext(setting, kernel, frame, sources);
  const sieve = new WindowSieve(window, kernel, context.psf, placed, known);
  drawInWindow(gathered.table, placed, { ...context, sieve });
}

function drawingContext(setting: DetectorSetting, kernel: Kernel, frame: Frame, { words }: ReachingSources) {
  const { detector, recipe, projection, photometry } = setting;
  return {
    words,
    kernel,
    frame,
    psf: kernel.preparePsf(setting.psf.model),
    prefix: streamPrefix(recipe, 'objects'),
    size: detector,
    projection,
    photometry,
  } satisfies DrawingContext;
}

/** Realises the sky in a frame's counts; its means must be clear, and then hold the sky's. */
export function drawSky(setting: DetectorSetting, frame: Frame): void {
  const { values, cells } = skySurface(setting);
  frame.addGrid(values, cells, cells);
  frame.realise([...streamPrefix(setting.recipe, 'sky'), 0]);
}
