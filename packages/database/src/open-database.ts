/** Opening a database: one pool of connections, 64-bit integers as numbers, and no crash when the server goes away. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

/** How to open it. */
export interface DatabaseOptions {
  /** Connections at most; at least 2, default 6. */
  readonly maxConnections?: number;
  /**
   * How long a transaction may sit idle before the server ends it, so that a process that froze in the middle of one keeps no row locked;
   * default 60,000.
   */
  readonly idleTransactionMs?: number;
  /** Told of idle connections that broke; the pool replaces them by itself. Default: not told. */
  readonly onConnectionError?: (error: Error) => void;
}

const INT8 = 20;
const CONNECTION_PATIENCE_MS = 10_000;

/** 64-bit integers of ours are counts and serial numbers: beyond 2^53 something is wrong, and it is said. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond 2^53`);
  return value;
}

/**
 * Opens a pool; connections are made when first needed. Close it with `destroy()`. Tables are named with their schema: `archive.datasets`.
 * @param url `postgres://user:password@host:port/database`
 */
export function openDatabase<Tables>(url: string, options: DatabaseOptions = {}): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: url,
    max: Math.max(2, options.maxConnections ?? 6),
    keepAlive: true,
    connectionTimeoutMillis: CONNECTION_PATIENCE_MS,
    idle_in_transaction_session_timeout: options.idleTransactionMs ?? 60_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 && format !== 'binary' ? parseInt8 : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig,
  });
  const tell = (error: Error): void => options.onConnectionError?.(error);
  pool.on('error', tell);
  // A connection that breaks while it is in use tells its user by the query's failure; without a listener of its own it would end the process.
  pool.on('connect', (client) => client.on('error', tell));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
