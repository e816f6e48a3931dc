/** One request that was read, made into files. */
import { availableParallelism } from 'node:os';
import { simulationVersion } from '@imsim-od/simulator';
import type { RequestInput } from '../request/request-input.js';
import { printRemark } from '../standard-streams.js';
import { countOf } from '../text/quantity-text.js';
import { type RunReport, visitLine } from './run-report.js';
import { simulateVisit } from './simulate-visit.js';

/** When the work that a report covers began. */
export interface StartedAt {
  /** By `performance.now()`. */
  readonly startedMs: number;
  /** By `process.cpuUsage()`. */
  readonly cpu: NodeJS.CpuUsage;
}

/** Makes the detectors of a request, whatever of them is not there yet. */
export async function simulateInput(
  input: RequestInput,
  out: string,
  options: { readonly workers?: number },
  started: StartedAt,
): Promise<RunReport> {
  const { visit, recipes } = input.expansion;
  const workers = Math.min(options.workers ?? availableParallelism(), recipes.length);
  printRemark(`${visitLine(visit)}, ${countOf(recipes.length, 'detector')}; files go to ${out}`);
  const result = await simulateVisit({
    recipes,
    products: input.request.products,
    catalogs: input.catalogs,
    sedDir: input.request.sedDir,
    out,
    workers,
  });
  const { user, system } = process.cpuUsage(started.cpu);
  return {
    simulationVersion,
    out,
    products: input.request.products,
    visit,
    detectors: result.detectors,
    catalogs: input.catalogs,
    notes: [...input.notes, ...result.notes],
    workers,
    wallS: (performance.now() - started.startedMs) / 1000,
    cpuS: (user + system) / 1e6,
  };
}
