// Which processes there are. On Linux from /proc; elsewhere from `ps`, which knows neither sessions nor environments: there a process that
// leaves its group and outlives its parents is not found again.
//
// A process is known by its pid and its `startId` together: the process table it is in and the moment it was started. A pid alone is used
// again after some time, and by other machines at the same time, so nothing is ever signalled, nor believed alive, by its pid alone. Zombies
// count as dead: they hold nothing but their number.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const TICKS_PER_S = 100; // USER_HZ, in which /proc counts CPU time on every Linux that Node runs on

const bootId = readText('/proc/sys/kernel/random/boot_id')?.trim();
const hasProc = bootId !== undefined && readText('/proc/self/stat') !== undefined;

/** The present start of the machine; jobs of an earlier one are gone. */
export const currentBootId = bootId ?? 'no-boot-id';

/**
 * The process table that this process sees. Another machine, another start of this one and another container have another; what their
 * processes do cannot be told from here.
 */
export const currentTable = hasProc ? `${bootId}.${readPidNamespace()}` : hostname();

/** The process as it is now, or undefined where there is none. A zombie has the state `Z`. */
export function readProcess(pid) {
  return hasProc ? readProcProcess(pid) : listPsProcesses().find((process) => process.pid === pid);
}

/** All processes, without those whose numbers are in `without`. */
export function listProcesses(without = new Set()) {
  if (!hasProc) return listPsProcesses().filter(({ pid }) => !without.has(pid));
  return listPids().flatMap((pid) => (without.has(pid) ? [] : (readProcProcess(pid) ?? [])));
}

/** The numbers of all processes. */
export function listPids() {
  if (!hasProc) return listPsProcesses().map(({ pid }) => pid);
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number);
}

/** What makes a process known again: `{ pid, startId }`. Undefined where there is no such process. */
export function identify(pid) {
  const found = readProcess(pid);
  return found && { pid, startId: found.startId };
}

/** Whether the very process is there and no zombie. */
export function isAlive({ pid, startId }) {
  const found = readProcess(pid);
  return found !== undefined && found.startId === startId && !isDead(found);
}

/** Zombies and processes being torn down. */
export function isDead({ state }) {
  return state === 'Z' || state === 'X';
}

/** Whether the environment the process was started with holds the entry, written `NAME=value`. False where it may not be read. */
export function environmentHolds(pid, entry) {
  const environment = hasProc ? readText(`/proc/${pid}/environ`) : undefined;
  return environment !== undefined && environment.split('\0').includes(entry);
}

/** Resident memory of a process just listed, now and at its highest, in MiB; zeros where it is gone. */
export function readMemoryMb({ pid, rssMb }) {
  if (rssMb !== undefined) return { rssMb, peakMb: rssMb }; // ps told it with the rest
  const status = readText(`/proc/${pid}/status`) ?? '';
  const kibibytes = (name) => Number(new RegExp(`^${name}:\\s+([0-9]+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { rssMb: kibibytes('VmRSS') / 1024, peakMb: kibibytes('VmHWM') / 1024 };
}

function readProcProcess(pid) {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined || text === '') return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0],
    ppid: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
    childrenCpuS: (Number(fields[13]) + Number(fields[14])) / TICKS_PER_S,
    niceness: Number(fields[16]),
    startId: `${currentTable}:${fields[19]}`,
  };
}

/** Every process as `ps` tells it. Exported for its test. */
export function listPsProcesses() {
  const columns = ['pid', 'ppid', 'pgid', 'stat', 'nice', 'rss', 'time', 'lstart'].flatMap((name) => [
    '-o',
    `${name}=`,
  ]);
  const { stdout } = spawnSync('ps', ['-A', ...columns], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const [pid, ppid, group, state, nice, rss, time, ...start] = line.trim().split(/\s+/);
    if (start.length === 0) return [];
    return [
      {
        pid: Number(pid),
        state: state[0],
        ppid: Number(ppid),
        group: Number(group),
        session: Number(group),
        cpuS: parsePsTime(time),
        childrenCpuS: 0,
        niceness: Number(nice),
        startId: `${currentTable}:${start.join('-')}`,
        rssMb: Number(rss) / 1024,
      },
    ];
  });
}

/** `[days-]hours:minutes:seconds`, or `minutes:seconds.hundredths`. */
function parsePsTime(text) {
  const [clock, days = '0'] = text.split('-').reverse();
  return Number(days) * 86_400 + clock.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

/** The number of the namespace in which our processes have theirs; two containers of one machine differ in it. */
function readPidNamespace() {
  try {
    return /[0-9]+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    return ''; // a kernel without namespaces has one table alone
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'].includes(error.code)) return undefined;
    throw error;
  }
}
