/** SQLSTATE of a server that ends, starts, or has no connection left (PostgreSQL documentation, appendix A). */
const AWAY_STATES = new Set(['57P01', '57P02', '57P03', '53300', '08001', '08003', '08004', '08006']);
const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);
const NETWORK_CALLS = new Set(['connect', 'read', 'write']);
const POOL_SAYS =
  /timeout exceeded when trying to connect|Connection terminated|connection error and is not/i;

/** Whether an error says that the database is away for the moment: it ended, starts, or takes no more connections. Trying again may help. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  if (typeof code === 'string') {
    if (AWAY_STATES.has(code)) return true;
    // A file that is not there is ENOENT too, but of another call.
    if (NETWORK_CODES.has(code)) return typeof syscall !== 'string' || NETWORK_CALLS.has(syscall);
  }
  return POOL_SAYS.test(error.message) || isDatabaseAway(error.cause);
}
