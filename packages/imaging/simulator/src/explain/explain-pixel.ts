/**
 * What made a pixel: the mean electrons of each source and of the sky there, the electrons that were realised, and the value
 * that the raw file is to hold. Nothing is read from the image: sources are gathered and placed as the detector's drawing does
 * it, and the realised electrons are those of the cut-out, which are the file's bit for bit.
 */
import type { Kernel } from '@imsim-od/kernel';
import { COMPONENT_NAMES, MODEL_NAMES } from '@imsim-od/sky';
import { bleedDetector, fullWellOf } from '../detector/bleed-detector.js';
import { CutoutMemory } from '../detector/cutout-memory.js';
import { type DetectorSetting, settleDetector } from '../detector/detector-setting.js';
import { type ReachingSources, sourcesOf } from '../detector/draw-charge.js';
import type { DrawingMethod } from '../detector/drawing-method.js';
import { type CutoutContext, simulateCutout } from '../detector/simulate-cutout.js';
import { RecipeError } from '../recipe/recipe-document.js';
import type { Recipe } from '../recipe/recipe.js';
import { simulationVersion } from '../simulation-version.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import {
  type ChargeBefore,
  type RawExpectation,
  columnBefore,
  columnsReadWith,
  expectRaw,
  rowBefore,
} from './raw-expectation.js';
import { skyMean } from './sky-mean.js';
import { visitSourceMeans } from './source-means.js';

/** What a source leaves in a pixel. */
export interface SourceShare {
  readonly objectId: string;
  /** Which component of the object: `single`, `disk`, `bulge` or `knots`. */
  readonly component: string;
  /** Index of its entry in the recipe's sky. */
  readonly skyEntry: number;
  /** `point`, `sersic`, `knots`, `streak` or `stamp`. */
  readonly model: string;
  readonly magnitude: number;
  readonly raDeg: number;
  readonly decDeg: number;
  /** Place on the detector. */
  readonly xPixel0: number;
  readonly yPixel0: number;
  /** From the pixel's centre to the source's. */
  readonly distancePx: number;
  readonly distanceArcsec: number;
  readonly method: DrawingMethod;
  /** Mean electrons in this pixel. */
  readonly electrons: number;
  /** Share of all that is expected in this pixel, 0 to 1. */
  readonly share: number;
}

/** What made a pixel. */
export interface PixelExplanation {
  readonly detector: string;
  readonly recipeHash: string;
  /** The pixel, counted from 0. */
  readonly xPixel0: number;
  readonly yPixel0: number;
  readonly raDeg: number;
  readonly decDeg: number;
  /** The sources that leave most, the largest first. */
  readonly sources: readonly SourceShare[];
  /** Those that leave less, and what they leave together. */
  readonly otherSources: { readonly count: number; readonly electrons: number };
  readonly sourceElectrons: number;
  readonly skyElectrons: number;
  /** Share of the light that vignetting leaves here, already in all electrons; 1 where it is off. */
  readonly vignetting: number;
  /** Mean electrons of the e-image here, and the standard deviation of what is realised around them. */
  readonly expectedElectrons: number;
  readonly sigmaElectrons: number;
  /** Electrons of the e-image here. */
  readonly realisedElectrons: number;
  /** (realised - expected) / sigma; null where nothing is expected. */
  readonly deviationSigma: number | null;
  /** What the raw file is to hold; absent where it was not asked for, or the detector has none. */
  readonly raw?: RawExpectation & { readonly notes: readonly string[] };
  /** What the explanation leaves out or takes otherwise, in sentences; of the raw value, `raw.notes`. */
  readonly notes: readonly string[];
}

