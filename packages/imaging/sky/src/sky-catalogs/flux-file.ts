/**
 * The file of fluxes beside a file of objects: one row for each of its rows, in the same order; where the identifiers say that the
 * order is another, the whole file is read once and looked up.
 */
import type { Band } from '@imsim-od/astro';
import { TableColumnError, TableUnitError } from '../tables/errors.js';
import { openParquetTable, type ParquetTable } from '../tables/parquet-table.js';
import type { RangeSource } from '../range-source.js';
import type { Cell } from '../tables/table-reader.js';
import { type FluxThroughputs, magnitudeOfPhotons, throughputsOfVersion } from './band-flux.js';
import { numberOf, textOf, valuesAcross } from './parquet-rows.js';

const FLUX_UNITS =
  /^(?:|ph(?:otons?)?\s*[ /.*]?\s*(?:s(?:ec)?(?:\^?-1)?|cm\^?-?2)\s*[ /.*]?\s*(?:s(?:ec)?(?:\^?-1)?|cm\^?-?2))$/i;

/** Key of a row: its identifier, with the time of it where there are several. */
type RowKey = string;

/** An open file of fluxes. */
export class FluxFile {
  readonly name: string;
  /** The curves that its metadata names. */
  readonly statedThroughputs: FluxThroughputs | undefined;
  private readonly table: ParquetTable;
  private readonly idColumn: string;
  private readonly fluxColumn: string;
  private readonly timeColumn: string | undefined;
  private readonly rows: number;
  private byKey: Map<RowKey, number> | undefined;

  private constructor(name: string, table: ParquetTable, band: Band) {
    this.name = name;
    this.table = table;
    const names = table.columns.map((column) => column.name);
    const need = (quantity: string, candidates: readonly string[]): string => {
      const found = candidates.find((candidate) => names.includes(candidate));
      if (found !== undefined) return found;
      throw new TableColumnError(
        name,
        quantity,
        `column ${candidates.join(' or ')} is missing, which gives the ${quantity}`,
        names,
      );
    };
    this.idColumn = need('id', ['galaxy_id', 'id']);
    this.fluxColumn = need('flux', [`lsst_flux_${band}`]);
    this.timeColumn = names.includes('mjd') ? 'mjd' : undefined;
    const unit = table.columns.find((column) => column.name === this.fluxColumn)?.unit ?? '';
    if (!FLUX_UNITS.test(unit.trim()))
      throw new TableUnitError(name, 'flux', this.fluxColumn, unit, ['photons/s/cm^2']);
    this.statedThroughputs = statedThroughputs(table.metadataText);
    this.rows = table.rowBlocks(1 << 30).reduce((sum, block) => sum + block.rows, 0);
  }

  static async open(source: RangeSource, band: Band): Promise<FluxFile> {
    return new FluxFile(source.name, await openParquetTable(source), band);
  }

  /**
   * Fluxes of rows of the file of objects, photons per second and cm2; NaN where there is none. `keyOf` gives the identifier of the
   * row at an index of the file of objects.
   */
  async fluxes(
    block: { readonly first: number; readonly rows: number },
    wanted: readonly { readonly index: number; readonly id: string; readonly mjd?: number }[],
  ): Promise<number[]> {
    if (wanted.length === 0) return [];
    if (this.byKey === undefined && block.first + block.rows <= this.rows) {
      const ids = await this.read(this.idColumn, block.first, block.rows);
      const times = this.timeColumn && (await this.read(this.timeColumn, block.first, block.rows));
      const inOrder = wanted.every(({ index, id, mjd }) => {
        const row = index - block.first;
        return textOf(ids[row]) === id && (!times || mjd === undefined || numberOf(times[row]) === mjd);
      });
      if (inOrder) {
        const values = await this.read(this.fluxColumn, block.first, block.rows);
        return wanted.map(({ index }) => numberOf(values[index - block.first]));
      }
    }
    const byKey = (this.byKey ??= await this.readAll());
    return wanted.map(({ id, mjd }) => byKey.get(this.timeColumn ? `${id} ${mjd}` : id) ?? NaN);
  }

  /** The magnitude of a flux through the curves asked for, those of the file, or the baseline. */
  magnitude(flux: number, band: Band, throughputs: FluxThroughputs | undefined): number {
    return magnitudeOfPhotons(flux, band, throughputs ?? this.statedThroughputs ?? 'baseline-1.9');
  }

  private read(column: string, first: number, rows: number): Promise<Cell[]> {
    return valuesAcross(this.name, this.table, column, first, rows);
  }

  private async readAll(): Promise<Map<RowKey, number>> {
    const byKey = new Map<RowKey, number>();
    for (const { first, rows } of this.table.rowBlocks(262_144)) {
      const ids = await this.table.values(this.idColumn, first, rows);
      const times = this.timeColumn && (await this.table.values(this.timeColumn, first, rows));
      const fluxes = await this.table.values(this.fluxColumn, first, rows);
      for (let row = 0; row < rows; row++) {
        const id = textOf(ids[row]);
        byKey.set(times ? `${id} ${numberOf(times[row])}` : id, numberOf(fluxes[row]));
      }
    }
    return byKey;
  }
}

function statedThroughputs(metadata: ReadonlyMap<string, string>): FluxThroughputs | undefined {
  for (const text of metadata.values()) {
    const match = /"?lsst_throughputs_version"?\s*[:=]\s*"?([^",}]{1,40})/.exec(text.slice(0, 100_000));
    if (match !== null) return throughputsOfVersion(match[1]!);
  }
  return undefined;
}
