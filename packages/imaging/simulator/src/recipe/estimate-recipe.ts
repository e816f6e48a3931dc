/**
 * What a recipe will cost, from counts alone, before anything runs.
 *
 * The synthetic sky's counts are those of its own laws; catalogs are counted inside the circle around the detector. The
 * times are for one core, from a linear model of the measured costs; real machines differ by a factor of about two.
 */
import { type SkyPosition, separationDeg } from '@imsim-od/astro';
import { detectorById, detectorProjection } from '@imsim-od/camera';
import { extentArcsec } from '../detector/source-reach.js';
import type { Product } from '../request/request-schema.js';
import { dealInputs } from '../sky-input/entry-inputs.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
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
const CPU_S = { base: 0.35, eimage: 0.25, raw: 0.5, truth: 0.05, preview: 0.15, perSource: 4e-5 };
const BYTES_PER_TRUTH_ROW = 260;
const RAW_BYTES_PER_PIXEL = 0.92;
const PREVIEW_BYTES = 2_600_000;
const MEMORY_MB = 330;
const PIXEL_SCALE_ARCSEC = 0.2;
const MARGIN_DEG = 0.03;

/** Estimates a recipe's cost for the given products. */
export function estimateRecipe(
  recipe: Recipe,
  catalogs: readonly LoadedSources[],
  products: readonly Product[],
): RecipeEstimate {
  const detector = detectorById(recipe.detector.id);
  if (!detector)
    throw new RecipeError(`detector ${recipe.detector.id} does not exist; ids run from 0 to 204`, 'recipe');
  const { nx, ny } = detector;
  const { raDeg, decDeg, rotSkyPosDeg } = recipe.visit;
  const projection = detectorProjection(detector, { raDeg, decDeg }, rotSkyPosDeg);
  const centre = projection.pixelToSky((nx - 1) / 2, (ny - 1) / 2);
  const radiusDeg = (Math.sqrt(nx * nx + ny * ny) / 2) * (PIXEL_SCALE_ARCSEC / 3600) + MARGIN_DEG;
  const areaArcmin2 = (((nx + 128) * PIXEL_SCALE_ARCSEC) / 60) * (((ny + 128) * PIXEL_SCALE_ARCSEC) / 60);
  let sources = 0;
  for (const { entry, sources: catalog } of dealInputs(recipe.sky, catalogs)) {
    if (entry.type === 'synthetic') {
      sources += areaArcmin2 * componentsPerArcmin2(entry, centre);
      continue;
    }
    const table = catalog?.sources;
    for (let row = 0; table && row < table.length; row++) {
      const position = { raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! };
      if (separationDeg(centre, position) < radiusDeg + extentArcsec(table, row) / 3600) sources++;
    }
  }
  const bytesByProduct: Partial<Record<Product, number>> = {};
  const size: Readonly<Record<Product, number>> = {
    eimage: 4 * nx * ny,
    raw: 16 * 576 * 2048 * RAW_BYTES_PER_PIXEL,
    truth: sources * BYTES_PER_TRUTH_ROW,
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
