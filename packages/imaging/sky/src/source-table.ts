/**
 * The table of sky sources that every reader and generator fills and the simulator draws: a struct of columns, one row per
 * drawable component (a galaxy of bulge and disk is two rows that share an objectId).
 *
 * Frames: positions are ICRS degrees. Shapes live in GalSim's sky tangent frame (u, v), +u West, +v North, arcsec; a row's
 * profile is a round one of the given half-light radius acted on by the area-preserving shear S(g1, g2), g1 along +u, g2 at
 * +45 degrees. Size magnification is inside the half-light radius already.
 */
import { SourceTableFullError } from './source-table-errors.js';

/** Codes of the `component` column. */
export const COMPONENT = { single: 0, disk: 1, bulge: 2, knots: 3 } as const;
/** Codes of the `model` column. */
export const MODEL = { point: 0, sersic: 1, knots: 2, streak: 3, stamp: 4 } as const;

/** The names of the component codes, by code. */
export const COMPONENT_NAMES: readonly string[] = ['single', 'disk', 'bulge', 'knots'];
/** The names of the model codes, by code. */
export const MODEL_NAMES: readonly string[] = ['point', 'sersic', 'knots', 'streak', 'stamp'];

/** An image of one source: row-major values [y][x], x along +u and y along +v before rotation, summing to 1. */
export interface SkyStamp {
  /** The file it was read from, as the catalog names it. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Distance between the points that streaks and stamps are drawn as, arcsec: no PSF of the site shows them apart. */
export const POINT_SPACING_ARCSEC = 0.1;

/** The columns that hold one number per row. */
export interface SourceNumbers {
  /** Index of the entry in the request's list of sky catalogs. */
  readonly catalog: Uint8Array;
  /** One of `COMPONENT`. */
  readonly component: Uint8Array;
  /** One of `MODEL`. */
  readonly model: Uint8Array;
  /** ICRS right ascension, [0, 360) degrees. */
  readonly raDeg: Float64Array;
  /** ICRS declination, degrees. */
  readonly decDeg: Float64Array;
  /** AB magnitude of this component in the visit's band, above the atmosphere; redshift, dust and lensing flux applied. */
  readonly magnitude: Float64Array;
  /** Sersic index, on the 0.05 grid from 0.30 to 6.20; 0 where the model is not Sersic. */
  readonly sersicIndex: Float64Array;
  /** Half-light radius, arcsec, of the circular profile before the shear, after size magnification; 0 for points. */
  readonly halfLightRadiusArcsec: Float64Array;
  /** Total reduced shear (lensing composed with intrinsic shape), component along +u (West). */
  readonly g1: Float64Array;
  /** Total reduced shear, component at +45 degrees from +u towards +v (North). */
  readonly g2: Float64Array;
  /** Number of knots of a random-walk row, 0 elsewhere. */
  readonly knotCount: Int32Array;
  /** Length of a streak, arcsec; 0 elsewhere. */
  readonly lengthArcsec: Float64Array;
  /** Width of a streak, arcsec; 0 elsewhere. */
  readonly widthArcsec: Float64Array;
  /** Angle of a streak's long axis, radians from +u towards +v; 0 elsewhere. */
  readonly orientationRad: Float64Array;
  /** Index into `stamps`; -1 where the row is no stamp. */
  readonly stamp: Int32Array;
  /** Rotation of a stamp in the (u, v) plane, degrees, counter-clockwise (from +u towards +v). */
  readonly stampRotationDeg: Float64Array;
  /** Pixel scale of a stamp, arcsec per pixel, after size magnification; 0 elsewhere. */
  readonly stampPixelArcsec: Float64Array;
  /** Redshift; 0 for stars. */
  readonly redshift: Float64Array;
  /** 1 where the spectrum entered through an approximate colour of its family, 0 where it is exact. */
  readonly sedApproximated: Uint8Array;
  /** 1 where lensing was limited because it is too strong for a shear and a magnification. */
  readonly lensLimited: Uint8Array;
}

/** Sources as columns of equal length; see the header of this file for frames and conventions. */
export interface SourceTable extends SourceNumbers {
  /** Number of rows. */
  readonly length: number;
  /** Identifier of the object that the row is a component of. */
  readonly objectId: readonly string[];
  /** The images that `stamp` points into. */
  readonly stamps: readonly SkyStamp[];
}

/** One row to append; columns left out take the value that means "does not apply". */
export interface SourceRow {
  objectId: string;
  catalog?: number;
  component?: number;
  model: number;
  raDeg: number;
  decDeg: number;
  magnitude: number;
  sersicIndex?: number;
  halfLightRadiusArcsec?: number;
  g1?: number;
  g2?: number;
  knotCount?: number;
  lengthArcsec?: number;
  widthArcsec?: number;
  orientationRad?: number;
  stamp?: number;
  stampRotationDeg?: number;
  stampPixelArcsec?: number;
  redshift?: number;
  sedApproximated?: number;
  lensLimited?: number;
}

const FLOAT_COLUMNS = [
  'raDeg',
  'decDeg',
  'magnitude',
  'sersicIndex',
  'halfLightRadiusArcsec',
  'g1',
  'g2',
  'lengthArcsec',
  'widthArcsec',
  'orientationRad',
  'stampRotationDeg',
  'stampPixelArcsec',
  'redshift',
] as const;
const INT_COLUMNS = ['knotCount', 'stamp'] as const;
const BYTE_COLUMNS = ['catalog', 'component', 'model', 'sedApproximated', 'lensLimited'] as const;

type Columns = { -readonly [K in keyof SourceNumbers]: SourceNumbers[K] };

/** Most rows a table may hold: above it columns would pass 2 GiB. */
const MAX_ROWS = 134_217_728;

function makeColumns(capacity: number): Columns {
  return {
    catalog: new Uint8Array(capacity),
    component: new Uint8Array(capacity),
    model: new Uint8Array(capacity),
    raDeg: new Float64Array(capacity),
    decDeg: new Float64Array(capacity),
    magnitude: new Float64Array(capacity),
    sersicIndex: new Float64Array(capacity),
    halfLightRadiusArcsec: new Float64Array(capacity),
    g1: new Float64Array(capacity),
    g2: new Float64Array(capacity),
    knotCount: new Int32Array(capacity),
    lengthArcsec: new Float64Array(capacity),
    widthArcsec: new Float64Array(capacity),
    orientationRad: new Float64Array(capacity),
    stamp: new Int32Array(capacity),
    stampRotationDeg: new Float64Array(capacity),
    stampPixelArcsec: new Float64Array(capacity),
    redshift: new Float64Array(capacity),
    sedApproximated: new Uint8Array(capacity),
    lensLimited: new Uint8Array(capacity),
  };
}

/** Copies `count` rows of `from`, starting at `fromRow`, into `to` at `toRow`. */
function copyRows(from: SourceNumbers, fromRow: number, to: Columns, toRow: number, count: number): void {
  const end = fromRow + count;
  for (const name of FLOAT_COLUMNS) to[name].set(from[name].subarray(fromRow, end), toRow);
  for (const name of INT_COLUMNS) to[name].set(from[name].subarray(fromRow, end), toRow);
  for (const name of BYTE_COLUMNS) to[name].set(from[name].subarray(fromRow, end), toRow);
}

/** Puts a full column by; one that holds nothing but the value that means "does not apply" serves again. */
function keepOrReuse<K extends keyof Columns>(
  name: K,
  from: Columns,
  block: Partial<Columns>,
  fresh: Columns,
): void {
  const { buffer } = from[name];
  const words = new Int32Array(buffer);
  const usual = name === 'stamp' ? -1 : 0;
  // To the bit: the zero of a negative number is another.
  let i = 0;
  while (i < words.length && words[i] === usual) i++;
  (i < words.length ? block : fresh)[name] = from[name];
}

/** Copies the columns that a block has into `to` at `toRow`. */
function putColumns(block: Partial<Columns>, to: Columns, toRow: number): void {
  for (const name of FLOAT_COLUMNS) to[name].set(block[name] ?? [], toRow);
  for (const name of INT_COLUMNS) to[name].set(block[name] ?? [], toRow);
  for (const name of BYTE_COLUMNS) to[name].set(block[name] ?? [], toRow);
}

/** Rows that are gathered before they are put by. */
const BLOCK_ROWS = 65_536;

/**
 * Collects rows into a `SourceTable`. Full blocks are put by, of each column what is not the same throughout: most columns hold nothing
 * but the value that means "does not apply", and take no memory.
 */
export class SourceTableBuilder {
  private columns: Columns;
  private capacity: number;
  /** Rows in `columns`. */
  private rows = 0;
  private readonly blocks: Partial<Columns>[] = [];
  private fullRows = 0;
  private ids: string[] = [];
  private readonly stamps: SkyStamp[] = [];

