/** The tables of the schema `identity` as Kysely sees them; migrations.ts makes them and says what each is for. */
import type { Generated, GeneratedAlways, Kysely, Transaction } from 'kysely';
import type { Scope, UserRole } from './scopes.js';

export interface UsersTable {
  id: string;
  name: string;
  display_name: string;
  email: string | null;
  role: UserRole;
  disabled: Generated<boolean>;
  password_hash: string | null;
  notify_by_email: Generated<boolean>;
  created_at: Generated<Date>;
  changed_at: Generated<Date>;
}

export interface GroupsTable {
  id: string;
  name: string;
  created_at: Generated<Date>;
}

export interface MembersTable {
  group_id: string;
  user_id: string;
}

export interface TokensTable {
  id: string;
  user_id: string;
  name: string;
  kind: 'personal' | 'session';
  hash: Buffer;
  scopes: Scope[];
  created_at: Generated<Date>;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export interface SetupSecretsTable {
  hash: Buffer;
  expires_at: Date;
}

export interface SignInLinksTable {
  hash: Buffer;
  user_id: string;
  scopes: Scope[];
  expires_at: Date;
}

export interface FeedbackTable {
  id: string;
  user_id: string;
  text: string;
  page: string | null;
  run_id: string | null;
  created_at: Generated<Date>;
  done_at: Date | null;
}

export interface LoginFailuresTable {
  key: string;
  failures: number;
  last_at: Date;
}

export interface AuditTable {
  seq: GeneratedAlways<number>;
  at: Generated<Date>;
  actor: string | null;
  action: string;
  subject: string;
  data: unknown;
}

/** Tables by their qualified names. */
export interface IdentityTables {
  'identity.users': UsersTable;
  'identity.groups': GroupsTable;
  'identity.members': MembersTable;
  'identity.tokens': TokensTable;
  'identity.setup_secrets': SetupSecretsTable;
  'identity.sign_in_links': SignInLinksTable;
  'identity.feedback': FeedbackTable;
  'identity.login_failures': LoginFailuresTable;
  'identity.audit': AuditTable;
}

/** The accounts' database, as `openDatabase<IdentityTables>` opens it. */
export type IdentityDatabase = Kysely<IdentityTables>;

/** A transaction of it. */
export type IdentityTransaction = Transaction<IdentityTables>;
