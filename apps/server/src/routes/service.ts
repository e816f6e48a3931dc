/** The sites, the integrity of the store, the schema of requests. */
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { integrityReport, listFaults } from '@imsim-od/archive';
import { REQUEST_JSON_SCHEMA } from '@imsim-od/api';
import type { RunSite } from '@imsim-od/runs';
import { simulationVersion } from '@imsim-od/simulator';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

/** The service's own version. */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Registers the addresses. */
export function registerService(app: FastifyInstance, services: Services): void {
  const { archive, runs } = services;
  const startedAtUtc = new Date().toISOString();
  registerRoute(app, 'listSites', async () => ({
    items: await Promise.all([...runs.sites.values()].map(toSite)),
    next: null,
  }));
  registerRoute(app, 'integrity', async () => {
    const [report, faults] = await Promise.all([integrityReport(archive), listFaults(archive)]);
    return {
      ...report,
      faults: faults.map(({ sha256, state, datasetIds }) => ({ sha256, state, datasetIds: [...datasetIds] })),
    };
  });
  registerRoute(app, 'serviceStatus', async () => {
    const { settings } = services;
    const [disk, database, queues] = await Promise.all([
      statfs(archive.store.folder),
      databaseOf(services),
      queuesOf(services),
    ]);
    return {
      version,
      simulationVersion,
      nodeVersion: process.versions.node,
      startedAtUtc,
      storeFreeBytes: disk.bavail * disk.bsize,
      storeTotalBytes: disk.blocks * disk.bsize,
      ...database,
      sendsMail: settings.smtpUrl !== undefined,
      callsWebhook: settings.webhookUrl !== undefined,
      queues,
    };
  });
  registerRoute(app, 'requestSchema', async () => REQUEST_JSON_SCHEMA);
}

async function databaseOf({ identity }: Services) {
  const { rows } = await sql<{ bytes: number; version: string }>`
    select pg_database_size(current_database())::float8 as bytes, current_setting('server_version') as version
  `.execute(identity);
  return { databaseBytes: rows[0]?.bytes ?? 0, databaseVersion: rows[0]?.version ?? '' };
}

/** What is under way and waits, by user and site. */
async function queuesOf({ journal }: Services) {
  const { rows } = await sql<{
    userName: string;
    site: string;
    runs: number;
    waitingTasks: number;
    activeTasks: number;
  }>`
    select u.name as "userName", j.site, count(*)::float8 as runs, sum(j.unexpanded + j.waiting)::float8 as "waitingTasks",
      sum(j.claimed + j.queued + j.running + j.collecting + j.cancelling)::float8 as "activeTasks"
    from workflow.runs j join identity.users u on u.id::text = j.owner
    where j.state in ('active', 'cancelling') group by u.name, j.site order by u.name, j.site
  `.execute(journal);
  return rows;
}

async function toSite({ adapter, slots }: RunSite) {
  const common = { name: adapter.name, slots, capabilities: { ...adapter.capabilities } };
  try {
    const { activeJobs, waitingJobs } = await adapter.ping();
    return { ...common, isUp: true, detail: null, activeJobs, waitingJobs };
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'it does not answer';
    return { ...common, isUp: false, detail, activeJobs: null, waitingJobs: null };
  }
}
