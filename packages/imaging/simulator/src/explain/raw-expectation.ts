/**
 * What the raw file is to hold in a pixel: the charge that is expected there, taken through the read-out's steps in their order,
 * each to first order. Crosstalk takes the expected charge of the pixels that it comes from, deferred charge what is there.
 */
import {
  ADC_MAX_ADU,
  type Detector,
  amplifierAt,
  amplifiersOf,
  electronicsOf,
  pixel0ToRaw,
  rawToPixel0,
  segmentName,
} from '@imsim-od/camera';
import type { DetectorSetting } from '../detector/detector-setting.js';
import { fullWellOf } from '../detector/bleed-detector.js';
import { readoutConfig } from '../products/raw.js';

/** A pixel of the raw file, and how its value comes about. */
export interface RawExpectation {
  /** Amplifier, as `C13`, and the extension that holds it, as `Segment13`. */
  readonly amplifier: string;
  readonly segment: string;
  /** The pixel in the segment, 0-based, prescan included. */
  readonly rawX: number;
  readonly rawY: number;
  /** Charge that is read out before the dark current. */
  readonly chargeElectron: number;
  readonly darkElectron: number;
  readonly gainElectronPerAdu: number;
  /** What other amplifiers add, ADU. */
  readonly crosstalkAdu: number;
  /** What deferred charge adds or takes, ADU. */
  readonly deferredAdu: number;
  readonly biasAdu: number;
  readonly readNoiseElectron: number;
  readonly fullWellElectron: number;
  readonly expectedAdu: number;
  readonly sigmaAdu: number;
}

/** The charge of a pixel. */
export interface PixelCharge {
  /** Mean electrons, or those that are known to be there. */
  readonly electrons: number;
  /** Variance of what is to be read around that, electrons squared; 0 where the charge is known. */
  readonly variance: number;
}

/** Electrons of the pixels whose deferred charge comes into a pixel; 0 where there is none. */
export interface ChargeBefore {
  /** Of the row that is read before, in the same column. */
  readonly parallel: number;
  /** Of the column that is read before, in the same row. */
  readonly serial: number;
}

/** The column of a detector whose charge passes the output before that of column x; undefined for the first. */
export function columnBefore(detector: Detector, x: number, y: number): number | undefined {
  return placeBefore(detector, x, y, 1, 0)?.x;
}

/** The row of a detector whose charge passes the output before that of row y; undefined for the first. */
export function rowBefore(detector: Detector, x: number, y: number): number | undefined {
  return placeBefore(detector, x, y, 0, 1)?.y;
}

/** The columns that the other amplifiers read at the same moment as pixel0 (x, y). */
export function columnsReadWith(detector: Detector, x: number, y: number): number[] {
  const amplifier = amplifierAt(detector, x, y);
  if (!amplifier) return [];
  const { rawX, rawY } = pixel0ToRaw(detector, amplifier, x, y);
  return amplifiersOf(detector)
    .filter((other) => other !== amplifier)
    .map((other) => rawToPixel0(detector, other, rawX, rawY).x);
}

function placeBefore(
  detector: Detector,
  x: number,
  y: number,
  columns: number,
  rows: number,
): { readonly x: number; readonly y: number } | undefined {
  const amplifier = amplifierAt(detector, x, y);
  if (!amplifier) return undefined;
  const { rawX, rawY } = pixel0ToRaw(detector, amplifier, x, y);
  const place = rawToPixel0(detector, amplifier, rawX - columns, rawY - rows);
  return amplifierAt(detector, place.x, place.y) === amplifier ? place : undefined;
}

/** Variance of a value rounded to a whole number. */
const ROUNDING_VARIANCE = 1 / 12;

/**
 * The raw value to expect of pixel0 (x, y). @param meanElectronsAt expected charge of other pixels of the detector
 * @throws AmplifierLayoutError for a detector without raw files
 */
export function expectRaw(
  setting: DetectorSetting,
  x: number,
  y: number,
  charge: PixelCharge,
  before: ChargeBefore,
  meanElectronsAt: (x: number, y: number) => number,
): RawExpectation {
  const { detector } = setting;
  const config = readoutConfig(setting);
  const amplifier = amplifierAt(detector, x, y);
  if (!amplifier) throw new RangeError(`pixel ${x}, ${y} is not on ${detector.name}`);
  const { rawX, rawY } = pixel0ToRaw(detector, amplifier, x, y);
  const { gainElectronPerAdu: gain, readNoiseElectron, biasAdu } = config.amplifiers[amplifier.index]!;
  const fullWell = fullWellOf(detector);
  const holdsAtMost = setting.recipe.effects.bleed ? fullWell : Infinity;
  const aduAt = (px: number, py: number): number =>
    (Math.min(meanElectronsAt(px, py), holdsAtMost) + config.darkElectron) / gain;
  const own = (charge.electrons + config.darkElectron) / gain;
  let crosstalkAdu = 0;
  const { crosstalk } = config;
  if (crosstalk) {
    const all = amplifiersOf(detector);
    for (const other of all) {
      const share = crosstalk[amplifier.index * all.length + other.index]!;
      if (share === 0) continue;
      const place = rawToPixel0(detector, other, rawX, rawY);
      crosstalkAdu += share * aduAt(place.x, place.y);
    }
  }
  const mixed = own + crosstalkAdu;
  const { parallelCti, serialCti } = config;
  const aduBefore = (electrons: number): number =>
    electrons > 0 ? (electrons + config.darkElectron) / gain : 0;
  const deferredAdu =
    parallelCti * (rawY * aduBefore(before.parallel) - (rawY + 1) * mixed) +
    serialCti * (rawX * aduBefore(before.serial) - (rawX + 1) * mixed);
  const variance =
    (charge.variance + config.darkElectron + readNoiseElectron * readNoiseElectron) / (gain * gain) +
    ROUNDING_VARIANCE;
  return {
    amplifier: amplifier.name,
    segment: segmentName(amplifier),
    rawX,
    rawY,
    chargeElectron: charge.electrons,
    darkElectron: config.darkElectron,
    gainElectronPerAdu: gain,
    crosstalkAdu,
    deferredAdu,
    biasAdu,
    readNoiseElectron,
    fullWellElectron: electronicsOf(detector).fullWellElectron,
    expectedAdu: Math.min(ADC_MAX_ADU, Math.max(0, mixed + deferredAdu + biasAdu)),
    sigmaAdu: Math.sqrt(variance),
  };
}
