/**
 * Reads a folder of sky catalogs as `LSSTDESC/skyCatalogs` lays it out: files of one cell of the sky and one type of objects each. Of
 * these only the cells that the region touches are opened, of a file the row groups that may hold the region, and of these the columns
 * needed.
 */
import type { Band } from '@imsim-od/astro';
import type { SedUses } from '../sed/sed-ledger.js';
import type { SedLibrary } from '../sed/sed-library.js';
import { SedPhotometry } from '../sed/sed-photometry.js';
import type { SourceTable } from '../source-table.js';
import type { SkippedRows } from '../tables/skipped-rows.js';
import { SkyRegion } from '../tables/sky-region.js';
import type { FluxThroughputs } from './band-flux.js';
import type { CatalogFolder } from './catalog-folder.js';
import type { ExposureTime } from '../tracks/exposure-time.js';
import { type CellJob, type FluxChoice, SourceCollector } from './cell-job.js';
import { readDiffsky } from './diffsky.js';
import { readGaiaStars } from './gaia-stars.js';
import { readGalaxies } from './galaxies.js';
import { type CellFiles, readLayout, type TypeLayout } from './layout.js';
import type { ObjectKind } from './object-types.js';
import { cellsOf, type Partition } from './partition.js';
import { readMovers } from './movers.js';
import { readStars } from './stars.js';
import { readSupernovae } from './supernovae.js';

/** How to read a folder. */
export interface SkyCatalogOptions {
  /** The visit's band. */
  readonly band: Band;
  /** The exposure that objects are wanted for. */
  readonly time: ExposureTime;
  /** Keeps only sources inside. Default: all. */
  readonly region?: SkyRegion | undefined;
  /** Types to read; default all of the folder. */
  readonly objectTypes?: readonly string[] | undefined;
  /** Name of the configuration in the folder; default `skyCatalog.yaml`, or the only YAML file that lists types. */
  readonly config?: string | undefined;
  /** Default `files`. */
  readonly fluxes?: FluxChoice;
  /** Curves of the files of fluxes; default what they say, else `baseline-1.9`. */
  readonly fluxThroughputs?: FluxThroughputs | undefined;
  /** Where the SED files of stars are looked for; without one, and where it has no file, the colour of the family stands in. */
  readonly sedLibrary?: SedLibrary | undefined;
  /** The first faulty row stops reading with `TableRowError`. Default false. */
  readonly strict?: boolean;
  /** Value of the `catalog` column. Default 0. */
  readonly catalog?: number;
  /** Told the number of rows seen after each file. */
  readonly onProgress?: (rows: number) => void;
}

/** A file that sources came from. */
export interface SkyCatalogFile {
  /** Below the folder. */
  readonly path: string;
  /** The cell that it covers; absent for the configuration, which counts everywhere. */
  readonly cell?: { readonly partition: Partition; readonly number: number };
}

/** What was read of one type. */
export interface TypeCount {
  readonly type: string;
  /** Cells of the region that have a file. */
  readonly cells: number;
  readonly rows: number;
  readonly objects: number;
}

/** A folder that was read. */
export interface SkyCatalog {
  readonly sources: SourceTable;
  /** Files that were read, in order. */
  readonly files: readonly SkyCatalogFile[];
  readonly counts: readonly TypeCount[];
  /** True where sources of its kinds move or vary, so that they belong to the middle of the exposure. */
  readonly isOfTime: boolean;
  /** True where they are drawn as far as they move, so that they belong to its length as well. */
  readonly isOfExposure: boolean;
  readonly skipped: Readonly<Partial<Record<string, SkippedRows>>>;
  /** The SED files behind the rows that are kept; undefined where no row names one. */
  readonly sedUses: SedUses | undefined;
  /** Warnings and remarks, one sentence each. */
  readonly notes: readonly string[];
}

const READERS: Readonly<Record<ObjectKind, (job: CellJob) => Promise<void>>> = {
  galaxy: readGalaxies,
  diffsky: readDiffsky,
  star: readStars,
  gaia: readGaiaStars,
  supernova: readSupernovae,
  mover: readMovers,
};

/** Kinds whose objects stand and shine the same at every time. */
const TIMELESS: ReadonlySet<ObjectKind> = new Set(['galaxy', 'diffsky']);

/** Cells that a sentence names. */
const NAMED_CELLS = 5;

/**
 * Reads a folder. Throws `SedFileError`, `SkyCatalogError`, `SkyCatalogTypeError`, `TableFormatError`, `TableColumnError`, `TableUnitError`, with
 * `strict` `TableRowError`, and what the folder throws.
 */
