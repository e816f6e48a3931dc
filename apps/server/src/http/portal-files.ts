/** Where the built portal lies: files that `scripts/build.mjs` made, in a folder beside this app. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The portal's files. */
export interface PortalFiles {
  readonly folder: string;
  /** The page, with the place of its nonce open. */
  readonly page: string;
}

const BUILT = fileURLToPath(new URL('../../../portal/dist/site', import.meta.url));

/** The portal in a folder; undefined where it was not built. */
export function readPortal(folder: string = BUILT): PortalFiles | undefined {
  const path = join(folder, 'index.html');
  return existsSync(path) ? { folder, page: readFileSync(path, 'utf8') } : undefined;
}
