/** The rows of a Parquet file that lie in a region, block by block, in the columns that are asked for. */
import { angToPixNest, orderOfNside, ringOfNest, wrapDeg360 } from '@imsim-od/astro';
import type { RangeSource } from '../range-source.js';
import { TableColumnError, TableFormatError, TableUnitError } from '../tables/errors.js';
import { openParquetTable, type ParquetTable } from '../tables/parquet-table.js';
import type { SkyRegion } from '../tables/sky-region.js';
import type { Cell, CellColumn } from '../tables/table-reader.js';
import { conversionOf, UNITS_OF_KIND } from '../tables/units.js';
import { SkyCatalogError } from './errors.js';
import type { Partition } from './partition.js';

/** Rows that are read at once. */
const BLOCK_ROWS = 262_144;
/** Rows of a file whose cell is compared with its name. */
const COMPARED_ROWS = 200;

/** Columns of a file; a list of names stands for the first of them that is there. */
export interface ColumnPlan {
  /** Needed: absent ones throw. */
  readonly needed: Readonly<Record<string, readonly string[]>>;
  readonly optional?: Readonly<Record<string, readonly string[]>>;
  /** Columns whose rows are lists; absent ones are left out. */
  readonly lists?: readonly string[];
}

/** A row in the region. */
export interface CatalogRow {
  /** From 0, in the file. */
  readonly index: number;
  readonly raDeg: number;
  readonly decDeg: number;
  /** A number; NaN where it is absent or none. */
  number(quantity: string): number;
  /** Text, or an integer as text; '' where it is absent. */
  text(quantity: string): string;
  /** A list of numbers; undefined where it is absent. */
  list(column: string): readonly number[] | undefined;
}

/** The rows of a block that are wanted, and the block's place in the file. */
export interface CatalogBlock {
  readonly first: number;
  readonly rows: number;
  readonly wanted: readonly CatalogRow[];
  /** Rows whose position is no number or lies off the sphere, from 0 in the file. */
  readonly faulty: readonly { readonly index: number; readonly reason: 'number' | 'position' }[];
}

/** A file of objects. */
export class CatalogParquet {
  readonly name: string;
  readonly table: ParquetTable;
  private readonly columns = new Map<string, string>();
  private readonly lists: readonly string[];
  private readonly degrees: { readonly ra: number; readonly dec: number };

  private constructor(name: string, table: ParquetTable, plan: ColumnPlan) {
    this.name = name;
    this.table = table;
    const names = table.columns.map((column) => column.name);
    for (const [quantity, candidates] of Object.entries({ ...plan.needed, ...plan.optional })) {
      const found = candidates.find((candidate) => names.includes(candidate));
      if (found !== undefined) this.columns.set(quantity, found);
      else if (quantity in plan.needed)
        throw new TableColumnError(
          name,
          quantity,
          `column ${candidates.join(' or ')} is missing, which gives ${quantity}`,
          [...names, ...table.listColumns],
        );
    }
    this.lists = (plan.lists ?? []).filter((column) => table.listColumns.includes(column));
    this.degrees = { ra: this.degreeFactor('ra'), dec: this.degreeFactor('dec') };
  }

  /** Opens a file. Throws `TableFormatError`, `TableColumnError`, `TableUnitError` and what the source throws. */
  static async open(source: RangeSource, plan: ColumnPlan): Promise<CatalogParquet> {
    const table = await openParquetTable(source);
    const { ra, dec, ...needed } = plan.needed;
    const all = { ra: ra ?? ['ra'], dec: dec ?? ['dec'], ...needed };
    return new CatalogParquet(source.name, table, { ...plan, needed: all });
  }

  /** True where the file has a column for a quantity. */
  has(quantity: string): boolean {
    return this.columns.has(quantity) || this.lists.includes(quantity);
  }

  /** Wanted rows in order. Positions outside the region are dropped before the other columns are read. */
  async *blocks(region: SkyRegion | undefined, cell: CellOfFile): AsyncIterable<CatalogBlock> {
    const { table } = this;
    const [raColumn, decColumn] = [this.columns.get('ra')!, this.columns.get('dec')!];
    const indexOf = (name: string): number => table.columns.findIndex((column) => column.name === name);
    const statistics = region && {
      columns: [indexOf(raColumn), indexOf(decColumn)],
      position: { ra: 0, dec: 1, raFactor: this.degrees.ra, decFactor: this.degrees.dec, region },
    };
    let isCompared = false;
    for (const { first, rows } of table.rowBlocks(BLOCK_ROWS)) {
      if (statistics !== undefined && isCompared && !table.mayHold(first, statistics)) {
        yield { first, rows, wanted: [], faulty: [] };
        continue;
      }
      const ra = await table.values(raColumn, first, rows);
      const dec = await table.values(decColumn, first, rows);
      if (!isCompared) this.compareCell(ra, dec, cell);
      isCompared = true;
      const faulty: { index: number; reason: 'number' | 'position' }[] = [];
      const kept: number[] = [];
      for (let row = 0; row < rows; row++) {
        const [raDeg, decDeg] = this.position(ra, dec, row);
        if (!Number.isFinite(raDeg) || !Number.isFinite(decDeg))
          faulty.push({ index: first + row, reason: 'number' });
        else if (decDeg < -90 || decDeg > 90) faulty.push({ index: first + row, reason: 'position' });
        else if (region === undefined || region.holds(raDeg, decDeg)) kept.push(row);
      }
      yield { first, rows, faulty, wanted: await this.wantedRows(first, rows, kept, ra, dec) };
    }
  }

