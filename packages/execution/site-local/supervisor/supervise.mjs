// Looks after one job: `node supervise.mjs <folder of the job>`. Started by the adapter as a process of its own, it needs nothing from it
// afterwards. It claims the job (of several supervisors of one job one goes on), brings the inputs, starts the program as head of a new
// session, keeps its log, watches limits and the wish to cancel, ends every process the job leaves, and puts down how it ended.
//
// Files in the folder: job.json (what to do; the adapter's), claim.json (who does it; whoever creates it), progress.json (the program that
// runs; ours), cancel.json (the wish to cancel; the adapter's), end.json (how it ended; created once, by us, or by an adapter that found us
// dead), stdout.log, stderr.log.

import { spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { InputError, stageInput } from './input-staging.mjs';
import { JobLog } from './job-log.mjs';
import { endProcesses, JobProcesses } from './job-processes.mjs';
import { identify, readProcess } from './process-table.mjs';
import { createStateFile, readStateFile, replaceStateFile } from './state-file.mjs';

const AWAY_PATIENCE_MS = 3_600_000; // how long the end of a job waits for a state folder that went away
const DRAIN_MS = 2_000; // how long a log is awaited after the last process ended

const folder = process.argv[2];
const job = await readStateFile(join(folder, 'job.json'));
const { spec, settings } = job;

let stopWish; // { state, limitExceeded, reason, atMs }: set once
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  process.on(signal, () =>
    wishToStop('lost', null, `The supervisor of the job was ended by ${signal}, and ended the job.`),
  );
}

const claimed = await createStateFile(join(folder, 'claim.json'), {
  by: 'supervisor',
  process: identify(process.pid),
});
if (claimed) await putDownEnd(await carryOut());
process.exit(0);

/** From the claim to the end; returns what end.json holds. */
async function carryOut() {
  const workingFolder = spec.workingFolder ?? join(folder, 'work');
  try {
    await mkdir(workingFolder, { recursive: true });
    for (const input of spec.inputs) {
      await noticeCancel();
      if (stopWish !== undefined) break;
      await stageInput(input, workingFolder);
    }
  } catch (error) {
    const reason =
      error instanceof InputError
        ? `${error.message}.`
        : `The folder ${workingFolder} cannot be made: ${error.message}.`;
    return neverRan(isFaultOfMachine(error) ? 'lost' : 'failed', reason);
  }
  await noticeCancel();
  if (stopWish !== undefined) return neverRan(stopWish.state, stopWish.reason);
  return runProgram(workingFolder);
}

