/** Prometheus metrics: of requests, of the process, and of the service. Names carry their units. */
import { integrityReport } from '@imsim-od/archive';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RunHub } from '../events/run-hub.js';
import type { Services } from '../services.js';

const CACHE_MS = 10_000;

/** Counts requests, and answers `/metrics`. */
export function serveMetrics(app: FastifyInstance, services: Services, hub: RunHub): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'imsim_od_' });
  const duration = new Histogram({
    name: 'imsim_od_http_request_duration_seconds',
    help: 'Time to answer, by address, method and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers: [registry],
  });
  new Gauge({
    name: 'imsim_od_event_watchers',
    help: 'Open streams of events',
    registers: [registry],
    collect() {
      this.set(hub.watchers);
    },
  });
  const tasks = new Gauge({
    name: 'imsim_od_tasks',
    help: 'Tasks in the journal by state',
    labelNames: ['state'],
    registers: [registry],
  });
  const stored = new Gauge({
    name: 'imsim_od_archive_bytes',
    help: 'Bytes in the archive',
    registers: [registry],
  });
  const faults = new Gauge({
    name: 'imsim_od_archive_faults',
    help: 'Contents that are missing or corrupt',
    labelNames: ['state'],
    registers: [registry],
  });
  const isUp = new Gauge({
    name: 'imsim_od_database_up',
    help: 'Whether the database answered when it was last asked',
    registers: [registry],
  });
  let readAtMs = -Infinity;
  const read = async (): Promise<void> => {
    if (performance.now() - readAtMs < CACHE_MS) return;
    readAtMs = performance.now();
    try {
      const { bytes, missing, corrupt } = await integrityReport(services.archive);
      stored.set(bytes);
      faults.set({ state: 'missing' }, missing);
      faults.set({ state: 'corrupt' }, corrupt);
      for (const [state, count] of Object.entries(await countTasks(services))) tasks.set({ state }, count);
      isUp.set(1);
    } catch (err) {
      services.log.warn({ err }, 'metrics of the database could not be read');
      isUp.set(0);
    }
  };
  app.addHook('onResponse', async (request, reply) => {
    duration.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });
  app.get('/metrics', { config: { policy: 'public' }, schema: { hide: true } }, async (_request, reply) => {
    await read();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

async function countTasks({ journal }: Services): Promise<Record<string, number>> {
  const rows = await journal
    .selectFrom('workflow.tasks')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', 'not in', ['succeeded', 'failed', 'cancelled'])
    .groupBy('state')
    .execute();
  const found = Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  const open = ['waiting', 'claimed', 'queued', 'running', 'collecting', 'cancelling'];
  return Object.fromEntries(open.map((state) => [state, found[state] ?? 0]));
}
