/** Parts of the indexes of large instance catalogs: for whoever draws a detector elsewhere, as the preview in a page does. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { listNeighbours, readDataset, type Viewer } from '@imsim-od/archive';
import { simulationVersion } from '@imsim-od/simulator';
import { type CatalogIndex, CatalogIndexError, type IndexSummary } from '@imsim-od/sky';
import { INDEX_SUFFIX, openCatalogIndex } from '@imsim-od/sky/node';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

/** A type of its own goes uncompressed: its length is known before. */
const INDEX_TYPE = 'application/vnd.imsim-od.catalog-index';
const MADE_ANEW = 'the next estimate or run of the catalog makes it anew.';

/** Registers the address. */
export function registerCatalogIndexes(app: FastifyInstance, { archive }: Services): void {
  registerRoute(app, 'readCatalogIndex', async ({ params, query, request, reply }) => {
    const { raDeg, decDeg, radiusDeg } = query;
    const index = await indexOf(viewerOf(request), params.id);
    let bytes: Readable;
    try {
      const part = index.part([{ centre: { raDeg, decDeg }, radiusDeg }]);
      // What answers HEAD reads a stream to its end.
      const stream = request.method === 'HEAD' ? [] : part.stream();
      bytes = Readable.from(stream, { objectMode: false });
      reply.header('content-length', String(part.bytes));
    } catch (error) {
      await index.close();
      throw error;
    }
    bytes.once('close', () => void index.close());
    return reply.type(INDEX_TYPE).header('cache-control', 'private, no-cache').send(bytes);
  });

  /**
   * The index that was made of the files as the viewer has them now, by this version.
   * @throws ApiFault, NotInArchiveError, and what the file system refuses
   */
  async function indexOf(viewer: Viewer, id: string): Promise<CatalogIndex> {
    const dataset = await readDataset(archive, viewer, id);
    const contents = new Map<string, string>();
    for (const { relativeName, sha256, state } of await listNeighbours(archive, viewer, dataset))
      if (state === 'present') contents.set(relativeName, sha256);
    const folder = archive.store.indexFolderOf(dataset.sha256);
    const faults: ApiFault[] = [];
    for (const name of await readdir(folder).catch(noneIfAbsent)) {
      if (!name.endsWith(INDEX_SUFFIX)) continue;
      const index = await openCatalogIndex(join(folder, name)).catch((error: unknown) => {
        if (isGone(error)) return undefined;
        if (!(error instanceof CatalogIndexError) && !(error instanceof SyntaxError)) throw error;
        faults.push(
          new ApiFault('ARCHIVE_INDEX_OLD', `The index of ${dataset.name} is damaged: ${MADE_ANEW}`),
        );
        return undefined;
      });
      if (index === undefined) continue;
      const fault = faultOf(index.summary, dataset.name, contents);
      if (fault === undefined) return index;
      await index.close();
      faults.push(fault);
    }
    // What is made anew anyway comes before an index of other files with the same top.
    throw (
      faults.find(({ code }) => code === 'ARCHIVE_INDEX_OLD') ??
      faults[0] ??
      new ApiFault('ARCHIVE_NO_INDEX', `${dataset.name} has no index.`)
    );
  }
}

/** Why an index is of no use for files of these contents by name; undefined where it is. */
function faultOf(
  { version, files }: IndexSummary,
  catalog: string,
  contents: ReadonlyMap<string, string>,
): ApiFault | undefined {
  const other = files.find(({ path, sha256 }) => contents.get(path) !== sha256)?.path;
  if (other !== undefined)
    return new ApiFault(
      'ARCHIVE_INDEX_FILES',
      contents.has(other)
        ? `${other}, which belongs to ${catalog}, has changed since the index was made: ${MADE_ANEW}`
        : `${other}, which belongs to ${catalog}, is not there for you: its owner removed it, or has not shared it.`,
    );
  if (version !== simulationVersion)
    return new ApiFault(
      'ARCHIVE_INDEX_OLD',
      `The index of ${catalog} is of another version of the simulation: ${MADE_ANEW}`,
    );
  return undefined;
}

/** The folder comes with the first index. */
function noneIfAbsent(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}

/** An index goes with its catalog. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SKY_FILE_MISSING';
}
