/**
 * A scheduler's work for one site. A turn takes over what dead servers held, claims, submits, cancels, asks about all jobs in one call and
 * brings in what has ended. It reads the journal at each step and remembers nothing that matters: any server can go on where another
 * stopped, because every step may be done twice.
 */
import {
  type CollectedOutputs,
  type JobRef,
  type JobSpec,
  type SiteAdapter,
  type SiteClock,
  SiteError,
  toSiteJobId,
} from '@imsim-od/site';
import { claimTasks } from './claims.js';
import type { WorkflowDatabase } from './database.js';
import { BadOutputsError, LeaseLostError, UnknownExpanderError } from './errors.js';
import { type Expander, keyOf, scaleJob } from './expander.js';
import { newServiceMemory } from './fair-share.js';
import type { OnFaultPoint } from './fault-point.js';
import { type HeldTask, readBatchArgument, readHeldTasks, readRetryRules } from './held-tasks.js';
import type { MovedTask, WorkflowTransaction } from './journal-write.js';
import { takeOverExpired } from './leases.js';
import { DEFAULT_RETRY_RULE, type RetryRule } from './retry-rule.js';
import { clipReason, judgeAttempt, judgeStatus, named } from './status-verdict.js';
import { advanceTasks, type TaskChange } from './transitions.js';

/** A task whose job succeeded, and what it left. */
export interface CollectedTask {
  readonly task: HeldTask;
  readonly outputs: CollectedOutputs;
}

/** What a site's loop works with. */
export interface SiteLoopOptions {
  readonly db: WorkflowDatabase;
  readonly adapter: SiteAdapter;
  readonly expanders: ReadonlyMap<string, Expander>;
  /** Tasks of this server in flight at the site, at most. */
  readonly maxInFlight: number;
  readonly clock: SiteClock;
  readonly random: () => number;
  /** A job that its site does not know for this long counts as lost. */
  readonly notFoundS: number;
  /** Where to move a task's outputs; undefined leaves them at the site. */
  readonly collectInto?: ((task: HeldTask) => string | undefined) | undefined;
  /** Records outputs in the transaction that makes their tasks succeed. BadOutputsError says that a task is to make them again. */
  readonly recordOutputs?:
    ((transaction: WorkflowTransaction, collected: readonly CollectedTask[]) => Promise<void>) | undefined;
  readonly onFaultPoint: OnFaultPoint;
  readonly onTrouble: (error: unknown, where: string) => void;
}

const COLLECTS_AT_ONCE = 4;
const FIRST_SITE_PAUSE_MS = 500;
const LONGEST_SITE_PAUSE_MS = 60_000;
const NO_ROOM_DELAY_S = 5;

/** The loop of one site. */
export class SiteLoop {
  readonly #options: SiteLoopOptions;
  readonly #memory = newServiceMemory();
  #nextPollMs = 0;
  #pausedUntilMs = 0;
  #pauseMs = FIRST_SITE_PAUSE_MS;
  #maxBatch: number | undefined;
  #isBusy = false;

  constructor(options: SiteLoopOptions) {
    this.#options = options;
  }

  /** How long to sleep when there was nothing to do: at most `idleMs`, and no longer than the site's own interval while it has jobs of ours. */
  restMs(idleMs: number): number {
    return this.#isBusy ? Math.min(idleMs, this.#options.adapter.pollIntervalMs) : idleMs;
  }

