/** Collections of datasets. */
import {
  changeCollection,
  createCollection,
  deleteCollection,
  listCollections,
  share,
  unshare,
} from '@imsim-od/archive';
import type { FastifyInstance } from 'fastify';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

/** Registers the addresses. */
export function registerCollections(app: FastifyInstance, { archive }: Services): void {
  registerRoute(app, 'listCollections', async ({ request }) => ({
    items: [...(await listCollections(archive, viewerOf(request)))],
    next: null,
  }));
  registerRoute(app, 'createCollection', async ({ body, request }) =>
    createCollection(archive, viewerOf(request), body.name),
  );
  registerRoute(app, 'changeCollection', async ({ params, body, request }) =>
    changeCollection(archive, viewerOf(request), params.id, body),
  );
  registerRoute(app, 'shareCollection', async ({ params, body, request }) =>
    (body.grant === false ? unshare : share)(
      archive,
      viewerOf(request),
      { collectionId: params.id },
      body.with,
    ),
  );
  registerRoute(app, 'deleteCollection', async ({ params, request }) =>
    deleteCollection(archive, viewerOf(request), params.id),
  );
}
