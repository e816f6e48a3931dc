/**
 * The 16 amplifiers of a CCD and the raw segments they write, in the raw file's HDU order C10 ... C17, C07 ... C00.
 *
 * C1x reads the upper half, C0x the lower one; the last digit is the column of the CCD, 0 at x = 0. A raw segment has
 * 576 x 2048 pixels: serial prescan, data, serial overscan along x; data and parallel overscan along y. Between the data
 * section (column c, row r, both from 0) and the CCD's pixel0 (i = amplifier column, n = its width):
 *     e2v C1x  x = n i + n - 1 - c, y = 4003 - r      e2v C0x  x = n i + c,         y = r
 *     ITL C1x  x = n i + n - 1 - c, y = 3999 - r      ITL C0x  x = n i + n - 1 - c, y = r
 * Guiders are ITL. Source: lsst/obs_lsst policy/cameraHeader.yaml; section strings as imSim writes them.
 */
import type { Detector, Vendor } from './detectors.js';

/** One amplifier's active box on the CCD and the way it is read. */
export interface Amplifier {
  /** `C00` to `C17`. */
  readonly name: string;
  /** Place in HDU order, 0..15; HDU number - 1. */
  readonly index: number;
  /** Column of the CCD, 0..7, from x = 0. */
  readonly column: number;
  readonly half: 'upper' | 'lower';
  /** 0-based corner of the active box on the CCD. */
  readonly x0: number;
  readonly y0: number;
  readonly nx: number;
  readonly ny: number;
  /** True where raw columns (rows) run against the CCD's x (y). */
  readonly flipX: boolean;
  readonly flipY: boolean;
}

/** The layout of a raw segment, pixels. */
export interface SegmentLayout {
  readonly segmentNx: number;
  readonly segmentNy: number;
  readonly prescanNx: number;
  readonly dataNx: number;
  readonly dataNy: number;
  readonly serialOverscanNx: number;
  readonly parallelOverscanNy: number;
}

/** Amplifier names in the raw file's HDU order. */
export const AMPLIFIER_NAMES: readonly string[] = [
  ...['C10', 'C11', 'C12', 'C13', 'C14', 'C15', 'C16', 'C17'],
  ...['C07', 'C06', 'C05', 'C04', 'C03', 'C02', 'C01', 'C00'],
];

const SEGMENT_LAYOUTS: Readonly<Record<Vendor, SegmentLayout>> = {
  e2v: layout(10, 512, 2002),
  ITL: layout(3, 509, 2000),
};

const AMPLIFIERS: Readonly<Record<Vendor, readonly Amplifier[]>> = {
  e2v: AMPLIFIER_NAMES.map((name, index) => makeAmplifier('e2v', name, index)),
  ITL: AMPLIFIER_NAMES.map((name, index) => makeAmplifier('ITL', name, index)),
};

/** A detector without the sixteen amplifiers of a full CCD. */
export class AmplifierLayoutError extends Error {
  readonly code = 'CAMERA_AMPLIFIER_LAYOUT';
  readonly detector: string;
  constructor(detector: string) {
    super(
      `${detector} is a wavefront half with 8 amplifiers; raw segments are written for full CCDs. Choose science CCDs or guiders.`,
    );
    this.name = 'AmplifierLayoutError';
    this.detector = detector;
  }
}

/** The layout of a detector's raw segments. @throws AmplifierLayoutError for wavefront halves */
export function segmentLayout(detector: Detector): SegmentLayout {
  requireFullCcd(detector);
  return SEGMENT_LAYOUTS[detector.vendor];
}

/** The 16 amplifiers of a detector in HDU order. @throws AmplifierLayoutError for wavefront halves */
export function amplifiersOf(detector: Detector): readonly Amplifier[] {
  requireFullCcd(detector);
  return AMPLIFIERS[detector.vendor];
}

