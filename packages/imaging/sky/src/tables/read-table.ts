/**
 * Reading a table of sources of any format. Memory holds the rows that are kept and one block of the table: positions
 * outside the region are dropped as they come, and readers leave out whole blocks where the file says what they hold.
 */
import type { Band, SkyPosition } from '@imsim-od/astro';
import type { ByteSource } from '../byte-source.js';
import type { RangeSource } from '../range-source.js';
import type { ExposureTime } from '../tracks/exposure-time.js';
import { placeOfMover } from '../tracks/moving-object.js';
import { SedLedger, type SedUses } from '../sed/sed-ledger.js';
import type { SedLibrary } from '../sed/sed-library.js';
import { SedPhotometry } from '../sed/sed-photometry.js';
import { sourceFault } from '../source-limits.js';
import { type SourceRow, type SourceTable, SourceTableBuilder } from '../source-table.js';
import { type ColumnChoices, type MappedColumn, mapColumns, mappingText } from './column-mapping.js';
import { TableRowError } from './errors.js';
import { openTable } from './open-table.js';
import type { LightCurves } from './read-light-curves.js';
import { ROW_SKIP_REASONS, RowSkipCounter, type RowSkipReason, type SkippedRows } from './skipped-rows.js';
import { negativePixelNotes } from '../instance-catalog/stamp.js';
import { StampLoader } from './stamp-loader.js';
import type { SkyRegion } from './sky-region.js';
import { placeText, type RowQuery, type TableFormat, type TablePlace } from './table-reader.js';
import { RowMaker, type RowSed } from './table-row.js';

/** Options of reading a table. */
export interface SkyTableOptions {
  /** Band of the magnitudes that are wanted: the visit's. */
  readonly band: Band;
  /** Default: told by the content. */
  readonly format?: TableFormat | undefined;
  /** Name or number (from 1) of the table in a file of several; default the first. */
  readonly table?: string | undefined;
  /** Columns and units that differ from what the file says. */
  readonly columns?: ColumnChoices | undefined;
  /** Magnitudes are those before lensing. Default false. */
  readonly unlensedMagnitudes?: boolean;
  /** When positions hold whose row does not say: MJD TAI, or a Julian year from 1900 to 2100. Default J2000, for rates the exposure. */
  readonly epoch?: number | undefined;
  /** The exposure: where columns tell of motion, sources stand where they are in its middle. Default: where the file has them. */
  readonly time?: ExposureTime | undefined;
  /** Where the SED files of rows are looked for; without one, and where it has no file, the colour of the family stands in. */
  readonly sedLibrary?: SedLibrary | undefined;
  /** What gives the light of a row that has both a magnitude and an SED with magnorm. Default `columns`: the magnitude. */
  readonly magnitudesFrom?: MagnitudesFrom | undefined;
  /** Curves that give the magnitudes of the sources that have one. */
  readonly lightCurves?: LightCurves | undefined;
  /** Keeps only sources inside. Default: all. */
  readonly region?: SkyRegion;
  /** Checks every row and keeps none, so that a table of any size needs little memory. Default false. */
  readonly checkOnly?: boolean;
  /** Opens the image that a row names; default: rows that name one are refused. */
  readonly openStamp?: (name: string) => Promise<ByteSource>;
  /** The first faulty row stops reading with `TableRowError`. Default false: it is skipped and counted. */
  readonly strict?: boolean;
  /** Value of the `catalog` column: index of this entry in the request's sky list. Default 0. */
  readonly catalog?: number;
  /** Called after each block of rows with the number of rows seen. */
  readonly onProgress?: (rows: number) => void;
}

/** What gives the light of rows that have both: the column of magnitudes, or SED and magnorm. */
export type MagnitudesFrom = 'columns' | 'spectra';

