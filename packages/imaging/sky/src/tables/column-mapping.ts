/** Which column gives which quantity: what the request says, else the usual names. */
import { type Band, BANDS } from '@imsim-od/astro';
import { nearestName } from '@imsim-od/names';
import { TableColumnError, TableUnitError } from './errors.js';
import { knownNames, plainName, QUANTITIES, QUANTITY_NAMES, type Quantity } from './quantities.js';
import type { TableColumnHead, TableFormat } from './table-reader.js';
import { conversionOf, type UnitConversion, UNITS_OF_KIND } from './units.js';

/** What a request says of one quantity: a column, a unit, or both; a text is a column. */
export type ColumnChoice =
  string | { readonly column?: string | undefined; readonly unit?: string | undefined };
/** What a request says of the columns of a table. */
export type ColumnChoices = Readonly<Partial<Record<Quantity, ColumnChoice | undefined>>>;

/** A quantity and the column that gives it. */
export interface MappedColumn extends UnitConversion {
  readonly quantity: Quantity;
  /** Index of the column in the table. */
  readonly index: number;
  readonly column: string;
}

/** A table in messages. */
interface NamedTable {
  readonly file: string;
  readonly format: TableFormat;
}

/**
 * Finds the columns. Throws `TableColumnError` where one that is asked for or needed (ra, dec, and mag or sed with magnorm) is absent or
 * stands twice, and `TableUnitError` for a unit that is none of its quantity.
 */
export function mapColumns(
  table: NamedTable,
  heads: readonly TableColumnHead[],
  choices: ColumnChoices,
  band: Band,
): readonly MappedColumn[] {
  const names = heads.map(({ name }) => name);
  const plain = names.map(plainName);
  const mapped: MappedColumn[] = [];
  for (const quantity of QUANTITY_NAMES) {
    const given = choices[quantity];
    const choice = typeof given === 'string' ? { column: given } : (given ?? {});
    const index =
      choice.column === undefined
        ? usualColumn(table, quantity, names, plain, band)
        : chosenColumn(table, quantity, names, choice.column);
    if (index === undefined) {
      if (given !== undefined || quantity === 'ra' || quantity === 'dec')
        throw missing(table, quantity, names, band);
      continue;
    }
    const head = heads[index]!;
    const unit = choice.unit ?? head.unit;
    const { kind } = QUANTITIES[quantity];
    const conversion = conversionOf(kind, unit);
    if (conversion === undefined)
      throw new TableUnitError(table.file, quantity, head.name, unit, UNITS_OF_KIND[kind]);
    mapped.push({ quantity, index, column: head.name, ...conversion });
  }
  const has = (wanted: Quantity): boolean => mapped.some(({ quantity }) => quantity === wanted);
  if (!has('mag') && !(has('sed') && has('magnorm')))
    throw missing(table, has('sed') ? 'magnorm' : has('magnorm') ? 'sed' : 'mag', names, band);
  return mapped;
}

/** One sentence: `ra from RAJ2000 [deg], dec from DEJ2000 [deg], …`. */
export function mappingText(mapped: readonly MappedColumn[]): string {
  return mapped
    .map(({ quantity, column, unit }) => `${quantity} from ${column}${unit === '' ? '' : ` [${unit}]`}`)
    .join(', ');
}

/** Shorter names are two slips away from anything. */
const LEAST_NAME = 3;

/** All usual names of all quantities, in any band. */
const ALL_NAMES: ReadonlySet<string> = new Set(
  QUANTITY_NAMES.flatMap((quantity) => BANDS.flatMap((band) => knownNames(quantity, band))),
);

function hasOneOf(names: readonly string[], wanted: readonly string[]): boolean {
  return names.some((name) => wanted.includes(plainName(name)));
}

function usualColumn(
  table: NamedTable,
  quantity: Quantity,
  names: readonly string[],
  plain: readonly string[],
  band: Band,
): number | undefined {
  for (const wanted of knownNames(quantity, band)) {
    const index = plain.indexOf(wanted);
    if (index < 0) continue;
    const again = plain.indexOf(wanted, index + 1);
    if (again >= 0) throw ambiguous(table, quantity, names, index, again);
    return index;
  }
  return undefined;
}

function chosenColumn(
  table: NamedTable,
  quantity: Quantity,
  names: readonly string[],
  wanted: string,
): number {
  let index = names.indexOf(wanted);
  let again = index < 0 ? -1 : names.indexOf(wanted, index + 1);
  if (index < 0) {
    const lower = names.map((name) => name.toLowerCase());
    index = lower.indexOf(wanted.toLowerCase());
    again = index < 0 ? -1 : lower.indexOf(wanted.toLowerCase(), index + 1);
  }
  if (index < 0) {
    const nearest = nearestName(wanted, names);
    const meant = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
    throw new TableColumnError(
      table.file,
      quantity,
      `there is no column '${wanted}' for ${quantity}${meant}`,
      names,
      table.format,
    );
  }
  if (again >= 0) throw ambiguous(table, quantity, names, index, again);
  return index;
}

function ambiguous(
  table: NamedTable,
  quantity: Quantity,
  names: readonly string[],
  one: number,
  other: number,
): TableColumnError {
  return new TableColumnError(
    table.file,
    quantity,
    `columns ${one + 1} ('${names[one]}') and ${other + 1} ('${names[other]}') could both be ${quantity}; ` +
      `rename one, or name it by columns: { ${quantity}: … } in the request`,
    names,
    table.format,
  );
}

function missing(
  table: NamedTable,
  quantity: Quantity,
  names: readonly string[],
  band: Band,
): TableColumnError {
  const known = knownNames(quantity, band);
  // A column that is something else already, the magnitude of another band above all, is not what was meant.
  const free = names.filter((name) => !ALL_NAMES.has(plainName(name)));
  const near = known
    .filter(({ length }) => length >= LEAST_NAME)
    .map((name) => nearestName(name, free))
    .find((name) => name !== undefined);
  const others = BANDS.filter((other) => quantity === 'mag' && hasOneOf(names, knownNames('mag', other)));
  const meant =
    others.length > 0
      ? `; the visit is in ${band}, and the table has magnitudes in ${others.join(', ')}`
      : near === undefined
        ? ''
        : `; is it '${near}'?`;
  return new TableColumnError(
    table.file,
    quantity,
    `no column gives ${quantity} (usual names: ${known.join(', ')}); ` +
      `name it by columns: { ${quantity}: … } in the request${meant}`,
    names,
    table.format,
  );
}
