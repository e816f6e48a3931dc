/** The `plan` command carried out. Times are those of one core of a usual machine; real ones differ by a small factor. */
import { catalogProgress } from '../request/catalog-progress.js';
import type { RequestInput } from '../request/request-input.js';
import { readRequestInputs } from '../request/survey-inputs.js';
import { spokenNotes } from '../request/skipped-text.js';
import { detectorLabel } from '../simulate/run-detectors.js';
import { visitLine } from '../simulate/run-report.js';
import { printJson, printResult } from '../standard-streams.js';
import { countOf, formatBytes, formatCount, formatDuration } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { type PlanOptions, type PlannedDetector, planDetectors } from './plan-detectors.js';
import { planSurvey } from './plan-survey.js';

/** Prints what the input would cost; makes nothing. */
export async function planRequest(inputPath: string | undefined, options: PlanOptions): Promise<void> {
  const inputs = await readRequestInputs(inputPath, options, catalogProgress(process.stderr));
  if (inputs.survey !== undefined) {
    return planSurvey(inputs, options);
  }
  await printPlan(await inputs.visits[0]!.read(), options);
}

async function printPlan(input: RequestInput, options: PlanOptions): Promise<void> {
  const { visit, recipes } = input.expansion;
  const { planned, workers, total, notes: twice } = await planDetectors(input, options);
  const notes = [...spokenNotes(input), ...twice];
  if (options.json) {
    printJson({
      visit,
      detectors: planned.map(({ recipe, estimate }) => ({
        id: recipe.detector.id,
        name: recipe.detector.name,
        snap: recipe.visit.snap,
        ...estimate,
      })),
      total,
      workers,
      notes,
    });
    return;
  }
  printResult(
    [
      visitLine(visit),
      `sky ${visit.skyBrightnessMagPerArcsec2.toFixed(2)} mag per arcsec^2, from: ${visit.skyBrightnessFrom}`,
      '',
      tableOf(planned),
      '',
      `${countOf(recipes.length, 'detector')}: ${countOf(total.objects, 'object')}, ${formatDuration(total.cpuS)} of CPU, ` +
        `${formatBytes(total.bytes)} on disk`,
      `with ${countOf(workers, 'worker')}: about ${formatDuration(total.wallS)}, ${formatBytes(total.memoryMb * 1_048_576)} of memory`,
      ...notes.map((note) => `note: ${note}`),
    ].join('\n'),
  );
}

function tableOf(planned: readonly PlannedDetector[]): string {
  return formatTable(
    [
      { head: 'id', align: 'right' },
      { head: 'detector' },
      { head: 'objects', align: 'right' },
      { head: 'CPU', align: 'right' },
      { head: 'memory', align: 'right' },
      { head: 'bytes', align: 'right' },
    ],
    planned.map(({ recipe, estimate }) => [
      String(recipe.detector.id),
      detectorLabel(recipe),
      formatCount(estimate.sources),
      formatDuration(estimate.cpuS),
      formatBytes(estimate.memoryMb * 1_048_576),
      formatBytes(estimate.bytes),
    ]),
  );
}