  /** @param capacity rows to reserve at first */
  constructor(capacity = 1024) {
    this.capacity = Math.min(BLOCK_ROWS, Math.max(1, Math.floor(capacity)));
    this.columns = makeColumns(this.capacity);
  }

  /** Rows appended so far. */
  get length(): number {
    return this.fullRows + this.rows;
  }

  /** Appends one row. Throws `SourceTableFullError` at 2^27 rows. */
  add(row: SourceRow): void {
    if (this.rows === this.capacity) this.makeRoom();
    const c = this.columns;
    const i = this.rows++;
    this.ids.push(row.objectId);
    c.raDeg[i] = row.raDeg;
    c.decDeg[i] = row.decDeg;
    c.magnitude[i] = row.magnitude;
    c.model[i] = row.model;
    c.stamp[i] = row.stamp ?? -1;
    // All columns are zeros where nothing was written yet, and most rows leave most of them so.
    if (row.catalog !== undefined) c.catalog[i] = row.catalog;
    if (row.component !== undefined) c.component[i] = row.component;
    if (row.sersicIndex !== undefined) c.sersicIndex[i] = row.sersicIndex;
    if (row.halfLightRadiusArcsec !== undefined) c.halfLightRadiusArcsec[i] = row.halfLightRadiusArcsec;
    if (row.g1 !== undefined) c.g1[i] = row.g1;
    if (row.g2 !== undefined) c.g2[i] = row.g2;
    if (row.knotCount !== undefined) c.knotCount[i] = row.knotCount;
    if (row.lengthArcsec !== undefined) c.lengthArcsec[i] = row.lengthArcsec;
    if (row.widthArcsec !== undefined) c.widthArcsec[i] = row.widthArcsec;
    if (row.orientationRad !== undefined) c.orientationRad[i] = row.orientationRad;
    if (row.stampRotationDeg !== undefined) c.stampRotationDeg[i] = row.stampRotationDeg;
    if (row.stampPixelArcsec !== undefined) c.stampPixelArcsec[i] = row.stampPixelArcsec;
    if (row.redshift !== undefined) c.redshift[i] = row.redshift;
    if (row.sedApproximated !== undefined) c.sedApproximated[i] = row.sedApproximated;
    if (row.lensLimited !== undefined) c.lensLimited[i] = row.lensLimited;
  }

