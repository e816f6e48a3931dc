/** Durable execution: runs in a journal, a queue with fenced leases, and the scheduler that carries tasks to sites and back. */
export type { WorkflowDatabase } from './database.js';
export {
  BadOutputsError,
  InvalidRunError,
  JournalMisuseError,
  LeaseLostError,
  RunBusyError,
  RunConflictError,
  RunNotFoundError,
  UnknownExpanderError,
} from './errors.js';
export type { Expander, TaskToExpand } from './expander.js';
export { FAULT_POINTS, type FaultPoint, type OnFaultPoint } from './fault-point.js';
export type { HeldTask } from './held-tasks.js';
export { CHANGES_CHANNEL, QUEUE_CHANNEL, type WorkflowTransaction } from './journal-write.js';
export {
  type FailureGroup,
  lastEventSeqs,
  listEvents,
  listFailures,
  listRuns,
  listTasks,
  readRun,
  readRuns,
  type JournalEvent,
  type RunPage,
  type RunSummary,
  type TaskCounts,
  type TaskPage,
  type TaskSummary,
} from './listings.js';
export { endAllLeases } from './leases.js';
export { migrateWorkflow, workflowSchema } from './migrations.js';
export {
  ATTEMPT_ENDS,
  DEFAULT_RETRY_RULE,
  type AttemptEnd,
  type EndRule,
  type RetryRule,
} from './retry-rule.js';
export { cancelRun, deleteRun, pauseRun, resumeRun, retryRun, sweepDeletedRuns } from './run-control.js';
export { Scheduler, type SchedulerOptions } from './scheduler.js';
export type { WorkflowTables } from './schema.js';
export type { CollectedTask } from './site-loop.js';
export { submitRuns, type BatchSubmission, type RunSubmission } from './submission.js';
export { RUN_STATES, submissionKey, TASK_STATES, type RunState, type TaskState } from './task-state.js';