/** The CCD pixel0 under a raw pixel (0-based, whole or fractional) of a segment; prescans map outside the box. */
export function rawToPixel0(
  detector: Detector,
  amplifier: Amplifier,
  rawX: number,
  rawY: number,
): { x: number; y: number } {
  const column = rawX - segmentLayout(detector).prescanNx;
  return {
    x: amplifier.flipX ? amplifier.x0 + amplifier.nx - 1 - column : amplifier.x0 + column,
    y: amplifier.flipY ? amplifier.y0 + amplifier.ny - 1 - rawY : amplifier.y0 + rawY,
  };
}

/** The raw pixel (0-based) of a segment under a CCD pixel0; outside the amplifier's box it runs on. */
export function pixel0ToRaw(
  detector: Detector,
  amplifier: Amplifier,
  x: number,
  y: number,
): { rawX: number; rawY: number } {
  const column = amplifier.flipX ? amplifier.x0 + amplifier.nx - 1 - x : x - amplifier.x0;
  return {
    rawX: column + segmentLayout(detector).prescanNx,
    rawY: amplifier.flipY ? amplifier.y0 + amplifier.ny - 1 - y : y - amplifier.y0,
  };
}

/** The amplifier that reads a CCD pixel0, or undefined outside the CCD. @throws AmplifierLayoutError */
export function amplifierAt(detector: Detector, x: number, y: number): Amplifier | undefined {
  return amplifiersOf(detector).find(
    ({ x0, y0, nx, ny }) => x >= x0 - 0.5 && x < x0 + nx - 0.5 && y >= y0 - 0.5 && y < y0 + ny - 0.5,
  );
}

/** The segment's EXTNAME, as `Segment10`. */
export function segmentName(amplifier: Amplifier): string {
  return `Segment${amplifier.name.slice(1)}`;
}

/** DATASEC: the data section of the raw segment, FITS counting, as `[11:522,1:2002]`. */
export function dataSection(detector: Detector): string {
  const { prescanNx, dataNx, dataNy } = segmentLayout(detector);
  return `[${prescanNx + 1}:${prescanNx + dataNx},1:${dataNy}]`;
}

/** BIASSEC: the serial overscan beside the data, FITS counting, as `[523:576,1:2002]`. */
export function biasSection(detector: Detector): string {
  const { prescanNx, dataNx, dataNy, segmentNx } = segmentLayout(detector);
  return `[${prescanNx + dataNx + 1}:${segmentNx},1:${dataNy}]`;
}

/** DETSEC: the amplifier's box on the CCD, FITS counting, limits reversed where it is read backwards. */
export function detectorSection(amplifier: Amplifier): string {
  const { x0, y0, nx, ny, flipX, flipY } = amplifier;
  const xRange = flipX ? `${x0 + nx}:${x0 + 1}` : `${x0 + 1}:${x0 + nx}`;
  const yRange = flipY ? `${y0 + ny}:${y0 + 1}` : `${y0 + 1}:${y0 + ny}`;
  return `[${xRange},${yRange}]`;
}

/** DETSIZE: the whole CCD, FITS counting, as `[1:4096,1:4004]`. */
export function detectorSize(detector: Detector): string {
  return `[1:${detector.nx},1:${detector.ny}]`;
}

function requireFullCcd(detector: Detector): void {
  if (detector.kind === 'wavefront') throw new AmplifierLayoutError(detector.name);
}

function layout(prescanNx: number, dataNx: number, dataNy: number): SegmentLayout {
  return {
    segmentNx: 576,
    segmentNy: 2048,
    prescanNx,
    dataNx,
    dataNy,
    serialOverscanNx: 576 - prescanNx - dataNx,
    parallelOverscanNy: 2048 - dataNy,
  };
}

function makeAmplifier(vendor: Vendor, name: string, index: number): Amplifier {
  const { dataNx, dataNy } = SEGMENT_LAYOUTS[vendor];
  const upper = name.charAt(1) === '1';
  const column = Number(name.charAt(2));
  return {
    name,
    index,
    column,
    half: upper ? 'upper' : 'lower',
    x0: dataNx * column,
    y0: upper ? dataNy : 0,
    nx: dataNx,
    ny: dataNy,
    flipX: upper || vendor === 'ITL',
    flipY: upper,
  };
}
