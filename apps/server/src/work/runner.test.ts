import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Runner } from './runner.js';

/**
 * A worker that takes as many milliseconds for a plan as the first request says, or for each of its requests, telling of each;
 * or all the CPU that it gets for 'busy', telling all the while. It reads catalogs in no time.
 */
const SLOW_WORKER = `
process.on('message', async ({ id, kind, plan }) => {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  for (const request of kind === 'plan' ? plan.requests : []) {
    if (request === 'busy')
      for (;;) {
        const end = Date.now() + 20;
        while (Date.now() < end);
        process.send({ kind: 'progress', id, fraction: 0.5 });
        await wait(0);
      }
    await wait(request);
    process.send({ kind: 'progress', id, fraction: 0.5 });
  }
  process.send({ kind: 'done', id, result: kind === 'plan' ? [] : { objects: 0, skipped: {}, notes: [], files: [] } });
});
process.on('disconnect', () => process.exit());
process.send({ kind: 'ready' });`;
const REAL_WORKER = fileURLToPath(new URL('../../../imsim-od/bin/imsim-od.js', import.meta.url));

let folder: string;
let slow: string;
let runner: Runner;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-runner-'));
  slow = join(folder, 'slow.mjs');
  writeFileSync(slow, SLOW_WORKER);
});
afterEach(() => runner.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = (...ms: (number | 'busy')[]): Promise<unknown> => runner.plan(ms as never, []);

describe('the runner', () => {
  it('counts the work alone: who waited for another is not too large', async () => {
    runner = new Runner(slow, { planMs: 3000, planCpuS: 60, catalogMs: 3000, turnMs: 60_000 });
    await expect(Promise.all([plan(1800), plan(1800), plan(0)])).resolves.toHaveLength(3);
  });

  it('says that it is busy where the turn does not come, and keeps working', async () => {
    runner = new Runner(slow, { planMs: 60_000, planCpuS: 60, catalogMs: 60_000, turnMs: 500 });
    const first = plan(2000);
    await expect(plan(0)).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
    await expect(first).resolves.toEqual([]);
    await expect(plan(0)).resolves.toEqual([]);
  });

  it('takes what does not end for too large, and goes on with a new worker', async () => {
    runner = new Runner(slow, { planMs: 1000, planCpuS: 60, catalogMs: 1000, turnMs: 60_000 });
    const next = Promise.allSettled([plan(600_000), plan(0)]);
    expect(await next).toMatchObject([
      { status: 'rejected', reason: { code: 'RUN_INVALID' } },
      { status: 'fulfilled' },
    ]);
  });

  it('gives a plan of many visits the time of each, as long as they come', async () => {
    runner = new Runner(slow, { planMs: 2000, planCpuS: 60, catalogMs: 1000, turnMs: 60_000 });
    await expect(plan(700, 700, 700, 700)).resolves.toEqual([]);
  });

  it('bounds the CPU time of a plan, however often it tells of progress', async () => {
    runner = new Runner(slow, { planMs: 60_000, planCpuS: 0.5, catalogMs: 1000, turnMs: 60_000 });
    await expect(plan('busy')).rejects.toMatchObject({ code: 'RUN_INVALID' });
  });

  it('that is closed answers those who wait at once, and takes no more', async () => {
    runner = new Runner(slow, { planMs: 60_000, planCpuS: 60, catalogMs: 60_000, turnMs: 60_000 });
    const both = Promise.allSettled([plan(600_000), plan(0)]);
    await expect(runner.readCatalog({ name: 'x', files: [] })).resolves.toMatchObject({ objects: 0 });
    runner.close();
    const unavailable = { status: 'rejected', reason: { code: 'API_UNAVAILABLE' } };
    expect(await both).toMatchObject([unavailable, unavailable]);
    await expect(plan(0)).rejects.toMatchObject({ code: 'API_UNAVAILABLE' });
  });

  it.skipIf(!existsSync(REAL_WORKER))('does not take its own disk’s trouble for bad input', async () => {
    runner = new Runner(REAL_WORKER);
    const read = (path: string) => runner.readCatalog({ name: 'a.txt', files: [{ name: 'a.txt', path }] });
    for (const [path, cause] of [
      [join(folder, 'no-such-file'), 'no such file'],
      [folder, 'is a folder'],
    ] as const)
      await expect(read(path)).rejects.toMatchObject({
        name: 'WorkError',
        badInput: false,
        message: expect.stringContaining(cause) as string,
      });
    writeFileSync(join(folder, 'bad.txt'), 'object 1 2 3\n');
    await expect(read(join(folder, 'bad.txt'))).resolves.toMatchObject({ objects: null });
    writeFileSync(join(folder, 'odd.txt'), 'rightascension nowhere\n');
    await expect(read(join(folder, 'odd.txt'))).rejects.toMatchObject({ code: 'UPLOAD_INVALID' });
  });
});
