/**
 * CSV tables: one line of names, then rows; streamed. Commas, semicolons, tabs or bars between fields, told from the line of
 * names. Lines that begin with `#` above the names are comments; those of ECSV (astropy) give units, as does a name such as
 * `ra [deg]`. A name may be quoted, and a field that is quoted may hold line ends.
 */
import type { RangeSource } from '../../range-source.js';
import { TableFormatError } from '../errors.js';
import type { RowQuery, TableBlock, TableColumnHead, TableReader } from '../table-reader.js';
import { addUnitOfLine } from '../ecsv-units.js';
import { pickFields, splitFields } from './csv-fields.js';
import { readRecords } from './csv-lines.js';

const DELIMITERS = [',', '\t', ';', '|'];
const MAX_COLUMNS = 10_000;

interface CsvHead {
  readonly columns: readonly TableColumnHead[];
  readonly delimiter: string;
  /** Records up to and with the line of names. */
  readonly records: number;
}

/** Opens a CSV table. Throws `TableFormatError` where it has no line of names. */
export async function openCsvTable(source: RangeSource): Promise<TableReader> {
  const { columns, delimiter, records } = await readHead(source);
  return {
    columns,
    notes: [],
    rowsLeftOut: 0,
    blocks: (query) => readBlocks(source, query, delimiter, records),
  };
}

async function readHead(source: RangeSource): Promise<CsvHead> {
  const units = new Map<string, string>();
  let ecsvDelimiter: string | undefined;
  let records = 0;
  for await (const batch of readRecords(source, { bytes: 0 })) {
    for (const raw of batch.records) {
      const record = records === 0 ? raw.replace(/^\uFEFF/, '') : raw;
      records++;
      if (record.startsWith('#')) {
        if (/^#\s*%ECSV/.test(record)) ecsvDelimiter = ' ';
        ecsvDelimiter = /^#\s*delimiter:\s*'?([,;|])'?/.exec(record)?.[1] ?? ecsvDelimiter;
        addUnitOfLine(record, units);
        continue;
      }
      if (record.trim() === '') continue;
      return headOf(source.name, record, records, ecsvDelimiter, units);
    }
  }
  throw new TableFormatError(source.name, 'there is no line of column names; a CSV table begins with one');
}

function headOf(
  file: string,
  record: string,
  records: number,
  ecsvDelimiter: string | undefined,
  units: ReadonlyMap<string, string>,
): CsvHead {
  const delimiter = ecsvDelimiter ?? usualDelimiter(record);
  const names = splitFields(record, delimiter);
  if (names.length > MAX_COLUMNS)
    throw new TableFormatError(file, `there are ${names.length} columns, and ${MAX_COLUMNS} are the most`);
  if (names.every((name) => Number.isFinite(Number(name)))) {
    throw new TableFormatError(
      file,
      `the first line is '${record.slice(0, 60)}', numbers alone; a CSV table begins with a line of column names, such as 'id,ra,dec,mag_r'`,
    );
  }
  const columns = names.map((text): TableColumnHead => {
    const match = /^(.*?)\s*\[([^\]]*)\]$/.exec(text);
    const name = match?.[1] ?? text;
    return { name, unit: match?.[2] ?? units.get(name) ?? '' };
  });
  return { columns, delimiter, records };
}

/** The delimiter that the line of names holds most of; a comma where it holds none. */
function usualDelimiter(record: string): string {
  let best = ',';
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const count = splitFields(record, delimiter).length - 1;
    if (count > most) {
      most = count;
      best = delimiter;
    }
  }
  return best;
}

async function* readBlocks(
  source: RangeSource,
  query: RowQuery,
  delimiter: string,
  headRecords: number,
): AsyncIterable<TableBlock> {
  // Fields are taken in the order of the line; `order` leads back to the order asked for.
  const order = query.columns.map((_, index) => index).sort((a, b) => query.columns[a]! - query.columns[b]!);
  const places = order.map((index) => query.columns[index]!);
  let record = 0;
  let rowsBefore = 0;
  for await (const { records, lines } of readRecords(source, { bytes: 0 })) {
    const columns = query.columns.map(() => new Array<string | undefined>(records.length));
    const rowLines: number[] = [];
    for (let i = 0; i < records.length; i++) {
      if (record++ < headRecords) continue;
      const text = records[i]!;
      if (text === '' || text.startsWith('#') || text.trim() === '') continue;
      const row = rowLines.push(lines[i]!) - 1;
      const isWhole = pickFields(text, delimiter, places, (index, field) => {
        columns[order[index]!]![row] = field;
      });
      if (!isWhole) for (const column of columns) column[row] = undefined;
    }
    const first = rowsBefore;
    rowsBefore += rowLines.length;
    if (rowLines.length > 0) {
      yield {
        rows: rowLines.length,
        columns,
        place: (row) => ({ row: first + row + 1, line: rowLines[row] ?? 0 }),
      };
    }
  }
}
