/**
 * A CSV of sources at pixels, as the reference scene has it: a header line names the columns, in any order.
 * x, y, kind (star or gal) are needed; fluxElectrons, or mag with a zero point and an exposure; for galaxies n,
 * hlr_arcsec (or halfLightRadiusArcsec), g1, g2. Other columns are left alone. What a source may be is as in a scene.
 */
import { pow } from '@imsim-od/portable-math';
import { type DrawSource, mostFluxElectrons } from '@imsim-od/simulator';
import { CliError } from '../errors.js';
import { readDecimal } from './decimal-text.js';

/** How the catalog's numbers are meant. */
export interface SourceCatalogOptions {
  /** What the catalog calls the centre of the first pixel. */
  readonly catalogOrigin: 0 | 1;
  /** AB magnitude that gives one electron per second. */
  readonly zeroPointMag?: number;
  readonly exposureS?: number;
  /** Whether the sources are shot photon by photon, which binds their flux. */
  readonly photons?: boolean;
}

/** What a scene's own sources are bound to. */
const MIN_SERSIC_INDEX = 0.3;
const MAX_SERSIC_INDEX = 6.2;
const MAX_HALF_LIGHT_RADIUS_ARCSEC = 600;

/** Reads the CSV text of `path`; throws {@link CliError} with file and line for what it cannot read. */
export function parseSourceCatalog(text: string, path: string, options: SourceCatalogOptions): DrawSource[] {
  let row: CatalogRow | undefined;
  const sources: DrawSource[] = [];
  for (let start = 0, line = 1; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const after = newline < 0 ? text.length : newline + 1;
    let end = newline < 0 ? text.length : newline;
    if (end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
    if (text.charCodeAt(start) !== HASH && !isBlank(text, start, end)) {
      if (row === undefined) {
        const columns = readColumns(text.slice(start, end), `${path}:${line}`, options);
        row = new CatalogRow(text, path, columns);
      } else {
        row.open(start, end, line);
        sources.push(readSource(row, options));
      }
    }
    start = after;
  }
  if (row === undefined)
    throw new CliError(
      `${path}: is empty; a header line with x, y, kind and mag or fluxElectrons is expected`,
    );
  return sources;
}

const CARRIAGE_RETURN = 0x0d;
const HASH = 0x23;

function isBlank(text: string, start: number, end: number): boolean {
  return start === end || (text.charCodeAt(start) <= 0x20 && text.slice(start, end).trim() === '');
}

interface Columns {
  readonly count: number;
  readonly x: number;
  readonly y: number;
  readonly kind: number;
  readonly mag: number;
  readonly flux: number;
  readonly n: number;
  readonly radius: number;
  readonly g1: number;
  readonly g2: number;
}

function readColumns(header: string, at: string, { zeroPointMag, exposureS }: SourceCatalogOptions): Columns {
  const names = header.split(',').map((name) => name.trim());
  const find = (...candidates: string[]) => names.findIndex((name) => candidates.includes(name));
  const columns: Columns = {
    count: names.length,
    x: find('x'),
    y: find('y'),
    kind: find('kind'),
    mag: find('mag'),
    flux: find('fluxElectrons'),
    n: find('n'),
    radius: find('hlr_arcsec', 'halfLightRadiusArcsec'),
    g1: find('g1'),
    g2: find('g2'),
  };
  for (const name of ['x', 'y', 'kind'] as const) {
    if (columns[name] < 0)
      throw new CliError(`${at}: column ${name} is missing; the header has ${names.join(', ')}`);
  }
  if (columns.flux < 0 && columns.mag < 0) {
    throw new CliError(`${at}: neither fluxElectrons nor mag is among the columns ${names.join(', ')}`);
  }
  if (columns.flux < 0 && (zeroPointMag === undefined || exposureS === undefined || exposureS <= 0)) {
    throw new CliError(`${at}: a mag column needs --zero-point-mag and an --exposure-s above 0`);
  }
  return columns;
}

/** The line being read: where its cells lie in the text. */
class CatalogRow {
  readonly columns: Columns;
  private readonly text: string;
  private readonly path: string;
  /** Where each cell begins, and, one past the last, where the next would. */
  private readonly starts: Int32Array;
  private line = 0;

  constructor(text: string, path: string, columns: Columns) {
    this.text = text;
    this.path = path;
    this.columns = columns;
    this.starts = new Int32Array(columns.count + 1);
  }

  /** Finds the cells of text[start, end). */
  open(start: number, end: number, line: number): void {
    this.line = line;
    const { text, starts } = this;
    const { count } = this.columns;
    let cells = 0;
    for (let at = start; at <= end; cells++) {
      if (cells < count) starts[cells] = at;
      while (at < end && text.charCodeAt(at) !== COMMA) at++;
      at++;
    }
    if (cells !== count) this.fail(`${cells} columns; the header has ${count}`);
    starts[count] = end + 1;
  }

  /** The text of a cell. */
  cell(column: number): string {
    return column < 0 ? '' : this.text.slice(this.starts[column], this.starts[column + 1]! - 1);
  }

  /** The number of a cell, from minimum to maximum. */
  number(column: number, name: string, minimum: number, maximum: number): number {
    const value =
      column < 0 ? NaN : readDecimal(this.text, this.starts[column]!, this.starts[column + 1]! - 1);
    if (!(value > -Infinity && value < Infinity))
      this.fail(`${name} is ${JSON.stringify(this.cell(column))}; a finite number is expected`);
    if (value < minimum || value > maximum)
      this.fail(`${name} is ${value}; it must be from ${minimum} to ${maximum}`);
    return value;
  }

  fail(what: string): never {
    throw new CliError(`${this.path}:${this.line}: ${what}`);
  }
}

const COMMA = 0x2c;

function readSource(row: CatalogRow, options: SourceCatalogOptions): DrawSource {
  const { columns } = row;
  const x = row.number(columns.x, 'x', -Infinity, Infinity) - options.catalogOrigin;
  const y = row.number(columns.y, 'y', -Infinity, Infinity) - options.catalogOrigin;
  const most = mostFluxElectrons(options.photons ?? false);
  const fluxElectrons =
    columns.flux >= 0
      ? row.number(columns.flux, 'fluxElectrons', 0, most)
      : options.exposureS! * pow(10, 0.4 * (options.zeroPointMag! - row.number(columns.mag, 'mag', -30, 60)));
  if (fluxElectrons > most) {
    const mag = row.cell(columns.mag).trim();
    row.fail(`mag ${mag} is ${fluxElectrons.toPrecision(4)} electrons; at most ${most} can be drawn`);
  }
  const kind = row.cell(columns.kind).trim();
  if (kind === 'star') return { kind: 'point', x, y, fluxElectrons };
  if (kind !== 'gal') row.fail(`kind is ${JSON.stringify(kind)}; it must be star or gal`);
  const g1 = columns.g1 < 0 ? 0 : row.number(columns.g1, 'g1', -Infinity, Infinity);
  const g2 = columns.g2 < 0 ? 0 : row.number(columns.g2, 'g2', -Infinity, Infinity);
  if (g1 * g1 + g2 * g2 >= 1) row.fail(`the shear (${g1}, ${g2}) is 1 or more; |g| must stay under 1`);
  return {
    kind: 'sersic',
    n: row.number(columns.n, 'n', MIN_SERSIC_INDEX, MAX_SERSIC_INDEX),
    halfLightRadiusArcsec: row.number(columns.radius, 'hlr_arcsec', 0, MAX_HALF_LIGHT_RADIUS_ARCSEC),
    g1,
    g2,
    x,
    y,
    fluxElectrons,
  };
}
