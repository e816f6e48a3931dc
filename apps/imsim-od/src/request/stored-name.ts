/** Files of a sky that a service keeps: `library:NAME` and `dataset:ID`. On their way to a service they are handed on as they stand. */
import type { LoadedSources } from '@imsim-od/simulator';
import { emptySourceTable } from '@imsim-od/sky';
import { CliError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';

const STORED = /^(?:library:[a-z0-9][a-z0-9._-]{0,62}|dataset:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** True for the name of a file that a service keeps. */
export function isStoredName(path: unknown): path is string {
  return typeof path === 'string' && STORED.test(path);
}

/** Stands for a file that the service reads itself: nothing of it is known here. */
export function standInFor(path: string): LoadedSources {
  return { path, files: [], sources: emptySourceTable(), skipped: {}, notes: [] };
}

/** Says what to do where such a file is wanted on this machine. @throws CliError */
export function refuseStored(path: string): never {
  const [kind, name] = path.split(':', 2);
  throw new CliError(
    `${path} is kept by a service. ` +
      (kind === 'library'
        ? `imsim-od library get ${name} fetches it; then give the path of the file. `
        : `imsim-od get "id = '${name}'" fetches it; then give the path of the file. `) +
      'imsim-od submit and estimate take it as it stands',
    EXIT_CODE.badInput,
  );
}
