/**
 * Truth: what was drawn on one detector, one row per component, sorted by `hpx29` (healpix order 29, nested), then by
 * catalog, object and component, so that the same rows in any order give the same table.
 *
 * Pixel frame: pixel0 has (0, 0) at the centre of the first pixel of the trimmed, assembled detector; the FITS frame is
 * pixel0 + 1. Magnitudes are AB in the visit's band above the atmosphere.
 */
import { hpx29 } from '@imsim-od/astro';

/** Bits of the `flags` column. */
export const TRUTH_FLAGS = {
  /** A pixel of the source reached full well. */
  saturated: 1,
  /** The centre lies outside the detector; part of the light may still be on it. */
  centreOffChip: 2,
  /** More than 0.5 % of the light lies off the chip or outside the drawing's box. */
  clipped: 4,
  /** The spectrum entered through an approximate colour of its family. */
  sedApproximated: 8,
  /** The request's lensing was limited here: it is too strong for a shear and a magnification. */
  lensLimited: 16,
} as const;

/** What each bit of `flags` means, in order of the bits. */
export const TRUTH_FLAG_TEXTS: readonly (readonly [number, string, string])[] = [
  [1, 'saturated', 'a pixel of the source reached full well'],
  [2, 'centre_off_chip', 'the centre lies outside the detector'],
  [4, 'clipped', 'more than 0.5 % of the light is off the chip or box'],
  [8, 'sed_approximated', 'the spectrum entered as a colour of its family'],
  [16, 'lens_limited', 'lensing too strong for a shear, and limited'],
];

/** Truth as columns of equal length; see the header of this file for frames. */
export interface TruthColumns {
  readonly objectId: readonly string[];
  /** Index of the entry in the request's list of sky catalogs. */
  readonly catalog: ArrayLike<number>;
  /** Code of `COMPONENT`. */
  readonly component: ArrayLike<number>;
  /** ICRS, degrees. */
  readonly raDeg: ArrayLike<number>;
  readonly decDeg: ArrayLike<number>;
  /** Centre in pixel0. */
  readonly xPixel0: ArrayLike<number>;
  readonly yPixel0: ArrayLike<number>;
  readonly magnitude: ArrayLike<number>;
  /** Electrons expected in the exposure, all light of the source to infinity. */
  readonly expectedElectrons: ArrayLike<number>;
  /** Electrons that fell on the detector in this realisation; -1 where they were not counted source by source. */
  readonly realisedElectrons: ArrayLike<number>;
  /** Name of the drawing method, printable ASCII. */
  readonly method: ArrayLike<string>;
  /** Sum of `TRUTH_FLAGS`. */
  readonly flags: ArrayLike<number>;
}

/** Sorted truth, ready to be written. */
export interface TruthTable {
  readonly length: number;
  readonly objectId: readonly string[];
  readonly catalog: Int32Array;
  readonly component: readonly string[];
  readonly raDeg: Float64Array;
  readonly decDeg: Float64Array;
  readonly xPixel0: Float64Array;
  readonly yPixel0: Float64Array;
  readonly xFits: Float64Array;
  readonly yFits: Float64Array;
  readonly hpx29: BigInt64Array;
  readonly magnitude: Float64Array;
  readonly expectedElectrons: Float64Array;
  readonly realisedElectrons: Float64Array;
  readonly method: readonly string[];
  readonly flags: Int32Array;
}

/** A truth column that is not a finite number, or columns of unequal length. */
export class TruthColumnError extends Error {
  readonly code = 'SKY_TRUTH_COLUMN';
  readonly column: string;
  readonly row: number;
  constructor(column: string, row: number, problem: string) {
    super(
      `Truth column ${column}, row ${row}: ${problem}; this is a fault of the simulator, not of its input.`,
    );
    this.name = 'TruthColumnError';
    this.column = column;
    this.row = row;
  }
}

const NUMERIC = [
  'raDeg',
  'decDeg',
  'xPixel0',
  'yPixel0',
  'magnitude',
  'expectedElectrons',
  'realisedElectrons',
] as const;

/** Checks, sorts and completes truth; `componentNames` are the names of the component codes. Throws `TruthColumnError`. */
export function makeTruthTable(columns: TruthColumns, componentNames: readonly string[]): TruthTable {
  const n = columns.objectId.length;
  checkColumns(columns, n);
  const cells = new BigInt64Array(n);
  for (let i = 0; i < n; i++) cells[i] = hpx29(columns.raDeg[i] ?? 0, columns.decDeg[i] ?? 0);
  const order = sortedOrder(columns, cells);
  const numbers = (values: ArrayLike<number>, plus = 0): Float64Array =>
    Float64Array.from(order, (row) => (values[row] ?? 0) + plus);
  return {
    length: n,
    objectId: order.map((row) => columns.objectId[row] ?? ''),
    catalog: Int32Array.from(order, (row) => columns.catalog[row] ?? 0),
    component: order.map((row) => componentNames[columns.component[row] ?? 0] ?? 'unknown'),
    raDeg: numbers(columns.raDeg),
    decDeg: numbers(columns.decDeg),
    xPixel0: numbers(columns.xPixel0),
    yPixel0: numbers(columns.yPixel0),
    xFits: numbers(columns.xPixel0, 1),
    yFits: numbers(columns.yPixel0, 1),
    hpx29: BigInt64Array.from(order, (row) => cells[row] ?? 0n),
    magnitude: numbers(columns.magnitude),
    expectedElectrons: numbers(columns.expectedElectrons),
    realisedElectrons: numbers(columns.realisedElectrons),
    method: order.map((row) => columns.method[row] ?? ''),
    flags: Int32Array.from(order, (row) => columns.flags[row] ?? 0),
  };
}

function checkColumns(columns: TruthColumns, n: number): void {
  for (const [name, values] of Object.entries(columns) as [string, ArrayLike<unknown>][]) {
    if (values.length !== n)
      throw new TruthColumnError(name, values.length, `the column has ${values.length} rows of ${n}`);
  }
  for (const name of NUMERIC) {
    const values = columns[name];
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(values[i]))
        throw new TruthColumnError(name, i, `the value is ${values[i]}, not a finite number`);
    }
  }
}

function sortedOrder(columns: TruthColumns, cells: BigInt64Array): number[] {
  const { catalog, component, objectId } = columns;
  const order = Array.from({ length: cells.length }, (_, i) => i);
  return order.sort((p, q) => {
    const cellP = cells[p] ?? 0n;
    const cellQ = cells[q] ?? 0n;
    if (cellP !== cellQ) return cellP < cellQ ? -1 : 1;
    const idP = objectId[p] ?? '';
    const idQ = objectId[q] ?? '';
    return (
      (catalog[p] ?? 0) - (catalog[q] ?? 0) ||
      (idP === idQ ? 0 : idP < idQ ? -1 : 1) ||
      (component[p] ?? 0) - (component[q] ?? 0) ||
      p - q
    );
  });
}
