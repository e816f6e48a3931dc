/** Light curves of a table's sources: a table of points with the columns id, mjd (TAI), mag, and band where it holds several. */
import type { Band } from '@imsim-od/astro';
import type { RangeSource } from '../range-source.js';
import { fluxAt, magnitudeOfUnitFlux } from '../tracks/light-curve.js';
import { TableColumnError, TableRowError } from './errors.js';
import { openTable } from './open-table.js';
import { plainName } from './quantities.js';
import { placeText } from './table-reader.js';

/** Points that are kept. */
const MAX_POINTS = 20_000_000;

const NAMES = {
  id: ['id', 'objectid', 'sourceid', 'name'],
  mjd: ['mjd', 'mjdtai', 'time', 'epochmjdtai'],
  mag: ['mag', 'magnitude', 'magab'],
  band: ['band', 'filter'],
} as const;

/** The curves of one band by the identifiers of their sources. */
export class LightCurves {
  private readonly curves: ReadonlyMap<
    string,
    { readonly times: Float64Array; readonly magnitudes: Float64Array }
  >;

  constructor(points: ReadonlyMap<string, (readonly [number, number])[]>) {
    const curves = new Map<string, { times: Float64Array; magnitudes: Float64Array }>();
    for (const [id, list] of points) {
      list.sort((a, b) => a[0] - b[0]);
      curves.set(id, {
        times: Float64Array.from(list, ([time]) => time),
        magnitudes: Float64Array.from(list, ([, magnitude]) => magnitude),
      });
    }
    this.curves = curves;
  }

  /** Number of sources that have a curve in the band. */
  get size(): number {
    return this.curves.size;
  }

  /** AB magnitude of a source at a time; Infinity outside of its curve, undefined for a source without one. */
  magnitudeAt(id: string, mjdTai: number): number | undefined {
    const curve = this.curves.get(id);
    return curve && magnitudeOfUnitFlux(fluxAt(curve.times, curve.magnitudes, mjdTai));
  }
}

/** Reads the curves of a band. Throws what `openTable` throws, `TableColumnError`, and `TableRowError` for a time that is no number. */
export async function readLightCurves(source: RangeSource, band: Band): Promise<LightCurves> {
  const { format, reader } = await openTable(source, undefined, undefined);
  const names = reader.columns.map(({ name }) => name);
  const plain = names.map(plainName);
  const find = (key: keyof typeof NAMES): number =>
    NAMES[key].map((name) => plain.indexOf(name)).find((index) => index >= 0) ?? -1;
  const [id, mjd, mag, bandColumn] = [find('id'), find('mjd'), find('mag'), find('band')];
  for (const [key, index] of Object.entries({ id, mjd, mag }))
    if (index < 0)
      throw new TableColumnError(
        source.name,
        key,
        `no column gives ${key} of the light curves (usual names: ${NAMES[key as keyof typeof NAMES].join(', ')})`,
        names,
        format,
      );
  const points = new Map<string, [number, number][]>();
  let count = 0;
  const columns = bandColumn < 0 ? [id, mjd, mag] : [id, mjd, mag, bandColumn];
  for await (const block of reader.blocks({ columns })) {
    for (let row = 0; row < block.rows; row++) {
      const [idCell, mjdCell, magCell, bandCell] = block.columns.map((column) => column[row]);
      if (bandColumn >= 0 && String(bandCell ?? '').trim() !== band) continue;
      const time = Number(mjdCell);
      const fault = (reason: string) => new TableRowError(source.name, placeText(block.place(row)), reason);
      if (mjdCell === null || mjdCell === undefined || !(time > 0 && time < 1e6))
        throw fault(`mjd is ${String(mjdCell)}; a modified Julian day (TAI) is expected`);
      if (++count > MAX_POINTS) throw fault(`more than ${MAX_POINTS} points in one band`);
      const blank = magCell === null || magCell === undefined || String(magCell).trim() === '';
      const magnitude = blank ? NaN : Number(magCell);
      const key = String(idCell ?? '').trim();
      const list = points.get(key);
      if (list === undefined) points.set(key, [[time, magnitude]]);
      else list.push([time, magnitude]);
    }
  }
  return new LightCurves(points);
}
