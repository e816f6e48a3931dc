/** Parts of the indexes of large instance catalogs: for whoever draws a detector elsewhere, as the preview in a page does. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { listNeighbours, readDataset, type Viewer } from '@imsim-od/archive';
import { simulationVersion } from '@imsim-od/simulator';
import { type CatalogIndex, CatalogIndexError } from '@imsim-od/sky';
import { INDEX_SUFFIX, openCatalogIndex } from '@imsim-od/sky/node';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

/** A type of its own goes uncompressed: its length is known before. */
const INDEX_TYPE = 'application/vnd.imsim-od.catalog-index';

/** Registers the address. */
export function registerCatalogIndexes(app: FastifyInstance, { archive }: Services): void {
  registerRoute(app, 'readCatalogIndex', async ({ params, query, request, reply }) => {
    const { raDeg, decDeg, radiusDeg } = query;
    const index = await indexOf(viewerOf(request), params.id);
    const part = index.part([{ centre: { raDeg, decDeg }, radiusDeg }]);
    const bytes = Readable.from(part.stream(), { objectMode: false });
    bytes.once('close', () => void index.close());
    return reply
      .type(INDEX_TYPE)
      .header('content-length', String(part.bytes))
      .header('cache-control', 'private, no-cache')
      .send(bytes);
  });

  /** The index that was made of the files as they are now, by this version. @throws ApiFault, NotInArchiveError */
  async function indexOf(viewer: Viewer, id: string): Promise<CatalogIndex> {
    const dataset = await readDataset(archive, viewer, id);
    const contents = new Map<string, string>();
    for (const { relativeName, sha256, state } of await listNeighbours(archive, viewer, dataset))
      if (state === 'present') contents.set(relativeName, sha256);
    const folder = archive.store.indexFolderOf(dataset.sha256);
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith(INDEX_SUFFIX)) continue;
      const index = await openCatalogIndex(join(folder, name)).catch(passOver);
      if (index === undefined) continue;
      const { version, files } = index.summary;
      const isCurrent = files.every(({ path, sha256 }) => contents.get(path) === sha256);
      if (version === simulationVersion && isCurrent) return index;
      await index.close();
    }
    throw new ApiFault('ARCHIVE_NO_INDEX', `${dataset.name} has no index.`);
  }
}

/** A damaged index is made again by the next run, and one that went with its catalog is gone. */
function passOver(error: unknown): undefined {
  const isGone = error instanceof Error && 'code' in error && error.code === 'SKY_FILE_MISSING';
  if (!isGone && !(error instanceof CatalogIndexError) && !(error instanceof SyntaxError)) throw error;
}
