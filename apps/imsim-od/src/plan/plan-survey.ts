/** The plan of a survey: a line for each visit of a scheduler's database, and the total; nothing is made. */
import { availableParallelism } from 'node:os';
import { isoUtc } from '@imsim-od/astro';
import type { Visit } from '@imsim-od/simulator';
import { spokenNotes } from '../request/skipped-text.js';
import type { RequestInputs } from '../request/survey-inputs.js';
import { printJson, printResult } from '../standard-streams.js';
import { countOf, formatBytes, formatCount, formatDuration } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { type PlanOptions, planDetectors } from './plan-detectors.js';

interface PlannedVisit {
  readonly visit: Visit;
  /** Of all snaps together. */
  readonly detectors: number;
  readonly objects: number;
  readonly cpuS: number;
  readonly wallS: number;
  readonly memoryMb: number;
  readonly bytes: number;
}

/** Prints what the visits would cost. Throws for the first that cannot be observed. */
export async function planSurvey(inputs: RequestInputs, options: PlanOptions): Promise<void> {
  const visits: PlannedVisit[] = [];
  const notes = new Set(inputs.notes);
  for (const { read } of inputs.visits) {
    const input = await read();
    const { planned, total, notes: twice } = await planDetectors(input, options);
    visits.push({ visit: input.expansion.visit, detectors: planned.length, ...total });
    for (const note of spokenNotes(input)) notes.add(note);
    for (const note of twice) notes.add(`visit ${input.expansion.visit.visitId}: ${note}`);
  }
  const sum = (value: (visit: PlannedVisit) => number): number =>
    visits.reduce((total, visit) => total + value(visit), 0);
  const total = {
    visits: visits.length,
    detectors: sum(({ detectors }) => detectors),
    exposureS: sum(({ visit }) => visit.exposureS),
    objects: sum(({ objects }) => objects),
    cpuS: sum(({ cpuS }) => cpuS),
    wallS: sum(({ wallS }) => wallS),
    memoryMb: visits.reduce((most, { memoryMb }) => Math.max(most, memoryMb), 0),
    bytes: sum(({ bytes }) => bytes),
  };
  if (options.json) {
    printJson({ survey: inputs.survey, visits, total, notes: [...notes] });
    return;
  }
  printResult(
    [
      tableOf(visits),
      '',
      `${countOf(total.visits, 'visit')}, ${countOf(total.detectors, 'CCD image')}: ${countOf(total.objects, 'object')}, ` +
        `${formatDuration(total.cpuS)} of CPU, ${formatBytes(total.bytes)} on disk`,
      `with ${countOf(options.workers ?? availableParallelism(), 'worker')}, one visit after another: about ${formatDuration(total.wallS)}, ` +
        `${formatBytes(total.memoryMb * 1_048_576)} of memory`,
      ...[...notes].map((note) => `note: ${note}`),
    ].join('\n'),
  );
}

function tableOf(visits: readonly PlannedVisit[]): string {
  const right = (head: string) => ({ head, align: 'right' as const });
  return formatTable(
    [
      right('visit'),
      { head: 'middle, UTC' },
      { head: 'band' },
      right('RA deg'),
      right('Dec deg'),
      right('airmass'),
      right('seeing'),
      right('sky mag'),
      right('exposure'),
      right('CCD images'),
      right('objects'),
      right('CPU'),
      right('bytes'),
    ],
    visits.map(({ visit, detectors, objects, cpuS, bytes }) => [
      String(visit.visitId),
      isoUtc(visit.obsMjdTai, 0),
      visit.band,
      visit.raDeg.toFixed(3),
      visit.decDeg.toFixed(3),
      visit.airmass.toFixed(3),
      `${visit.seeingFwhm500Arcsec.toFixed(2)}"`,
      visit.skyBrightnessMagPerArcsec2.toFixed(2),
      `${visit.snaps} x ${Number((visit.exposureS / visit.snaps).toFixed(2))} s`,
      formatCount(detectors),
      formatCount(objects),
      formatDuration(cpuS),
      formatBytes(bytes),
    ]),
  );
}
