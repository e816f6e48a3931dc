/**
 * Saturation and bleed on realised charge.
 *
 * A pixel holds at most the full well. What is above it runs along the column (y), half each way, and fills the first
 * pixels that have room. Charge that reaches the end of a column leaves through the serial register. e2v CCDs have a
 * channel stop at mid-height, which turns charge back; ITL CCDs have none (facts of the camera, and the bleed trails of
 * imSim). All in whole electrons: charge is kept exactly, except for what leaves through the register, which is counted.
 */

/** Where charge may run. */
export interface BleedGeometry {
  readonly nx: number;
  readonly ny: number;
  /** Pixels from one row to the next in the charge array. */
  readonly stride: number;
  /** Row above which the second half begins and over which no charge passes; undefined where there is no stop. */
  readonly stopRow?: number;
  /** Full well of the pixel in electrons, by column, for the lower and the upper half. */
  readonly fullWell: (x: number, upperHalf: boolean) => number;
  /** First row of the upper half of the amplifiers. */
  readonly halfRow: number;
}

/** What happened to the charge. */
export interface BleedResult {
  /** Pixels that were above full well. */
  readonly saturatedPixels: number;
  /** Electrons that left through the serial registers. */
  readonly lostElectrons: number;
}

/** Lets charge above full well run along the columns of `charge` (electrons, [y][x]), in place. */
export function bleed(charge: Int32Array, geometry: BleedGeometry): BleedResult {
  const { nx, ny, stopRow } = geometry;
  const columns = saturatedColumns(charge, geometry);
  let saturatedPixels = 0;
  let lostElectrons = 0;
  const column = new Float64Array(ny);
  for (let x = 0; x < nx; x++) {
    if (columns[x] === 0) continue;
    for (let y = 0; y < ny; y++) column[y] = charge[y * geometry.stride + x]!;
    const capacity = (y: number) => geometry.fullWell(x, y >= geometry.halfRow);
    for (let y = 0; y < ny; y++) if (column[y]! > capacity(y)) saturatedPixels++;
    if (stopRow === undefined) {
      lostElectrons += runFree(column, 0, ny, capacity);
    } else {
      lostElectrons += runAgainstStop(column, stopRow - 1, -1, 0, capacity);
      lostElectrons += runAgainstStop(column, stopRow, ny, 1, capacity);
    }
    for (let y = 0; y < ny; y++) charge[y * geometry.stride + x] = column[y]!;
  }
  return { saturatedPixels, lostElectrons };
}

function saturatedColumns(
  charge: Int32Array,
  { nx, ny, stride, fullWell, halfRow }: BleedGeometry,
): Uint8Array {
  const columns = new Uint8Array(nx);
  const wells = [new Float64Array(nx), new Float64Array(nx)];
  for (let x = 0; x < nx; x++) {
    wells[0]![x] = fullWell(x, false);
    wells[1]![x] = fullWell(x, true);
  }
  for (let y = 0; y < ny; y++) {
    const well = wells[y >= halfRow ? 1 : 0]!;
    const row = y * stride;
    for (let x = 0; x < nx; x++) if (charge[row + x]! > well[x]!) columns[x] = 1;
  }
  return columns;
}

type Capacity = (y: number) => number;

/** A column open at both ends; returns what left. */
function runFree(column: Float64Array, from: number, to: number, capacity: Capacity): number {
  const down = takeExcess(column, from, to, capacity);
  const lostUp = sweep(column, from, to, 1, down.up, 0, capacity);
  const lostDown = sweep(column, to - 1, from - 1, -1, down.down, 0, capacity);
  return lostUp + lostDown;
}

/**
 * A half column closed at `stop` and open at the other end. `stop` is the row beside the channel stop; the register lies
 * towards `end` (exclusive). `side` is 1 for the upper half, 0 for the lower.
 */
function runAgainstStop(
  column: Float64Array,
  stop: number,
  end: number,
  side: 0 | 1,
  capacity: Capacity,
): number {
  const from = side === 1 ? stop : end + 1;
  const to = side === 1 ? end : stop + 1;
  const excess = takeExcess(column, from, to, capacity);
  const towardsStop = side === 1 ? excess.down : excess.up;
  const towardsEnd = side === 1 ? excess.up : excess.down;
  const step = side === 1 ? 1 : -1;
  const turnedBack = sweep(column, end - step, stop - step, -step as 1 | -1, towardsStop, 0, capacity);
  return sweep(column, stop, end, step, towardsEnd, turnedBack, capacity);
}

/** Cuts every pixel to its capacity and returns the two halves of what was above, by row. */
function takeExcess(
  column: Float64Array,
  from: number,
  to: number,
  capacity: Capacity,
): { up: Float64Array; down: Float64Array } {
  const up = new Float64Array(column.length);
  const down = new Float64Array(column.length);
  for (let y = from; y < to; y++) {
    const above = column[y]! - capacity(y);
    if (above <= 0) continue;
    up[y] = Math.floor(above / 2);
    down[y] = above - up[y]!;
    column[y] = column[y]! - above;
  }
  return { up, down };
}

/** Carries excess along the column in one direction, filling what has room; returns what is left at the end. */
function sweep(
  column: Float64Array,
  start: number,
  end: number,
  step: 1 | -1,
  excess: Float64Array,
  carried: number,
  capacity: Capacity,
): number {
  let carry = carried;
  for (let y = start; y !== end; y += step) {
    if (carry > 0) {
      const taken = Math.min(carry, capacity(y) - column[y]!);
      column[y] = column[y]! + taken;
      carry -= taken;
    }
    carry += excess[y]!;
  }
  return carry;
}
