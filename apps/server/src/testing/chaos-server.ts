/**
 * A server in a process of its own, to be killed. Started with one JSON argument: its home, and at which fault point of the scheduler, the how
 * manyth time it is reached, the process is to die of SIGKILL. Says its address on stdout once it listens.
 */
import { writeSync } from 'node:fs';
import type { FaultPoint } from '@imsim-od/workflow';
import { pino } from 'pino';
import { readSettings } from '../settings.js';
import { startServer } from '../start-server.js';

/** What the process is told. */
export interface ChaosOrders {
  readonly home: string;
  readonly workerPath: string;
  /** Further settings, as a port to come back at. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly dieAt?: FaultPoint;
  /** 1 for the first time. */
  readonly dieOnHit?: number;
}

const {
  home,
  workerPath,
  settings = {},
  dieAt,
  dieOnHit = 1,
} = JSON.parse(process.argv[2] ?? '{}') as ChaosOrders;
let hits = 0;
const server = await startServer(
  readSettings(
    { home, workerPath, port: 0, workers: 2, memoryMb: 8000, requestsPerMinute: 1e6, ...settings },
    {},
  ),
  pino({ level: 'warn' }, pino.destination(2)),
  {
    scheduler: {
      leaseTtlMs: 1500,
      onFaultPoint: async (point) => {
        if (point !== dieAt || ++hits < dieOnHit) return;
        process.kill(process.pid, 'SIGKILL');
        await new Promise(() => undefined);
      },
    },
  },
);
writeSync(
  1,
  `${JSON.stringify({ url: server.url, setupUrl: server.setupUrl, databaseUrl: server.services.databaseUrl })}\n`,
);
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
