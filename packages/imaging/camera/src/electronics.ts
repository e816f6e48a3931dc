/**
 * What a CCD's electronics do, in typical values: gain and read noise are the median of the raft, bias and saturation
 * the median of the vendor (guiders have their own), the same for all 16 amplifiers. Sources: lsst/obs_lsst
 * policy/lsstCam (3,216 amplifiers) for gain, read noise and saturation; imSim's bias levels of run 13421; imSim's
 * configuration for dark current and CTI; obs_lsst policy/imsim/ccdData.yaml for crosstalk (medians). The policy's
 * saturation is taken as ADU including bias, as imSim does.
 */
import type { Amplifier } from './amplifiers.js';
import { amplifiersOf } from './amplifiers.js';
import type { Detector } from './detectors.js';

/** The electronics of one amplifier. */
export interface AmplifierElectronics {
  readonly gainElectronPerAdu: number;
  /** Read noise per pixel, rms electrons. */
  readonly readNoiseElectron: number;
  readonly biasAdu: number;
  /** Where the output saturates, ADU with bias. */
  readonly saturationAdu: number;
  /** Full well: (saturation - bias) gain, electrons; charge above it bleeds. */
  readonly fullWellElectron: number;
}

/** Dark current, electrons per second and pixel (imSim; the requirement is 0.2 at most). */
export const DARK_ELECTRON_PER_S = 0.02;

/** Time to read the CCD, during which dark charge still gathers, s (imSim). */
export const READOUT_S = 3;

/** Charge left behind per transfer, serial and parallel (imSim). */
export const CHARGE_TRANSFER_INEFFICIENCY = 1e-6;

/** The largest value of the 18-bit digitiser, ADU. */
export const ADC_MAX_ADU = 262_143;

/** Crosstalk per ADU of the neighbour in the next column, the one after, and any other amplifier. */
export const CROSSTALK = { nearest: 2.2e-4, second: 2.1e-5, other: -3e-6 } as const;

/** Median gain e/ADU and read noise e of the science rafts. */
const RAFT_GAIN_AND_NOISE: Readonly<Record<string, readonly [number, number]>> = {
  R01: [1.624, 6.33],
  R02: [1.689, 6.5],
  R03: [1.698, 6.39],
  R10: [1.68, 6.82],
  R11: [1.456, 5.36],
  R12: [1.477, 5.44],
  R13: [1.433, 5.36],
  R14: [1.484, 5.44],
  R20: [1.642, 6.3],
  R21: [1.452, 5.38],
  R22: [1.469, 5.41],
  R23: [1.519, 5.46],
  R24: [1.457, 5.42],
  R30: [1.531, 5.47],
  R31: [1.49, 5.4],
  R32: [1.453, 5.35],
  R33: [1.498, 5.4],
  R34: [1.472, 5.47],
  R41: [1.676, 6.29],
  R42: [1.711, 6.3],
  R43: [1.639, 6.55],
};

const GUIDER_GAIN_AND_NOISE: readonly [number, number] = [1.462, 10.95];
const WAVEFRONT_GAIN_AND_NOISE: readonly [number, number] = [1.246, 8.31];

/** Bias and saturation, ADU: medians by vendor for science CCDs, by kind for the corners. */
const BIAS_AND_SATURATION = {
  e2v: [26_411, 139_981],
  ITL: [24_102, 126_421],
  guider: [13_768, 127_000],
  wavefront: [13_560, 147_000],
} as const;

/** The electronics of every amplifier of a detector. */
export function electronicsOf(detector: Detector): AmplifierElectronics {
  const [gainElectronPerAdu, readNoiseElectron] =
    detector.kind === 'guider'
      ? GUIDER_GAIN_AND_NOISE
      : (RAFT_GAIN_AND_NOISE[detector.raft] ?? WAVEFRONT_GAIN_AND_NOISE);
  const [biasAdu, saturationAdu] =
    BIAS_AND_SATURATION[detector.kind === 'science' ? detector.vendor : detector.kind];
  return {
    gainElectronPerAdu,
    readNoiseElectron,
    biasAdu,
    saturationAdu,
    fullWellElectron: (saturationAdu - biasAdu) * gainElectronPerAdu,
  };
}

/**
 * The crosstalk matrix of a CCD, 16 x 16 row by row in HDU order (C10 ... C17, C07 ... C00): element [victim][source] is
 * what the victim gains per ADU of the source at the same raw pixel, 0 on the diagonal: out_i = a_i + sum_j k_ij a_j.
 * Neighbours are counted along the serial register of the same half, by CCD columns; amplifiers of the other half, which
 * is read by other electronics, are `other`. @throws AmplifierLayoutError for wavefront halves
 */
export function crosstalkMatrix(detector: Detector): Float32Array {
  const amplifiers = amplifiersOf(detector);
  const matrix = new Float32Array(amplifiers.length * amplifiers.length);
  for (const victim of amplifiers) {
    for (const source of amplifiers) {
      matrix[victim.index * amplifiers.length + source.index] = crosstalkBetween(victim, source);
    }
  }
  return matrix;
}

function crosstalkBetween(victim: Amplifier, source: Amplifier): number {
  if (victim === source) return 0;
  const columns = Math.abs(victim.column - source.column);
  if (victim.half !== source.half || columns > 2) return CROSSTALK.other;
  return columns === 1 ? CROSSTALK.nearest : CROSSTALK.second;
}
