/**
 * A cut-out of a detector's e-image, equal bit for bit to the same pixels of the whole: every source whose light may come
 * into the window is drawn with its own stream, and the sky is realised in the window's rows alone.
 *
 * With a memory, what the next recipe shares with those before is not drawn again, so that a preview follows a slider.
 */
import type { Frame, Kernel } from '@imsim-od/kernel';
import { RecipeError } from '../recipe/recipe-document.js';
import type { Recipe } from '../recipe/recipe.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import { CutoutMemory } from './cutout-memory.js';
import { type DetectorSetting, settleDetector } from './detector-setting.js';
import { drawSky, drawWindowLight, sourcesOf } from './draw-charge.js';
import type { PixelWindow } from './pixel-window.js';
import { streamPrefix } from './stream-keys.js';

/** What a host lends to a cut-out. */
export interface CutoutContext {
  readonly kernel: Kernel;
  /** The recipe's files, in the order of `dealInputs`. */
  readonly catalogs: readonly LoadedSources[];
  /** What is kept between calls; absent: nothing. */
  readonly memory?: CutoutMemory;
}

/** A cut-out. */
export interface Cutout extends PixelWindow {
  /** Electrons as the e-image has them, row by row from y0 up. */
  readonly electrons: Int32Array;
  /** Mean sky electrons per pixel at the centre of the detector. */
  readonly skyElectron: number;
  /** FWHM of the whole profile before integration over pixels. */
  readonly profileFwhmArcsec: number;
  /** Sources near enough to the detector to be drawn. */
  readonly sourcesPlaced: number;
}

/** The largest count that a pixel holds. */
const MAX_COUNT = 0x7fffffff;

/** Draws the pixels of a window. @throws RecipeError for a window that is not on the detector */
export function simulateCutout(recipe: Recipe, window: PixelWindow, context: CutoutContext): Cutout {
  const { kernel, catalogs, memory = new CutoutMemory() } = context;
  const setting = settleDetector(recipe);
  requireOnChip(window, setting);
  const known = memory.recallSources(recipe, catalogs, (before) => sourcesOf(setting, catalogs, before));
  const { sources } = known;
  const { detector, psf } = setting;
  let opened: Frame | undefined;
  const counted = (draw: (frame: Frame) => void): Int32Array => {
    opened ??= kernel.openFrame(detector.nx, detector.ny, { counts: true, window });
    draw(opened);
    return takeCounts(opened, window);
  };
  const place = JSON.stringify([recipe.detector.id, window]);
  const streams = streamPrefix(recipe, 'objects').join(' ');
  const light = memory.recallCounts(
    `light ${place} ${streams} ${JSON.stringify(psf.model)} ${memory.numberOf(sources)}`,
    () => {
      const reaches = memory.recallReaches(known, setting, streams, place);
      return counted((frame) => drawWindowLight(setting, kernel, frame, sources, window, reaches));
    },
  );
  return {
    ...window,
    electrons: together(light, recipe.effects.background ? skyIn() : undefined),
    skyElectron: setting.skyElectronAtCentre,
    profileFwhmArcsec: setting.profileFwhmArcsec,
    sourcesPlaced: sources.placed.length,
  };

  function skyIn(): Int32Array {
    const { skyElectronUnvignetted } = setting;
    const level = [streamPrefix(recipe, 'sky'), skyElectronUnvignetted, recipe.effects.vignetting];
    return memory.recallCounts(`sky ${place} ${JSON.stringify(level)}`, () =>
      counted((frame) => drawSky(setting, frame)),
    );
  }
}

function requireOnChip(window: PixelWindow, { detector: { nx, ny, name } }: DetectorSetting): void {
  const { x0, x1, y0, y1 } = window;
  const isOnChip =
    [x0, x1, y0, y1].every(Number.isInteger) &&
    x0 >= 0 &&
    y0 >= 0 &&
    x1 > x0 &&
    y1 > y0 &&
    x1 <= nx &&
    y1 <= ny;
  if (isOnChip) return;
  throw new RecipeError(
    `window x ${x0} to ${x1}, y ${y0} to ${y1} is not on ${name}, which has ${nx} x ${ny} pixels`,
    'window',
  );
}

/** The counts of a window, row by row; clears them in the frame. */
function takeCounts(frame: Frame, { x0, x1, y0, y1 }: PixelWindow): Int32Array {
  const width = x1 - x0;
  const counts = new Int32Array(width * (y1 - y0));
  for (let y = y0; y < y1; y++) {
    const row = frame.countsRow(y).subarray(x0, x1);
    counts.set(row, (y - y0) * width);
    row.fill(0);
  }
  return counts;
}

/** Light and sky in each pixel, held where a pixel is full, as the frame does. */
function together(light: Int32Array, sky: Int32Array | undefined): Int32Array {
  const electrons = new Int32Array(light.length);
  for (let i = 0; i < electrons.length; i++) {
    electrons[i] = Math.min((light[i]! + (sky ? sky[i]! : 0)) >>> 0, MAX_COUNT);
  }
  return electrons;
}