  private async wantedRows(
    first: number,
    rows: number,
    kept: readonly number[],
    ra: CellColumn,
    dec: CellColumn,
  ): Promise<CatalogRow[]> {
    if (kept.length === 0) return [];
    const cells = new Map<string, Cell[]>();
    for (const [quantity, column] of this.columns) {
      if (quantity === 'ra' || quantity === 'dec') continue;
      const values = await this.table.values(column, first, rows);
      cells.set(
        quantity,
        kept.map((row) => values[row]),
      );
    }
    const lists = new Map<string, (readonly number[] | undefined)[]>();
    for (const column of this.lists) {
      const values = await this.table.lists(column, first, rows);
      lists.set(
        column,
        kept.map((row) => numbersOf(values[row])),
      );
    }
    return kept.map((row, place) => {
      const [raDeg, decDeg] = this.position(ra, dec, row);
      return {
        index: first + row,
        raDeg: wrapDeg360(raDeg),
        decDeg,
        number: (quantity) => numberOf(cells.get(quantity)?.[place]),
        text: (quantity) => textOf(cells.get(quantity)?.[place]),
        list: (column) => lists.get(column)?.[place],
      };
    });
  }

  private position(ra: CellColumn, dec: CellColumn, row: number): [number, number] {
    return [numberOf(ra[row]) * this.degrees.ra, numberOf(dec[row]) * this.degrees.dec];
  }

  /** Files are named by the cell of their objects: positions that lie elsewhere are in another unit, or the file is misnamed. */
  private compareCell(ra: CellColumn, dec: CellColumn, { partition, cell }: CellOfFile): void {
    if (partition.type !== 'healpix') return;
    const order = orderOfNside(partition.nside);
    let compared = 0;
    let elsewhere = 0;
    for (let row = 0; row < Math.min(ra.length, COMPARED_ROWS); row++) {
      const [raDeg, decDeg] = this.position(ra, dec, row);
      if (!Number.isFinite(raDeg) || !(decDeg >= -90 && decDeg <= 90)) continue;
      const nest = angToPixNest(raDeg, decDeg, order);
      compared++;
      if ((partition.ordering === 'ring' ? ringOfNest(nest, order) : nest) !== cell) elsewhere++;
    }
    if (elsewhere * 2 <= compared) return;
    const [raDeg, decDeg] = this.position(ra, dec, 0);
    throw new SkyCatalogError(
      this.name,
      `${elsewhere} of its first ${compared} positions lie outside cell ${cell} (HEALPix, nside ${partition.nside}, ${partition.ordering}) that the name says; ` +
        `the first is ra ${raDeg}, dec ${decDeg}. Are ra and dec degrees, and is nside right in the configuration?`,
    );
  }

  private degreeFactor(quantity: 'ra' | 'dec'): number {
    const column = this.columns.get(quantity)!;
    const unit = this.table.columns.find(({ name }) => name === column)?.unit ?? '';
    const conversion = conversionOf('angle', unit);
    if (conversion === undefined)
      throw new TableUnitError(this.name, quantity, column, unit, UNITS_OF_KIND.angle);
    return conversion.factor;
  }
}

/** The cell that a file's name says. */
export interface CellOfFile {
  readonly partition: Partition;
  readonly cell: number;
}

/** A cell as a number; NaN where it is none. */
export function numberOf(cell: Cell): number {
  return typeof cell === 'number' ? cell : typeof cell === 'bigint' ? Number(cell) : NaN;
}

/** A cell as text; integers of any size keep their digits. */
export function textOf(cell: Cell): string {
  return cell === null || cell === undefined ? '' : String(cell);
}

function numbersOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return undefined;
  return Array.from(value as ArrayLike<unknown>, (item) => (typeof item === 'number' ? item : NaN));
}

/** A column over rows that may belong to several groups. Throws `TableFormatError` where rows are not there. */
export async function valuesAcross(
  file: string,
  table: ParquetTable,
  column: string,
  first: number,
  rows: number,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const block of table.rowBlocks(BLOCK_ROWS)) {
    const from = Math.max(first, block.first);
    const to = Math.min(first + rows, block.first + block.rows);
    if (to <= from) continue;
    const values = await table.values(column, from, to - from);
    for (let row = 0; row < values.length; row++) cells.push(values[row]);
  }
  if (cells.length !== rows)
    throw new TableFormatError(
      file,
      `it has no rows ${first + 1} to ${first + rows}, which the file of objects has`,
    );
  return cells;
}
