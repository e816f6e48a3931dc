import { createHash } from 'node:crypto';
import { readEvents, type RunEvent } from '@imsim-od/api';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  smallRequest,
  testServer,
  type TestServer,
  type TestUser,
  untilEnded,
} from '../testing/test-server.js';

let test: TestServer;
let alice: TestUser;
let bob: TestUser;
let runId: string;

beforeAll(async () => {
  test = await testServer({ siteMonitorUrl: 'https://monitor.example/{run}/{job}' });
  alice = await test.user('alice');
  bob = await test.user('bob');
});
afterAll(() => test.close());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());
const dataset = async (user: TestUser, expression: string) => {
  const { items } = await user.client.call('searchDatasets', { query: { expression } });
  const [first] = items;
  if (first === undefined) throw new Error(`nothing fits ${expression}`);
  return first;
};

/** Downloads what is being made again, once it is there. */
async function untilThere(id: string): Promise<Uint8Array> {
  for (let tries = 0; ; tries++) {
    const answer = await alice.client.open('download', { params: { id } });
    if (answer.status !== 202 || tries > 300) {
      expect(answer.status).toBe(200);
      return bytesOf(answer);
    }
    await answer.body?.cancel().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a run', { sequential: true }, () => {
  it('is estimated before it is submitted', async () => {
    const estimate = await alice.client.call('estimate', {
      body: { requests: [smallRequest({ detectors: 'R22_S*' })] },
    });
    expect(estimate.tasks).toBe(9);
    const [site] = estimate.sites;
    expect(site?.cpuS.low).toBeLessThan(site?.cpuS.value ?? 0);
    expect(site?.cpuS.high).toBeGreaterThan(site?.cpuS.value ?? 0);
  });

  it('is watched from its submission to its end', async () => {
    const run = await alice.client.call('submitRun', { body: { name: 'first', requests: [smallRequest()] } });
    runId = run.id;
    const stream = await alice.client.open('events', { query: { runs: run.id } });
    const events: RunEvent[] = [];
    for await (const event of readEvents(stream.body!)) {
      events.push(event);
      if (event.state === 'succeeded') break;
    }
    expect(events[0]).toMatchObject({ runId: run.id, snapshot: true });
    expect(events.at(-1)).toMatchObject({ state: 'succeeded', progress: 1, counts: { succeeded: 1 } });
    const seqs = events.map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    const ended = await alice.client.call('readRun', { params: { id: run.id } });
    expect(ended.cost).toMatchObject({ tasks: 1, reusedTasks: 0 });
    expect(ended.cost.cpuS).toBeGreaterThan(0);
  });

  it('has tasks with logs', async () => {
    const { items } = await alice.client.call('listTasks', { params: { id: runId } });
    expect(items).toMatchObject([{ detector: 'R22_S11', state: 'succeeded', attempt: 1, visit: 7 }]);
    expect(items[0]?.monitorUrl).toMatch(new RegExp(`^https://monitor\\.example/${runId}/[^/{}]+$`));
    expect((await alice.client.call('readRun', { params: { id: runId } })).monitorUrl).toBeNull();
    const log = await alice.client.call('readTaskLog', { params: { id: runId, index: '0' } });
    expect(log.text).toMatch(/^Drawing R22_S11 of visit 7 r/);
    expect(log.text).toMatch(/Done in/);
  });

  it('leaves datasets, found by expression and facet', async () => {
    const { items } = await alice.client.call('searchDatasets', {
      query: { expression: "band = 'r' and detector like 'R22%' and seeingArcsec < 0.8", runId },
    });
    expect(items.map(({ type }) => type).sort()).toEqual(['eimage', 'recipe', 'truth', 'truth']);
    const facets = await alice.client.call('countFacets', { query: { runId } });
    expect(facets.facets['type']).toContainEqual({ value: 'truth', datasets: 2 });
    const away = await alice.client.call('searchDatasets', {
      query: { raDeg: 10, decDeg: 10, radiusDeg: 1 },
    });
    expect(away.items).toEqual([]);
    const there = await alice.client.call('searchDatasets', {
      query: { raDeg: 53, decDeg: -27.5, radiusDeg: 0.01 },
    });
    expect(there.items).toHaveLength(4);
  });

  it('gives files whole, in part, and not at all where they are known', async () => {
    const image = await dataset(alice, "type = 'eimage'");
    const whole = await alice.client.open('download', { params: { id: image.id } });
    const bytes = await bytesOf(whole);
    expect(sha256(bytes)).toBe(image.sha256);
    expect(whole.headers.get('etag')).toBe(`"${image.sha256}"`);
    expect(whole.headers.get('content-type')).toBe('application/fits');
    expect(Buffer.from(bytes.subarray(0, 30)).toString('latin1')).toMatch(/^SIMPLE {2}= {20}T/);
    const part = await alice.client.open('download', {
      params: { id: image.id },
      headers: { range: 'bytes=2880-5759', 'if-range': `"${image.sha256}"` },
    });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 2880-5759/${image.bytes}`);
    expect(await bytesOf(part)).toEqual(bytes.subarray(2880, 5760));
    const changed = await alice.client.open('download', {
      params: { id: image.id },
      headers: { range: 'bytes=0-1', 'if-range': '"another"' },
    });
    expect(changed.status).toBe(200);
    await changed.body?.cancel();
    const known = await alice.client.send(`/api/v1/datasets/${image.id}/content`, {
      headers: { 'if-none-match': `"${image.sha256}"` },
    });
    expect(known.status).toBe(304);
    const beyond = await alice.client.send(`/api/v1/datasets/${image.id}/content`, {
      headers: { range: `bytes=${image.bytes}-` },
    });
    expect(beyond.status).toBe(416);
    const head = await alice.client.send(`/api/v1/datasets/${image.id}/content`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(image.bytes));
  });

  it('lists everything in a manifest', async () => {
    const response = await alice.client.open('manifest', { query: { runId } });
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { sha256: string });
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatchObject({
      name: expect.any(String) as string,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it('answers questions of its truth', async () => {
    const { columns, rows, datasets } = await alice.client.call('query', {
      body: {
        sql: 'select detector, count(*) as n, min(magnitude) from truth group by detector',
        datasets: 'visit = 7',
      },
    });
    expect(columns.map(({ name }) => name)).toEqual(['detector', 'n', 'min(magnitude)']);
    expect(datasets).toBe(1);
    expect(rows[0]?.[0]).toBe('R22_S11');
    expect(rows[0]?.[1]).toBeGreaterThan(10);
    const others = await bob.client.call('query', { body: { sql: 'select count(*) from truth' } });
    expect(others).toMatchObject({ datasets: 0, rows: [[0]] });
  });

  it('asked for again is not computed again, and the estimate says so', async () => {
    const estimated = (overrides: Record<string, unknown>) =>
      bob.client.call('estimate', { body: { requests: [smallRequest(overrides)] } });
    const nothing = { value: 0, low: 0, high: 0 };
    expect(await estimated({})).toMatchObject({
      tasks: 1,
      reusedTasks: 1,
      sites: [{ cpuS: nothing, wallS: nothing }],
      visits: [{ reusedTasks: 1, cpuS: 0 }],
    });
    const more = await estimated({ detectors: ['R22_S11', 'R22_S12', 'R22_S10'] });
    expect(more).toMatchObject({ tasks: 3, reusedTasks: 1, visits: [{ reusedTasks: 1 }] });
    expect(more.visits[0]?.cpuS).toBeGreaterThan(0);
    // Another sky, another visit, a file more: nothing of that is there.
    for (const change of [
      { seeingFwhm500Arcsec: 1.3 },
      { visitId: 4711 },
      { products: ['eimage', 'truth', 'raw'] },
    ])
      expect(await estimated(change)).toMatchObject({ tasks: 1, reusedTasks: 0 });
    const again = await bob.client.call('submitRun', { body: { requests: [smallRequest()] } });
    const run = await untilEnded(bob.client, again.id);
    expect(run).toMatchObject({
      state: 'succeeded',
      cost: { tasks: 1, reusedTasks: 1, cpuS: 0 },
      estimate: { cpuS: nothing },
    });
    const mine = await dataset(alice, "type = 'eimage'");
    const theirs = await dataset(bob, "type = 'eimage'");
    expect(theirs.sha256).toBe(mine.sha256);
    expect(theirs.id).not.toBe(mine.id);
  });

  it('is harmless to submit twice under one key', async () => {
    const headers = { 'idempotency-key': '01900000-0000-7000-8000-00000000abcd' };
    const body = { requests: [smallRequest({ visitId: 8 })], paused: true };
    const first = await alice.client.call('submitRun', { body, headers });
    const second = await alice.client.call('submitRun', { body, headers });
    expect(second.id).toBe(first.id);
    await expect(
      alice.client.call('submitRun', { body: { requests: [smallRequest({ visitId: 9 })] }, headers }),
    ).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    const cancelled = await alice.client.call('cancelRun', { params: { id: first.id } });
    expect(['cancelling', 'cancelled']).toContain(cancelled.state);
    await untilEnded(alice.client, first.id);
    await alice.client.call('deleteRun', { params: { id: first.id } });
    await expect(alice.client.call('readRun', { params: { id: first.id } })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
  });

  it('can be cloned with changes', async () => {
    const clone = await alice.client.call('cloneRun', {
      params: { id: runId },
      body: { name: 'worse seeing', changes: { seeingFwhm500Arcsec: 1.1, 'sky.0.seed': 2, visitId: 70 } },
    });
    const { requests } = await alice.client.call('readRequests', { params: { id: clone.id } });
    expect(requests).toMatchObject([{ seeingFwhm500Arcsec: 1.1, sky: [{ seed: 2 }], visitId: 70 }]);
    await untilEnded(alice.client, clone.id);
    await expect(
      alice.client.call('cloneRun', {
        params: { id: runId },
        body: { changes: { '__proto__.polluted': 1 } },
      }),
    ).rejects.toMatchObject({ code: 'API_INVALID' });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('shows to nobody else until it is shared, and no more when that is taken back', async () => {
    const image = await dataset(alice, `type = 'eimage' and visit = 70`);
    const hidden = { code: 'ARCHIVE_NOT_FOUND' };
    await expect(bob.client.call('readDataset', { params: { id: image.id } })).rejects.toMatchObject(hidden);
    const group = await test.admin.call('createGroup', { body: { name: 'lensing' } });
    await test.admin.call('setMembers', { params: { id: group.id }, body: { userIds: [bob.id] } });
    const params = { id: image.runId ?? '' };
    await alice.client.call('shareRun', { params, body: { with: { groupId: group.id } } });
    expect(await bob.client.call('readDataset', { params: { id: image.id } })).toMatchObject({
      id: image.id,
    });
    expect(await bob.client.call('readRun', { params })).toMatchObject({ name: 'worse seeing' });
    const { items } = await bob.client.call('listRuns', { query: { from: 'shared' } });
    expect(items.map(({ id }) => id)).toEqual([params.id]);
    await expect(bob.client.call('cancelRun', { params })).rejects.toMatchObject({ code: 'RUN_NOT_OWNER' });
    await alice.client.call('shareRun', { params, body: { with: { groupId: group.id }, grant: false } });
    await expect(bob.client.call('readDataset', { params: { id: image.id } })).rejects.toMatchObject(hidden);
  });

  it('makes dropped pixels again for whoever reads them, the same to the bit', async () => {
    const image = await dataset(alice, "type = 'eimage' and visit = 70");
    const before = await alice.client.call('me', {});
    const { requests } = await alice.client.call('readRequests', { params: { id: image.runId ?? '' } });
    const reused = async () => (await alice.client.call('estimate', { body: { requests } })).reusedTasks;
    expect(await reused()).toBe(1);
    await alice.client.call('dropDatasets', { body: { datasetIds: [image.id] } });
    expect(await reused()).toBe(0);
    expect((await alice.client.call('readDataset', { params: { id: image.id } })).state).toBe('dropped');
    expect((await alice.client.call('me', {})).usage.bytes).toBe(before.usage.bytes - image.bytes);
    const first = await alice.client.open('download', { params: { id: image.id } });
    expect(first.status).toBe(202);
    expect(first.headers.get('location')).toBe(`/api/v1/datasets/${image.id}/content`);
    await first.body?.cancel().catch(() => undefined);
    expect(sha256(await untilThere(image.id))).toBe(image.sha256);
    expect(await reused()).toBe(1);
    const { items } = await alice.client.call('listRuns', { query: { from: 'mine' } });
    expect(items[0]).toMatchObject({ kind: 'restoration', state: 'succeeded' });
  });

  it('tells a reader that pixels could not be made again, for a minute after it failed, however long it took', async () => {
    const image = await dataset(alice, "type = 'eimage' and visit = 70");
    await alice.client.call('dropDatasets', { body: { datasetIds: [image.id] } });
    const { db } = test.server.services.archive;
    const anHour = '1 hour';
    await sql`
      insert into archive.restorations (id, recipe_hash, dataset_id, reader, state, detail, created_at)
      values ('ffffffff-ffff-7fff-bfff-ffffffffffff', ${image.recipeHash}, ${image.id}::uuid, ${alice.id}::uuid, 'failed', 'it came out otherwise',
        clock_timestamp() - ${anHour}::interval)
    `.execute(db);
    await expect(alice.client.open('download', { params: { id: image.id } })).rejects.toMatchObject({
      code: 'ARCHIVE_GONE',
      message: expect.stringContaining('it came out otherwise') as string,
    });
    await sql`update archive.restorations set changed_at = changed_at - ${anHour}::interval where state = 'failed'`.execute(
      db,
    );
    const again = await alice.client.open('download', { params: { id: image.id } });
    expect(again.status).toBe(202);
    await again.body?.cancel();
    await sql`delete from archive.restorations where state = 'failed'`.execute(db);
    await untilThere(image.id);
  });

  it('tells what is wrong with a request by its place', async () => {
    await expect(
      alice.client.call('submitRun', {
        body: { requests: [smallRequest(), smallRequest({ band: 'q', exposureS: -1 })] },
      }),
    ).rejects.toMatchObject({
      code: 'RUN_INVALID',
      faults: expect.arrayContaining([
        expect.objectContaining({
          path: expect.stringMatching(/^requests\[1\]\.(band|exposureS)/) as string,
        }),
      ]) as unknown,
    });
  });

  it('leaves the log without a warning', () => {
    expect(test.log).toEqual([]);
  });
});
