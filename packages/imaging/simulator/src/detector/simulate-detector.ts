/**
 * Simulates one detector: sources and sky become electrons once, and every product is made from those same electrons.
 *
 * The order is that of the camera: photons and sky (with diffusion) → e-image → bleed → dark current → gain → crosstalk →
 * transfer → bias and read noise → raw. The random streams of each step have keys of their own, so that no product's bytes
 * depend on which others were asked for.
 */
import type { Kernel } from '@imsim-od/kernel';
import type { SourceTable } from '@imsim-od/sky';
import { type ChargeImage, drawPreviews } from '../products/preview.js';
import { fileNames } from '../products/file-names.js';
import type { ProductSink } from '../products/product-sink.js';
import { writeEImage } from '../products/eimage.js';
import { writeRaw } from '../products/raw.js';
import { detectorTruth, truthParquet, writeTruth } from '../products/truth.js';
import type { OutputFile } from '../recipe/recipe-document.js';
import type { Recipe } from '../recipe/recipe.js';
import type { Product } from '../request/request-schema.js';
import type { GatheredSources } from '../sky-input/gather-sources.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { DuplicateCounts } from '../sky-input/without-duplicates.js';
import type { BleedResult } from './bleed.js';
import { bleedDetector, fullWellOf } from './bleed-detector.js';
import { type DetectorSetting, settleDetector } from './detector-setting.js';
import { drawCharge, sourcesOf } from './draw-charge.js';
import type { DrawnSources } from './draw-sources.js';
import type { PlacedSources } from './place-sources.js';

/** What the host lends to a simulation. */
export interface SimulationContext {
  readonly kernel: Kernel;
  /** The recipe's instance catalogs and tables, in the order of its sky entries. */
  readonly catalogs: readonly LoadedSources[];
  readonly products: readonly Product[];
  /** Opens a file of the given name. */
  openSink(name: string): ProductSink;
  /** Told the fraction done, 0 to 1. */
  onProgress?(fraction: number): void;
}

/** What came of a detector. */
export interface DetectorOutcome {
  readonly outputs: readonly OutputFile[];
  readonly summary: DetectorSummary;
}

/** Numbers a user would ask for. */
export interface DetectorSummary {
  readonly detector: string;
  readonly sourcesDrawn: number;
  readonly sourcesBySed: { readonly approximated: number; readonly exact: number };
  readonly sourcesByMethod: Readonly<Record<string, number>>;
  readonly skyElectronPerPixel: number;
  readonly sourceElectrons: number;
  readonly saturatedPixels: number;
  /** Objects on the chip that stand in two entries of the sky, or twice in one. */
  readonly duplicates: DuplicateCounts;
  readonly warnings: readonly string[];
}

/**
 * Simulates a recipe's detector and writes the products asked for.
 *
 * When anything fails, every file begun is discarded and the error passed on.
 */
export async function simulateDetector(recipe: Recipe, context: SimulationContext): Promise<DetectorOutcome> {
  const settled = settleDetector(recipe);
  const { detector } = settled;
  const { kernel, catalogs } = context;
  const sources = sourcesOf(settled, catalogs);
  const { gathered, placed } = sources;
  context.onProgress?.(0.15);
  const { frame, drawn } = drawCharge(settled, kernel, sources, (fraction) =>
    context.onProgress?.(0.15 + 0.35 * fraction),
  );
  const { table } = gathered;
  const setting = { ...settled, sourcesBySed: countBySed(table, placed) };
  const charge: ChargeImage = {
    charge: frame.allCounts(),
    nx: detector.nx,
    ny: detector.ny,
    stride: frame.stride,
  };
  const fullWellElectron = fullWellOf(detector);
  const names = fileNames(recipe);
  const wanted = new Set(context.products);
  const sinks: ProductSink[] = [];
  const outputs: OutputFile[] = [];
  const make = async (product: Product, name: string, write: (sink: (chunk: Uint8Array) => void) => void) => {
    const sink = context.openSink(name);
    sinks.push(sink);
    write((chunk) => sink.write(chunk));
    outputs.push({ name, product, ...(await sink.close()) });
  };
  try {
    if (wanted.has('eimage')) {
      await make('eimage', names.eimage, (sink) => writeEImage(sink, setting, charge, names.eimage));
    }
    context.onProgress?.(0.6);
    if (wanted.has('truth')) {
      const truth = detectorTruth({ setting, table, placed, drawn, charge, fullWellElectron });
      await make('truth', names.truthFits, (sink) => writeTruth(sink, truth, setting, names.truthFits));
      await make('truth', names.truthParquet, (sink) => sink(truthParquet(truth, setting)));
    }
    context.onProgress?.(0.7);
    const bled = recipe.effects.bleed
      ? bleedDetector(detector, charge)
      : { saturatedPixels: 0, lostElectrons: 0 };
    if (wanted.has('preview')) {
      const { preview, thumbnail } = drawPreviews(charge);
      await make('preview', names.preview, (sink) => sink(preview));
      await make('preview', names.thumbnail, (sink) => sink(thumbnail));
    }
    context.onProgress?.(0.75);
    if (wanted.has('raw')) {
      await make('raw', names.raw, (sink) => writeRaw(sink, setting, frame, names.raw));
    }
    context.onProgress?.(1);
    return { outputs, summary: summarise(setting, gathered, placed, drawn, bled) };
  } catch (error) {
    await Promise.all(sinks.map((sink) => sink.discard()));
    throw error;
  }
}

function countBySed(table: SourceTable, placed: PlacedSources): DetectorSummary['sourcesBySed'] {
  const approximated = placed.row.reduce((sum, row) => sum + table.sedApproximated[row]!, 0);
  return { approximated, exact: placed.length - approximated };
}

function summarise(
  setting: DetectorSetting & Pick<DetectorSummary, 'sourcesBySed'>,
  { remarks, duplicates }: GatheredSources,
  placed: PlacedSources,
  drawn: DrawnSources,
  bled: BleedResult,
): DetectorSummary {
  const sourcesByMethod: Record<string, number> = {};
  let sourceElectrons = 0;
  for (let i = 0; i < placed.length; i++) {
    const method = drawn.method[i]!;
    sourcesByMethod[method] = (sourcesByMethod[method] ?? 0) + 1;
    sourceElectrons += drawn.realisedElectrons[i]!;
  }
  const warnings = remarks.map((remark) => `${setting.detector.name}: ${remark}`);
  if (placed.length === 0) {
    warnings.push(`${setting.detector.name}: no source falls on or near the CCD; the image holds sky alone`);
  }
  return {
    detector: setting.detector.name,
    sourcesDrawn: placed.length,
    sourcesBySed: setting.sourcesBySed,
    sourcesByMethod,
    skyElectronPerPixel: setting.skyElectronAtCentre,
    sourceElectrons,
    saturatedPixels: bled.saturatedPixels,
    duplicates: duplicates(),
    warnings,
  };
}
