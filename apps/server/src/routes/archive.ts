/** Datasets: search, download, drop, remove, share, expiry. */
import {
  countFacets,
  type Dataset,
  dropDatasets,
  readDataset,
  removeDatasets,
  requestRestoration,
  latestRestoration,
  type Search,
  searchDatasets,
  setExpiry,
  settleIfAbsent,
  share,
  unshare,
  type Viewer,
} from '@imsim-od/archive';
import { API_PREFIX } from '@imsim-od/api';
import { reservedBytes } from '@imsim-od/runs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { relative } from 'node:path';
import { Readable } from 'node:stream';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

const DEFAULT_PAGE = 100;
const MANIFEST_PAGE = 1000;
const COME_AGAIN_S = 3;
/** A restoration is not tried again for so long after its failure. */
const FAILED_FOR_S = 60;

const TYPES: Readonly<Record<string, string>> = {
  fits: 'application/fits',
  'fits.fz': 'application/fits',
  parquet: 'application/vnd.apache.parquet',
  png: 'image/png',
  json: 'application/json',
  text: 'text/plain; charset=utf-8',
};

/** Registers the addresses. */
export function registerArchive(app: FastifyInstance, { archive, log, runs }: Services): void {
  registerRoute(app, 'searchDatasets', async ({ query, request }) => {
    const { after, limit = DEFAULT_PAGE, order, ...search } = query;
    const items = await searchDatasets(archive, viewerOf(request), toSearch(search), {
      limit,
      ...(after === undefined ? {} : { after }),
      ...(order === undefined ? {} : { order }),
    });
    return { items: items.map(toWire), next: items.length < limit ? null : (items.at(-1)?.id ?? null) };
  });
  registerRoute(app, 'countFacets', async ({ query, request }) => {
    const { datasets, bytes, facets } = await countFacets(archive, viewerOf(request), toSearch(query));
    return {
      datasets,
      bytes,
      facets: Object.fromEntries(
        Object.entries(facets).map(([name, counts]) => [name, counts.map((count) => ({ ...count }))]),
      ),
    };
  });
  registerRoute(app, 'manifest', async ({ query, request, reply }) => {
    const viewer = viewerOf(request);
    const search = toSearch(query);
    // The first page is read before the answer begins, so that what is wrong with the search is told as a problem.
    const first = await searchDatasets(archive, viewer, search, { limit: MANIFEST_PAGE, order: 'oldest' });
    const nextPage = (after: string) =>
      searchDatasets(archive, viewer, search, { limit: MANIFEST_PAGE, order: 'oldest', after });
    return reply.type('application/x-ndjson').send(Readable.from(manifestLines(first, nextPage)));
  });
  registerRoute(app, 'readDataset', async ({ params, request }) =>
    toWire(await readDataset(archive, viewerOf(request), params.id)),
  );
  registerRoute(app, 'download', async ({ params, request, reply }) => {
    const viewer = viewerOf(request);
    let dataset = await readDataset(archive, viewer, params.id);
    if ((dataset.state === 'present' || dataset.state === 'missing') && (await isAbsent(dataset)))
      dataset = await readDataset(archive, viewer, params.id);
    if (dataset.state === 'dropped' || dataset.state === 'making') {
      const isThere = dataset.state === 'dropped' && (await restore(viewer, dataset));
      if (!isThere) {
        return reply
          .code(202)
          .header('retry-after', String(COME_AGAIN_S))
          .header('location', `${API_PREFIX}/datasets/${dataset.id}/content`)
          .send({ state: 'making', detail: 'Its pixels were dropped and are being made again; ask again.' });
      }
      dataset = await readDataset(archive, viewer, params.id);
    }
    if (dataset.state !== 'present')
      throw new ApiFault('ARCHIVE_GONE', `The bytes of ${dataset.name} are ${dataset.state} in the store.`);
    return sendContent(request, reply, dataset);
  });
  registerRoute(app, 'dropDatasets', async ({ body, request }) =>
    dropDatasets(archive, viewerOf(request), body.datasetIds),
  );
  registerRoute(app, 'removeDatasets', async ({ body, request }) =>
    removeDatasets(archive, viewerOf(request), body.datasetIds),
  );
  registerRoute(app, 'shareDatasets', async ({ body, request }) =>
    (body.grant === false ? unshare : share)(
      archive,
      viewerOf(request),
      { datasetIds: body.datasetIds },
      body.with,
    ),
  );
  registerRoute(app, 'setExpiry', async ({ body, request }) => {
    if (body.expiresAtUtc !== null && !Number.isFinite(Date.parse(body.expiresAtUtc)))
      throw new ApiFault('API_INVALID', `body.expiresAtUtc: ${body.expiresAtUtc} is no time`);
    await setExpiry(archive, viewerOf(request), body.datasetIds, body.expiresAtUtc);
  });

  /** Whether a file is gone that the catalog has: with a recipe it counts as dropped from now on. */
  async function isAbsent({ id, sha256, bytes }: Dataset): Promise<boolean> {
    const absence = await settleIfAbsent(archive, { sha256, bytes });
    if (absence !== undefined) log.error({ dataset: id, sha256, ...absence }, 'a stored file is gone');
    return absence !== undefined;
  }

  /** Has dropped pixels made again. @returns whether they are there already */
  async function restore(viewer: Viewer, dataset: Dataset): Promise<boolean> {
    const last =
      dataset.recipeHash === null ? undefined : await latestRestoration(archive, dataset.recipeHash);
    if (last?.state === 'failed' && last.unchangedS < FAILED_FOR_S)
      throw new ApiFault(
        'ARCHIVE_GONE',
        `${dataset.name} could not be made again: ${last.detail ?? 'its task failed'}.`,
      );
    const reserved = await reservedBytes(runs.db, viewer.userId);
    return (await requestRestoration(archive, viewer, dataset.id, reserved)).state === 'done';
  }

  function sendContent(request: FastifyRequest, reply: FastifyReply, dataset: Dataset): FastifyReply {
    const etag = `"${dataset.sha256}"`;
    reply
      .header('etag', etag)
      .header('cache-control', 'private, max-age=31536000, immutable')
      .header(
        'content-disposition',
        `attachment; filename="${dataset.name.replaceAll(/[^ -~]|["\\]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(dataset.name)}`,
      )
      .header('repr-digest', `sha-256=:${Buffer.from(dataset.sha256, 'hex').toString('base64')}:`)
      .header('x-imsim-od-sha256', dataset.sha256)
      .header('x-imsim-od-adler32', dataset.adler32);
    const known = request.headers['if-none-match'];
    if (
      known !== undefined &&
      known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*')
    )
      return reply.code(304).send();
    const { headers } = request.raw;
    // The part is of the file that the client has begun, or the whole is sent.
    if (headers['if-range'] !== undefined && headers['if-range'] !== etag) delete headers.range;
    delete headers['if-range'];
    delete headers['if-match'];
    log.debug({ dataset: dataset.id }, 'download');
    return reply
      .sendFile(relative(archive.store.folder, archive.store.pathOf(dataset.sha256)), {
        etag: false,
        lastModified: false,
        cacheControl: false,
        contentType: false,
        dotfiles: 'allow',
      })
      .type(TYPES[dataset.format] ?? 'application/octet-stream');
  }
}

