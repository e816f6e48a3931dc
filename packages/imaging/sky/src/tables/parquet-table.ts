/**
 * Parquet tables, by row group and within it by blocks of rows, the needed columns alone. Groups whose statistics lie
 * outside the region are not read; of a block positions are read first, and the rest where one of them is wanted. Units
 * come from the key-value metadata: astropy's `table_meta_yaml`, or `columns`, a JSON object of `{ "ra": { "unit": "deg" } }`.
 */
import {
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type RowGroup,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { SourceUnreadableError } from '../byte-source.js';
import type { RangeSource } from '../range-source.js';
import { addUnitOfLine } from './ecsv-units.js';
import { TableFormatError } from './errors.js';
import { checkChunk } from './parquet-guard.js';
import { plainNumbers } from './plain-column.js';
import type { CellColumn, RowQuery, TableBlock, TableReader } from './table-reader.js';

/** Rows that are read at once. */
const BLOCK_ROWS = 1_048_576;
/** Most bytes that one column of one row group may unpack to. */
const MAX_CHUNK_BYTES = 1_073_741_824;
/** Footers larger than this are not those of a table of sources. */
const MAX_FOOTER_BYTES = 64_000_000;

type AsyncFile = Parameters<typeof parquetMetadataAsync>[0];

/** Most values of one list, on average over a group. */
const MAX_LIST_VALUES = 4096;

/** A Parquet table whose rows can be read from any place, lists of numbers included. */
export interface ParquetTable extends TableReader {
  /** Names of the columns whose rows are lists of values. */
  readonly listColumns: readonly string[];
  /** Key-value metadata of the file. */
  readonly metadataText: ReadonlyMap<string, string>;
  /** Blocks of rows in order, at most `blockRows` and within one row group each. */
  rowBlocks(blockRows: number): readonly { readonly first: number; readonly rows: number }[];
  /** False where the statistics of the group that holds the rows place all of it outside the query's region. */
  mayHold(first: number, query: RowQuery): boolean;
  /** Values of a column in rows of one group; null for absent ones. Throws `TableFormatError`. */
  values(column: string, first: number, rows: number): Promise<CellColumn>;
  /** Rows of a column of lists, within one group. Throws `TableFormatError`. */
  lists(column: string, first: number, rows: number): Promise<readonly unknown[]>;
}

/** Opens a Parquet table. Throws `TableFormatError` and what the source throws. */
export async function openParquetTable(source: RangeSource): Promise<ParquetTable> {
  const tail = await source.read(Math.max(0, source.bytes - 8), source.bytes);
  const footerBytes = tail.length === 8 ? new DataView(tail.buffer, tail.byteOffset).getUint32(0, true) : 0;
  const magic = String.fromCharCode(...tail.subarray(4));
  if (magic !== 'PAR1' || footerBytes + 12 > source.bytes || footerBytes > MAX_FOOTER_BYTES) {
    const head = await source.read(0, Math.min(2, source.bytes));
    throw new TableFormatError(
      source.name,
      head[0] === 0x1f && head[1] === 0x8b
        ? 'the Parquet file is packed with gzip, so that no part of it can be read alone; unpack it'
        : 'the Parquet file does not end as one does; it is cut off or damaged',
    );
  }
  const file = asyncFile(source);
  return guarded(source.name, async () => {
    const metadata = await parquetMetadataAsync(file, { initialFetchSize: footerBytes + 8 });
    checkShape(metadata);
    return new ParquetReader(source.name, file, metadata);
  });
}

/** How far the levels of a column go, and what the schema says of its values. */
interface Levels {
  readonly maxDefinition: number;
  readonly maxRepetition: number;
  readonly element: FileMetaData['schema'][number] | undefined;
}

/** The values of a column in a group, as they lie in the file from one byte to another. */
interface Chunk {
  readonly bytes: ArrayBuffer;
  readonly from: number;
  readonly to: number;
  readonly group: RowGroup;
  readonly data: NonNullable<RowGroup['columns'][number]['meta_data']>;
  readonly levels: Levels;
}

class ParquetReader implements ParquetTable {
  readonly columns;
  readonly listColumns: readonly string[];
  readonly metadataText: ReadonlyMap<string, string>;
  readonly notes: readonly string[] = [];
  rowsLeftOut = 0;
  private readonly name: string;
  private readonly file: AsyncFile;
  private readonly metadata: FileMetaData;
  /** Where the chunks begin that were looked over. */
  private readonly checked = new Set<number>();

  constructor(name: string, file: AsyncFile, metadata: FileMetaData) {
    this.name = name;
    this.file = file;
    this.metadata = metadata;
    const units = unitsOf(metadata);
    this.columns = flatColumns(metadata).map((column) => ({ name: column, unit: units.get(column) ?? '' }));
    this.listColumns = listColumns(metadata);
    this.metadataText = new Map(
      (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']),
    );
  }

  rowBlocks(blockRows: number): readonly { readonly first: number; readonly rows: number }[] {
    const blocks: { first: number; rows: number }[] = [];
    let start = 0;
    for (const group of this.metadata.row_groups) {
      const groupRows = Number(group.num_rows);
      this.checkGroup(group, groupRows, []);
      for (let at = 0; at < groupRows; at += blockRows)
        blocks.push({ first: start + at, rows: Math.min(blockRows, groupRows - at) });
      start += groupRows;
    }
    return blocks;
  }

  mayHold(first: number, query: RowQuery): boolean {
    const names = query.columns.map((index) => this.columns[index]!.name);
    const group = this.groupOf(first);
    return group === undefined || mayHold(group, names, query);
  }

  values(column: string, first: number, rows: number): Promise<CellColumn> {
    this.checkGroupOf(column, first);
    return this.readMasked(column, first, rows);
  }

  async lists(column: string, first: number, rows: number): Promise<readonly unknown[]> {
    this.checkGroupOf(column, first);
    return Array.from(await this.readColumn(column, first, rows));
  }

  private checkGroupOf(column: string, row: number): void {
    const group = this.groupOf(row);
    if (group !== undefined) this.checkGroup(group, Number(group.num_rows), [column]);
  }

  private groupOf(row: number): RowGroup | undefined {
    let end = 0;
    return this.metadata.row_groups.find(({ num_rows: rows }) => row < (end += Number(rows)));
  }

  async *blocks(query: RowQuery): AsyncIterable<TableBlock> {
    const names = query.columns.map((index) => this.columns[index]!.name);
    let groupStart = 0;
    for (const group of this.metadata.row_groups) {
      const rows = Number(group.num_rows);
      this.checkGroup(group, rows, names);
      if (mayHold(group, names, query)) yield* this.groupBlocks(query, names, groupStart, rows);
      else this.rowsLeftOut += rows;
      groupStart += rows;
    }
  }

  private async *groupBlocks(
    query: RowQuery,
    names: readonly string[],
    groupStart: number,
    groupRows: number,
  ): AsyncIterable<TableBlock> {
    for (let at = 0; at < groupRows; at += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, groupRows - at);
      const first = groupStart + at;
      const { position } = query;
      const known = new Map<number, CellColumn>();
      if (position !== undefined) {
        const ra = await this.readMasked(names[position.ra]!, first, rows);
        const dec = await this.readMasked(names[position.dec]!, first, rows);
        if (!anyWanted(ra, dec, rows, position)) {
          this.rowsLeftOut += rows;
          continue;
        }
        known.set(position.ra, ra).set(position.dec, dec);
      }
      const columns: CellColumn[] = [];
      for (const [index, name] of names.entries())
        columns.push(known.get(index) ?? (await this.readMasked(name, first, rows)));
      yield { rows, columns, place: (row) => ({ row: first + row + 1 }) };
    }
  }

  /** A column with null where astropy's column of masks beside it (`NAME.mask`) is true. */
  private async readMasked(name: string, first: number, rows: number): Promise<CellColumn> {
    const values = await this.readColumn(name, first, rows);
    if (!this.columns.some((column) => column.name === `${name}.mask`)) return values;
    const masks = await this.readColumn(`${name}.mask`, first, rows);
    return Array.from(values, (value, row) => (masks[row] === true ? null : value));
  }

  private async readColumn(column: string, rowStart: number, rows: number): Promise<CellColumn> {
    const rowEnd = rowStart + rows;
    const values = await guarded(this.name, async () => {
      const chunk = await this.chunkOf(column, rowStart);
      const plain = this.plainOf(chunk, rowStart, rows);
      if (plain !== undefined) return plain;
      const scan = await parquetScan({
        file: this.checkedFile(chunk),
        useOffsetIndex: false,
        metadata: this.metadata,
        columns: [column],
        rowStart,
        rowEnd,
        compressors,
      });
      return scan.readColumn({ column, rowStart, rowEnd });
    });
    if (values.length !== rows)
      throw new TableFormatError(
        this.name,
        `column ${column} has ${values.length} values in rows ${rowStart + 1} to ${rowEnd}; the file is damaged`,
      );
    return values as CellColumn;
  }

  /** The chunk of a column in the group of a row, read. */
  private async chunkOf(column: string, row: number): Promise<Chunk> {
    const group = this.groupOf(row);
    const data = group?.columns.find(({ meta_data: each }) => each?.path_in_schema[0] === column)?.meta_data;
    if (group === undefined || data === undefined) throw new Error(`a row group lacks the column ${column}`);
    const from = Number(data.dictionary_page_offset || data.data_page_offset);
    const to = from + Number(data.total_compressed_size);
    const bytes = await this.file.slice(from, to);
    const levels = levelsOf(this.metadata, data.path_in_schema);
    return { bytes, from, to, group, data, levels };
  }

  /** Plain numbers without nulls; undefined for any other values. */
  private plainOf(
    { bytes, group, data, levels }: Chunk,
    rowStart: number,
    rows: number,
  ): CellColumn | undefined {
    if (levels.element?.converted_type !== undefined || levels.element?.logical_type !== undefined)
      return undefined;
    if (levels.maxRepetition > 0 || data.path_in_schema.length !== 1) return undefined;
    const { codec, type } = data;
    const facts = { rows: Number(group.num_rows), codec, type, maxDefinition: levels.maxDefinition };
    return plainNumbers(bytes, facts, rowStart - this.startOf(group), rows, compressors);
  }

  private startOf(group: RowGroup): number {
    let start = 0;
    for (const each of this.metadata.row_groups) {
      if (each === group) break;
      start += Number(each.num_rows);
    }
    return start;
  }

  /** The file as far as a chunk that is looked over goes. */
  private checkedFile({ bytes, from, to, group, data, levels }: Chunk): AsyncFile {
    const rows = Number(group.num_rows);
    const values = levels.maxRepetition > 0 ? Number(data.num_values) : rows;
    if (!(values <= MAX_LIST_VALUES * Math.max(1, rows))) throw new Error('lists hold too many values');
    const { maxDefinition, maxRepetition } = levels;
    const facts = {
      values,
      maxDefinition,
      maxRepetition,
      codec: data.codec,
      isBoolean: data.type === 'BOOLEAN',
    };
    if (!this.checked.has(from)) checkChunk(bytes, facts, compressors);
    this.checked.add(from);
    const { byteLength } = this.file;
    return {
      byteLength,
      slice(sliceStart, sliceEnd = byteLength) {
        if (sliceStart < from || sliceEnd > to) throw new Error('pages lie outside their chunk');
        return bytes.slice(sliceStart - from, sliceEnd - from);
      },
    };
  }

  private checkGroup(group: RowGroup, rows: number, names: readonly string[]): void {
    const isCount = Number.isSafeInteger(rows) && rows >= 0;
    const tooLarge = group.columns.some(
      ({ meta_data: chunk }) =>
        chunk !== undefined &&
        names.includes(chunk.path_in_schema[0] ?? '') &&
        Number(chunk.total_uncompressed_size) > MAX_CHUNK_BYTES,
    );
    if (isCount && !tooLarge) return;
    throw new TableFormatError(
      this.name,
      tooLarge
        ? `a row group holds more than ${MAX_CHUNK_BYTES} bytes in one column; write it with smaller row groups (a million rows)`
        : 'a row group has no valid number of rows; the file is damaged',
    );
  }
}

/** Throws where a damaged footer lacks what the library's types promise. */
function checkShape({ schema, row_groups: groups, key_value_metadata: pairs = [] }: FileMetaData): void {
  const isText = (value: unknown) => typeof value === 'string';
  const isWhole =
    schema.every(({ name }) => isText(name)) &&
    pairs.every(({ key, value }) => isText(key) && (value === undefined || isText(value))) &&
    groups.every(
      (group) =>
        group.num_rows !== undefined &&
        group.columns.every(({ meta_data: data }) => data === undefined || data.path_in_schema.every(isText)),
    );
  if (!isWhole) throw new Error('the footer lacks names');
}

/** Names of the columns that hold one value for each row. */
function flatColumns(metadata: FileMetaData): string[] {
  return parquetSchema(metadata)
    .children.filter(
      ({ children, element }) => children.length === 0 && element.repetition_type !== 'REPEATED',
    )
    .map(({ element }) => element.name);
}

/** Names of the columns whose rows are lists of single values, in the layout of Parquet's LIST. */
function listColumns(metadata: FileMetaData): string[] {
  return parquetSchema(metadata)
    .children.filter(({ element, children: [list, ...more] }) => {
      if (element.repetition_type === 'REPEATED' || list === undefined || more.length > 0) return false;
      const [item, ...others] = list.children;
      return (
        list.element.repetition_type === 'REPEATED' &&
        item !== undefined &&
        others.length === 0 &&
        item.children.length === 0
      );
    })
    .map(({ element }) => element.name);
}

/** How far the levels of a column go. */
function levelsOf(metadata: FileMetaData, path: readonly string[]): Levels {
  let node: ReturnType<typeof parquetSchema> | undefined = parquetSchema(metadata);
  let [maxDefinition, maxRepetition] = [0, 0];
  for (const name of path) {
    node = node?.children.find(({ element }) => element.name === name);
    if (node === undefined) throw new Error('a column is not in the schema');
    const repetition = node.element.repetition_type;
    if (repetition === 'OPTIONAL' || repetition === 'REPEATED') maxDefinition++;
    if (repetition === 'REPEATED') maxRepetition++;
  }
  return { maxDefinition, maxRepetition, element: node?.element };
}

function unitsOf(metadata: FileMetaData): Map<string, string> {
  const units = new Map<string, string>();
  for (const { key, value } of metadata.key_value_metadata ?? []) {
    if (value === undefined) continue;
    if (key === 'table_meta_yaml') for (const line of value.split('\n')) addUnitOfLine(line, units);
    if (key === 'columns') addJsonUnits(value, units);
  }
  return units;
}

function addJsonUnits(text: string, units: Map<string, string>): void {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return; // Some other program's key of the same name: it says nothing of units.
  }
  if (typeof document !== 'object' || document === null) return;
  for (const [name, facts] of Object.entries(document)) {
    const unit: unknown = typeof facts === 'object' && facts !== null && 'unit' in facts ? facts.unit : facts;
    if (typeof unit === 'string') units.set(name, unit);
  }
}

