/** Why a query was not answered. The codes are those of the service's catalogue. */
export type QueryErrorCode =
  'QUERY_SYNTAX' | 'QUERY_FORBIDDEN' | 'QUERY_TIMEOUT' | 'QUERY_TOO_LARGE' | 'QUERY_MEMORY' | 'QUERY_BROKEN';

/** A query that was not answered; the message says what to change. `QUERY_BROKEN` is no fault of the query. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code: QueryErrorCode;

  constructor(code: QueryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
