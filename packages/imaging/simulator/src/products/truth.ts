/** The truth of a detector: every source placed on or near it, as drawn. */
import type { ByteSink } from '@imsim-od/fits';
import { HeaderBuilder } from '@imsim-od/fits';
import {
  COMPONENT_NAMES,
  type SourceTable,
  TRUTH_FLAGS,
  type TruthTable,
  makeTruthTable,
  truthParquetBytes,
  writeTruthFits,
} from '@imsim-od/sky';
import type { DetectorSetting } from '../detector/detector-setting.js';
import type { DrawnSources } from '../detector/draw-sources.js';
import type { PlacedSources } from '../detector/place-sources.js';
import type { ChargeImage } from './preview.js';
import { addSimulationCards, addVisitCards } from './visit-cards.js';

/** What the truth is made from. */
export interface DetectorTruth {
  readonly setting: DetectorSetting;
  readonly table: SourceTable;
  readonly placed: PlacedSources;
  readonly drawn: DrawnSources;
  /** Charge before bleed. */
  readonly charge: ChargeImage;
  readonly fullWellElectron: number;
}

/** Makes the truth table of a detector. */
export function detectorTruth(truth: DetectorTruth): TruthTable {
  const { table, placed, drawn } = truth;
  const rows = Array.from(placed.row);
  return makeTruthTable(
    {
      objectId: rows.map((row) => table.objectId[row]!),
      catalog: rows.map((row) => table.catalog[row]!),
      component: rows.map((row) => table.component[row]!),
      raDeg: rows.map((row) => table.raDeg[row]!),
      decDeg: rows.map((row) => table.decDeg[row]!),
      xPixel0: placed.x,
      yPixel0: placed.y,
      magnitude: rows.map((row) => table.magnitude[row]!),
      expectedElectrons: drawn.expectedElectrons,
      realisedElectrons: drawn.realisedElectrons,
      method: drawn.method,
      flags: rows.map((row, i) => flagsOf(truth, row, i)),
    },
    COMPONENT_NAMES,
  );
}

/** Writes truth as a FITS table. */
export function writeTruth(
  sink: ByteSink,
  table: TruthTable,
  setting: DetectorSetting,
  fileName: string,
): void {
  const header = new HeaderBuilder({ hdu: fileName });
  addVisitCards(header, setting, fileName);
  addSimulationCards(header, setting);
  writeTruthFits(sink, table, header);
}

/** Truth as Parquet, with the recipe's hash in its metadata. */
export function truthParquet(table: TruthTable, { recipe, recipeHash }: DetectorSetting): Uint8Array {
  return truthParquetBytes(table, {
    recipeHash,
    simulationVersion: recipe.simulationVersion,
    visitId: String(recipe.visit.visitId),
    snap: String(recipe.visit.snap),
    band: recipe.visit.band,
    detector: recipe.detector.name,
  });
}

function flagsOf(
  { table, placed, drawn, charge, fullWellElectron }: DetectorTruth,
  row: number,
  i: number,
): number {
  const x = Math.round(placed.x[i]!);
  const y = Math.round(placed.y[i]!);
  let flags = 0;
  if (x < 0 || y < 0 || x >= charge.nx || y >= charge.ny) flags |= TRUTH_FLAGS.centreOffChip;
  else if (peakAround(charge, x, y) > fullWellElectron) flags |= TRUTH_FLAGS.saturated;
  if (drawn.clipped[i]) flags |= TRUTH_FLAGS.clipped;
  if (table.sedApproximated[row]) flags |= TRUTH_FLAGS.sedApproximated;
  if (table.lensLimited[row]) flags |= TRUTH_FLAGS.lensLimited;
  return flags;
}

/** The largest charge of the 3 x 3 pixels around a pixel. */
function peakAround({ charge, nx, ny, stride }: ChargeImage, x: number, y: number): number {
  let peak = 0;
  for (let j = Math.max(0, y - 1); j <= Math.min(ny - 1, y + 1); j++) {
    for (let i = Math.max(0, x - 1); i <= Math.min(nx - 1, x + 1); i++)
      peak = Math.max(peak, charge[j * stride + i]!);
  }
  return peak;
}
