/** The library: what administrators offer to every user. */
import {
  addToLibrary,
  type LibraryEntry,
  listLibrary,
  readDataset,
  removeFromLibrary,
} from '@imsim-od/archive';
import { writeAudit } from '@imsim-od/identity';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { LibraryReader } from '../library/library-reader.js';
import type { Services } from '../services.js';

/** Registers the addresses. */
export function registerLibrary(
  app: FastifyInstance,
  { archive, identity }: Services,
  library: LibraryReader,
): void {
  registerRoute(app, 'listLibrary', async ({ request }) => ({
    items: (await listLibrary(archive, viewerOf(request))).map(toWire),
    next: null,
  }));
  registerRoute(app, 'addToLibrary', async ({ body, request }) => {
    const viewer = viewerOf(request);
    const { name, datasetId, description = '', wholeFolder = false } = body;
    const dataset = await readDataset(archive, viewer, datasetId);
    if (dataset.type !== 'catalog' && dataset.type !== 'survey')
      throw new ApiFault(
        'ARCHIVE_INPUT',
        `${dataset.name} is of type ${dataset.type}; the library holds uploaded files.`,
      );
    if (wholeFolder && dataset.type === 'survey')
      throw new ApiFault(
        'ARCHIVE_INPUT',
        `${dataset.name} is a scheduler's database, and no folder of sky catalogs.`,
      );
    await addToLibrary(archive, viewer, { name, datasetId, wholeFolder, description });
    await writeAudit(identity, {
      actorId: viewer.userId,
      action: 'library.added',
      subject: name,
      data: { datasetId, sha256: dataset.sha256 },
    });
    library.begin();
    const entry = (await listLibrary(archive, viewer)).find((one) => one.name === name);
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
