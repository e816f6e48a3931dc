/**
 * Tells watchers of runs what has changed. However many watch a run, the journal is read once for all of them, at most four times a
 * second; a watcher gets a snapshot first and then changes, so that a stream that broke is simply begun again. A change after a while of
 * silence is told at once; those that follow closely are told together.
 */
import type { RunEvent } from '@imsim-od/api';
import type { Viewer } from '@imsim-od/archive';
import { listenForWakeups, type Wakeups } from '@imsim-od/database';
import { viewRun } from '@imsim-od/runs';
import { CHANGES_CHANNEL, lastEventSeqs, listEvents, listTasks, TASK_STATES } from '@imsim-od/workflow';
import type { Services } from '../services.js';

/** Takes a frame of the stream: it is written once for all watchers. */
export type Send = (frame: string) => void;

/** Between two readings of the journal, at least. */
const TICK_MS = 250;
/** How long nothing may be heard from the database before it is asked all the same. */
const ANYWAY_MS = 5000;
/** Tasks told in one snapshot; of larger runs the counts tell. */
const SNAPSHOT_TASKS = 20_000;
const PAGE = 1000;
/** The hub reads what watchers were allowed to see when they came. */
const ALL_SEEING: Viewer = { userId: '00000000-0000-0000-0000-000000000000', groupIds: [], isAdmin: true };
const STATES: ReadonlySet<string> = new Set(TASK_STATES);

interface Snapshot {
  readonly seq: number;
  readonly frame: string;
}

interface Watched {
  seq: number;
  readonly watchers: Set<Send>;
}

/** The hub. */
export class RunHub {
  readonly #services: Services;
  readonly #watched = new Map<string, Watched>();
  /** Snapshots that are being read; whoever comes meanwhile gets the same. */
  readonly #snapshots = new Map<string, Promise<Snapshot>>();
  readonly #wakeups: Wakeups;
  #isStirred = false;
  #askedAtMs = -Infinity;
  /** The next reading after something was heard. */
  #due: NodeJS.Timeout | undefined;
  #anyway: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(services: Services) {
    this.#services = services;
    this.#wakeups = listenForWakeups(services.databaseUrl, CHANGES_CHANNEL, () => this.#stir());
  }

  get watchers(): number {
    let sum = 0;
    for (const { watchers } of this.#watched.values()) sum += watchers.size;
    return sum;
  }

  /** Sends a snapshot and then changes, until the returned function is called. The caller has seen to it that the watcher may see the run. */
  async watch(runId: string, send: Send): Promise<() => void> {
    const snapshot = await this.#sharedSnapshot(runId);
    const watched = this.#watched.get(runId) ?? { seq: snapshot.seq, watchers: new Set() };
    this.#watched.set(runId, watched);
    // Events between the two may be told twice; a state told twice is the same state.
    watched.seq = Math.min(watched.seq, snapshot.seq);
    watched.watchers.add(send);
    send(snapshot.frame);
    this.#anyway ??= setInterval(() => this.#stir(), ANYWAY_MS);
    // What was heard before anybody watched may be later than the snapshot.
    if (this.#isStirred) this.#stir();
    return () => {
      watched.watchers.delete(send);
      if (watched.watchers.size === 0) this.#watched.delete(runId);
      if (this.#watched.size === 0) {
        clearInterval(this.#anyway);
        this.#anyway = undefined;
      }
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#anyway);
    clearTimeout(this.#due);
    await this.#wakeups.close();
  }

  #isTicking = false;

  /** Something may have changed: it is looked at as soon as the last look is long enough ago. */
  #stir(): void {
    this.#isStirred = true;
    if (this.#due !== undefined || this.#isTicking || this.#isClosed || this.#watched.size === 0) return;
    this.#due = setTimeout(
      () => {
        this.#due = undefined;
        void this.#tick();
      },
      Math.max(0, this.#askedAtMs + TICK_MS - performance.now()),
    );
  }

  async #tick(): Promise<void> {
    if (this.#isClosed) return;
    this.#isTicking = true;
    this.#isStirred = false;
    this.#askedAtMs = performance.now();
    try {
      const seqs = await lastEventSeqs(this.#services.journal, [...this.#watched.keys()]);
      for (const [runId, watched] of this.#watched) {
        if ((seqs.get(runId) ?? 0) > watched.seq) await this.#tell(runId, watched);
      }
    } catch (err) {
      this.#isStirred = true;
      this.#services.log.warn({ err }, 'watchers could not be told; it is tried again');
    } finally {
      this.#isTicking = false;
      if (this.#isStirred) this.#stir();
    }
  }

  async #tell(runId: string, watched: Watched): Promise<void> {
    const tasks = new Map<number, string>();
    let { seq } = watched;
    for (;;) {
      const events = await listEvents(this.#services.journal, runId, seq, PAGE);
      for (const { taskIndex, kind, seq: at } of events) {
        seq = at;
        if (taskIndex !== null && STATES.has(kind)) tasks.set(taskIndex, kind);
      }
      if (events.length < PAGE || tasks.size > SNAPSHOT_TASKS) break;
    }
    const event = await this.#event(runId, seq, [...tasks], false);
    watched.seq = seq;
    const frame = frameOf(event);
    for (const send of watched.watchers) send(frame);
  }

  #sharedSnapshot(runId: string): Promise<Snapshot> {
    const known = this.#snapshots.get(runId);
    if (known !== undefined) return known;
    const snapshot = this.#snapshot(runId)
      .then((event) => ({ seq: event.seq, frame: frameOf(event) }))
      .finally(() => this.#snapshots.delete(runId));
    this.#snapshots.set(runId, snapshot);
    return snapshot;
  }

  async #snapshot(runId: string): Promise<RunEvent> {
    const { journal } = this.#services;
    const seq = (await lastEventSeqs(journal, [runId])).get(runId);
    const tasks: [number, string][] = [];
    if (seq !== undefined) {
      for (let after = -1; tasks.length < SNAPSHOT_TASKS;) {
        const page = await listTasks(journal, runId, { after, limit: PAGE });
        for (const { taskIndex, state } of page) tasks.push([taskIndex, state]);
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE) break;
        after = last.taskIndex;
      }
    }
    return this.#event(runId, seq ?? 0, tasks, true);
  }

  async #event(
    runId: string,
    seq: number,
    tasks: readonly (readonly [number, string])[],
    snapshot: boolean,
  ): Promise<RunEvent> {
    const { state, counts, progress, timeLeftS } = await viewRun(this.#services.runs, ALL_SEEING, runId);
    return { runId, seq, state, counts, progress, timeLeftS, tasks, snapshot };
  }
}

/** An event as the stream has it (WHATWG HTML, server-sent events). */
function frameOf(event: RunEvent): string {
  return `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;
}