/** False where the statistics of a group say that none of its positions lies inside the region. */
function mayHold(group: RowGroup, names: readonly string[], { position }: RowQuery): boolean {
  if (position === undefined) return true;
  const ra = rangeOf(group, names[position.ra]!, position.raFactor);
  const dec = rangeOf(group, names[position.dec]!, position.decFactor);
  if (ra === undefined && dec === undefined) return true;
  const [raMin, raMax] = ra ?? [0, 360];
  const [decMin, decMax] = dec ?? [-90, 90];
  return position.region.mayTouch(raMin, raMax, decMin, decMax);
}

function rangeOf(group: RowGroup, column: string, factor: number): readonly [number, number] | undefined {
  const chunk = group.columns.find(({ meta_data: data }) => data?.path_in_schema[0] === column)?.meta_data;
  const { min_value: newMin, max_value: newMax, min, max, null_count: nulls } = chunk?.statistics ?? {};
  const [low, high] = [newMin ?? min, newMax ?? max];
  // Rows without a position are faults to be counted; writers leave NaN out of statistics, which cannot be seen from here.
  if (typeof low !== 'number' || typeof high !== 'number' || (nulls !== undefined && Number(nulls) > 0))
    return undefined;
  return low <= high ? [low * factor, high * factor] : undefined;
}

