/** The worker's loop: orders come over the channel, one at a time, and the kernel stays warm between them. */
import { type Kernel, createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { CliError, explainError, isSystemTrouble } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { CatalogCache } from './catalog-cache.js';
import { compareImages } from './compare-images.js';
import { digestFile } from './digest-file.js';
import { PixelExplainer } from './explain-stored-pixel.js';
import { checkBeginning, planRequests, summariseCatalog } from './plan-requests.js';
import { simulateTask } from './simulate-task.js';
import { summariseFolder } from './summarise-table.js';
import { askSurvey } from './survey-orders.js';
import type { WorkAnswer, WorkOrder } from './work-messages.js';

/** Progress is told in steps of at least this fraction. */
const PROGRESS_STEP = 0.02;

/** Serves orders until the channel closes: then whoever gave them is gone, and so is the worker. */
export async function serveWork(): Promise<void> {
  if (process.send === undefined)
    throw new CliError(
      'work --serve is started by a service, over a channel; give a task file instead',
      EXIT_CODE.usage,
    );
  const answer = (message: WorkAnswer): void => {
    process.send?.(message, undefined, undefined, () => undefined);
  };
  const catalogs = new CatalogCache();
  let kernel: Promise<Kernel> | undefined;
  let explainer: PixelExplainer | undefined;
  const gone = new Promise<void>((resolve) => process.once('disconnect', resolve));
  let queue = Promise.resolve();
  process.on('message', (message: unknown) => {
    queue = queue.then(() => carryOut(message as WorkOrder));
  });

  const carryOut = async (order: WorkOrder): Promise<void> => {
    let told = 0;
    const onProgress = (fraction: number): void => {
      if (fraction - told < PROGRESS_STEP) return;
      told = fraction;
      answer({ kind: 'progress', id: order.id, fraction });
    };
    try {
      answer({ kind: 'done', id: order.id, result: await resultOf(order, onProgress) });
    } catch (error) {
      const { message, exitCode } = explainError(error);
      const code = error instanceof Error && 'code' in error ? String(error.code) : null;
      const badInput = exitCode === EXIT_CODE.badInput && !isSystemTrouble(error);
      answer({ kind: 'failed', id: order.id, message, code, badInput });
    }
  };

  const resultOf = async (order: WorkOrder, onProgress: (fraction: number) => void) => {
    switch (order.kind) {
      case 'simulate':
        kernel ??= loadKernelAssets().then(createKernel);
        return simulateTask(order.task, order.folder, { kernel: await kernel, catalogs, onProgress });
      case 'explain':
        kernel ??= loadKernelAssets().then(createKernel);
        explainer ??= new PixelExplainer(await kernel, catalogs);
        return explainer.explain(order.pixel, onProgress);
      case 'plan':
        return planRequests(order.plan, onProgress);
      case 'readCatalog':
        return summariseCatalog(order.catalog, () => undefined);
      case 'readFolder':
        return summariseFolder(order.folder, onProgress);
      case 'checkBeginning':
        return checkBeginning(order.catalog).then(() => null);
      case 'digest':
        return digestFile(order.path);
      case 'compareImages':
        return compareImages(order.first, order.second);
      case 'survey':
        return askSurvey(order.survey);
    }
  };

  answer({ kind: 'ready' });
  await gone;
  process.exit(EXIT_CODE.done);
}
