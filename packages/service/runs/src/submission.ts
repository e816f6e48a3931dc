/**
 * Submitting runs. A run is written down first and handed to the journal after, under the same id: a crash in between leaves a run that
 * reconciliation submits. The same submission twice is one run.
 */
import { createHash } from 'node:crypto';
import { type ArchiveTransaction, checkQuota, holdContents, type Viewer } from '@imsim-od/archive';
import { type RetryRule, RunConflictError, type RunSubmission, submitRuns } from '@imsim-od/workflow';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { RunExistsError, SubmissionError, TooManyTasksError } from './errors.js';
import { estimateAt } from './estimate.js';
import { type Prepared, prepare } from './prepare.js';
import { reservedBytes } from './reserved-bytes.js';
import { countReusedTasks } from './reused-tasks.js';
import type { Runs } from './runs.js';
import type { RunsTransaction } from './schema.js';

/** A run to submit. */
export interface Submission {
  /** UUID, version 7; chosen by the caller so that asking twice is harmless. Default: a new one. */
  readonly id?: string;
  /** Default: of the first request's visit. */
  readonly name?: string;
  /** As a user sent them; catalogs are `dataset:ID`. */
  readonly requests: readonly unknown[];
  /** Default: the only site, or the first. */
  readonly site?: string;
  /** -100 to 100 among one's own runs; default 0. */
  readonly priority?: number;
  /** Accepted without starting. */
  readonly paused?: boolean;
}

/** Name of the expander that turns a batch's argument into jobs. */
export const VISIT_EXPANDER = 'visit';

/** A worker may be killed often, by no fault of the task; memory and time are raised twice. */
export const RETRY_RULE: RetryRule = {
  maxAttempts: 30,
  backoffS: 1,
  maxBackoffS: 120,
  ends: {
    lost: { maxAttempts: 25 },
    evicted: { maxAttempts: 25 },
    exit: { maxAttempts: 2 },
    memory: { maxAttempts: 3, memoryFactor: 2 },
    wall: { maxAttempts: 3, wallFactor: 3 },
    cpu: { maxAttempts: 3, wallFactor: 3 },
    outputs: { maxAttempts: 3 },
  },
};

/** Two-part advisory locks: the first number is ours. */
const SUBMISSION_LOCK = 1_745_205;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Accepts a run.
 * @returns its id
 * @throws SubmissionError, QuotaError, TooManyTasksError, RunExistsError
 */
