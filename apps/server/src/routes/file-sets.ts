/** Everything that fits a search, to take home: as a Metalink, a list of addresses, or one ZIP. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type Dataset, type Search, searchDatasets, type Viewer } from '@imsim-od/archive';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { contentUrl, METALINK_END, METALINK_HEAD, metalinkEntry, nameFiles } from '../download/file-set.js';
import { type ZipEntry, zipBytes, zipOf } from '../download/zip-stream.js';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';
import { toSearch } from './archive.js';

const PAGE = 1000;
/** Files of a ZIP. */
const MAX_FILES = 10_000;

/** Registers the addresses. */
export function registerFileSets(app: FastifyInstance, { archive, settings }: Services): void {
  const originOf = (request: { protocol: string; host: string }): string =>
    (settings.publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');

  registerRoute(app, 'metalink', async ({ query, request, reply }) => {
    const origin = originOf(request);
    // Names are told apart within the set, so all of it is read before the first line.
    const files = nameFiles(await readAll(viewerOf(request), toSearch(query)));
    return attachment(reply, 'application/metalink4+xml', 'datasets.meta4').send(
      Readable.from(
        (function* () {
          yield METALINK_HEAD;
          for (const file of files) yield metalinkEntry(origin, file);
          yield METALINK_END;
        })(),
      ),
    );
  });
  registerRoute(app, 'urlList', async ({ query, request, reply }) => {
    const origin = originOf(request);
    const datasets = await readAll(viewerOf(request), toSearch(query));
    return attachment(reply, 'text/plain; charset=utf-8', 'datasets.txt').send(
      datasets.map((dataset) => `${contentUrl(origin, dataset)}\n`).join(''),
    );
  });
  registerRoute(app, 'downloadZip', async ({ query, request, reply }) => {
    const datasets = await readAll(viewerOf(request), toSearch(query), MAX_FILES);
    const files = nameFiles(datasets.filter(({ state }) => state === 'present'));
    const absent = datasets.filter(({ state }) => state !== 'present');
    const sums = files.map(({ dataset, path }) => `${dataset.sha256}  ${path}\n`).join('');
    const entries: readonly ZipEntry[] = [
      ...files.map(({ dataset, path }) => ({
        path,
        bytes: dataset.bytes,
        modified: new Date(dataset.createdAtUtc),
        read: () => createReadStream(archive.store.pathOf(dataset.sha256)),
      })),
      textEntry('SHA256SUMS', sums),
      ...(absent.length === 0 ? [] : [textEntry('NOT-INCLUDED.txt', notIncluded(absent))]),
    ];
    return attachment(reply, 'application/zip', 'imsim-od-files.zip')
      .header('content-length', String(zipBytes(entries)))
      .header('cache-control', 'no-store')
      .send(Readable.from(zipOf(entries), { objectMode: false }));
  });

  async function readAll(viewer: Viewer, search: Search, atMost = Infinity): Promise<readonly Dataset[]> {
    const all: Dataset[] = [];
    for (let after: string | undefined; ;) {
      const page = await searchDatasets(archive, viewer, search, {
        limit: PAGE,
        order: 'oldest',
        ...(after === undefined ? {} : { after }),
      });
      all.push(...page);
      if (all.length > atMost)
        throw new ApiFault('ARCHIVE_TOO_MANY', `More than ${atMost} files fit; a ZIP takes ${atMost}.`);
      after = page.at(-1)?.id;
      if (after === undefined || page.length < PAGE) return all;
    }
  }
}

function attachment(reply: FastifyReply, type: string, name: string): FastifyReply {
  return reply.type(type).header('content-disposition', `attachment; filename="${name}"`);
}

function textEntry(path: string, text: string): ZipEntry {
  const bytes = Buffer.from(text, 'utf8');
  return {
    path,
    bytes: bytes.length,
    modified: new Date(),
    read: async function* () {
      if (bytes.length > 0) yield bytes;
    },
  };
}

function notIncluded(absent: readonly Dataset[]): string {
  const lines = absent.map(({ name, id, state }) => `${state.padEnd(8)} ${id}  ${name}\n`);
  return `These files were not at hand. Dropped ones are made again when they are fetched: imsim-od get "id = '...'".\n\n${lines.join('')}`;
}
