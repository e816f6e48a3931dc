/** The audit: who did what to whom, append-only. */
import { sql } from 'kysely';
import type { IdentityDatabase, IdentityTransaction } from './schema.js';

/** Something to remember. */
export interface AuditEntry {
  /** The user who did it; null: the service itself, or someone unknown. */
  readonly actorId: string | null;
  /** What was done, as `user.created`. */
  readonly action: string;
  /** What it was done to, as `user:alice`. */
  readonly subject: string;
  /** More of it, JSON. Never a secret. */
  readonly data?: unknown;
}

/** A remembered entry. */
export interface AuditRecord extends AuditEntry {
  readonly seq: number;
  readonly atUtc: string;
  /** The actor's name; null where there is no actor. */
  readonly actorName: string | null;
}

/** Remembers. */
export async function writeAudit(
  db: IdentityDatabase | IdentityTransaction,
  entry: AuditEntry,
): Promise<void> {
  await db
    .insertInto('identity.audit')
    .values({
      actor: entry.actorId,
      action: entry.action,
      subject: entry.subject,
      data: entry.data === undefined ? null : sql`${JSON.stringify(entry.data)}::jsonb`,
    })
    .execute();
}

/** Which entries to list, newest first. */
export interface AuditPage {
  /** The `seq` of the last one seen. */
  readonly after?: number;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
  readonly action?: string;
  readonly actorId?: string;
}

/** A page of the audit, newest first. */
export async function listAudit(db: IdentityDatabase, page: AuditPage = {}): Promise<readonly AuditRecord[]> {
  let query = db
    .selectFrom('identity.audit as a')
    .leftJoin('identity.users as u', 'u.id', 'a.actor')
    .select(['a.seq', 'a.at', 'a.actor', 'u.name', 'a.action', 'a.subject', 'a.data'])
    .orderBy('a.seq', 'desc')
    .limit(Math.min(1000, Math.max(1, Math.trunc(page.limit ?? 100))));
  if (page.after !== undefined) query = query.where('a.seq', '<', page.after);
  if (page.action !== undefined) query = query.where('a.action', '=', page.action);
  if (page.actorId !== undefined) query = query.where('a.actor', '=', page.actorId);
  return (await query.execute()).map(({ seq, at, actor, name, action, subject, data }) => ({
    seq,
    atUtc: at.toISOString(),
    actorId: actor,
    actorName: name,
    action,
    subject,
    data,
  }));
}