export async function submitRun(runs: Runs, viewer: Viewer, submission: Submission): Promise<string> {
  const id = submission.id ?? v7();
  const site = siteOf(runs, submission);
  checkSubmission(id, submission);
  const digest = createHash('sha256')
    .update(
      JSON.stringify([
        submission.name ?? null,
        submission.requests,
        site.adapter.name,
        submission.priority ?? 0,
      ]),
    )
    .digest('hex');
  const known = await runs.db
    .selectFrom('runs.runs')
    .select(['owner', 'digest'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (known !== undefined) {
    if (known.owner !== viewer.userId || known.digest !== digest) throw new RunExistsError(id);
    await handToJournal(runs, id);
    return id;
  }
  const prepared = await prepare(runs, viewer, submission.requests);
  const tasks = prepared.visits.reduce((sum, visit) => sum + visit.tasks, 0);
  const estimate = await estimateAt(runs, site, prepared, await countReusedTasks(runs, prepared));
  const [first] = prepared.visits;
  await runs.db.transaction().execute(async (transaction) => {
    const inserted = await transaction
      .insertInto('runs.runs')
      .values({
        id,
        owner: viewer.userId,
        name: submission.name ?? `visit ${first?.visit.visitId} ${first?.visit.band}`,
        site: site.adapter.name,
        kind: 'simulation',
        priority: submission.priority ?? 0,
        paused: submission.paused ?? false,
        digest,
        tasks,
        estimate: sql`${JSON.stringify(estimate)}::jsonb`,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    // Another call with the same id was faster; what it wrote is handed on below.
    if (inserted === undefined) return;
    await checkLimits(runs, transaction, viewer, prepared, tasks);
    let firstTask = 0;
    for (const [index, visit] of prepared.visits.entries()) {
      await transaction
        .insertInto('runs.visits')
        .values({
          run_id: id,
          visit_index: index,
          first_task: firstTask,
          tasks: visit.tasks,
          request: sql`${JSON.stringify(prepared.requests[index])}::jsonb`,
          catalogs: sql`${JSON.stringify(visit.catalogs)}::jsonb`,
          cpu_s: visit.cpuS,
          memory_mb: visit.memoryMb,
          bytes: visit.bytes,
        })
        .execute();
      firstTask += visit.tasks;
    }
    await holdCatalogs(transaction as unknown as ArchiveTransaction, id, prepared);
  });
  await handToJournal(runs, id);
  return id;
}

/** The run's catalogs stay until it has ended, also where their owner removes them. @throws SubmissionError where one was removed just now */
async function holdCatalogs(
  transaction: ArchiveTransaction,
  id: string,
  { visits }: Prepared,
): Promise<void> {
  const files = visits.flatMap(({ catalogs }) =>
    catalogs.flatMap((catalog) => [...catalog.files, ...(catalog.sedArchive ? [catalog.sedArchive] : [])]),
  );
  const gone = await holdContents(transaction, id, [...new Set(files.map(({ sha256 }) => sha256))]);
  const lost = files.find(({ sha256 }) => gone.includes(sha256));
  if (lost !== undefined)
    throw new SubmissionError([{ path: 'requests', message: `the file ${lost.name} was removed meanwhile` }]);
}

/** Gives a run to the journal; giving it twice changes nothing. */
export async function handToJournal(runs: Runs, id: string): Promise<void> {
  const run = await runs.db
    .selectFrom('runs.runs')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (run.submitted || run.deleted) return;
  const visits = await runs.db
    .selectFrom('runs.visits')
    .select(['visit_index', 'tasks'])
    .where('run_id', '=', id)
    .orderBy('visit_index')
    .execute();
  const submission: RunSubmission = {
    id,
    owner: run.owner,
    name: run.name,
    site: run.site,
    priority: run.priority,
    paused: run.paused,
    retryRule: RETRY_RULE,
    batches: visits.map((visit) => ({
      expander: VISIT_EXPANDER,
      argument: { runId: id, visitIndex: visit.visit_index },
      taskCount: visit.tasks,
    })),
  };
  try {
    await submitRuns(runs.journal, [submission]);
  } catch (error) {
    // The journal has it as an earlier version of the service gave it, by another retry rule.
    if (!(error instanceof RunConflictError)) throw error;
  }
  await runs.db.updateTable('runs.runs').set({ submitted: true }).where('id', '=', id).execute();
}

function siteOf(runs: Runs, { site }: Submission) {
  const names = [...runs.sites.keys()];
  const found = runs.sites.get(site ?? names[0] ?? '');
  if (found === undefined) {
    throw new SubmissionError([
      { path: 'site', message: `there is no site ${JSON.stringify(site)}; there are ${names.join(', ')}` },
    ]);
  }
  return found;
}

function checkSubmission(id: string, { name, priority = 0 }: Submission): void {
  const faults: { path: string; message: string }[] = [];
  if (!UUID.test(id)) faults.push({ path: 'id', message: 'must be a UUID in lower case' });
  if (name !== undefined && (name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name)))
    faults.push({ path: 'name', message: 'needs 1 to 200 characters, none of them control characters' });
  if (!Number.isInteger(priority) || Math.abs(priority) > 100)
    faults.push({ path: 'priority', message: 'must be a whole number from -100 to 100' });
  if (faults.length > 0) throw new SubmissionError(faults);
}

/** One submission of a user after the other, so that not all of them find room in what is left. */
async function checkLimits(
  runs: Runs,
  transaction: RunsTransaction,
  { userId }: Viewer,
  { visits }: Prepared,
  tasks: number,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SUBMISSION_LOCK}, hashtext(${userId}))`.execute(transaction);
  await checkQuota(
    { ...runs.archive, db: transaction as unknown as ArchiveTransaction },
    userId,
    visits.reduce((sum, visit) => sum + visit.bytes, 0),
    await reservedBytes(transaction, userId),
  );
  const { rows } = await sql<{ active: number }>`
    select coalesce(sum(total - succeeded - failed - cancelled), 0)::float8 as active
    from workflow.runs where owner = ${userId} and state = 'active'
  `.execute(transaction);
  const active = rows[0]?.active ?? 0;
  if (active + tasks > runs.maxActiveTasks) throw new TooManyTasksError(runs.maxActiveTasks, active, tasks);
}
