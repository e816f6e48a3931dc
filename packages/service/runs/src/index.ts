/** Requests and runs of users: checked, estimated, submitted, watched, learnt from. */
export { type Calibration, calibrated, type Estimated } from './calibration.js';
export { cancelRun, deleteRun, pauseRun, readRequests, resumeRun, retryRun } from './control.js';
export {
  NoSuchRunError,
  NotRunOwnerError,
  RunExistsError,
  RunStateError,
  SubmissionError,
  type SubmissionFault,
  TooManyTasksError,
} from './errors.js';
export { estimateRequests, type RunEstimate, type SiteEstimate } from './estimate.js';
export { incomingFolder, sweepIncoming, type TaskAttempt } from './incoming.js';
export { runsSchema } from './migrations.js';
export { recordOutputs, type TaskReport, TaskReportError } from './outputs.js';
export type { CatalogContent, PlannedVisit, RunPlanner, StoredCatalog } from './planner.js';
export { findSedArchive, MAX_REQUESTS, MOST_IN_FOLDER } from './prepare.js';
export { reconcile } from './reconciliation.js';
export { reservedBytes } from './reserved-bytes.js';
export { type RunEnd, takeEndedRuns } from './run-ends.js';
export {
  listRunLines,
  type RunCost,
  type RunFailure,
  type RunFilter,
  type RunLine,
  type RunView,
  type RunViewState,
  readOwnRun,
  readStoredRun,
  viewRun,
} from './run-view.js';
export { openRuns, type Runs, type RunSite, type RunsOptions } from './runs.js';
export type { RunTables } from './schema.js';
export { storedContent } from './stored-content.js';
export { submitRun, type Submission, VISIT_EXPANDER } from './submission.js';
export { typesOfProducts } from './task-recipes.js';
export { listTaskViews, readTaskLog, type TaskFilter, type TaskLog, type TaskView } from './tasks.js';
export { type SimulatePayload, TASK_REPORT, visitExpander } from './visit-expander.js';
