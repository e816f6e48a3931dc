/** What a run says at its end: what was made and how to look at it, in words or as one JSON document. */
import { join } from 'node:path';
import type { LoadedSources, Product, RecipeVisit } from '@imsim-od/simulator';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { countOf, formatBytes, formatCount, formatDuration } from '../text/quantity-text.js';
import { skippedSentences } from '../request/skipped-text.js';
import { duplicateNotes } from './duplicate-notes.js';
import { detectorLabel } from './run-detectors.js';
import type { DetectorResult } from './simulate-visit.js';

/** A finished run. */
export interface RunReport {
  readonly simulationVersion: string;
  readonly out: string;
  readonly products: readonly Product[];
  readonly visit: object;
  readonly detectors: readonly DetectorResult[];
  readonly catalogs: readonly LoadedSources[];
  readonly notes: readonly string[];
  readonly workers: number;
  readonly wallS: number;
  readonly cpuS: number;
}

/** Detectors that are listed one by one; of a larger visit only those that failed or have a warning are. */
const MAX_LISTED = 12;

/** The exit code of a run: done, partly done, or what the first failure says. */
export function exitCodeOf(detectors: readonly DetectorResult[]): ExitCode {
  const failed = detectors.filter(({ status }) => status === 'failed' || status === 'left');
  if (failed.length === 0) return EXIT_CODE.done;
  if (failed.length < detectors.length) return EXIT_CODE.partly;
  return failed.find(({ failure }) => failure)?.failure?.exitCode ?? EXIT_CODE.bug;
}

/** The run as one machine-readable document. */
export function reportDocument(report: RunReport): object {
  const { detectors } = report;
  return {
    simulationVersion: report.simulationVersion,
    visit: report.visit,
    out: report.out,
    products: report.products,
    detectors: detectors.map(({ recipe, recipeHash, status, summary, seconds, failure }) => ({
      id: recipe.detector.id,
      name: recipe.detector.name,
      snap: recipe.visit.snap,
      status,
      recipeHash,
      ...(seconds === undefined ? {} : { seconds: round(seconds, 3) }),
      ...(summary ? { summary } : {}),
      ...(failure ? { error: { exitCode: failure.exitCode, message: failure.message } } : {}),
    })),
    outputs: detectors.flatMap(({ recipe, outputs }) =>
      outputs.map((output) => ({
        detector: recipe.detector.name,
        path: join(report.out, output.name),
        ...output,
      })),
    ),
    notes: notesOf(report),
    skipped: report.catalogs.map((catalog) => ({ catalog: catalog.path, reasons: catalog.skipped })),
    timings: {
      wallS: round(report.wallS, 3),
      cpuS: round(report.cpuS, 3),
      workers: report.workers,
      ...(madeOf(detectors).length > 0
        ? { wallSPerDetector: round(report.wallS / madeOf(detectors).length, 3) }
        : {}),
    },
  };
}

/** The run in words. */
export function reportText(report: RunReport): string {
  const { detectors, out } = report;
  const made = madeOf(detectors);
  const skipped = detectors.filter(({ status }) => status === 'skipped');
  const failed = detectors.filter(({ status }) => status === 'failed');
  const left = detectors.filter(({ status }) => status === 'left');
  const files = made.flatMap(({ outputs }) => outputs);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const lines: string[] = [];
  if (made.length > 0) {
    lines.push(
      `Made ${countOf(made.length, 'detector')} in ${formatDuration(report.wallS)} ` +
        `(${formatDuration(report.wallS / made.length)} each, ${countOf(report.workers, 'worker')}): ` +
        `${countOf(files.length, 'file')}, ${formatBytes(bytes)}, in ${out}`,
    );
  }
  if (skipped.length > 0)
    lines.push(`Left ${countOf(skipped.length, 'detector')} that the same recipe had made before`);
  if (left.length > 0) lines.push(`Not begun: ${countOf(left.length, 'detector')}`);
  lines.push(...detectorLines(detectors));
  const shown = made[0] ?? skipped[0];
  if (shown) lines.push('', 'Look at it', ...viewingLines(shown, out));
  const notes = notesOf(report);
  if (notes.length > 0) lines.push('', 'Notes', ...notes.map((note) => `  - ${note}`));
  if (failed.length > 0) {
    lines.push('', `Failed: ${countOf(failed.length, 'detector')}`);
    for (const { recipe, failure } of failed)
      lines.push(`  - ${detectorLabel(recipe)}: ${failure?.message ?? ''}`);
  }
  return lines.join('\n');
}

