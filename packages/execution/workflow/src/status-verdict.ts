/** What a site's word about a job means for its task. Pure. */
import { isEnded, type JobEnd, type JobStatus } from '@imsim-od/site';
import type { HeldTask } from './held-tasks.js';
import { type AttemptEnd, judgeEnd, type RetryRule } from './retry-rule.js';
import type { TaskChange } from './transitions.js';

/** How patient to be with a site that says it does not know a job that it had accepted. */
export interface Patience {
  /** A job `notFound` for this long since its task last changed counts as lost. */
  readonly notFoundS: number;
}

/**
 * The change that follows, or none.
 * @param rule the retry rule of the task's run
 * @param uniform a random number in [0, 1) for the back-off
 */
export function judgeStatus(
  task: HeldTask,
  status: JobStatus,
  rule: RetryRule,
  patience: Patience,
  uniform: number,
): TaskChange | undefined {
  const notFound = status.state === 'unknown' && status.unknownBecause === 'notFound';
  if (task.state === 'cancelling') {
    return isEnded(status.state) || notFound ? { ...named(task), to: 'cancelled' } : undefined;
  }
  switch (status.state) {
    case 'waiting':
    case 'queued':
    case 'held':
      return task.state === 'running' ? { ...named(task), to: 'queued' } : undefined;
    case 'running':
      return task.state === 'queued' ? { ...named(task), to: 'running' } : undefined;
    case 'succeeded':
      return { ...named(task), to: 'collecting', data: usage(status.end) };
    case 'failed':
      return judgeAttempt(task, status.end?.limitExceeded ?? 'exit', rule, uniform, usage(status.end));
    case 'cancelled':
      return judgeAttempt(task, 'evicted', rule, uniform, usage(status.end));
    case 'lost':
      return judgeAttempt(task, 'lost', rule, uniform, usage(status.end));
    case 'unknown':
      if (!notFound || task.unchangedS < patience.notFoundS) return undefined;
      return judgeAttempt(task, 'lost', rule, uniform, {
        reason: 'The site does not know the job any more.',
      });
  }
}

/** The change after an attempt that did not succeed: back into the queue, or failed. */
export function judgeAttempt(
  task: HeldTask,
  end: AttemptEnd,
  rule: RetryRule,
  uniform: number,
  data: NonNullable<TaskChange['data']>,
): TaskChange {
  const verdict = judgeEnd(rule, end, task, uniform);
  if (!verdict.retry) return { ...named(task), to: 'failed', end, data };
  const { delayS, memoryScale, wallScale } = verdict;
  return { ...named(task), to: 'waiting', end, delayS, memoryScale, wallScale, data };
}

/** The task and attempt that a change is about. */
export function named(task: HeldTask): Pick<TaskChange, 'runNo' | 'taskIndex' | 'attempt'> {
  return { runNo: task.runNo, taskIndex: task.taskIndex, attempt: task.attempt };
}

const MAX_REASON_CHARS = 300;

function usage(end: JobEnd | null): NonNullable<TaskChange['data']> {
  if (end === null) return {};
  const { exitCode, signal, cpuS, wallS, maxRssMb } = end;
  return { exitCode, signal, cpuS, wallS, maxRssMb, reason: clipReason(end.reason) };
}

/** A reason short enough for an event, without the NUL characters that a database refuses. */
export function clipReason(reason: string): string {
  return reason.replaceAll('\0', '').slice(0, MAX_REASON_CHARS);
}
