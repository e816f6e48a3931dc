/**
 * A process of this account as files can name it: by its number, the moment it began and its host, since numbers are used again. What runs on
 * another host cannot be told from here.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process. */
export interface RunningProcess {
  readonly pid: number;
  /** Boot of the machine and ticks since; empty where the system does not tell. */
  readonly startId: string;
  readonly hostname: string;
}

/** This process. */
export function thisProcess(): RunningProcess {
  return { pid: process.pid, startId: startOf(process.pid) ?? '', hostname: hostname() };
}

/** Whether the very process is there; `elsewhere` for one of another host. */
export function lookFor({ pid, startId, hostname: host }: RunningProcess): 'runs' | 'gone' | 'elsewhere' {
  if (host !== hostname()) return 'elsewhere';
  return startOf(pid) === startId ? 'runs' : 'gone';
}

/** Undefined where there is no such process. */
function startOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // It ended, and its parent has not asked how.
    if (state === 'Z') return undefined;
    return `${boot}:${fields[18]}`;
  } catch {
    return '';
  }
}
