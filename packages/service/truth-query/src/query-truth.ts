/**
 * Answers one SELECT over truth tables. Each query has a process of its own that sees the files it was given and nothing else: no other
 * file, no network, no environment, a bound on memory and on time. The SQL is DuckDB's.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QueryError } from './errors.js';
import type { QueryAnswer, QueryOrder, TruthFile } from './query-messages.js';

/** A query. */
export interface TruthQuery {
  /** One SELECT over the table `truth`: the columns of the files, then dataset_id, visit, snap, band, detector. */
  readonly sql: string;
  readonly files: readonly TruthFile[];
  /** Rows to answer at most. */
  readonly maxRows: number;
  /** Default 30,000. */
  readonly timeoutMs?: number;
  /** Of the process, in MiB; default 1024. */
  readonly memoryMb?: number;
  /** Of the answer as JSON; default 64 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** The answer. Integers beyond 2^53 are text; values that JSON has no number for (NaN, infinities) are null. */
export interface TruthRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there were more than `maxRows`. */
  readonly truncated: boolean;
}

/** Built, also where this file is not: a process cannot be started from TypeScript. */
const CHILD = fileURLToPath(new URL('../dist/query-process.js', import.meta.url));
const MAX_FILES = 20_000;
const WATCH_MS = 50;
/** What the process needs besides the data. */
const BASE_MB = 250;

/** Answers a query. @throws QueryError */
export async function queryTruth(query: TruthQuery): Promise<TruthRows> {
  const { timeoutMs = 30_000, memoryMb = 1024, maxBytes = 64 << 20 } = query;
  if (query.files.length > MAX_FILES)
    throw new QueryError(
      'QUERY_TOO_LARGE',
      `${query.files.length} truth tables are more than a query may read, ${MAX_FILES}; choose fewer by an expression.`,
    );
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-query-'));
  try {
    const files = query.files.map(({ path, ...rest }, index) => {
      const file = `${index}.parquet`;
      symlinkSync(path, join(folder, file));
      return { ...rest, file };
    });
    const order: QueryOrder = { sql: query.sql, files, maxRows: query.maxRows, maxBytes, memoryMb };
    const answer = await ask(order, folder, timeoutMs, memoryMb, query.signal);
    if (answer.kind === 'failed') throw new QueryError(answer.code, answer.message);
    const { columns, rows, truncated } = answer;
    return { columns, rows, truncated };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ask(
  order: QueryOrder,
  folder: string,
  timeoutMs: number,
  memoryMb: number,
  signal?: AbortSignal,
): Promise<QueryAnswer> {
  const child = fork(CHILD, [], {
    cwd: folder,
    env: { LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    execArgv: [],
    serialization: 'json',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-1000)));
  return new Promise<QueryAnswer>((resolve, reject) => {
    const stopWatching = (): void => {
      clearTimeout(timeout);
      clearInterval(watch);
      signal?.removeEventListener('abort', abort);
    };
    // A process that could not be started has no exit; whatever went wrong, nothing is watched any more.
    const fail = (error: unknown): void => {
      stopWatching();
      reject(error instanceof Error ? error : new Error(String(error)));
      child.kill('SIGKILL');
    };
    const timeout = setTimeout(
      () =>
        fail(
          new QueryError(
            'QUERY_TIMEOUT',
            `It took longer than ${timeoutMs / 1000} s. Choose fewer tables or rows.`,
          ),
        ),
      timeoutMs,
    );
    const watch = setInterval(() => {
      if (residentMb(child) > memoryMb + BASE_MB)
        fail(
          new QueryError('QUERY_MEMORY', `It needs more than ${memoryMb} MiB. Choose fewer columns or rows.`),
        );
    }, WATCH_MS);
    const abort = (): void => fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    child.on('message', (answer: unknown) => {
      resolve(answer as QueryAnswer);
      child.kill('SIGKILL');
    });
    child.on('error', fail);
    child.on('exit', (code, how) => {
      stopWatching();
      reject(
        new QueryError('QUERY_BROKEN', `The process that queries ended (${how ?? code}): ${said.trim()}`),
      );
    });
    child.send(order, (error) => {
      if (error !== null) fail(error);
    });
  });
}

/** Resident memory of a process in MiB; 0 where the system does not tell. */
function residentMb({ pid }: ChildProcess): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1_048_576;
  } catch {
    return 0;
  }
}
