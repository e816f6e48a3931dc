/**
 * What a recipe will cost, from counts alone, before anything runs.
 *
 * The synthetic sky's counts are those of its own laws; those of files are given. The times are for one core, from a linear model of
 * the costs measured on an idle machine (docs/figures.md); real machines differ by a factor of about two.
 */
import type { SkyPosition } from '@imsim-od/astro';
import { detectorById, detectorProjection } from '@imsim-od/camera';
import type { Product } from '../request/request-schema.js';
import { RecipeError } from './recipe-document.js';
import { syntheticDensity } from './count-sky.js';
import type { Recipe, RecipeSynthetic } from './recipe.js';

/** The estimate for one recipe. */
export interface RecipeEstimate {
  readonly detector: string;
  /** Drawable components on or near the CCD. */
  readonly sources: number;
  readonly cpuS: number;
  /** Resident memory of the process that draws it, in MiB. */
  readonly memoryMb: number;
  readonly bytes: number;
  readonly bytesByProduct: Readonly<Partial<Record<Product, number>>>;
}

/** CPU seconds of one detector without sources, by what is asked for (measured, one core of 2020s server hardware). */
const CPU_S = { base: 0.35, eimage: 0.25, raw: 0.5, truth: 0.05, preview: 0.15, perSource: 2.5e-5 };
/** Parquet and FITS together: of the table, and of a row. */
const TRUTH_BYTES = 40_000;
const BYTES_PER_TRUTH_ROW = 175;
const RAW_BYTES_PER_PIXEL = 0.92;
/** With its thumbnail. */
const PREVIEW_BYTES = 3_200_000;
const MEMORY_MB = 330;
const PIXEL_SCALE_ARCSEC = 0.2;

/** Estimates a recipe's cost for the given products. @param fileSources what its files put on the detector: see `countFileSources` */
export function estimateRecipe(
  recipe: Recipe,
  fileSources: number,
  products: readonly Product[],
): RecipeEstimate {
  const detector = detectorById(recipe.detector.id);
  if (!detector)
    throw new RecipeError(`detector ${recipe.detector.id} does not exist; ids run from 0 to 204`, 'recipe');
  const { nx, ny } = detector;
  const { raDeg, decDeg, rotSkyPosDeg } = recipe.visit;
  const projection = detectorProjection(detector, { raDeg, decDeg }, rotSkyPosDeg);
  const centre = projection.pixelToSky((nx - 1) / 2, (ny - 1) / 2);
  const areaArcmin2 = (((nx + 128) * PIXEL_SCALE_ARCSEC) / 60) * (((ny + 128) * PIXEL_SCALE_ARCSEC) / 60);
  let sources = fileSources;
  for (const entry of recipe.sky)
    if (entry.type === 'synthetic') sources += areaArcmin2 * componentsPerArcmin2(entry, centre);
  const bytesByProduct: Partial<Record<Product, number>> = {};
  const size: Readonly<Record<Product, number>> = {
    eimage: 4 * nx * ny,
    raw: 16 * 576 * 2048 * RAW_BYTES_PER_PIXEL,
    truth: TRUTH_BYTES + sources * BYTES_PER_TRUTH_ROW,
    preview: PREVIEW_BYTES,
  };
  let cpuS = CPU_S.base + sources * CPU_S.perSource;
  let bytes = 0;
  for (const product of products) {
    bytesByProduct[product] = Math.round(size[product]);
    bytes += size[product];
    cpuS += CPU_S[product];
  }
  return {
    detector: detector.name,
    sources: Math.round(sources),
    cpuS,
    memoryMb: MEMORY_MB,
    bytes: Math.round(bytes),
    bytesByProduct,
  };
}

/** Drawable components of a synthetic population per square arcminute: a galaxy is nearly always bulge and disk. */
function componentsPerArcmin2(entry: RecipeSynthetic, centre: SkyPosition): number {
  const { galaxiesPerArcmin2, starsPerArcmin2 } = syntheticDensity(entry, centre);
  const sum = (densities: Float64Array): number => densities.reduce((total, density) => total + density, 0);
  return 2 * sum(galaxiesPerArcmin2) + sum(starsPerArcmin2);
}
