/** The library: what administrators offer to every user. */
import {
  addToLibrary,
  type LibraryEntry,
  listLibrary,
  listNeighbours,
  readDataset,
  removeFromLibrary,
} from '@imsim-od/archive';
import { writeAudit } from '@imsim-od/identity';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

/** Registers the addresses. */
export function registerLibrary(app: FastifyInstance, { archive, identity, runner }: Services): void {
  registerRoute(app, 'listLibrary', async () => ({
    items: (await listLibrary(archive)).map(toWire),
    next: null,
  }));
  registerRoute(app, 'addToLibrary', async ({ body, request }) => {
    const viewer = viewerOf(request);
    const { name, datasetId, description = '' } = body;
    const dataset = await readDataset(archive, viewer, datasetId);
    if (dataset.type !== 'catalog' && dataset.type !== 'survey')
      throw new ApiFault(
        'ARCHIVE_INPUT',
        `${dataset.name} is of type ${dataset.type}; the library holds uploaded files.`,
      );
    // What it includes is seen by all with it, and nothing else of its folder.
    const neighbours = await listNeighbours(archive, viewer, dataset);
    const present = neighbours.filter(({ state }) => state === 'present');
    const files = present.map(({ relativeName, sha256 }) => ({
      name: relativeName,
      path: archive.store.pathOf(sha256),
    }));
    if (dataset.type === 'survey')
      files.push({ name: dataset.name, path: archive.store.pathOf(dataset.sha256) });
    const { kind, objects, files: read } = await runner.readCatalog({ name: dataset.name, files });
    const included = new Set(read.map((file) => file.name));
    const includedIds = present.filter(({ relativeName }) => included.has(relativeName)).map(({ id }) => id);
    await addToLibrary(archive, viewer, { name, datasetId, includedIds, kind, description, objects });
    await writeAudit(identity, {
      actorId: viewer.userId,
      action: 'library.added',
      subject: name,
      data: { datasetId, sha256: dataset.sha256 },
    });
    const entry = (await listLibrary(archive)).find((one) => one.name === name);
    if (entry === undefined) throw new ApiFault('ARCHIVE_NOT_FOUND', `${name} was removed at the same time.`);
    return toWire(entry);
  });
  registerRoute(app, 'removeFromLibrary', async ({ params, request }) => {
    await removeFromLibrary(archive, params.name);
    await writeAudit(identity, {
      actorId: viewerOf(request).userId,
      action: 'library.removed',
      subject: params.name,
      data: {},
    });
  });
}

function toWire(entry: LibraryEntry) {
  return structuredClone(entry) as never;
}
