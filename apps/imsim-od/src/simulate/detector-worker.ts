/** A worker thread: one kernel, used for one detector after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { type ProductSink, simulateDetector } from '@imsim-od/simulator';
import { sourcesNear } from '../catalogs/open-catalog.js';
import { type Explanation, REPORT_REQUEST, explainError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { openFileSink } from './file-sink.js';
import type { DetectorTask, WorkerReport, WorkerSetup } from './worker-messages.js';

/** Progress is reported in steps of at least this fraction. */
const PROGRESS_STEP = 0.02;

const { folder, catalogs } = workerData as WorkerSetup;
const report = (message: WorkerReport) => parentPort?.postMessage(message);
const kernel = loadKernelAssets().then(createKernel);

async function makeDetector({ index, recipe, products }: DetectorTask): Promise<void> {
  const started = performance.now();
  const open: ProductSink[] = [];
  let reported = 0;
  try {
    const { outputs, summary } = await simulateDetector(recipe, {
      kernel: await kernel,
      catalogs: await sourcesNear(catalogs, recipe),
      products,
      openSink(name) {
        const sink = openFileSink(folder, name);
        open.push(sink);
        return sink;
      },
      onProgress(fraction) {
        if (fraction - reported < PROGRESS_STEP) return;
        reported = fraction;
        report({ type: 'progress', index, fraction });
      },
    });
    report({
      type: 'drawn',
      index,
      drawn: { outputs, summary, seconds: (performance.now() - started) / 1000 },
    });
  } catch (error) {
    for (const sink of open) await sink.discard().catch(() => undefined);
    const stack = error instanceof Error ? error.stack : undefined;
    report({ type: 'failed', index, failure: { ...explainFailure(error), ...(stack ? { stack } : {}) } });
  }
}

/** Input was checked before any worker began: what the disk does not refuse here is ours. */
function explainFailure(error: unknown): Explanation {
  const explanation = explainError(error);
  if (explanation.fatal || explanation.exitCode !== EXIT_CODE.badInput) return explanation;
  return { exitCode: EXIT_CODE.bug, message: `${explanation.message}\n${REPORT_REQUEST}`, fatal: false };
}

parentPort?.on('message', (task: DetectorTask) => void makeDetector(task));
