/**
 * Who is next. Owners share the free slots so that each comes as close as possible to the same number of tasks in flight; among equals the
 * one that waited longest is first. Within an owner, higher priority goes first, then the run with least left to do, then the older run.
 * Pure: the journal asks, and takes what is answered.
 */

/** A run from which tasks could be taken. */
export interface OpenRun {
  readonly runNo: number;
  readonly owner: string;
  readonly priority: number;
  /** Tasks not yet taken, expanded or not. */
  readonly remaining: number;
  /** Tasks of this owner in flight, over all runs. */
  readonly ownerInFlight: number;
}

/** Remembers when each owner was last served; one for each scheduler. Forgetting it (a restart) harms nothing. */
export interface ServiceMemory {
  readonly lastServed: Map<string, number>;
  serial: number;
}

/** A memory of nothing. */
export function newServiceMemory(): ServiceMemory {
  return { lastServed: new Map(), serial: 0 };
}

interface OwnerQueue {
  readonly owner: string;
  readonly runs: OpenRun[];
  load: number;
  place: number;
  takenFromRun: number;
}

/**
 * Shares slots out.
 * @returns how many tasks to take from which run; at most `slots` in all, less when there is less to take
 */
export function shareSlots(
  runs: readonly OpenRun[],
  slots: number,
  memory: ServiceMemory,
): Map<number, number> {
  const queues = new Map<string, OwnerQueue>();
  for (const run of runs) {
    let queue = queues.get(run.owner);
    if (queue === undefined) {
      queue = { owner: run.owner, runs: [], load: run.ownerInFlight, place: 0, takenFromRun: 0 };
      queues.set(run.owner, queue);
    }
    queue.runs.push(run);
  }
  for (const queue of queues.values()) queue.runs.sort(byTurn);
  const grants = new Map<number, number>();
  const open = [...queues.values()];
  for (let granted = 0; granted < slots && open.length > 0; granted += 1) {
    let best = 0;
    for (let index = 1; index < open.length; index += 1) {
      if (goesBefore(open[index], open[best], memory)) best = index;
    }
    const queue = open[best];
    const run = queue?.runs[queue.place];
    if (queue === undefined || run === undefined) break;
    grants.set(run.runNo, (grants.get(run.runNo) ?? 0) + 1);
    queue.load += 1;
    queue.takenFromRun += 1;
    memory.serial += 1;
    memory.lastServed.set(queue.owner, memory.serial);
    if (queue.takenFromRun >= run.remaining) {
      queue.place += 1;
      queue.takenFromRun = 0;
      if (queue.place === queue.runs.length) open.splice(best, 1);
    }
  }
  return grants;
}

function byTurn(a: OpenRun, b: OpenRun): number {
  return b.priority - a.priority || a.remaining - b.remaining || a.runNo - b.runNo;
}

function goesBefore(a: OwnerQueue | undefined, b: OwnerQueue | undefined, memory: ServiceMemory): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.load !== b.load) return a.load < b.load;
  return (memory.lastServed.get(a.owner) ?? 0) < (memory.lastServed.get(b.owner) ?? 0);
}