/** What a table holds. */
export interface SkyTable {
  readonly format: TableFormat;
  readonly sources: SourceTable;
  /** True where sources move or vary, so that they belong to one time. */
  readonly isOfTime: boolean;
  /** Which column gives which quantity. */
  readonly columns: readonly MappedColumn[];
  /** Rows of the table, those that were left out unread included. */
  readonly rows: number;
  /** Rows outside the region. */
  readonly outside: number;
  readonly skipped: Readonly<Partial<Record<RowSkipReason, SkippedRows>>>;
  /** The SED files behind the rows that are kept; undefined where no row names one. */
  readonly sedUses: SedUses | undefined;
  /** Warnings and remarks, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads a table. Throws `TableFormatError`, `TableColumnError`, `TableUnitError`, with `strict` `TableRowError`, `SedFileError`,
 * the FITS package's `FitsError`, `SourceCompressionError`, and what the source throws.
 */
export async function readSkyTable(source: RangeSource, options: SkyTableOptions): Promise<SkyTable> {
  const { format, reader } = await openTable(source, options.format, options.table);
  const named = { file: source.name, format };
  const columns = mapColumns(named, reader.columns, options.columns ?? {}, options.band);
  const { region } = options;
  const light = new SedPhotometry(options.band, options.checkOnly === true ? undefined : options.sedLibrary);
  const ledger = new SedLedger();
  const maker = new RowMaker(columns, {
    band: options.band,
    catalog: options.catalog ?? 0,
    unlensedMagnitudes: options.unlensedMagnitudes === true,
    epoch: options.epoch,
    time: options.time,
    light,
    spectraFirst: options.magnitudesFrom === 'spectra',
    lightCurves: options.lightCurves,
    keep: region === undefined ? undefined : (raDeg, decDeg) => region.holds(raDeg, decDeg),
  });
  const builder = new SourceTableBuilder();
  const stamps = new StampLoader(source.name, options.openStamp);
  const skips = new RowSkipCounter();
  const skip = (reason: RowSkipReason, place: () => TablePlace): void => {
    const { text, fault } = ROW_SKIP_REASONS[reason];
    if (fault && options.strict === true) throw new TableRowError(source.name, placeText(place()), text);
    skips.add(reason, source.name, place);
  };
  let rows = 0;
  let outside = 0;
  let drawn = 0;
  for await (const block of reader.blocks(queryOf(columns, region))) {
    maker.open(block);
    for (let row = 0; row < block.rows; row++) {
      const number = (): number => block.place(row).row;
      let made = maker.make(row, number);
      while (made === 'needsSed') {
        await light.load(maker.sedName);
        made = maker.make(row, number);
      }
      if (typeof made !== 'string' && maker.stampFile !== undefined && options.checkOnly !== true) {
        const place = (): string => placeText(block.place(row));
        made = await stamps.complete(made, maker.stampFile, builder, place);
      }
      if (typeof made !== 'string') {
        drawn++;
        if (maker.sed !== undefined) take(ledger, maker.sed, made);
        if (options.checkOnly !== true) builder.add(made);
      } else if (made === 'track') continue;
      else if (made === 'outside') outside++;
      else skip(made, () => block.place(row));
    }
    rows += block.rows;
    options.onProgress?.(rows);
  }
  for (const [objectId, { track, source: template, sed, firstRow }] of maker.tracks) {
    const placed = options.time && placeOfMover(objectId, track, options.time);
    if (placed === undefined) continue;
    if (region !== undefined && !region.isReachedBy(placed)) {
      outside++;
      continue;
    }
    const fault = sourceFault(placed);
    if (fault !== undefined) {
      skip(fault, () => ({ row: firstRow }));
      continue;
    }
    drawn++;
    if (sed !== undefined) take(ledger, { ...sed, ...placed }, template);
    if (options.checkOnly !== true) builder.add({ ...template, ...placed });
  }
  const sources = builder.build();
  const notes = [
    `${source.name}: ${mappingText(columns)}.`,
    ...reader.notes,
    ...remarks(source.name, columns, options.magnitudesFrom),
    ...negativePixelNotes(source.name, sources.stamps),
    // What is only looked through may be drawn by spectra elsewhere.
    ...(options.checkOnly === true ? [] : ledger.notes(source.name, options.band)),
  ];
  if (rows + reader.rowsLeftOut === 0) notes.push(`${source.name}: the table has no rows.`);
  else if (drawn === 0) notes.push(`${source.name}: ${nothingDrawn(maker.firstOutside, region)}.`);
  return {
    format,
    sources,
    isOfTime: options.lightCurves !== undefined || maker.moves,
    columns,
    rows: rows + reader.rowsLeftOut,
    outside: outside + reader.rowsLeftOut,
    skipped: skips.summary(),
    sedUses: ledger.uses(),
    notes,
  };
}

function nothingDrawn(first: SkyPosition | undefined, region: SkyRegion | undefined): string {
  const centre = region?.circles[0]?.centre;
  if (first === undefined || centre === undefined) return 'no row of the table is to be drawn';
  const at = ({ raDeg, decDeg }: SkyPosition): string =>
    `RA ${raDeg.toFixed(4)}, Dec ${decDeg.toFixed(4)} deg`;
  return (
    `no row of the table is to be drawn: the first outside the detectors lies at ${at(first)}, a detector at ${at(centre)} ` +
    '(positions in another unit: columns: { ra: { unit: rad }, dec: { unit: rad } })'
  );
}

function take(
  ledger: SedLedger,
  { sed, name, ...place }: RowSed & Pick<SourceRow, 'lengthArcsec'>,
  { redshift = 0 }: SourceRow,
): void {
  ledger.add(sed, name, redshift, place);
}

function queryOf(columns: readonly MappedColumn[], region: SkyRegion | undefined): RowQuery {
  const indices = columns.map(({ index }) => index);
  const ra = columns.findIndex(({ quantity }) => quantity === 'ra');
  const dec = columns.findIndex(({ quantity }) => quantity === 'dec');
  const raColumn = columns[ra];
  const decColumn = columns[dec];
  // What moves may come in from anywhere.
  const isMover = columns.some(({ quantity }) => quantity === 'rateRa' || quantity === 'rateDec');
  if (isMover || region === undefined || raColumn === undefined || decColumn === undefined)
    return { columns: indices };
  const position = { ra, dec, raFactor: raColumn.factor, decFactor: decColumn.factor, region };
  return { columns: indices, position };
}

/** What is decided for the user where columns are absent or compete. */
function remarks(
  file: string,
  columns: readonly MappedColumn[],
  magnitudesFrom: MagnitudesFrom = 'columns',
): string[] {
  const has = new Set(columns.map(({ quantity }) => quantity));
  const notes: string[] = [];
  const hasSed = has.has('sed') && has.has('magnorm');
  if (hasSed && has.has('mag'))
    notes.push(
      magnitudesFrom === 'spectra'
        ? `${file}: sed and magnorm give the light where a row has them, and mag elsewhere.`
        : `${file}: mag gives the light where a row has it, and sed with magnorm elsewhere (magnitudesFrom: spectra turns that round).`,
    );
  if (!hasSed && magnitudesFrom === 'spectra')
    notes.push(
      `${file}: magnitudesFrom is spectra, but the table has not both sed and magnorm; mag is taken.`,
    );
  const internal = (['internalAv', 'internalRv', 'internalDustLaw'] as const).filter((name) => has.has(name));
  if (!hasSed && internal.length > 0)
    notes.push(`${file}: ${internal.join(', ')} count with sed and magnorm alone, and are not used.`);
  const sized = has.has('semiMajor') || has.has('halfLightRadius');
  if (sized && !has.has('sersicIndex'))
    notes.push(`${file}: no column gives a Sersic index; 1, an exponential disk, is taken.`);
  if (has.has('semiMajor') && has.has('halfLightRadius'))
    notes.push(`${file}: semiMajor is used where a row has it, and halfLightRadius elsewhere.`);
  const sheared = has.has('g1') || has.has('g2');
  if (
    sheared &&
    (has.has('positionAngle') || has.has('axisRatio') || has.has('ellipticity') || has.has('semiMinor'))
  )
    notes.push(
      `${file}: shapes come from g1 and g2; axes give the area alone, and position angles are not used.`,
    );
  if (has.has('mu') && has.has('kappa'))
    notes.push(`${file}: mu is used where a row has it, and kappa elsewhere.`);
  return notes;
}
