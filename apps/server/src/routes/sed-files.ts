/** The library of SED files that workers draw from: for whoever draws the same elsewhere, as the preview in a page does. */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';
import { SED_LIBRARY_VARIABLE } from '../work/worker-process.js';

/** Paths that are listed; a library has some 7000. */
const MOST_LISTED = 65_536;

/** Registers the addresses. */
export function registerSedFiles(app: FastifyInstance, { settings }: Services): void {
  const folder = settings.sedDir ?? process.env[SED_LIBRARY_VARIABLE];
  registerRoute(app, 'listSedFiles', async () => ({
    paths: folder ? await pathsBelow(resolve(folder)) : [],
  }));
  registerRoute(app, 'downloadSedFile', async ({ query: { path }, reply }) => {
    const file = folder ? await fileAt(resolve(folder), path) : undefined;
    if (file === undefined)
      throw new ApiFault(
        'ARCHIVE_NOT_FOUND',
        `The library of SED files has no ${path.slice(0, 100)}; GET /api/v1/sed-files lists what it has.`,
      );
    return reply
      .type('application/octet-stream')
      .header('cache-control', 'private, no-cache')
      .send(createReadStream(file));
  });
}

async function pathsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
    .sort()
    .slice(0, MOST_LISTED);
}

/** The file at a path of the library; undefined where there is none, or the path leads out of it. */
async function fileAt(folder: string, path: string): Promise<string | undefined> {
  if (path.split(/[/\\]/).includes('..')) return undefined;
  try {
    const file = await realpath(join(folder, path));
    return (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