function madeOf(detectors: readonly DetectorResult[]): DetectorResult[] {
  return detectors.filter(({ status }) => status === 'made');
}

function detectorLines(detectors: readonly DetectorResult[]): string[] {
  if (detectors.length > MAX_LISTED) return [];
  return detectors.flatMap(({ recipe, summary, seconds }) =>
    summary
      ? [
          `  ${detectorLabel(recipe)}: ${countOf(summary.sourcesDrawn, 'object')}, sky ${summary.skyElectronPerPixel.toFixed(1)} electrons per pixel, ` +
            `${countOf(summary.saturatedPixels, 'saturated pixel')}, ${formatDuration(seconds ?? 0)}`,
        ]
      : [],
  );
}

function viewingLines({ outputs }: DetectorResult, out: string): string[] {
  const pathOf = (product: string, ending: string) => {
    const output = outputs.find(({ name, product: made }) => made === product && name.endsWith(ending));
    return output ? join(out, output.name) : undefined;
  };
  const preview = outputs.find(({ name }) => name.startsWith('preview'));
  const eimage = pathOf('eimage', '.fits');
  const raw = pathOf('raw', '.fz');
  const truth = pathOf('truth', '.fits');
  const lines: string[] = [];
  if (preview) lines.push(`  open ${join(out, preview.name)}`);
  if (eimage) {
    lines.push(`  ds9 -zscale ${eimage}`);
    lines.push(`  python3 -c "from astropy.io import fits; print(fits.getdata('${eimage}'))"`);
  }
  if (raw) lines.push(`  ds9 -mosaicimage iraf ${raw}`);
  if (truth) lines.push(`  python3 -c "from astropy.table import Table; print(Table.read('${truth}'))"`);
  const any = eimage ?? raw ?? truth;
  if (any) lines.push(`  npx imsim-od inspect ${any}`);
  return lines;
}

/** The run's notes, those of the catalogs, and the warnings of the detectors, equal ones told once. */
export function notesOf({ notes, catalogs, detectors }: RunReport): string[] {
  const all = [...notes];
  for (const catalog of catalogs) {
    all.push(...catalog.notes);
    all.push(...skippedSentences(catalog.skipped));
  }
  const summaries = detectors.flatMap(({ summary }) => (summary ? [summary] : []));
  const approximated = summaries.reduce((sum, { sourcesBySed }) => sum + sourcesBySed.approximated, 0);
  const drawn = summaries.reduce((sum, { sourcesDrawn }) => sum + sourcesDrawn, 0);
  if (approximated > 0) {
    all.push(
      `the spectrum of ${formatCount(approximated)} of ${countOf(drawn, 'object')} is approximated by the colour of its family`,
    );
  }
  const firstSnaps = detectors.filter(({ recipe }) => recipe.visit.snap === 0);
  all.push(...duplicateNotes(firstSnaps.flatMap(({ summary }) => (summary ? [summary.duplicates] : []))));
  const warned = new Map<string, string[]>();
  for (const { recipe, summary } of detectors) {
    for (const text of summary?.warnings ?? []) {
      const warning = text.replace(`${recipe.detector.name}: `, '');
      warned.set(warning, [...(warned.get(warning) ?? []), detectorLabel(recipe)]);
    }
  }
  for (const [warning, names] of warned) {
    all.push(
      `${names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')}: ${warning}`,
    );
  }
  return all;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** The circumstances of a visit in one line. */
export function visitLine(
  visit: Pick<RecipeVisit, 'visitId' | 'band' | 'raDeg' | 'decDeg' | 'exposureS' | 'airmass'>,
): string {
  return (
    `visit ${visit.visitId}: ${visit.band} band, ${visit.exposureS} s, RA ${visit.raDeg.toFixed(4)} Dec ${visit.decDeg.toFixed(4)} deg, ` +
    `airmass ${visit.airmass.toFixed(3)}`
  );
}
