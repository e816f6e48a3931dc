/** Where the tests find the repository, and whether they run under continuous integration. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, absolute. */
export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** True under `CI=true`, where a missing judge fails its tests instead of letting them skip. */
export const inCi = process.env['CI'] === 'true';

/** A path in the folder of shared data beside the repository, or undefined where that folder is absent. */
export function sharedPath(relative: string): string | undefined {
  const path = join(repositoryRoot, '../shared', relative);
  return existsSync(path) ? path : undefined;
}
