import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  expectSiteError,
  readWholeLog,
  shellJob,
  submitAll,
  submitOne,
  waitForEnd,
  waitForState,
  waitUntil,
  type ContractStep,
} from './contract-case.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Logs, inputs and outputs. */
export const outputCases: readonly ContractStep[] = [
  {
    name: 'keeps both logs apart and gives any part of them',
    run: async (site) => {
      const ref = await submitOne(site, shellJob('talker', 'printf "one two three"; printf "oh no" >&2'));
      await waitForEnd(site, ref);
      assert.equal(await readWholeLog(site, ref, 'stdout'), 'one two three');
      assert.equal(await readWholeLog(site, ref, 'stderr'), 'oh no');
      const part = await site.logs(ref, { stream: 'stdout', offset: 4, maxBytes: 3 });
      assert.deepEqual([new TextDecoder().decode(part.bytes), part.offset, part.totalBytes], ['two', 4, 13]);
      const last = await site.logs(ref, { stream: 'stdout', offset: -5 });
      assert.deepEqual([new TextDecoder().decode(last.bytes), last.offset], ['three', 8]);
      const beyond = await site.logs(ref, { stream: 'stdout', offset: 99 });
      assert.deepEqual([beyond.bytes.length, beyond.offset], [0, 13]);
    },
  },
  {
    name: 'gives the log of a job that runs',
    needs: ['liveLogs', 'cancelsRunning'],
    run: async (site) => {
      const ref = await submitOne(site, shellJob('live', 'echo begun; sleep 300'));
      await waitForState(site, ref, 'running');
      await waitUntil(
        'the log has its line',
        async () => (await readWholeLog(site, ref, 'stdout')) === 'begun\n',
      );
      await site.cancel([ref]);
      await waitForEnd(site, ref);
    },
  },
  {
    name: 'tells which files a job left, and which are missing',
    run: async (site, { scratch }) => {
      const outputs = [
        { path: 'image.fits', required: true },
        { path: 'deep/er/truth.txt', required: true },
        { path: 'absent.txt', required: true },
        { path: 'optional.txt', required: false },
      ];
      await writeFile(join(scratch, 'outside'), "not the job's own");
      const script = `mkdir -p deep/er; printf pixels > image.fits; : > deep/er/truth.txt; ln -s ${scratch}/outside link; exit 1`;
      const ref = await submitOne(site, shellJob('outputs', script, { outputs }));
      await waitForEnd(site, ref);
      const collected = await site.collect(ref);
      assert.deepEqual(
        collected.files.filter(({ expected }) => expected),
        [
          { path: 'deep/er/truth.txt', bytes: 0, sha256: sha256(''), expected: true },
          { path: 'image.fits', bytes: 6, sha256: sha256('pixels'), expected: true },
        ],
      );
      assert.deepEqual(collected.missing, ['absent.txt']);
      assert.deepEqual(await site.collect(ref), collected, 'asked again it says the same');
    },
  },
  {
    name: 'lists files that nobody expected, too',
    needs: ['listsAllFiles'],
    run: async (site) => {
      const ref = await submitOne(site, shellJob('surprise', 'printf x > surprise'));
      await waitForEnd(site, ref);
      const { files } = await site.collect(ref);
      assert.deepEqual(files, [{ path: 'surprise', bytes: 1, sha256: sha256('x'), expected: false }]);
    },
  },
  {
    name: 'moves the outputs where asked, and twice is as once',
    run: async (site, { scratch }) => {
      const into = join(scratch, 'moved', 'here');
      const outputs = [{ path: 'sub/image.fits', required: true }];
      const ref = await submitOne(
        site,
        shellJob('mover', 'mkdir sub; printf pixels > sub/image.fits', { outputs }),
      );
      await waitForEnd(site, ref);
      const first = await site.collect(ref, { into });
      assert.equal(first.location, into);
      assert.equal(await readFile(join(into, 'sub/image.fits'), 'utf8'), 'pixels');
      assert.deepEqual(await site.collect(ref, { into }), first);
      assert.deepEqual(first.files[0], {
        path: 'sub/image.fits',
        bytes: 6,
        sha256: sha256('pixels'),
        expected: true,
      });
    },
  },
  {
    name: 'collects nothing before the end',
    run: async (site) => {
      const ref = await submitOne(site, shellJob('early', 'sleep 300'));
      const { retryable } = await expectSiteError('SITE_NOT_ENDED', () => site.collect(ref));
      assert.equal(retryable, true);
      await site.cancel([ref]);
      await waitForEnd(site, ref);
    },
  },
  {
    name: 'works in the folder it is given',
    run: async (site, { scratch }) => {
      const workingFolder = join(scratch, 'its own');
      const ref = await submitOne(site, shellJob('folder', 'pwd; printf x > made', { workingFolder }));
      await waitForEnd(site, ref);
      assert.equal(await readWholeLog(site, ref, 'stdout'), `${workingFolder}\n`);
      assert.equal(await readFile(join(workingFolder, 'made'), 'utf8'), 'x');
      assert.equal((await site.collect(ref)).location, workingFolder);
    },
  },
  {
    name: 'brings inputs, keeps their originals, and does not run on wrong ones',
    needs: ['stagesInputs'],
    run: async (site, { scratch }) => {
      const source = join(scratch, 'catalog.txt');
      await mkdir(scratch, { recursive: true });
      await writeFile(source, 'stars');
      const path = 'in/catalog.txt';
      const [good, differing, absent] = await submitAll(
        site,
        shellJob('input-good', 'cat in/catalog.txt; printf changed > in/catalog.txt', {
          inputs: [{ source, path, sha256: sha256('stars') }],
        }),
        shellJob('input-differs', 'echo ran', { inputs: [{ source, path, sha256: sha256('galaxies') }] }),
        shellJob('input-absent', 'echo ran', { inputs: [{ source: `${source}-absent`, path }] }),
      );
      assert.ok(good && differing && absent);
      assert.equal((await waitForEnd(site, good)).state, 'succeeded');
      assert.equal(await readWholeLog(site, good, 'stdout'), 'stars');
      assert.equal(await readFile(source, 'utf8'), 'stars');
      assert.deepEqual((await site.collect(good)).files, []);
      for (const ref of [differing, absent]) {
        const { state, end } = await waitForEnd(site, ref);
        assert.equal(state, 'failed');
        assert.match(end?.reason ?? '', /in\/catalog\.txt/);
        assert.equal(await readWholeLog(site, ref, 'stdout'), '');
      }
    },
  },
];
