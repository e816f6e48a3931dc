/** One task from a file, as a batch system runs it: products go to the folder of the task file, or to `--out`. */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { CliError, atPath } from '../errors.js';
import { CatalogCache } from './catalog-cache.js';
import { simulateTask } from './simulate-task.js';
import type { SimulateTask, TaskReport } from './work-messages.js';

/** What a task file holds; paths of catalogs are relative to it. */
interface TaskFile extends SimulateTask {
  readonly schemaVersion: 1;
}

/** Carries out a task file. Throws {@link CliError} where it is none. */
export async function runTaskFile(path: string, out: string | undefined): Promise<TaskReport> {
  const task = readTaskFile(path);
  const folder = dirname(resolve(path));
  const catalogs = task.catalogs.map((catalog) => ({
    ...catalog,
    files: catalog.files.map((file) => ({
      ...file,
      path: isAbsolute(file.path) ? file.path : resolve(folder, file.path),
    })),
  }));
  const kernel = await createKernel(await loadKernelAssets());
  return simulateTask({ ...task, catalogs }, out === undefined ? folder : resolve(out), {
    kernel,
    catalogs: new CatalogCache(),
    onProgress: () => undefined,
  });
}

function readTaskFile(path: string): TaskFile {
  const text = atPath(path, () => readFileSync(path, 'utf8'));
  let document: Partial<TaskFile> | null;
  try {
    document = JSON.parse(text) as Partial<TaskFile> | null;
  } catch (cause) {
    throw new CliError(
      `${path}: not JSON (${(cause as Error).message}); a task file is written by a service`,
    );
  }
  const isTask =
    document?.schemaVersion === 1 &&
    typeof document.recipe === 'object' &&
    Array.isArray(document.products) &&
    Array.isArray(document.catalogs);
  if (!isTask)
    throw new CliError(
      `${path}: not a task file: schemaVersion 1, recipe, products and catalogs are expected`,
    );
  return document as TaskFile;
}
