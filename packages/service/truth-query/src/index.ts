/** SQL over truth tables in a locked-down child process. */
export { QueryError, type QueryErrorCode } from './errors.js';
export { queryTruth, type TruthFile, type TruthQuery, type TruthRows } from './query-truth.js';