async function runProgram(workingFolder) {
  const [program, ...programArguments] = spec.work.argv;
  const [markName, markValue] = splitEntry(job.mark);
  const logs = { stdout: openLog('stdout'), stderr: openLog('stderr') };
  const processes = new JobProcesses(job.mark, process.pid);
  const begunMs = performance.now();
  const startedAtUtcMs = Date.now();
  const child = spawn(program, programArguments, {
    cwd: workingFolder,
    env: { ...spec.environment, [markName]: markValue },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const drained = Promise.all(['stdout', 'stderr'].map((stream) => keepLog(child[stream], logs[stream])));
  const exit = new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  let exited = false;
  void exit.then(() => {
    exited = true;
    processes.leaderEnded();
  });
  const seen = { cpuS: 0, maxRssMb: null };
  if (child.pid !== undefined) {
    const leader = identify(child.pid);
    if (leader !== undefined) processes.setLeader(leader);
    await watch({ leader, exit, hasExited: () => exited, processes, begunMs, startedAtUtcMs, seen });
  }
  const { code = null, signal = null, error } = await exit;
  const wallS = (performance.now() - begunMs) / 1000;
  const left = await endProcesses(processes, Math.min(settings.graceMs, 1_000));
  await Promise.race([drained, pause(DRAIN_MS)]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  logs.stdout.close();
  logs.stderr.close();

  const cpuS = Math.max(seen.cpuS, readProcess(process.pid)?.childrenCpuS ?? 0);
  const outcome = judge(code, signal, error);
  const leftOver = left.length === 0 ? '' : ` ${left.length} of its processes could not be ended.`;
  return {
    state: outcome.state,
    startedAtUtcMs,
    end: {
      exitCode: code,
      signal,
      limitExceeded: outcome.limitExceeded,
      cpuS: round(cpuS, 100),
      wallS: round(wallS, 1000),
      maxRssMb: seen.maxRssMb === null ? null : round(seen.maxRssMb, 10),
      reason: outcome.reason + leftOver,
    },
  };
}

/** Looks at the job again and again until its program exited, and ends it when it must. */
async function watch({ leader, exit, hasExited, processes, begunMs, startedAtUtcMs, seen }) {
  let putDown = false;
  let lookMs = 20; // the first looks come soon after one another: short jobs, too, have a peak
  while (!hasExited()) {
    if (!putDown && leader !== undefined)
      putDown = await tryToWrite('progress.json', { leader, startedAtUtcMs });
    const members = processes.look();
    const { rssMb, cpuS } = processes.measure(members);
    if (members.length > 0) seen.maxRssMb = Math.max(seen.maxRssMb ?? 0, rssMb);
    seen.cpuS = Math.max(seen.cpuS, cpuS);
    applyNiceness(members);
    await noticeCancel();
    noticeLimits(rssMb, seen.cpuS, (performance.now() - begunMs) / 1000);
    if (stopWish !== undefined && !hasExited()) {
      if (performance.now() - stopWish.atMs >= settings.graceMs) processes.force(members);
      else processes.ask(members);
      stopWish.signalled = true;
      lookMs = Math.min(lookMs, 50);
    }
    await Promise.race([exit, pause(lookMs)]);
    lookMs = Math.min(lookMs * 2, settings.pollMs);
  }
}

function noticeLimits(rssMb, cpuS, wallS) {
  const over = (limit, seen, allowed, unit) =>
    wishToStop(
      'failed',
      limit,
      `The job exceeded its ${limit} limit: ${seen.toFixed(1)} ${unit} of ${allowed} ${unit}.`,
    );
  if (rssMb > spec.memoryMb) over('memory', rssMb, spec.memoryMb, 'MiB');
  if (spec.cpuS !== null && cpuS > spec.cpuS) over('cpu', cpuS, spec.cpuS, 's');
  if (spec.wallS !== null && wallS > spec.wallS) over('wall', wallS, spec.wallS, 's');
}

/** A wish to cancel; or the job's folder was removed by hand: then nobody could cancel it any more. */
async function noticeCancel() {
  if (stopWish !== undefined) return;
  if (await exists('cancel.json')) wishToStop('cancelled', null, 'The job was cancelled.');
  else if (await isForgotten()) wishToStop('cancelled', null, 'The records of the job were removed.');
}

function wishToStop(state, limitExceeded, reason) {
  stopWish ??= { state, limitExceeded, reason, atMs: performance.now(), signalled: false };
}

/** What the end means. A program that ended before our first signal ended by itself. */
function judge(code, signal, error) {
  const ownEnd = (state, reason) => ({ state, limitExceeded: null, reason });
  if (error !== undefined) {
    const state = isFaultOfMachine(error) ? 'lost' : 'failed';
    return ownEnd(state, `The program ${spec.work.argv[0]} cannot be started: ${error.message}.`);
  }
  if (stopWish?.signalled === true) return stopWish;
  if (code === 0) return ownEnd('succeeded', 'The program ended with exit code 0.');
  if (signal === 'SIGKILL') {
    return ownEnd(
      'lost',
      'The program was killed from outside (SIGKILL): by hand, or by the machine for want of memory.',
    );
  }
  if (signal !== null) return ownEnd('failed', `The program was ended by ${signal}.`);
  return ownEnd('failed', `The program ended with exit code ${code}.`);
}

function neverRan(state, reason) {
  return {
    state,
    startedAtUtcMs: null,
    end: {
      exitCode: null,
      signal: null,
      limitExceeded: null,
      cpuS: null,
      wallS: null,
      maxRssMb: null,
      reason,
    },
  };
}

/** The machine wants for something, or the state folder is away: another attempt may succeed. */
function isFaultOfMachine(error) {
  const { code } = error instanceof InputError ? (error.cause ?? {}) : error;
  return ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT', 'EIO', 'ESTALE'].includes(code);
}

function applyNiceness(members) {
  for (const { pid, niceness } of members) {
    if (niceness >= spec.niceness) continue;
    try {
      setPriority(pid, spec.niceness);
    } catch (error) {
      if (error.info?.code !== 'ESRCH' && error.info?.code !== 'EPERM' && error.info?.code !== 'EACCES')
        throw error;
    }
  }
}

/** Puts the end down once; an adapter that thought us dead may have been first. A state folder that is away is waited for. */
async function putDownEnd(end) {
  const begunMs = performance.now();
  for (;;) {
    try {
      await createStateFile(join(folder, 'end.json'), { ...end, endedAtUtcMs: Date.now() });
      return;
    } catch (error) {
      if (performance.now() - begunMs > AWAY_PATIENCE_MS || (await isForgotten())) throw error;
      await pause(settings.pollMs);
    }
  }
}

/** The site is there, and this job is not: seen twice, since a state folder may come back between two questions. */
async function isForgotten() {
  for (let look = 0; look < 2; look++) {
    if (look > 0) await pause(settings.pollMs);
    if (!(await isAbsent('job.json')) || !(await exists('../../site.json'))) return false;
  }
  return true;
}

async function isAbsent(name) {
  try {
    await access(join(folder, name));
    return false;
  } catch (error) {
    return error.code === 'ENOENT';
  }
}

async function tryToWrite(name, value) {
  try {
    await replaceStateFile(join(folder, name), value);
    return true;
  } catch (error) {
    if (error.code === undefined) throw error;
    return false;
  }
}

async function exists(name) {
  try {
    await access(join(folder, name));
    return true;
  } catch (error) {
    if (error.code === undefined) throw error;
    return false;
  }
}

function keepLog(stream, log) {
  return new Promise((resolve) => {
    if (stream === undefined || stream === null) return resolve();
    stream.on('data', (chunk) => log.write(chunk));
    stream.once('close', resolve);
    stream.on('error', resolve);
  });
}

function openLog(stream) {
  return new JobLog(join(folder, `${stream}.log`), settings.logBytes);
}

function splitEntry(entry) {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function round(value, steps) {
  return Math.round(value * steps) / steps;
}
