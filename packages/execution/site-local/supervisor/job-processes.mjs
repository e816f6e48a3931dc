// The processes of one job: its leader (the process we started, head of its own session and group), whatever it started, and whatever
// tried to leave. A process belongs to the job when it is in the leader's group or session while the leader is there, descends from the
// supervisor, was seen to belong before, or carries the job's mark in its environment. After the leader's end its number may come to
// belong to someone else: from then on group and session alone prove nothing.

import { environmentHolds, isDead, listProcesses, readMemoryMb, readProcess } from './process-table.mjs';

const STRANGERS_FORGOTTEN_EVERY = 20; // looks; between them a number known as a stranger's is not read again

export class JobProcesses {
  #mark;
  #ancestorPid;
  #leader;
  #leaderEnded = false;
  #known = new Map(); // pid -> startId of members
  #strangers = new Set();
  #asked = new Map(); // pid -> startId of those that were asked to end
  #looks = 0;

  /** `mark`: the entry `NAME=value` in the environment of every process of the job. `ancestorPid`: whose descendants belong to it, or undefined. */
  constructor(mark, ancestorPid) {
    this.#mark = mark;
    this.#ancestorPid = ancestorPid;
  }

  /** The first process, `{ pid, startId }`, just started by the caller or found alive by its identity. */
  setLeader(leader) {
    this.#leader = leader;
    this.#known.set(leader.pid, leader.startId);
  }

  /** The leader was waited for: its number is free. */
  leaderEnded() {
    this.#leaderEnded = true;
  }

  /** The living processes of the job. `thorough` also reads the marks of all processes, and trusts nothing seen earlier about strangers. */
  look(thorough = false) {
    this.#looks += 1;
    if (thorough || this.#looks % STRANGERS_FORGOTTEN_EVERY === 0) this.#strangers.clear();
    const listed = listProcesses(this.#strangers).filter(({ pid }) => pid !== process.pid);
    const entries = new Map(listed.map((entry) => [entry.pid, entry]));
    const members = [];
    for (const entry of entries.values()) {
      if (entry.pid === this.#ancestorPid || isDead(entry)) continue;
      if (this.#belongs(entry, entries, thorough)) members.push(entry);
      else this.#strangers.add(entry.pid);
    }
    this.#known = new Map(members.map(({ pid, startId }) => [pid, startId]));
    return members;
  }

  /** Memory and CPU time of these members, as they are now. CPU time of descendants that were waited for is counted with their parents'. */
  measure(members) {
    let rssMb = 0;
    let peakMb = 0;
    let cpuS = 0;
    for (const member of members) {
      const memory = readMemoryMb(member);
      rssMb += memory.rssMb;
      peakMb = Math.max(peakMb, memory.peakMb);
      cpuS += member.cpuS + member.childrenCpuS;
    }
    return { rssMb: Math.max(rssMb, peakMb), cpuS };
  }

  /** Asks them to end, each once however often this is called: a program may take the signal as the word to save its work. */
  ask(members) {
    const isAsked = ({ pid, startId }) => this.#asked.get(pid) === startId;
    const asked = members.filter((member) => !isAsked(member));
    const ofGroup = this.#signalGroup(asked, 'SIGTERM');
    for (const member of asked) {
      if (!ofGroup.has(member.pid) && isSame(member)) send(member.pid, 'SIGTERM');
      if (isSame(member)) send(member.pid, 'SIGCONT');
      this.#asked.set(member.pid, member.startId);
    }
  }

  /** Ends them without asking. */
  force(members) {
    this.#signalGroup(members, 'SIGKILL');
    for (const member of members) if (isSame(member)) send(member.pid, 'SIGKILL');
  }

  /** Signals the leader's whole group at once, with what it may start meanwhile, if its number is certainly its own; returns who got it. */
  #signalGroup(members, signal) {
    const leader = this.#leader;
    if (leader === undefined || this.#leaderEnded || !isSame(leader)) return new Set();
    if (!members.some(({ pid }) => pid === leader.pid)) return new Set();
    send(-leader.pid, signal);
    return new Set(members.filter(({ group }) => group === leader.pid).map(({ pid }) => pid));
  }

  #belongs(entry, entries, thorough) {
    if (this.#known.get(entry.pid) === entry.startId) return true;
    const leader = this.#leader;
    if (
      leader !== undefined &&
      !this.#leaderEnded &&
      (entry.group === leader.pid || entry.session === leader.pid)
    )
      return true;
    if (this.#descends(entry, entries)) return true;
    const mayBeMarked =
      thorough || (leader !== undefined && (entry.group === leader.pid || entry.session === leader.pid));
    return mayBeMarked && environmentHolds(entry.pid, this.#mark);
  }

  #descends(entry, entries) {
    let { ppid } = entry;
    for (let depth = 0; depth < 64 && ppid > 1; depth++) {
      if (ppid === this.#ancestorPid) return true;
      const parent = entries.get(ppid);
      if (parent === undefined) return false;
      if (this.#known.get(parent.pid) === parent.startId) return true;
      ({ ppid } = parent);
    }
    return false;
  }
}

/**
 * Ends every process of the job, asking first and forcing after `graceMs`; returns those that would not end within `patienceMs`.
 */
export async function endProcesses(processes, graceMs, patienceMs = 30_000) {
  const begun = performance.now();
  let pauseMs = 10;
  for (;;) {
    const members = processes.look(true);
    const elapsedMs = performance.now() - begun;
    if (members.length === 0 || elapsedMs > patienceMs) return members;
    if (elapsedMs >= graceMs) processes.force(members);
    else processes.ask(members);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(pauseMs * 2, 100);
  }
}

function isSame({ pid, startId }) {
  const entry = readProcess(pid);
  return entry !== undefined && entry.startId === startId;
}

function send(target, signal) {
  try {
    process.kill(target, signal);
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}