function anyWanted(
  ra: CellColumn,
  dec: CellColumn,
  rows: number,
  { raFactor, decFactor, region }: NonNullable<RowQuery['position']>,
): boolean {
  for (let row = 0; row < rows; row++) {
    const [raCell, decCell] = [ra[row], dec[row]];
    if (typeof raCell !== 'number' || typeof decCell !== 'number') return true;
    const decDeg = decCell * decFactor;
    if (!(decDeg >= -90 && decDeg <= 90) || region.holds(raCell * raFactor, decDeg)) return true;
  }
  return false;
}

function asyncFile(source: RangeSource): AsyncFile {
  return {
    byteLength: source.bytes,
    async slice(start, end = source.bytes) {
      const from = start < 0 ? Math.max(0, source.bytes + start) : start;
      if (from > end || end > source.bytes)
        throw new TableFormatError(
          source.name,
          `it points at byte ${end} of ${source.bytes}; the file is cut off or damaged`,
        );
      const bytes = await source.read(from, end);
      const buffer = new ArrayBuffer(bytes.length);
      new Uint8Array(buffer).set(bytes);
      return buffer;
    },
  };
}

/** Turns what the Parquet library throws into an error of ours that names the file. */
async function guarded<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof TableFormatError || cause instanceof SourceUnreadableError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TableFormatError(
      file,
      `the Parquet file cannot be read (${reason}); it is damaged, or of a kind that is not read`,
      {
        cause,
      },
    );
  }
}
