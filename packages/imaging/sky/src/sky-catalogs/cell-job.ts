/** What the readers of all types of objects are given: one cell's files, what is wanted of them, and where sources go. */
import type { Band } from '@imsim-od/astro';
import { RowSkipCounter, ROW_SKIP_REASONS, type RowSkipReason } from '../tables/skipped-rows.js';
import { TableRowError } from '../tables/errors.js';
import { placeText } from '../tables/table-reader.js';
import type { SkyRegion } from '../tables/sky-region.js';
import { SedLedger } from '../sed/sed-ledger.js';
import type { SedPhotometry } from '../sed/sed-photometry.js';
import { sourceFault } from '../source-limits.js';
import { type SourceRow, SourceTableBuilder } from '../source-table.js';
import type { ExposureTime } from '../tracks/exposure-time.js';
import type { FluxThroughputs } from './band-flux.js';
import type { CatalogFolder } from './catalog-folder.js';
import type { CellFiles, TypeLayout } from './layout.js';

/** Where light comes from: the files of fluxes where they are there, or magnorm and spectrum always. */
export type FluxChoice = 'files' | 'spectra';

/** One cell of one type to read. */
export interface CellJob {
  readonly folder: CatalogFolder;
  readonly layout: TypeLayout;
  readonly cell: CellFiles;
  readonly band: Band;
  readonly time: ExposureTime;
  /** Default: the whole cell. */
  readonly region: SkyRegion | undefined;
  readonly fluxes: FluxChoice;
  /** Curves of the files of fluxes; default what they say, else the baseline. */
  readonly throughputs: FluxThroughputs | undefined;
  /** Spectra in the band, for types whose rows name SED files. */
  readonly light: SedPhotometry;
  readonly collector: SourceCollector;
}

/** Gathers the sources of all types and counts what was left out. */
export class SourceCollector {
  readonly builder = new SourceTableBuilder();
  readonly skips = new RowSkipCounter();
  readonly notes = new Set<string>();
  readonly seds = new SedLedger();
  private readonly catalog: number;
  private readonly strict: boolean;
  private counts = { rows: 0, objects: 0 };

  constructor(catalog: number, strict: boolean) {
    this.catalog = catalog;
    this.strict = strict;
  }

  /** Adds the components of one object, the one of a row of a file; one beyond the limits is counted as a fault. True where it was added. */
  addObject(components: readonly SourceRow[], file: string, row: number): boolean {
    for (const component of components) {
      const fault = sourceFault(component);
      if (fault === undefined) continue;
      this.skip(fault, file, row);
      return false;
    }
    this.counts.objects++;
    for (const component of components) this.builder.add({ ...component, catalog: this.catalog });
    return true;
  }

  /** Counts a row that is not drawn; with `strict` a faulty one throws `TableRowError`. */
  skip(reason: RowSkipReason, file: string, row: number): void {
    const { text, fault } = ROW_SKIP_REASONS[reason];
    if (fault && this.strict) throw new TableRowError(file, placeText({ row }), text);
    this.skips.add(reason, file, () => ({ row }));
  }

  /** Adds a sentence, once. */
  note(sentence: string): void {
    this.notes.add(sentence);
  }

  /** Counts rows of files, those outside the region included. */
  seen(rows: number): void {
    this.counts.rows += rows;
  }

  /** Rows seen and objects added since the last call. */
  takeCounts(): { readonly rows: number; readonly objects: number } {
    const taken = this.counts;
    this.counts = { rows: 0, objects: 0 };
    return taken;
  }
}
