/**
 * A cut-out of a detector's e-image, equal bit for bit to the same pixels of the whole: every source whose light may come
 * into the window is drawn with its own stream, and the sky is realised in the window's rows alone.
 *
 * Between calls that differ in seeing, sky brightness, seed or effects, the sources and their places are kept, so that
 * a preview follows a slider.
 */
import type { Kernel } from '@imsim-od/kernel';
import { drawSyntheticSky, type SourceTable } from '@imsim-od/sky';
import canonicalize from 'canonicalize';
import { RecipeError } from '../recipe/recipe-document.js';
import type { Recipe } from '../recipe/recipe.js';
import type { DrawSyntheticSky } from '../sky-input/gather-sources.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import { settleDetector } from './detector-setting.js';
import { drawCharge, type PixelWindow, type ReachingSources, sourcesOf } from './draw-charge.js';

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

/** Synthetic skies that are kept at most. */
const KEPT_SKIES = 4;

/** Sources that were drawn and placed before. A change of sources takes the place of those before. */
export class CutoutMemory {
  private readonly skies = new Map<string, SourceTable>();
  private key = '';
  private catalogs: readonly LoadedSources[] = [];
  private sources: ReachingSources | undefined;

  /** The sources of a recipe as `find` gives them, kept for the next recipe with the same ones. */
  recall(
    recipe: Recipe,
    catalogs: readonly LoadedSources[],
    find: (drawSky: DrawSyntheticSky) => ReachingSources,
  ): ReachingSources {
    const key = sourcesKey(recipe);
    const isSame =
      key === this.key &&
      catalogs.length === this.catalogs.length &&
      catalogs.every((catalog, i) => catalog === this.catalogs[i]);
    if (this.sources !== undefined && isSame) return this.sources;
    this.sources = find((options) => this.sky(options));
    this.key = key;
    this.catalogs = [...catalogs];
    return this.sources;
  }

  private sky(options: Parameters<DrawSyntheticSky>[0]): SourceTable {
    const key = JSON.stringify(options);
    let sky = this.skies.get(key);
    if (sky === undefined) {
      sky = drawSyntheticSky(options);
      if (this.skies.size >= KEPT_SKIES) this.skies.delete(this.skies.keys().next().value ?? '');
      this.skies.set(key, sky);
    }
    // The caller writes the number of its entry into the table.
    return { ...sky, catalog: sky.catalog.slice() };
  }
}

/** What decides which sources there are, where they fall and how many electrons they send. */
function sourcesKey({ visit, detector, sky, duplicates, effects }: Recipe): string {
  const { seeingFwhm500Arcsec: _seeing, skyBrightnessMagPerArcsec2: _brightness, ...circumstances } = visit;
  return canonicalize({
    visit: circumstances,
    detector,
    sky,
    duplicates: duplicates ?? null,
    vignetting: effects.vignetting,
  }) as string;
}

/** Draws the pixels of a window. @throws RecipeError for a window that is not on the detector */
export function simulateCutout(recipe: Recipe, window: PixelWindow, context: CutoutContext): Cutout {
  const setting = settleDetector(recipe);
  const { x0, x1, y0, y1 } = window;
  const { nx, ny, name } = setting.detector;
  const isOnChip =
    [x0, x1, y0, y1].every(Number.isInteger) &&
    x0 >= 0 &&
    y0 >= 0 &&
    x1 > x0 &&
    y1 > y0 &&
    x1 <= nx &&
    y1 <= ny;
  if (!isOnChip) {
    throw new RecipeError(
      `window x ${x0} to ${x1}, y ${y0} to ${y1} is not on ${name}, which has ${nx} x ${ny} pixels`,
      'window',
    );
  }
  const { kernel, catalogs, memory } = context;
  const find = (drawSky?: DrawSyntheticSky): ReachingSources => sourcesOf(setting, catalogs, drawSky);
  const sources = memory ? memory.recall(recipe, catalogs, find) : find();
  const { frame } = drawCharge(setting, kernel, sources, { window });
  const width = x1 - x0;
  const electrons = new Int32Array(width * (y1 - y0));
  for (let y = y0; y < y1; y++) electrons.set(frame.countsRow(y).subarray(x0, x1), (y - y0) * width);
  return {
    x0,
    x1,
    y0,
    y1,
    electrons,
    skyElectron: setting.skyElectronAtCentre,
    profileFwhmArcsec: setting.profileFwhmArcsec,
    sourcesPlaced: sources.placed.length,
  };
}
