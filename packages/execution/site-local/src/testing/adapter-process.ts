/**
 * A process that holds an adapter, to be killed: `node adapter-process.js '<JSON>'`. Submits the jobs in small batches, again from the first
 * when it comes to the last, until it is killed.
 */
import { checkJobSpec, SiteError, type JobSpec } from '@imsim-od/site';
import { openLocalSite } from '../local-site.js';

interface Orders {
  readonly stateFolder: string;
  readonly supervisorPath: string;
  readonly specs: readonly JobSpec[];
}

const orders = JSON.parse(process.argv[2] ?? '') as Orders;
orders.specs.forEach(checkJobSpec);
const site = await openLocalSite({
  stateFolder: orders.stateFolder,
  supervisorPath: orders.supervisorPath,
  cores: 2,
  memoryMb: 1000,
  pollIntervalMs: 20,
  killGraceMs: 400,
});
for (let first = 0; ; first = (first + 3) % orders.specs.length) {
  for (const answer of await site.submit(orders.specs.slice(first, first + 3))) {
    if (answer.outcome === 'refused') throw new SiteError('SITE_BROKEN', answer.error.message);
  }
  await site.status(orders.specs);
}
