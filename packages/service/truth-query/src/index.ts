/** SQL over truth tables in a locked-down child process. */
export { QueryError, type QueryErrorCode } from './errors.js';
export type { TruthFile } from './query-messages.js';
export { queryTruth, type TruthQuery, type TruthRows } from './query-truth.js';
