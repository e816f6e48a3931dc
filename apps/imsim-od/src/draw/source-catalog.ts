/**
 * A CSV of sources at pixels, as the reference scene has it: a header line names the columns, in any order.
 * x, y, kind (star or gal) are needed; fluxElectrons, or mag with a zero point and an exposure; for galaxies n,
 * hlr_arcsec (or halfLightRadiusArcsec), g1, g2. Other columns are left alone. What a source may be is as in a scene.
 */
import { pow } from '@imsim-od/portable-math';
import { type DrawSource, mostFluxElectrons } from '@imsim-od/simulator';
import { CliError } from '../errors.js';

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
  const lines = text.split(/\r?\n/);
  const head = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  if (head < 0)
    throw new CliError(
      `${path}: is empty; a header line with x, y, kind and mag or fluxElectrons is expected`,
    );
  const columns = readColumns(lines[head]!, `${path}:${head + 1}`, options);
  const sources: DrawSource[] = [];
  for (let index = head + 1; index < lines.length; index++) {
    const line = lines[index]!;
    if (line === '' || line.startsWith('#') || line.trim() === '') continue;
    sources.push(readSource(line.split(','), columns, options, () => `${path}:${index + 1}`));
  }
  return sources;
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

function readSource(
  cells: string[],
  columns: Columns,
  options: SourceCatalogOptions,
  at: () => string,
): DrawSource {
  if (cells.length !== columns.count) {
    throw new CliError(`${at()}: ${cells.length} columns; the header has ${columns.count}`);
  }
  const number = (column: number, name: string, minimum = -Infinity, maximum = Infinity): number => {
    const text = column < 0 ? '' : cells[column]!;
    const value = Number(text);
    if (!Number.isFinite(value) || text.trim() === '') {
      throw new CliError(`${at()}: ${name} is ${JSON.stringify(text)}; a finite number is expected`);
    }
    if (value < minimum || value > maximum) {
      throw new CliError(`${at()}: ${name} is ${value}; it must be from ${minimum} to ${maximum}`);
    }
    return value;
  };
  const x = number(columns.x, 'x') - options.catalogOrigin;
  const y = number(columns.y, 'y') - options.catalogOrigin;
  const most = mostFluxElectrons(options.photons ?? false);
  const fluxElectrons =
    columns.flux >= 0
      ? number(columns.flux, 'fluxElectrons', 0, most)
      : options.exposureS! * pow(10, 0.4 * (options.zeroPointMag! - number(columns.mag, 'mag', -30, 60)));
  if (fluxElectrons > most) {
    throw new CliError(
      `${at()}: mag ${cells[columns.mag]!.trim()} is ${fluxElectrons.toPrecision(4)} electrons; at most ${most} can be drawn`,
    );
  }
  const kind = cells[columns.kind]!.trim();
  if (kind === 'star') return { kind: 'point', x, y, fluxElectrons };
  if (kind !== 'gal') throw new CliError(`${at()}: kind is ${JSON.stringify(kind)}; it must be star or gal`);
  const g1 = columns.g1 < 0 ? 0 : number(columns.g1, 'g1');
  const g2 = columns.g2 < 0 ? 0 : number(columns.g2, 'g2');
  if (g1 * g1 + g2 * g2 >= 1)
    throw new CliError(`${at()}: the shear (${g1}, ${g2}) is 1 or more; |g| must stay under 1`);
  return {
    kind: 'sersic',
    n: number(columns.n, 'n', MIN_SERSIC_INDEX, MAX_SERSIC_INDEX),
    halfLightRadiusArcsec: number(columns.radius, 'hlr_arcsec', 0, MAX_HALF_LIGHT_RADIUS_ARCSEC),
    g1,
    g2,
    x,
    y,
    fluxElectrons,
  };
}
