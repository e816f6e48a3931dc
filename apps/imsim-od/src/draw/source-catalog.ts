/**
 * A CSV of sources at pixels, as the reference scene has it: a header line names the columns, in any order.
 * x, y, kind (star or gal) are needed; fluxElectrons, or mag with a zero point and an exposure; for galaxies n,
 * hlr_arcsec (or halfLightRadiusArcsec), g1, g2. Other columns are left alone. What a source may be is as in a scene.
 */
import { pow } from '@imsim-od/portable-math';
import { type SourceTable, mostFluxElectrons } from '@imsim-od/simulator';
import { CliError } from '../errors.js';
import { CatalogRow, textOf } from './catalog-row.js';

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

/** Adds the sources of `path`, of which these are the bytes; throws {@link CliError} with file and line for what it cannot read. */
export function readSourceCatalog(
  bytes: Uint8Array,
  path: string,
  options: SourceCatalogOptions,
  sources: SourceTable,
): void {
  let reader: SourceReader | undefined;
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const after = newline < 0 ? bytes.length : newline + 1;
    let end = newline < 0 ? bytes.length : newline;
    if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
    if (bytes[start] !== HASH && !isBlank(bytes, start, end)) {
      if (reader === undefined) {
        const columns = readColumns(textOf(bytes, start, end), `${path}:${line}`, options);
        reader = new SourceReader(bytes, path, columns, options);
      } else reader.read(start, end, line, sources);
    }
    start = after;
  }
  if (reader === undefined)
    throw new CliError(
      `${path}: is empty; a header line with x, y, kind and mag or fluxElectrons is expected`,
    );
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const HASH = 0x23;

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  while (start < end && bytes[start]! <= 0x20) start++;
  return start >= end;
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

const STAR = new TextEncoder().encode('star');
const GALAXY = new TextEncoder().encode('gal');

/** Reads rows of one catalog as sources. */
class SourceReader {
  readonly #row: CatalogRow;
  readonly #path: string;
  readonly #columns: Columns;
  readonly #options: SourceCatalogOptions;
  readonly #mostFluxElectrons: number;
  #line = 0;

  constructor(bytes: Uint8Array, path: string, columns: Columns, options: SourceCatalogOptions) {
    this.#row = new CatalogRow(bytes, columns.count);
    this.#path = path;
    this.#columns = columns;
    this.#options = options;
    this.#mostFluxElectrons = mostFluxElectrons(options.photons ?? false);
  }

  /** Adds the source in bytes[start, end). */
  read(start: number, end: number, line: number, sources: SourceTable): void {
    this.#line = line;
    const columns = this.#columns;
    const { catalogOrigin } = this.#options;
    const cells = this.#row.open(start, end);
    if (cells !== columns.count) this.#fail(`${cells} columns; the header has ${columns.count}`);
    const x = this.#number(columns.x, 'x', -Infinity, Infinity) - catalogOrigin;
    const y = this.#number(columns.y, 'y', -Infinity, Infinity) - catalogOrigin;
    const flux = this.#fluxElectrons();
    if (!this.#isGalaxy()) {
      sources.add(x, y, flux, 0, 0, 0, 0);
      return;
    }
    const g1 = columns.g1 < 0 ? 0 : this.#number(columns.g1, 'g1', -Infinity, Infinity);
    const g2 = columns.g2 < 0 ? 0 : this.#number(columns.g2, 'g2', -Infinity, Infinity);
    if (g1 * g1 + g2 * g2 >= 1) this.#fail(`the shear (${g1}, ${g2}) is 1 or more; |g| must stay under 1`);
    const n = this.#number(columns.n, 'n', MIN_SERSIC_INDEX, MAX_SERSIC_INDEX);
    const radius = this.#number(columns.radius, 'hlr_arcsec', 0, MAX_HALF_LIGHT_RADIUS_ARCSEC);
    sources.add(x, y, flux, radius === 0 ? 0 : n, radius, g1, g2);
  }

  #isGalaxy(): boolean {
    const { kind } = this.#columns;
    if (this.#row.has(kind, GALAXY)) return true;
    if (this.#row.has(kind, STAR)) return false;
    const word = this.#row.text(kind).trim();
    if (word !== 'gal' && word !== 'star')
      this.#fail(`kind is ${JSON.stringify(word)}; it must be star or gal`);
    return word === 'gal';
  }

  #fluxElectrons(): number {
    const { flux, mag } = this.#columns;
    const { exposureS, zeroPointMag } = this.#options;
    const most = this.#mostFluxElectrons;
    if (flux >= 0) return this.#number(flux, 'fluxElectrons', 0, most);
    const electrons = exposureS! * pow(10, 0.4 * (zeroPointMag! - this.#number(mag, 'mag', -30, 60)));
    if (electrons > most) {
      const text = this.#row.text(mag).trim();
      this.#fail(`mag ${text} is ${electrons.toPrecision(4)} electrons; at most ${most} can be drawn`);
    }
    return electrons;
  }

  /** The number of a cell, from minimum to maximum. */
  #number(column: number, name: string, minimum: number, maximum: number): number {
    const value = column < 0 ? NaN : this.#row.number(column);
    if (!(value > -Infinity && value < Infinity)) {
      const text = column < 0 ? '' : this.#row.text(column);
      this.#fail(`${name} is ${JSON.stringify(text)}; a finite number is expected`);
    }
    if (value < minimum || value > maximum)
      this.#fail(`${name} is ${value}; it must be from ${minimum} to ${maximum}`);
    return value;
  }

  #fail(what: string): never {
    throw new CliError(`${this.#path}:${this.#line}: ${what}`);
  }
}
