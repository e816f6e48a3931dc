/** What users tell the administrators. */
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { InvalidAccountError, NoSuchAccountError } from './errors.js';
import type { IdentityDatabase } from './schema.js';
import { isUuid } from './users.js';

/** A report. */
export interface Feedback {
  readonly id: string;
  readonly userName: string;
  readonly text: string;
  /** The page of the portal that it was written on. */
  readonly page: string | null;
  readonly runId: string | null;
  readonly createdAtUtc: string;
  readonly doneAtUtc: string | null;
}

/** A report to send. */
export interface NewFeedback {
  readonly text: string;
  readonly page?: string;
  readonly runId?: string;
}

/** Reports of one user that are not done, at most. */
const MAX_OPEN = 200;
const MAX_LENGTH = 5000;

/** Keeps a report. @throws InvalidAccountError */
export async function sendFeedback(
  db: IdentityDatabase,
  userId: string,
  report: NewFeedback,
): Promise<Feedback> {
  const text = report.text.trim();
  // Lines and tabs belong to a text; other control characters do not, and PostgreSQL takes no NUL.
  if (text === '' || text.length > MAX_LENGTH || /[^\P{Cc}\n\r\t]/u.test(text))
    throw new InvalidAccountError(
      'text',
      `needs 1 to ${MAX_LENGTH} characters, none of them control characters`,
    );
  if (report.page !== undefined && /\p{Cc}/u.test(report.page))
    throw new InvalidAccountError('page', 'holds control characters');
  const { count } = await db
    .selectFrom('identity.feedback')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (count >= MAX_OPEN)
    throw new InvalidAccountError('feedback', `is ${count} reports already; wait until some are answered`);
  const id = v7();
  await db
    .insertInto('identity.feedback')
    .values({ id, user_id: userId, text, page: report.page ?? null, run_id: report.runId ?? null })
    .execute();
  return readFeedback(db, id);
}

/** Which reports to list, newest first. */
export interface FeedbackPage {
  readonly after?: string;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
  /** What is not done alone, or what is. */
  readonly open?: boolean;
}

/** A page of reports. */
export async function listFeedback(
  db: IdentityDatabase,
  page: FeedbackPage = {},
): Promise<readonly Feedback[]> {
  let query = select(db)
    .orderBy('f.id', 'desc')
    .limit(Math.min(1000, Math.max(1, Math.trunc(page.limit ?? 100))));
  if (page.after !== undefined) query = query.where('f.id', '<', page.after);
  if (page.open !== undefined) query = query.where('f.done_at', page.open ? 'is' : 'is not', null);
  return (await query.execute()).map(toFeedback);
}

/** Says that a report is done, or not. @throws NoSuchAccountError */
export async function markFeedback(db: IdentityDatabase, id: string, done: boolean): Promise<Feedback> {
  if (!isUuid(id)) throw new NoSuchAccountError('feedback', id);
  await db
    .updateTable('identity.feedback')
    .set({ done_at: done ? sql<Date>`coalesce(done_at, clock_timestamp())` : null })
    .where('id', '=', id)
    .execute();
  return readFeedback(db, id);
}

async function readFeedback(db: IdentityDatabase, id: string): Promise<Feedback> {
  const row = await select(db).where('f.id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NoSuchAccountError('feedback', id);
  return toFeedback(row);
}

function select(db: IdentityDatabase) {
  return db
    .selectFrom('identity.feedback as f')
    .innerJoin('identity.users as u', 'u.id', 'f.user_id')
    .select(['f.id', 'u.name', 'f.text', 'f.page', 'f.run_id', 'f.created_at', 'f.done_at']);
}

function toFeedback(row: {
  id: string;
  name: string;
  text: string;
  page: string | null;
  run_id: string | null;
  created_at: Date;
  done_at: Date | null;
}): Feedback {
  return {
    id: row.id,
    userName: row.name,
    text: row.text,
    page: row.page,
    runId: row.run_id,
    createdAtUtc: row.created_at.toISOString(),
    doneAtUtc: row.done_at?.toISOString() ?? null,
  };
}
