/**
 * Accepting runs. A run of a million tasks is one row and a row for each of its batches: its tasks become rows when they are near their
 * turn. Submitting a run again under its id changes nothing, so a client that heard no answer may ask again.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { WorkflowDatabase } from './database.js';
import { InvalidRunError, RunConflictError } from './errors.js';
import { notify, type WorkflowTransaction } from './journal-write.js';
import { checkRetryRule, DEFAULT_RETRY_RULE, type RetryRule } from './retry-rule.js';

/** A range of a run's tasks that one expander turns into jobs; for a survey, one visit. */
export interface BatchSubmission {
  /** Name of the expander, known to the servers that will run it. */
  readonly expander: string;
  /** What the expander needs to derive the jobs; JSON, 8 kB at most. */
  readonly argument: unknown;
  readonly taskCount: number;
}

/** A run to accept. */
export interface RunSubmission {
  /** UUID (version 7, so that ids sort by time), chosen by the caller. */
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  /** The site that is to run it. */
  readonly site: string;
  /** Between the runs of one owner: higher goes first; default 0. */
  readonly priority?: number;
  /** Accepted without starting; default false. */
  readonly paused?: boolean;
  /** Default: DEFAULT_RETRY_RULE. */
  readonly retryRule?: RetryRule;
  readonly batches: readonly BatchSubmission[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAX_TASKS = 10_000_000;
const MAX_ARGUMENT_CHARS = 8192;
const RUNS_PER_TRANSACTION = 200;

/**
 * Accepts runs, in the order given. All of a call's runs are checked before any is written.
 * @throws InvalidRunError naming the field; RunConflictError when an id exists with other contents
 */
export async function submitRuns(db: WorkflowDatabase, runs: readonly RunSubmission[]): Promise<void> {
  const ids = new Set<string>();
  for (const run of runs) {
    checkRun(run);
    if (ids.has(run.id)) throw new InvalidRunError('id', run.id, 'each run of a call needs its own');
    ids.add(run.id);
  }
  for (let start = 0; start < runs.length; start += RUNS_PER_TRANSACTION) {
    const portion = runs.slice(start, start + RUNS_PER_TRANSACTION);
    await db.transaction().execute((transaction) => insertRuns(transaction, portion));
  }
}

function checkRun(run: RunSubmission): void {
  const refuse = (field: string, value: unknown, rule: string): never => {
    throw new InvalidRunError(field, value, rule, run.id);
  };
  if (!UUID.test(run.id)) refuse('id', run.id, 'it must be a UUID in lower case');
  for (const field of ['owner', 'name', 'site'] as const) {
    if (run[field].length < 1 || run[field].length > 200 || run[field].includes('\0'))
      refuse(field, run[field], 'it must have 1 to 200 characters, none of them NUL');
  }
  const priority = run.priority ?? 0;
  if (!Number.isInteger(priority) || Math.abs(priority) > 100)
    refuse('priority', priority, 'it must be a whole number from -100 to 100');
  if (run.batches.length === 0) refuse('batches', run.batches, 'a run without tasks does nothing');
  for (const batch of run.batches) {
    if (!Number.isInteger(batch.taskCount) || batch.taskCount < 1)
      refuse('batches.taskCount', batch.taskCount, 'it must be a whole number above 0');
    const argument = JSON.stringify(batch.argument);
    if (argument === undefined || argument.length > MAX_ARGUMENT_CHARS || argument.includes('\\u0000'))
      refuse(
        'batches.argument',
        argument?.slice(0, 80),
        `it must be JSON of at most ${MAX_ARGUMENT_CHARS} characters without NUL`,
      );
  }
  const total = taskTotal(run);
  if (total > MAX_TASKS) refuse('batches', total, `a run has at most ${MAX_TASKS} tasks`);
  if (run.retryRule !== undefined) checkRetryRule(run.retryRule);
}

function taskTotal(run: RunSubmission): number {
  return run.batches.reduce((sum, batch) => sum + batch.taskCount, 0);
}

function digestOf(run: RunSubmission): string {
  const { owner, name, site, priority = 0, retryRule = DEFAULT_RETRY_RULE, batches } = run;
  const content = [owner, name, site, priority, retryRule, batches];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

async function insertRuns(transaction: WorkflowTransaction, runs: readonly RunSubmission[]): Promise<void> {
  const totals = runs.map(taskTotal);
  const inserted = await sql<{ run_no: number; id: string }>`
    insert into workflow.runs (id, owner, name, site, priority, paused, retry_rule, digest, total, unexpanded)
    select id, owner, name, site, priority, paused, rule::jsonb, digest, total, total
    from unnest(
      ${runs.map((run) => run.id)}::uuid[], ${runs.map((run) => run.owner)}::text[], ${runs.map((run) => run.name)}::text[],
      ${runs.map((run) => run.site)}::text[], ${runs.map((run) => run.priority ?? 0)}::smallint[],
      ${runs.map((run) => run.paused ?? false)}::boolean[],
      ${runs.map((run) => JSON.stringify(run.retryRule ?? DEFAULT_RETRY_RULE))}::text[],
      ${runs.map(digestOf)}::text[], ${totals}::integer[]
    ) with ordinality as given (id, owner, name, site, priority, paused, rule, digest, total, place)
    order by place
    on conflict (id) do nothing returning run_no, id
  `.execute(transaction);
  const numbers = new Map(inserted.rows.map((row) => [row.id, row.run_no]));
  if (numbers.size < runs.length) await compareWithExisting(transaction, runs, numbers);
  const rows = runs.flatMap((run) => {
    const runNo = numbers.get(run.id);
    if (runNo === undefined) return [];
    let firstIndex = 0;
    return run.batches.map((batch) => {
      const row = { runNo, firstIndex, ...batch };
      firstIndex += batch.taskCount;
      return row;
    });
  });
  await sql`
    insert into workflow.batches (run_no, first_index, task_count, expander, argument)
    select run_no, first_index, task_count, expander, argument::jsonb
    from unnest(
      ${rows.map((row) => row.runNo)}::bigint[], ${rows.map((row) => row.firstIndex)}::integer[],
      ${rows.map((row) => row.taskCount)}::integer[], ${rows.map((row) => row.expander)}::text[],
      ${rows.map((row) => JSON.stringify(row.argument))}::text[]
    ) as given (run_no, first_index, task_count, expander, argument)
  `.execute(transaction);
  await sql`
    insert into workflow.events (run_no, kind) select run_no, 'submitted' from unnest(${[...numbers.values()]}::bigint[]) as run_no
  `.execute(transaction);
  await notify(transaction, true);
}

async function compareWithExisting(
  transaction: WorkflowTransaction,
  runs: readonly RunSubmission[],
  inserted: ReadonlyMap<string, number>,
): Promise<void> {
  const existing = await transaction
    .selectFrom('workflow.runs')
    .select(['id', 'digest'])
    .where(
      'id',
      'in',
      runs.map((run) => run.id).filter((id) => !inserted.has(id)),
    )
    .execute();
  const digests = new Map(existing.map((row) => [row.id, row.digest]));
  for (const run of runs) {
    if (!inserted.has(run.id) && digests.get(run.id) !== digestOf(run)) throw new RunConflictError(run.id);
  }
}
