/** The difference of two images, subtracted by a worker; contents never change, so that an answer stays true. */
import { type Archive, type Dataset, readDataset, type Viewer } from '@imsim-od/archive';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';
import type { ImageDifference } from '../work/work-protocol.js';

/** Differences kept, some 6 kB each: ten visits of the whole camera. */
const KEPT = 2000;

/** Registers the address. */
export function registerImageDifferences(app: FastifyInstance, { archive, runner }: Services): void {
  const known = new Map<string, ImageDifference>();
  registerRoute(app, 'compareImages', async ({ params, query, request, reply }) => {
    const viewer = viewerOf(request);
    const first = await readImage(archive, viewer, params.id);
    const second = await readImage(archive, viewer, query.with);
    const key = `${first.sha256} ${second.sha256}`;
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const difference =
      known.get(key) ??
      (await runner.compareImages(
        archive.store.pathOf(first.sha256),
        archive.store.pathOf(second.sha256),
        left.signal,
      ));
    known.delete(key);
    known.set(key, difference);
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    return {
      ...difference,
      blocks: [...difference.blocks],
      largestOfBlocks: [...difference.largestOfBlocks],
    };
  });
}

async function readImage(archive: Archive, viewer: Viewer, id: string): Promise<Dataset> {
  const dataset = await readDataset(archive, viewer, id);
  if (dataset.type !== 'eimage' && dataset.type !== 'raw')
    throw new ApiFault(
      'ARCHIVE_INPUT',
      `${dataset.name} is of the type ${dataset.type}; images are eimage and raw.`,
    );
  if (dataset.state !== 'present')
    throw new ApiFault(
      'ARCHIVE_GONE',
      `The bytes of ${dataset.name} are ${dataset.state}; download it once to have dropped pixels made again.`,
    );
  return dataset;
}
