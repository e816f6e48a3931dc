/** The sites, the integrity of the store, the schema of requests. */
import { integrityReport, listFaults } from '@imsim-od/archive';
import { REQUEST_JSON_SCHEMA } from '@imsim-od/api';
import type { RunSite } from '@imsim-od/runs';
import type { FastifyInstance } from 'fastify';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

/** Registers the addresses. */
export function registerService(app: FastifyInstance, { archive, runs }: Services): void {
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
  registerRoute(app, 'requestSchema', async () => REQUEST_JSON_SCHEMA);
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
