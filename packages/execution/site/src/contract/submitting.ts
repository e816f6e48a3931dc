import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { JobSpec } from '../job-spec.js';
import {
  expectSiteError,
  keyOf,
  readLines,
  readWholeLog,
  shellJob,
  statusOf,
  submitAll,
  submitOne,
  waitForEnd,
  type ContractStep,
} from './contract-case.js';

/** Submitting, once and twice, good and bad. */
export const submittingCases: readonly ContractStep[] = [
  {
    name: 'runs a job once however often it is submitted',
    run: async (site, { scratch }) => {
      const count = join(scratch, 'count');
      const spec = shellJob('once', `echo ran >> ${count}`);
      const [first] = await site.submit([spec]);
      const [second] = await site.submit([spec]);
      assert.equal(first?.outcome, 'accepted');
      assert.equal(second?.outcome, 'existing');
      assert.equal(
        second.outcome === 'existing' && second.siteJobId,
        first.outcome === 'accepted' && first.siteJobId,
      );
      await waitForEnd(site, { key: spec.key });
      const [third] = await site.submit([spec]);
      assert.equal(third?.outcome, 'existing', 'an ended job is not run again');
      assert.equal((await statusOf(site, spec)).state, 'succeeded');
      assert.deepEqual(await readLines(count), ['ran']);
    },
  },
  {
    name: 'accepts a key once when two adapters submit it at the same moment',
    needs: ['submitIsAtomic'],
    run: async (site, testSite) => {
      const other = await testSite.open();
      try {
        const count = join(testSite.scratch, 'count');
        const specs = Array.from({ length: 8 }, (_, index) =>
          shellJob(`both-${index}`, `echo ${index} >> ${count}`),
        );
        const answers = (
          await Promise.all([site.submit(specs), other.submit(specs), site.submit(specs)])
        ).flat();
        assert.equal(answers.filter(({ outcome }) => outcome === 'accepted').length, 8);
        assert.equal(answers.filter(({ outcome }) => outcome === 'existing').length, 16);
        for (const spec of specs) assert.equal((await waitForEnd(other, spec)).state, 'succeeded');
        assert.deepEqual((await readLines(count)).sort(), ['0', '1', '2', '3', '4', '5', '6', '7']);
      } finally {
        await other.close();
      }
    },
  },
  {
    name: 'refuses a key that belongs to another job',
    run: async (site) => {
      await submitOne(site, shellJob('taken', 'echo one'));
      const [answer] = await site.submit([shellJob('taken', 'echo two')]);
      assert.ok(answer?.outcome === 'refused');
      assert.equal(answer.error.code, 'SITE_KEY_CONFLICT');
      assert.equal(answer.error.retryable, false);
      const ref = { key: keyOf('taken') };
      await waitForEnd(site, ref);
      assert.equal(await readWholeLog(site, ref, 'stdout'), 'one\n');
    },
  },
  {
    name: 'refuses bad jobs one by one and takes the others of the batch',
    run: async (site) => {
      const bad: readonly JobSpec[] = [
        shellJob('bad-program', '', { work: { kind: 'command', argv: [] } }),
        shellJob('bad-output', '', { outputs: [{ path: '../escape', required: true }] }),
        shellJob('bad-cores', '', { cpuCores: 0.5 }),
        shellJob('bad-memory', '', { memoryMb: Number.NaN }),
        shellJob('bad-variable', '', { environment: { 'A=B': '1' } }),
        shellJob('bad-folder', '', { workingFolder: 'relative' }),
        shellJob('bad-nice', '', { niceness: -1 }),
      ];
      const good = shellJob('good', 'true');
      const answers = await site.submit([...bad.slice(0, 3), good, ...bad.slice(3)]);
      for (const answer of answers) {
        if (answer.key === good.key) assert.equal(answer.outcome, 'accepted');
        else assert.ok(answer.outcome === 'refused' && answer.error.code === 'SITE_BAD_JOB', answer.key);
        if (answer.outcome === 'refused') assert.match(answer.error.message, new RegExp(answer.key));
      }
      assert.equal((await waitForEnd(site, good)).state, 'succeeded');
    },
  },
  {
    name: 'answers for many jobs in the order asked, with those it does not know',
    run: async (site) => {
      const specs = Array.from({ length: 12 }, (_, index) => shellJob(`many-${index}`, 'true'));
      const answers = await site.submit(specs);
      assert.deepEqual(
        answers.map(({ key }) => key),
        specs.map(({ key }) => key),
      );
      for (const spec of specs) await waitForEnd(site, spec);
      const asked = [...specs.map(({ key }) => ({ key })).reverse(), { key: keyOf('never-seen') }];
      const statuses = await site.status(asked);
      assert.deepEqual(
        statuses.map(({ key }) => key),
        asked.map(({ key }) => key),
      );
      assert.deepEqual(
        statuses.map(({ state }) => state),
        [...specs.map(() => 'succeeded'), 'unknown'],
      );
      assert.deepEqual(await site.status([]), []);
      assert.deepEqual(await site.submit([]), []);
    },
  },
  {
    name: 'says that it does not know a job, and never that it failed',
    run: async (site) => {
      const ref = { key: keyOf('never-seen') };
      const status = await statusOf(site, ref);
      assert.equal(status.state, 'unknown');
      assert.equal(status.unknownBecause, 'notFound');
      assert.equal(status.siteJobId, null);
      assert.equal(status.end, null);
      assert.deepEqual(await site.cancel([ref]), [{ key: ref.key, outcome: 'notFound' }]);
      assert.deepEqual(await site.forget([ref]), [{ key: ref.key, outcome: 'notFound' }]);
      await expectSiteError('SITE_JOB_NOT_FOUND', () => site.logs(ref, { stream: 'stdout' }));
      await expectSiteError('SITE_JOB_NOT_FOUND', () => site.collect(ref));
    },
  },
  {
    name: 'gives the job its own environment and nothing of the adapter',
    run: async (site) => {
      process.env['IMSIM_OD_CONTRACT_SECRET'] = 'not for jobs';
      try {
        const environment = { PATH: '/usr/bin:/bin', GREETING: 'good day: "$HOME"' };
        const ref = await submitOne(site, shellJob('environment', 'env', { environment }));
        assert.equal((await waitForEnd(site, ref)).state, 'succeeded');
        const lines = (await readWholeLog(site, ref, 'stdout')).split('\n');
        assert.ok(lines.includes('GREETING=good day: "$HOME"'));
        assert.ok(!lines.some((line) => line.includes('not for jobs')));
      } finally {
        delete process.env['IMSIM_OD_CONTRACT_SECRET'];
      }
    },
  },
  {
    name: 'forgets ended jobs alone, and then the key is free',
    run: async (site, { scratch }) => {
      const count = join(scratch, 'count');
      const spec = shellJob('again', `echo ran >> ${count}`);
      const [slow] = await submitAll(site, shellJob('slow', 'sleep 60'), spec);
      assert.ok(slow);
      await waitForEnd(site, spec);
      const answers = await site.forget([slow, spec]);
      assert.deepEqual(
        answers.map(({ outcome }) => outcome),
        ['notEnded', 'forgotten'],
      );
      assert.equal((await statusOf(site, spec)).unknownBecause, 'notFound');
      await submitOne(site, spec);
      await waitForEnd(site, spec);
      assert.deepEqual(await readLines(count), ['ran', 'ran']);
      await site.cancel([slow]);
      await waitForEnd(site, slow);
    },
  },
  {
    name: 'answers nothing after it was closed',
    run: async (site) => {
      assert.ok((await site.ping()).answeredInMs >= 0);
      await site.close();
      await site.close();
      await expectSiteError('SITE_CLOSED', () => site.submit([shellJob('late', 'true')]));
      await expectSiteError('SITE_CLOSED', () => site.status([]));
      await expectSiteError('SITE_CLOSED', () => site.ping());
    },
  },
];
