// Runs commands and measures them: CPU seconds (user + system, children included), wall seconds and peak resident memory.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The Python of the tests' virtual environment. */
export const python = join(root, '.venv/bin/python');

/** The built command line. */
export const cli = join(root, 'apps/imsim-od/bin/imsim-od.js');

/** Of the clock by which Linux counts CPU time. */
const TICKS_PER_S = 100;

// Python's wait4 gives what the kernel counted for a child and all of its own, which Node does not offer.
const WAIT4 = `
import json, os, sys, time
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
with open(sys.argv[1], "w") as f:
    json.dump(dict(status=os.waitstatus_to_exitcode(status), cpuS=usage.ru_utime + usage.ru_stime,
                   wallS=time.perf_counter() - start, rssMb=usage.ru_maxrss / 1024), f)
`;

/**
 * Runs a command to its end; throws when it fails.
 * @returns {Promise<{ cpuS: number, wallS: number, rssMb: number, stdout: string }>}
 */
export async function measure(resultFile, command, args, env = {}) {
  const child = spawn(python, ['-c', WAIT4, resultFile, command, ...args], {
    env: { ...commonEnvironment(), OMP_NUM_THREADS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [[], []];
  child.stdout.on('data', (chunk) => stdout.push(chunk));
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  await new Promise((resolve) => child.on('close', resolve));
  const result = JSON.parse(readFileSync(resultFile, 'utf8'));
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} exited ${result.status}\n${Buffer.concat(stderr)}`);
  }
  return { ...result, stdout: Buffer.concat(stdout).toString() };
}

/**
 * The environment without what one machine may have set to the cost of one side: another CPU's routines for numpy (OPENBLAS_*), and
 * certificates that every start of Node would read (NODE_EXTRA_CA_CERTS, some 30 ms).
 */
function commonEnvironment() {
  const against = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE', 'NODE_EXTRA_CA_CERTS'];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !against.includes(name)));
}

/** Resident memory of a process and everything below it, in MB, now; pages that they share are counted once for each. */
export function residentMb(pid) {
  return withAllBelow(pid).reduce((sum, each) => sum + ownResidentMb(each), 0);
}

/** CPU seconds, user and system, that a process and everything below it have taken so far; of those that ended, if they were waited for. */
export function cpuSecondsOf(pid) {
  return withAllBelow(pid).reduce((sum, each) => sum + ownCpuS(each), 0);
}

/** The process and everything below it that lives now. */
function withAllBelow(pid) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(name)[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [pid];
  for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i]) ?? []));
  return found;
}

/** The fields of a process's /proc/PID/stat from its state on; none where it ended while we looked. */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function ownCpuS(pid) {
  return statOf(pid)
    .slice(11, 15)
    .reduce((sum, ticks) => sum + Number(ticks) / TICKS_PER_S, 0);
}

function ownResidentMb(pid) {
  try {
    const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The median of some numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** A line of a report: what, measured, expected. */
export function report(what, value, expectation) {
  console.log(`  ${what.padEnd(46)} ${value.padStart(14)}   ${expectation}`);
}
