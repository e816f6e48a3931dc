import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings, type RunningServer, startServer } from '../index.js';
import {
  checkedClient,
  smallRequest,
  testServer,
  type TestServer,
  untilEnded,
} from '../testing/test-server.js';

let test: TestServer;
let scratch: string;

beforeAll(async () => {
  test = await testServer();
  scratch = mkdtempSync(join(tmpdir(), 'imsim-od-several-'));
});
afterAll(async () => {
  await test.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Another server on the database and the home of the first. */
const second = (siteFolder: string): Promise<RunningServer> =>
  startServer(
    readSettings(
      {
        home: test.home,
        databaseUrl: test.server.services.databaseUrl,
        siteFolder,
        port: 0,
        workers: 2,
        memoryMb: 8000,
      },
      {},
    ),
    pino({ level: 'silent' }),
  );

describe('a second server on one database and one home', () => {
  it('shares runs and archive, with a site folder of its own', async () => {
    const other = await second(join(scratch, 'deep', 'site'));
    try {
      const there = checkedClient(other.url, test.adminToken);
      const run = await there.call('submitRun', {
        body: { requests: [smallRequest({ detectors: ['R22_S10', 'R22_S11'], products: ['truth'] })] },
      });
      expect(await untilEnded(test.admin, run.id)).toMatchObject({ state: 'succeeded' });
    } finally {
      await other.close();
    }
  });

  it('does not start on the site folder of another host, nor touches its tasks', async () => {
    const folder = join(scratch, 'theirs');
    mkdirSync(folder);
    writeFileSync(join(folder, 'host.json'), JSON.stringify({ table: 'another', hostname: 'elsewhere' }));
    const life = setInterval(() => writeFileSync(join(folder, 'beat'), String(Math.random())), 300);
    try {
      await expect(second(folder)).rejects.toMatchObject({ code: 'SITE_IN_USE' });
    } finally {
      clearInterval(life);
    }
  });
});
