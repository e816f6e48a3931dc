/** What made a pixel of an image: its recipe and catalogs as the archive keeps them, worked out by a worker of its own. */
import { existsSync } from 'node:fs';
import { readDataset, readRecipe } from '@imsim-od/archive';
import { storedContent } from '@imsim-od/runs';
import type { Recipe } from '@imsim-od/simulator';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

const DEFAULT_SOURCES = 10;

/** Registers the address. */
export function registerExplanations(app: FastifyInstance, { archive, runner }: Services): void {
  registerRoute(app, 'explainPixel', async ({ params, query, request }) => {
    const dataset = await readDataset(archive, viewerOf(request), params.id);
    const kept = dataset.recipeHash === null ? undefined : await readRecipe(archive, dataset.recipeHash);
    if (kept === undefined)
      throw new ApiFault(
        'EXPLAIN_INVALID',
        `${dataset.name} has no recipe in the archive: only what the service drew itself can be explained.`,
      );
    const { store } = archive;
    const catalogs = kept.catalogs.map((content) => storedContent(store, content));
    const lost = catalogs
      .flatMap(({ files, sedArchive }) => [...files, ...(sedArchive ? [sedArchive] : [])])
      .find(({ path }) => !existsSync(path));
    if (lost !== undefined)
      throw new ApiFault(
        'EXPLAIN_INVALID',
        `${dataset.name} was drawn from ${lost.name}, whose bytes are gone from the store.`,
      );
    const explained = await runner.explain(dataset.name, {
      recipe: JSON.parse(kept.document) as Recipe,
      catalogs,
      x: query.x,
      y: query.y,
      mostSources: query.sources ?? DEFAULT_SOURCES,
    });
    const { raw, sources, notes, ...facts } = explained;
    return {
      ...facts,
      sources: [...sources],
      notes: [...notes],
      ...(raw ? { raw: { ...raw, notes: [...raw.notes] } } : {}),
    };
  });
}