/** What a host lends to an explanation, and how much of it is wanted. */
export interface ExplainContext {
  readonly kernel: Kernel;
  /** The recipe's files, in the order of `dealInputs`. */
  readonly catalogs: readonly LoadedSources[];
  /** Sources told one by one; default 10. */
  readonly mostSources?: number;
  /** Whether to follow the charge to the raw file; default true. */
  readonly raw?: boolean;
  /** What is kept between pixels of one recipe; absent: nothing. */
  readonly memory?: CutoutMemory;
  /** Told the fraction done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Sources told one by one where nobody says how many. */
const MOST_SOURCES = 10;

/** Explains pixel0 (x, y) of a recipe's detector. @throws RecipeError for a pixel that is not on it */
export function explainPixel(
  recipe: Recipe,
  { x, y }: { readonly x: number; readonly y: number },
  context: ExplainContext,
): PixelExplanation {
  const { kernel, catalogs, mostSources = MOST_SOURCES, memory = new CutoutMemory(), onProgress } = context;
  const setting = settleDetector(recipe);
  requirePixel(setting, x, y);
  const { sources } = memory.recallSources(recipe, catalogs, (before) =>
    sourcesOf(setting, catalogs, before),
  );
  onProgress?.(0.3);
  const shares = sharesOf(setting, kernel, sources, x, y);
  const sourceElectrons = shares.reduce((sum, { electrons }) => sum + electrons, 0);
  const skyElectrons = recipe.effects.background ? skyMean(setting, x, y) : 0;
  const expectedElectrons = sourceElectrons + skyElectrons;
  const told = shares
    .sort((a, b) => b.electrons - a.electrons || a.source - b.source)
    .slice(0, mostSources)
    .map((share) => tell(setting, sources, share, { x, y, expectedElectrons }));
  onProgress?.(0.5);
  const notes = notesOf(setting);
  const charge = realisedCharge(recipe, setting, { x, y }, context.raw !== false, {
    kernel,
    catalogs,
    memory,
  });
  const { electrons: realisedElectrons } = charge;
  onProgress?.(0.7);
  const raw =
    charge.readOut &&
    rawOf(setting, kernel, sources, { x, y, expectedElectrons, realisedElectrons }, charge.readOut);
  const sigmaElectrons = Math.sqrt(expectedElectrons);
  if (expectedElectrons > 0 && expectedElectrons < FEW_ELECTRONS)
    notes.push(
      `Only ${expectedElectrons.toPrecision(3)} electrons are expected: their counts are far from a bell curve, and the deviation in sigma says little`,
    );
  onProgress?.(1);
  return {
    detector: setting.detector.name,
    recipeHash: setting.recipeHash,
    xPixel0: x,
    yPixel0: y,
    ...setting.projection.pixelToSky(x, y),
    sources: told,
    otherSources: {
      count: shares.length - told.length,
      electrons: shares.slice(told.length).reduce((sum, share) => sum + share.electrons, 0),
    },
    sourceElectrons,
    skyElectrons,
    vignetting: setting.photometry.vignettingAt(x, y),
    expectedElectrons,
    sigmaElectrons,
    realisedElectrons,
    deviationSigma: expectedElectrons > 0 ? (realisedElectrons - expectedElectrons) / sigmaElectrons : null,
    ...(raw ? { raw } : {}),
    notes,
  };
}

/** Mean electrons under which a Poisson count does not look normal. */
const FEW_ELECTRONS = 10;

function requirePixel({ detector: { nx, ny, name } }: DetectorSetting, x: number, y: number): void {
  if (Number.isInteger(x) && Number.isInteger(y) && x >= 0 && y >= 0 && x < nx && y < ny) return;
  throw new RecipeError(
    `${x},${y} is not on ${name}, which has ${nx} x ${ny} pixels counted from 0: x 0 to ${nx - 1}, y 0 to ${ny - 1}`,
    'pixel',
  );
}

interface MeanShare {
  readonly source: number;
  readonly electrons: number;
  readonly method: DrawingMethod;
}

function sharesOf(
  setting: DetectorSetting,
  kernel: Kernel,
  sources: ReachingSources,
  x: number,
  y: number,
): MeanShare[] {
  const shares: MeanShare[] = [];
  const window = { x0: x, x1: x + 1, y0: y, y1: y + 1 };
  visitSourceMeans(setting, kernel, sources, window, (source, [electrons = 0], method) => {
    shares.push({ source, electrons, method });
  });
  return shares;
}

function tell(
  { pixelScaleArcsec }: DetectorSetting,
  { gathered: { table }, placed }: ReachingSources,
  { source, electrons, method }: MeanShare,
  { x, y, expectedElectrons }: { readonly x: number; readonly y: number; readonly expectedElectrons: number },
): SourceShare {
  const row = placed.row[source]!;
  const [xPixel0, yPixel0] = [placed.x[source]!, placed.y[source]!];
  const distancePx = Math.sqrt((xPixel0 - x) * (xPixel0 - x) + (yPixel0 - y) * (yPixel0 - y));
  return {
    objectId: table.objectId[row]!,
    component: COMPONENT_NAMES[table.component[row]!]!,
    skyEntry: table.catalog[row]!,
    model: MODEL_NAMES[table.model[row]!]!,
    magnitude: table.magnitude[row]!,
    raDeg: table.raDeg[row]!,
    decDeg: table.decDeg[row]!,
    xPixel0,
    yPixel0,
    distancePx,
    distanceArcsec: distancePx * pixelScaleArcsec,
    method,
    electrons,
    share: expectedElectrons > 0 ? electrons / expectedElectrons : 0,
  };
}

function notesOf({ recipe, detector }: DetectorSetting): string[] {
  const notes: string[] = [];
  if (recipe.simulationVersion !== simulationVersion)
    notes.push(
      `The recipe is of simulation ${recipe.simulationVersion}, this program is ${simulationVersion}: the file's values may differ from those given here`,
    );
  if (detector.kind === 'wavefront') notes.push('No raw value: a wavefront half has no raw file');
  return notes;
}

/** What happened to a pixel's charge before it is read out. */
interface ReadOutCharge {
  /** Electrons after bleeding. */
  readonly electrons: number;
  readonly before: ChargeBefore;
  /** Pixels of the column above full well; 0 where bleed is off. */
  readonly saturatedPixels: number;
}

/** The electrons of a pixel; where the raw file is wanted, with what its column and its neighbours do to them. */
function realisedCharge(
  recipe: Recipe,
  { detector }: DetectorSetting,
  { x, y }: { readonly x: number; readonly y: number },
  wantsRaw: boolean,
  context: CutoutContext,
): { readonly electrons: number; readonly readOut?: ReadOutCharge } {
  if (!wantsRaw || detector.kind === 'wavefront') {
    const { electrons } = simulateCutout(recipe, { x0: x, x1: x + 1, y0: y, y1: y + 1 }, context);
    return { electrons: electrons[0]! };
  }
  const besideX = columnBefore(detector, x, y);
  const besideY = rowBefore(detector, x, y);
  const { bleed } = recipe.effects;
  const [x0, x1] = span(x, besideX);
  const [y0, y1] = bleed ? [0, detector.ny] : span(y, besideY);
  const { electrons } = simulateCutout(recipe, { x0, x1, y0, y1 }, context);
  const nx = x1 - x0;
  const at = (px: number | undefined, py: number | undefined): number =>
    px === undefined || py === undefined ? 0 : electrons[(py - y0) * nx + px - x0]!;
  const realised = at(x, y);
  let saturatedPixels = 0;
  if (bleed) {
    const own = Int32Array.from({ length: y1 - y0 }, (_, j) => at(x, j));
    saturatedPixels = bleedDetector(detector, { charge: own, nx: 1, ny: y1, stride: 1 }).saturatedPixels;
    bleedDetector(detector, { charge: electrons, nx, ny: y1, stride: nx });
  }
  const before = { parallel: at(x, besideY), serial: at(besideX, y) };
  return { electrons: realised, readOut: { electrons: at(x, y), before, saturatedPixels } };
}

/** From the lower of two places to beyond the upper. */
function span(place: number, beside = place): readonly [number, number] {
  return [Math.min(place, beside), Math.max(place, beside) + 1];
}

interface ReadPixel {
  readonly x: number;
  readonly y: number;
  readonly expectedElectrons: number;
  readonly realisedElectrons: number;
}

function rawOf(
  setting: DetectorSetting,
  kernel: Kernel,
  sources: ReachingSources,
  { x, y, expectedElectrons, realisedElectrons }: ReadPixel,
  { electrons, before, saturatedPixels }: ReadOutCharge,
): RawExpectation & { readonly notes: readonly string[] } {
  const notes: string[] = [];
  const { background, bleed, crosstalk } = setting.recipe.effects;
  const meanElectronsAt = (px: number, py: number): number => {
    let sum = background ? skyMean(setting, px, py) : 0;
    const window = { x0: px, x1: px + 1, y0: py, y1: py + 1 };
    // a thousandth of it at most comes into the pixel
    visitSourceMeans(setting, kernel, sources, window, (_, [e = 0]) => void (sum += e), 1);
    return sum;
  };
  const moved = electrons - realisedElectrons;
  if (moved !== 0)
    notes.push(
      moved < 0
        ? `Saturated: of ${realisedElectrons} electrons the full well holds ${electrons}; the rest bled along the column, in which ${saturatedPixels} pixels are saturated`
        : `Bled into: ${moved} electrons came along the column from its ${saturatedPixels} saturated pixels`,
      'The raw value is worked out from the charge after bleeding, which is known, and not from the expectation',
    );
  if (!bleed && expectedElectrons > fullWellOf(setting.detector))
    notes.push('More than the full well is expected here, and bleed is off: the charge stays where it is');
  if (bleed && crosstalk && mayBleedElsewhere(setting, sources, x, y))
    notes.push(
      'Crosstalk is worked out from the light expected in the other amplifiers; a bleed trail there, near a bright source, is not followed (up to some 25 ADU)',
    );
  const expected = { electrons: expectedElectrons, variance: expectedElectrons };
  const charge = moved === 0 ? expected : { electrons, variance: 0 };
  return { ...expectRaw(setting, x, y, charge, before, meanElectronsAt), notes };
}

/** How near [px] to a column a star must be for its saturated columns to hold it. */
const BLEED_REACH_PX = 20;
/** Share of a Gaussian's light in the pixel of its peak, times its FWHM squared; other profiles have no more of their own. */
const PEAK_SHARE = 0.8825;

/** Whether a source that may saturate lies by the column that another amplifier reads at the same moment. */
function mayBleedElsewhere(
  { detector, profileFwhmArcsec, pixelScaleArcsec }: DetectorSetting,
  { placed }: ReachingSources,
  x: number,
  y: number,
): boolean {
  const fwhmPx = profileFwhmArcsec / pixelScaleArcsec;
  const saturating = (fullWellOf(detector) * fwhmPx * fwhmPx) / PEAK_SHARE;
  const columns = columnsReadWith(detector, x, y);
  return placed.x.some(
    (sourceX, i) =>
      placed.electrons[i]! > saturating &&
      columns.some((column) => Math.abs(sourceX - column) < BLEED_REACH_PX),
  );
}
