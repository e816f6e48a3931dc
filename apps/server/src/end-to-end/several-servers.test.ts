import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  type TestUser,
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

/** The keys of the jobs that a site folder has on record. */
function jobKeys(siteFolder: string): string[] {
  const jobs = join(siteFolder, 'jobs');
  return readdirSync(jobs).map((id) => {
    const { spec } = JSON.parse(readFileSync(join(jobs, id, 'job.json'), 'utf8')) as {
      spec: { key: string };
    };
    return spec.key;
  });
}

describe('a server with a large run under way', () => {
  it('lets a small run of another user go first', async () => {
    const [alice, bob] = [await test.user('alice'), await test.user('bob')];
    const submit = (user: TestUser, detectors: readonly string[], visitId: number) =>
      user.client.call('submitRun', {
        body: { requests: [smallRequest({ visitId, detectors, products: ['truth'] })] },
      });
    const large = await submit(alice, ['R22', 'R21', 'R12'], 31);
    await expect
      .poll(() => alice.client.call('readRun', { params: { id: large.id } }), { timeout: 60_000 })
      .toMatchObject({ counts: { succeeded: expect.toSatisfy((count: number) => count > 0) as number } });
    const small = await submit(bob, ['R22_S11'], 32);
    expect(await untilEnded(bob.client, small.id)).toMatchObject({ state: 'succeeded' });
    const { counts } = await alice.client.call('readRun', { params: { id: large.id } });
    expect(counts.succeeded).toBeLessThan(27);
    await alice.client.call('cancelRun', { params: { id: large.id } });
    await untilEnded(alice.client, large.id);
  });
});

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

  it('shares the work: both carry out tasks of one run, each task once', async () => {
    const other = await second(join(scratch, 'shared', 'site'));
    try {
      const run = await test.admin.call('submitRun', {
        body: { requests: [smallRequest({ visitId: 21, detectors: ['R22', 'R21'], products: ['truth'] })] },
      });
      expect(await untilEnded(test.admin, run.id)).toMatchObject({ state: 'succeeded' });
      const folders = [join(test.home, 'site'), join(scratch, 'shared', 'site')];
      const jobs = folders.map((folder) => jobKeys(folder).filter((key) => key.startsWith(run.id)));
      expect(jobs.map((keys) => keys.length > 0)).toEqual([true, true]);
      expect(jobs.flat()).toHaveLength(18);
      expect(new Set(jobs.flat()).size).toBe(18);
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
