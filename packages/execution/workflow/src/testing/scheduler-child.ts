/**
 * A scheduler in a process of its own, to be killed. Started with one JSON argument: the database, and at which fault point, the how manyth
 * time it is reached, the process is to die of SIGKILL.
 */
import { writeSync } from 'node:fs';
import { openDatabase } from '@imsim-od/database';
import type { FaultPoint } from '../fault-point.js';
import type { WorkflowTables } from '../schema.js';
import { Scheduler } from '../scheduler.js';
import { recordInCatalog, testExpanders } from './journal-fixtures.js';
import { TableSite } from './table-site.js';

/** What the child is told. */
export interface ChildOrders {
  readonly url: string;
  readonly leaseTtlMs: number;
  readonly maxInFlight: number;
  readonly dieAt?: FaultPoint;
  /** 1 for the first time. */
  readonly dieOnHit?: number;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as ChildOrders;
let hits = 0;
const scheduler = new Scheduler({
  db: openDatabase<WorkflowTables>(orders.url, { idleTransactionMs: 1000 }),
  url: orders.url,
  server: `child ${process.pid}`,
  sites: [await TableSite.open(orders.url)],
  expanders: testExpanders,
  leaseTtlMs: orders.leaseTtlMs,
  intervalMs: 20,
  maxInFlightPerSite: orders.maxInFlight,
  recordOutputs: recordInCatalog,
  onFaultPoint: async (point) => {
    if (point !== orders.dieAt) return;
    hits += 1;
    if (hits < (orders.dieOnHit ?? 1)) return;
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  },
});
scheduler.start();
writeSync(1, 'started\n');