  /** Adds an image and returns its index for the `stamp` column. */
  addStamp(stamp: SkyStamp): number {
    return this.stamps.push(stamp) - 1;
  }

  /** The rows so far as a table of exact length; the builder is empty afterwards. */
  build(): SourceTable {
    const length = this.length;
    const columns = makeColumns(length);
    columns.stamp.fill(-1);
    this.blocks.forEach((block, at) => putColumns(block, columns, at * BLOCK_ROWS));
    copyRows(this.columns, 0, columns, this.fullRows, this.rows);
    const table = { length, objectId: this.ids, stamps: [...this.stamps], ...columns };
    this.columns = makeColumns(1);
    this.capacity = 1;
    this.rows = 0;
    this.blocks.length = 0;
    this.fullRows = 0;
    this.ids = [];
    this.stamps.length = 0;
    return table;
  }

  private makeRoom(): void {
    if (this.capacity < BLOCK_ROWS) {
      const capacity = Math.min(BLOCK_ROWS, this.capacity * 2);
      const columns = makeColumns(capacity);
      copyRows(this.columns, 0, columns, 0, this.rows);
      this.columns = columns;
      this.capacity = capacity;
      return;
    }
    if (this.length >= MAX_ROWS) throw new SourceTableFullError(MAX_ROWS);
    const fresh = makeColumns(BLOCK_ROWS);
    const block: Partial<Columns> = {};
    for (const name of FLOAT_COLUMNS) keepOrReuse(name, this.columns, block, fresh);
    for (const name of INT_COLUMNS) keepOrReuse(name, this.columns, block, fresh);
    for (const name of BYTE_COLUMNS) keepOrReuse(name, this.columns, block, fresh);
    this.blocks.push(block);
    this.columns = fresh;
    this.fullRows += this.rows;
    this.rows = 0;
  }
}

/** A table without rows. */
export function emptySourceTable(): SourceTable {
  return new SourceTableBuilder(1).build();
}

/** The given rows of a table, in the order given; the stamps are shared with the original. */
export function selectRows(table: SourceTable, rows: ArrayLike<number>): SourceTable {
  const n = rows.length;
  const columns = makeColumns(n);
  const objectId = new Array<string>(n);
  for (let i = 0; i < n; i++) objectId[i] = table.objectId[rows[i] ?? 0] ?? '';
  for (const name of FLOAT_COLUMNS) gather(table[name], rows, columns[name]);
  for (const name of INT_COLUMNS) gather(table[name], rows, columns[name]);
  for (const name of BYTE_COLUMNS) gather(table[name], rows, columns[name]);
  return { length: n, objectId, stamps: table.stamps, ...columns };
}

/** Whether two tables hold the same rows in the same order, bit for bit, with the same images. */
export function haveSameRows(a: SourceTable, b: SourceTable): boolean {
  return (
    a.length === b.length &&
    FLOAT_COLUMNS.every((name) => haveSameFloats(a[name], b[name])) &&
    INT_COLUMNS.every((name) => haveSameInts(a[name], b[name])) &&
    BYTE_COLUMNS.every((name) => haveSameBytes(a[name], b[name])) &&
    haveSameItems(a.objectId, b.objectId) &&
    haveSameItems(a.stamps, b.stamps)
  );
}

// One function for each kind of column: an engine compiles each for what it is given.
function haveSameFloats(a: Float64Array, b: Float64Array): boolean {
  if (a !== b) for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
function haveSameInts(a: Int32Array, b: Int32Array): boolean {
  if (a !== b) for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
function haveSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a !== b) for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
function haveSameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a !== b) for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}

interface NumberColumn {
  readonly length: number;
  [index: number]: number;
}

function gather(from: NumberColumn, rows: ArrayLike<number>, to: NumberColumn): void {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i] ?? 0] ?? 0;
}

/** All rows of the tables one after another; stamp indices are shifted to the joined list of stamps. One table alone is given back. */
export function concatenate(tables: readonly SourceTable[]): SourceTable {
  const [only] = tables;
  if (only !== undefined && tables.length === 1) return only;
  const length = tables.reduce((sum, table) => sum + table.length, 0);
  if (length > MAX_ROWS) throw new SourceTableFullError(MAX_ROWS);
  const columns = makeColumns(length);
  const objectId = new Array<string>(length);
  const stamps: SkyStamp[] = [];
  let row = 0;
  for (const table of tables) {
    copyRows(table, 0, columns, row, table.length);
    for (let i = row; i < row + table.length; i++) {
      const stamp = columns.stamp[i] ?? -1;
      if (stamp >= 0) columns.stamp[i] = stamp + stamps.length;
    }
    for (let i = 0; i < table.length; i++) objectId[row + i] = table.objectId[i]!;
    stamps.push(...table.stamps);
    row += table.length;
  }
  return { length, objectId, stamps, ...columns };
}