async function* manifestLines(
  first: readonly Dataset[],
  nextPage: (after: string) => Promise<readonly Dataset[]>,
): AsyncGenerator<string> {
  for (let page = first; ;) {
    yield page
      .map(
        ({ id, name, folder, bytes, sha256, adler32, state }) =>
          `${JSON.stringify({ id, name, folder, bytes, sha256, adler32, state })}\n`,
      )
      .join('');
    const last = page.at(-1);
    if (last === undefined || page.length < MANIFEST_PAGE) return;
    page = await nextPage(last.id);
  }
}

type SearchQuery = Omit<Search, 'cone'> & {
  readonly raDeg?: number;
  readonly decDeg?: number;
  readonly radiusDeg?: number;
};

/** The search of a query string. @throws ApiFault for half a cone */
export function toSearch({ raDeg, decDeg, radiusDeg, ...search }: SearchQuery): Search {
  const given = [raDeg, decDeg, radiusDeg].filter((value) => value !== undefined).length;
  if (given === 0) return search;
  if (raDeg === undefined || decDeg === undefined || radiusDeg === undefined)
    throw new ApiFault('API_INVALID', 'query: raDeg, decDeg and radiusDeg make a cone together');
  return { ...search, cone: { raDeg, decDeg, radiusDeg } };
}

function toWire(dataset: Dataset) {
  return {
    ...dataset,
    corners: dataset.corners?.map((corner) => [...corner]) ?? null,
    replicas: dataset.replicas.map((replica) => ({ ...replica })),
  };
}
