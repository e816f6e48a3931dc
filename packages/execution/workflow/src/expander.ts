/** How a range of tasks becomes jobs: tasks are never stored as jobs, they are derived when their turn comes. */
import { type JobKey, type JobSpec, toJobKey } from '@imsim-od/site';
import { submissionKey } from './task-state.js';
import type { HeldTask } from './held-tasks.js';

/** A task whose job is wanted. */
export interface TaskToExpand {
  /** The key that the job must carry. */
  readonly key: JobKey;
  readonly runId: string;
  /** 0-based place in the run. */
  readonly taskIndex: number;
  /** 0-based place in the batch. */
  readonly indexInBatch: number;
  /** 1 for the first. */
  readonly attempt: number;
}

/**
 * Derives the jobs of some tasks of one batch, in the order asked. It must give the same job for the same task and attempt whenever and
 * wherever it is asked: a job may be submitted twice, by two servers. Memory and time are those of the first attempt; what the retry rule
 * adds is added by the scheduler.
 */
export type Expander = (
  argument: unknown,
  tasks: readonly TaskToExpand[],
) => readonly JobSpec[] | Promise<readonly JobSpec[]>;

/** The key of a held task's present attempt at its site. */
export function keyOf(task: HeldTask): JobKey {
  return toJobKey(submissionKey(task.runId, task.taskIndex, task.attempt));
}

/** The job with memory and time as the retry rule has raised them. */
export function scaleJob(spec: JobSpec, task: HeldTask): JobSpec {
  if (task.memoryScale === 1 && task.wallScale === 1) return spec;
  const times = (value: number | null): number | null =>
    value === null ? null : Math.ceil(value * task.wallScale);
  return {
    ...spec,
    memoryMb: Math.ceil(spec.memoryMb * task.memoryScale),
    wallS: times(spec.wallS),
    cpuS: times(spec.cpuS),
  };
}
