/** Estimates and runs. */
import { share, unshare } from '@imsim-od/archive';
import { type Run } from '@imsim-od/api';
import {
  cancelRun,
  deleteRun,
  estimateRequests,
  listRunLines,
  listTaskViews,
  pauseRun,
  readOwnRun,
  readRequests,
  readTaskLog,
  resumeRun,
  retryRun,
  type RunFilter,
  type RunView,
  submitRun,
  viewRun,
} from '@imsim-od/runs';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { v7 } from 'uuid';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';
import { changedRequests } from './request-changes.js';

const DEFAULT_RUNS = 50;
const DEFAULT_TASKS = 200;

/** Registers the addresses. */
export function registerRuns(app: FastifyInstance, { runs, archive }: Services): void {
  registerRoute(app, 'estimate', async ({ body, request }) => {
    const estimate = await estimateRequests(runs, viewerOf(request), body.requests);
    return structuredClone(estimate) as never;
  });
  registerRoute(app, 'submitRun', async ({ body, request }) => {
    const viewer = viewerOf(request);
    const id = await submitRun(runs, viewer, { ...body, id: idempotencyKey(request) });
    return toRun(await viewRun(runs, viewer, id));
  });
  registerRoute(app, 'cloneRun', async ({ params, body, request }) => {
    const viewer = viewerOf(request);
    const { changes = {}, ...rest } = body;
    const requests = changedRequests(await readRequests(runs, viewer, params.id), changes);
    const id = await submitRun(runs, viewer, { ...rest, requests, id: idempotencyKey(request) });
    return toRun(await viewRun(runs, viewer, id));
  });
  registerRoute(app, 'listRuns', async ({ query, request }) => {
    const limit = query.limit ?? DEFAULT_RUNS;
    const items = await listRunLines(runs, viewerOf(request), { ...query, limit } as RunFilter);
    return { items: [...items], next: items.length < limit ? null : (items.at(-1)?.id ?? null) };
  });
  registerRoute(app, 'readRun', async ({ params, request }) =>
    toRun(await viewRun(runs, viewerOf(request), params.id)),
  );
  registerRoute(app, 'readRequests', async ({ params, request }) => ({
    requests: [...(await readRequests(runs, viewerOf(request), params.id))],
  }));
  registerRoute(app, 'listTasks', async ({ params, query, request }) => {
    const limit = query.limit ?? DEFAULT_TASKS;
    const tasks = await listTaskViews(runs, viewerOf(request), params.id, {
      limit,
      ...(query.after === undefined ? {} : { after: Number(query.after) }),
      ...(query.state === undefined ? {} : { state: query.state }),
    });
    const last = tasks.at(-1);
    return {
      items: tasks.map((task) => ({ ...task, warnings: [...task.warnings] })),
      next: tasks.length < limit || last === undefined ? null : String(last.taskIndex),
    };
  });
  registerRoute(app, 'readTaskLog', async ({ params, query, request }) =>
    readTaskLog(runs, viewerOf(request), params.id, Number(params.index), query as { offset?: number }),
  );

  const steer = (
    name: 'cancelRun' | 'pauseRun' | 'resumeRun' | 'retryRun',
    act: (...args: Parameters<typeof pauseRun>) => Promise<unknown>,
  ): void =>
    registerRoute(app, name, async ({ params, request }) => {
      const viewer = viewerOf(request);
      await act(runs, viewer, params.id);
      return toRun(await viewRun(runs, viewer, params.id));
    });
  steer('cancelRun', cancelRun);
  steer('pauseRun', pauseRun);
  steer('resumeRun', resumeRun);
  steer('retryRun', retryRun);

  registerRoute(app, 'deleteRun', async ({ params, query, request }) =>
    deleteRun(runs, viewerOf(request), params.id, { withData: query.withData === true }),
  );
  registerRoute(app, 'shareRun', async ({ params, body, request }) => {
    const viewer = viewerOf(request);
    await readOwnRun(runs, viewer, params.id);
    await (body.grant === false ? unshare : share)(archive, viewer, { runId: params.id }, body.with);
  });
}

/** The id that a client chose for a run, or a new one. @throws ApiFault */
function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return v7();
  const text = String(key).toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text))
    throw new ApiFault('API_INVALID', 'headers.idempotency-key: it must be a UUID', [
      { path: 'headers.idempotency-key', message: 'must be a UUID' },
    ]);
  return text;
}

function toRun(view: RunView): Run {
  return { ...view, failures: view.failures.map((failure) => ({ ...failure })) };
}
