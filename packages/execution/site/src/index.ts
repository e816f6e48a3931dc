/** The one interface through which jobs reach machines, and the words that all sites share. */
export {
  isEnded,
  JOB_STATES,
  type ExceededLimit,
  type JobEnd,
  type JobState,
  type JobStatus,
} from './job-state.js';
export {
  checkJobSpec,
  jobSpecSha256,
  type CommandWork,
  type JobInput,
  type JobOutput,
  type JobSpec,
  type JobWork,
  type JsonValue,
  type PayloadWork,
} from './job-spec.js';
export { toJobKey, toSiteJobId, type JobKey, type JobRef, type SiteJobId } from './job-identity.js';
export type {
  CancelResult,
  CollectedFile,
  CollectedOutputs,
  CollectOptions,
  ForgetResult,
  LogRange,
  LogSlice,
  LogStream,
  SiteAdapter,
  SiteLimits,
  SitePing,
  SubmitResult,
} from './site-adapter.js';
export { NO_CAPABILITIES, type SiteCapabilities, type UserTools } from './site-capabilities.js';
export { systemClock, type SiteClock } from './site-clock.js';
export {
  isRetryable,
  SITE_ERROR_CODES,
  SiteError,
  type SiteErrorCode,
  type SiteErrorFacts,
} from './site-error.js';
