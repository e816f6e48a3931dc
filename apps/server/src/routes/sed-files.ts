/** The SED files that tasks draw from: for whoever draws the same elsewhere, as the preview in a page does. */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { findSedArchive } from '@imsim-od/runs';
import { readSedArchive, SedArchiveError, SedFileError, sedFileAt, type SedPlace } from '@imsim-od/sky';
import { openRangeFile } from '@imsim-od/sky/node';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';
import { SED_LIBRARY_VARIABLE } from '../work/worker-process.js';

/** Paths that are listed; a library has some 7000. */
const MOST_LISTED = 65_536;
/** Archives whose lists of files are kept. */
const MOST_KNOWN = 4;

/** Registers the addresses. */
export function registerSedFiles(app: FastifyInstance, { settings, runs }: Services): void {
  const folder = settings.sedDir ?? process.env[SED_LIBRARY_VARIABLE];
  const known = new Map<string, ReadonlyMap<string, SedPlace>>();
  /** An archive of the library, or of a user, with what lies where in it. @throws ApiFault, SubmissionError */
  const archiveOf = async (sedDir: string, request: FastifyRequest) => {
    const { placed } = await findSedArchive(runs, viewerOf(request), sedDir, 'sedDir');
    const places = known.get(placed.path) ?? (await readPlaces(placed));
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(placed.path, places);
    return { path: placed.path, places };
  };
  registerRoute(app, 'listSedFiles', async ({ query: { sedDir }, request }) => {
    if (sedDir !== undefined) return { paths: [...(await archiveOf(sedDir, request)).places.keys()].sort() };
    return { paths: folder ? await pathsBelow(resolve(folder)) : [] };
  });
  registerRoute(app, 'downloadSedFile', async ({ query: { path, sedDir }, request, reply }) => {
    reply.type('application/octet-stream').header('cache-control', 'private, no-cache');
    if (sedDir !== undefined) {
      const archive = await archiveOf(sedDir, request);
      const place = archive.places.get(path) ?? refuse(path);
      return reply.send(await readAt(archive.path, path, place));
    }
    return reply.send(createReadStream((folder && (await fileAt(resolve(folder), path))) ?? refuse(path)));
  });
}

function refuse(path: string): never {
  throw new ApiFault(
    'ARCHIVE_NOT_FOUND',
    `The library of SED files has no ${path.slice(0, 100)}; GET /api/v1/sed-files lists what it has.`,
  );
}

async function readPlaces(archive: { readonly name: string; readonly path: string }) {
  const file = await openRangeFile(archive.path);
  try {
    return await readSedArchive(file);
  } catch (error) {
    if (!(error instanceof SedArchiveError)) throw error;
    throw new ApiFault('ARCHIVE_INPUT', new SedArchiveError(archive.name, error.reason).message);
  } finally {
    await file.close();
  }
}

async function readAt(archive: string, path: string, place: SedPlace): Promise<Buffer> {
  const file = await openRangeFile(archive);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await sedFileAt(file, path, place)).stream()) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch (error) {
    throw error instanceof SedFileError ? new ApiFault('ARCHIVE_INPUT', error.message) : error;
  } finally {
    await file.close();
  }
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