  /**
   * One turn under the lease.
   * @returns whether tasks moved, so that another turn may find more to do
   * @throws LeaseLostError; trouble with the site is told to `onTrouble` and pauses the site's part
   */
  async turn(token: number): Promise<boolean> {
    const { db, adapter, maxInFlight, clock, onFaultPoint, onTrouble } = this.#options;
    if (clock.monotonicMs() < this.#pausedUntilMs) return false;
    let progress = (await takeOverExpired(db, token, [adapter.name], maxInFlight)) > 0;
    const before = await this.#held(token);
    const claimed = await claimTasks(db, token, {
      sites: [adapter.name],
      slots: maxInFlight - before.length,
      memory: this.#memory,
    });
    if (claimed.length > 0) await onFaultPoint('afterClaimBeforeSubmit');
    const held = claimed.length > 0 || progress ? await this.#held(token) : before;
    this.#isBusy = held.length > 0;
    try {
      this.#maxBatch ??= (await adapter.limits()).maxBatch;
      progress = (await this.#submit(token, inState(held, 'claimed'))) || progress;
      progress = (await this.#poll(token, held)) || progress;
      this.#pauseMs = FIRST_SITE_PAUSE_MS;
    } catch (error) {
      if (!(error instanceof SiteError)) throw error;
      onTrouble(error, `site ${adapter.name}`);
      this.#pausedUntilMs = clock.monotonicMs() + this.#pauseMs;
      this.#pauseMs = Math.min(LONGEST_SITE_PAUSE_MS, this.#pauseMs * 2);
    }
    return progress || claimed.length > 0;
  }

  async #held(token: number): Promise<readonly HeldTask[]> {
    const held = await readHeldTasks(this.#options.db, token);
    return held.filter((task) => task.site === this.#options.adapter.name);
  }

  async #submit(token: number, tasks: readonly HeldTask[]): Promise<boolean> {
    const { db, adapter, onFaultPoint } = this.#options;
    let progress = false;
    for (const portion of portions(tasks, this.#maxBatch ?? 1)) {
      const rules = await this.#rules(portion);
      const { specs, changes } = await this.#expand(portion, rules);
      const results = specs.length === 0 ? [] : await adapter.submit(specs.map(({ spec }) => spec));
      if (specs.length > 0) await onFaultPoint('afterSubmitBeforeJournal');
      results.forEach((result, index) => {
        const task = specs[index]?.task;
        if (task === undefined) return;
        if (result.outcome !== 'refused') {
          changes.push({ ...named(task), to: 'queued', siteJob: result.siteJobId });
        } else if (result.error.retryable) {
          const delayS = NO_ROOM_DELAY_S * (0.5 + this.#options.random());
          changes.push({ ...named(task), to: 'waiting', delayS, uncounted: true });
        } else {
          changes.push(this.#refused(task, rules, result.error));
        }
      });
      progress = (await advanceTasks(db, token, changes)).length > 0 || progress;
    }
    return progress;
  }

  /** The jobs of these tasks; tasks whose expander fails or is missing are refused with its message. */
  async #expand(
    tasks: readonly HeldTask[],
    rules: ReadonlyMap<number, RetryRule>,
  ): Promise<{ specs: { task: HeldTask; spec: JobSpec }[]; changes: TaskChange[] }> {
    const { db, expanders } = this.#options;
    const specs: { task: HeldTask; spec: JobSpec }[] = [];
    const changes: TaskChange[] = [];
    for (const batch of groupBy(tasks, (task) => `${task.runNo}.${task.firstIndex}`)) {
      const [first] = batch;
      if (first === undefined) continue;
      const argument = await readBatchArgument(db, first.runNo, first.firstIndex);
      try {
        const expander = expanders.get(first.expander);
        if (expander === undefined) throw new UnknownExpanderError(first.expander, [...expanders.keys()]);
        const jobs = await expander(
          argument,
          batch.map((task) => ({ ...task, key: keyOf(task) })),
        );
        batch.forEach((task, index) => {
          const spec = jobs[index];
          if (spec?.key !== keyOf(task))
            throw new SiteError('SITE_BAD_JOB', `Expander ${first.expander} gave no job for ${keyOf(task)}.`);
          specs.push({ task, spec: scaleJob(spec, task) });
        });
      } catch (error) {
        for (const task of batch) {
          const made = specs.findIndex((entry) => entry.task === task);
          if (made >= 0) specs.splice(made, 1);
          changes.push(this.#refused(task, rules, error));
        }
      }
    }
    return { specs, changes };
  }

  #refused(task: HeldTask, rules: ReadonlyMap<number, RetryRule>, error: unknown): TaskChange {
    const reason = clipReason(error instanceof Error ? error.message : String(error));
    return judgeAttempt(task, 'refused', ruleOf(task, rules), this.#options.random(), { reason });
  }

  /** Cancels, asks about all jobs and collects; no more often than the site wants to be asked. */
  async #poll(token: number, held: readonly HeldTask[]): Promise<boolean> {
    const { adapter, clock, db, notFoundS, random } = this.#options;
    const now = clock.monotonicMs();
    if (now < this.#nextPollMs) return false;
    this.#nextPollMs = now + adapter.pollIntervalMs;
    for (const portion of portions(inState(held, 'cancelling'), this.#maxBatch ?? 1))
      await adapter.cancel(portion.map(refOf));
    const atSite = inState(held, 'queued', 'running', 'cancelling');
    let progress = false;
    const ended: HeldTask[] = [...inState(held, 'collecting')];
    for (const portion of portions(atSite, this.#maxBatch ?? 1)) {
      const statuses = await adapter.status(portion.map(refOf));
      const rules = await this.#rules(portion);
      const changes = portion.flatMap((task, index) => {
        const status = statuses[index];
        if (status === undefined) return [];
        return judgeStatus(task, status, ruleOf(task, rules), { notFoundS }, random()) ?? [];
      });
      const moved = await advanceTasks(db, token, changes);
      progress = moved.length > 0 || progress;
      const collecting = namesOf(moved.filter(({ to }) => to === 'collecting'));
      ended.push(...portion.filter((task) => collecting.has(nameOf(task))));
    }
    for (const portion of portions(ended, this.#maxBatch ?? 1))
      progress = (await this.#collect(token, portion)) || progress;
    return progress;
  }

  async #collect(token: number, tasks: readonly HeldTask[]): Promise<boolean> {
    const { adapter, collectInto, onFaultPoint, onTrouble, random } = this.#options;
    const rules = await this.#rules(tasks);
    const changes: TaskChange[] = [];
    const collected: CollectedTask[] = [];
    const queue = [...tasks];
    const worker = async (): Promise<void> => {
      for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
        try {
          const into = collectInto?.(task);
          const outputs = await adapter.collect(refOf(task), into === undefined ? {} : { into });
          if (outputs.missing.length === 0) {
            collected.push({ task, outputs });
            changes.push({ ...named(task), to: 'succeeded', data: { files: outputs.files.length } });
          } else {
            const reason = clipReason(`Outputs are missing: ${outputs.missing.join(', ')}`);
            changes.push(judgeAttempt(task, 'outputs', ruleOf(task, rules), random(), { reason }));
          }
        } catch (error) {
          // What the site does not keep any more, or not whole, is made again by another attempt.
          if (
            error instanceof SiteError &&
            (error.code === 'SITE_JOB_NOT_FOUND' || error.code === 'SITE_BROKEN')
          ) {
            const reason = clipReason(error.message);
            changes.push(judgeAttempt(task, 'lost', ruleOf(task, rules), random(), { reason }));
          } else {
            onTrouble(error, `collecting ${keyOf(task)}`);
          }
        }
      }
    };
    await Promise.all(Array.from({ length: COLLECTS_AT_ONCE }, worker));
    if (collected.length > 0) await onFaultPoint('afterCollectBeforeCommit');
    try {
      return await this.#settle(token, changes, collected);
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      if (changes.length < 2 && !(error instanceof BadOutputsError)) throw error;
      onTrouble(error, 'recording outputs of several tasks; trying them one by one');
    }
    let progress = false;
    for (const change of changes) {
      try {
        progress = (await this.#settle(token, [change], collected)) || progress;
      } catch (error) {
        if (error instanceof LeaseLostError) throw error;
        onTrouble(error, `recording task ${nameOf(change)}`);
        const task = tasks.find((each) => nameOf(each) === nameOf(change));
        if (!(error instanceof BadOutputsError) || task === undefined) continue;
        const reason = clipReason(error.message);
        const verdict = judgeAttempt(task, 'outputs', ruleOf(task, rules), random(), { reason });
        progress = (await this.#settle(token, [verdict], [])) || progress;
      }
    }
    return progress;
  }

  async #settle(
    token: number,
    changes: readonly TaskChange[],
    collected: readonly CollectedTask[],
  ): Promise<boolean> {
    const { db, recordOutputs, onFaultPoint } = this.#options;
    const moved = await advanceTasks(db, token, changes, async (transaction, written) => {
      const succeeded = namesOf(written.filter(({ to }) => to === 'succeeded'));
      const recorded = collected.filter(({ task }) => succeeded.has(nameOf(task)));
      if (recorded.length === 0) return;
      await recordOutputs?.(transaction, recorded);
      await onFaultPoint('insideCommit');
    });
    return moved.length > 0;
  }

  async #rules(tasks: readonly HeldTask[]): Promise<ReadonlyMap<number, RetryRule>> {
    return readRetryRules(
      this.#options.db,
      tasks.map((task) => task.runNo),
    );
  }
}

function ruleOf(task: HeldTask, rules: ReadonlyMap<number, RetryRule>): RetryRule {
  return rules.get(task.runNo) ?? DEFAULT_RETRY_RULE;
}

function inState(tasks: readonly HeldTask[], ...states: readonly HeldTask['state'][]): readonly HeldTask[] {
  return tasks.filter((task) => states.includes(task.state));
}

function refOf(task: HeldTask): JobRef {
  const key = keyOf(task);
  return task.siteJob === null ? { key } : { key, siteJobId: toSiteJobId(task.siteJob) };
}

function nameOf({ runNo, taskIndex }: { readonly runNo: number; readonly taskIndex: number }): string {
  return `${runNo}.${taskIndex}`;
}

function namesOf(tasks: readonly MovedTask[]): ReadonlySet<string> {
  return new Set(tasks.map(nameOf));
}

function portions<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const result: T[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}

function groupBy<T>(items: readonly T[], nameOfGroup: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOfGroup(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