export async function readSkyCatalog(folder: CatalogFolder, options: SkyCatalogOptions): Promise<SkyCatalog> {
  const layout = await readLayout(folder, options.config, options.objectTypes);
  const { region } = options;
  const collector = new SourceCollector(options.catalog ?? 0, options.strict === true);
  const light = new SedPhotometry(options.band, options.sedLibrary);
  const files: SkyCatalogFile[] = layout.configurationFiles.map((path) => ({ path }));
  const counts: TypeCount[] = [];
  const notes = [...layout.notes];
  let rowsSeen = 0;
  const kinds = new Set<ObjectKind>();
  for (const type of layout.types) {
    const wanted = region === undefined ? [...type.cells.keys()] : cellsOf(type.partition, region.circles);
    const cells = wanted.map((cell) => type.cells.get(cell)).filter((cell) => cell !== undefined);
    let [rows, objects] = [0, 0];
    if (cells.length > 0) kinds.add(type.kind);
    for (const cell of cells) {
      await READERS[type.kind](jobOf(folder, type, cell, options, light, collector));
      files.push(...filesOfCell(type, cell, options.fluxes ?? 'files'));
      const taken = collector.takeCounts();
      rows += taken.rows;
      objects += taken.objects;
      rowsSeen += taken.rows;
      options.onProgress?.(rowsSeen);
    }
    counts.push({ type: type.type, cells: cells.length, rows, objects });
    notes.push(...remarksOf(folder.name, type, wanted));
  }
  const said = counts
    .filter(({ cells }) => cells > 0)
    .map(
      ({ type, cells, rows, objects }) =>
        `${type} ${objects} of ${rows} in ${cells} ${cells === 1 ? 'cell' : 'cells'}`,
    );
  notes.push(`${folder.name}: ${said.length === 0 ? 'no file covers the detectors' : `${said.join(', ')}`}.`);
  notes.push(...[...collector.notes].map((note) => `${folder.name}: ${note}`));
  notes.push(...collector.seds.notes(folder.name, options.band));
  return {
    sources: collector.builder.build(),
    files,
    counts,
    isOfTime: [...kinds].some((kind) => !TIMELESS.has(kind)),
    isOfExposure: kinds.has('mover'),
    skipped: collector.skips.summary(),
    sedUses: collector.seds.uses(),
    notes,
  };
}

/** Holds no position: rows are counted, and none is kept. */
const NOWHERE = new SkyRegion([]);

/**
 * Opens every file of objects of a folder and counts its rows, keeping none: what a folder holds before anybody asks for a part of it. Throws as
 * `readSkyCatalog` does. @param onFile told how many files are done, of how many
 */
export async function countSkyCatalog(
  folder: CatalogFolder,
  onFile: (done: number, all: number) => void = () => undefined,
): Promise<{ readonly counts: readonly TypeCount[]; readonly notes: readonly string[] }> {
  const { types, notes } = await readLayout(folder, undefined, undefined);
  const options: SkyCatalogOptions = { band: 'r', time: { midMjdTai: 0, exposureS: 0 }, region: NOWHERE };
  const collector = new SourceCollector(0, false);
  const light = new SedPhotometry(options.band, undefined);
  const all = types.reduce((sum, { cells }) => sum + cells.size, 0);
  let done = 0;
  const counts: TypeCount[] = [];
  for (const type of types) {
    let rows = 0;
    for (const cell of type.cells.values()) {
      await READERS[type.kind](jobOf(folder, type, cell, options, light, collector));
      rows += collector.takeCounts().rows;
      onFile(++done, all);
    }
    counts.push({ type: type.type, cells: type.cells.size, rows, objects: rows });
  }
  return { counts, notes };
}

function jobOf(
  folder: CatalogFolder,
  layout: TypeLayout,
  cell: CellFiles,
  { band, time, region, fluxes = 'files', fluxThroughputs }: SkyCatalogOptions,
  light: SedPhotometry,
  collector: SourceCollector,
): CellJob {
  return { folder, layout, cell, band, time, region, fluxes, throughputs: fluxThroughputs, light, collector };
}

function filesOfCell({ kind, partition }: TypeLayout, cell: CellFiles, fluxes: FluxChoice): SkyCatalogFile[] {
  const paths = [cell.main, fluxes === 'files' || kind === 'diffsky' ? cell.flux : undefined, cell.spectra];
  return paths.flatMap((path) =>
    path === undefined ? [] : [{ path, cell: { partition, number: cell.cell } }],
  );
}

function remarksOf(folder: string, { type, cells }: TypeLayout, wanted: readonly number[]): string[] {
  const absent = wanted.filter((cell) => !cells.has(cell));
  if (absent.length === 0) return [];
  const named = absent.slice(0, NAMED_CELLS).join(', ');
  const more = absent.length > NAMED_CELLS ? ` and ${absent.length - NAMED_CELLS} more` : '';
  return [
    `${folder}: no ${type} file for ${absent.length === 1 ? 'cell' : 'cells'} ${named}${more}; there is no ${type} there.`,
  ];
}
