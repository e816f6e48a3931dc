/** The schema `identity`, forward only: a migration that was released is never edited; a new one follows it. */
import type { SchemaMigrations } from '@imsim-od/database';
import { type Migration, sql } from 'kysely';

const accounts: Migration = {
  async up(db) {
    await sql`
      -- Accounts are disabled, never deleted: runs, datasets and the audit name them.
      create table identity.users (
        id            uuid primary key,
        name          text not null unique check (name ~ '^[a-z][a-z0-9._-]{1,62}$'),
        display_name  text not null,
        email         text,
        role          text not null check (role in ('user', 'admin')),
        disabled      boolean not null default false,
        -- argon2id in PHC format; null: cannot log in with a password.
        password_hash text,
        created_at    timestamptz not null default clock_timestamp(),
        changed_at    timestamptz not null default clock_timestamp()
      );
      create table identity.groups (
        id         uuid primary key,
        name       text not null unique,
        created_at timestamptz not null default clock_timestamp()
      );
      create table identity.members (
        group_id uuid not null references identity.groups on delete cascade,
        user_id  uuid not null references identity.users,
        primary key (group_id, user_id)
      );
      create index members_by_user on identity.members (user_id);

      -- hash: SHA-256 of the token's text; the text itself is shown once and kept nowhere.
      create table identity.tokens (
        id           uuid primary key,
        user_id      uuid not null references identity.users,
        name         text not null,
        kind         text not null check (kind in ('personal', 'session')),
        hash         bytea not null unique,
        scopes       text[] not null,
        created_at   timestamptz not null default clock_timestamp(),
        expires_at   timestamptz not null,
        last_used_at timestamptz,
        revoked_at   timestamptz
      );
      create index tokens_by_user on identity.tokens (user_id, id);

      -- At most one row: the secret of the link that makes the first administrator.
      create table identity.setup_secrets (
        hash       bytea not null,
        expires_at timestamptz not null
      );

      -- Failed logins of a name, and of an address, until one succeeds.
      create table identity.login_failures (
        key      text primary key,
        failures integer not null,
        last_at  timestamptz not null
      );

      create table identity.audit (
        seq     bigint generated always as identity primary key,
        at      timestamptz not null default clock_timestamp(),
        actor   uuid,
        action  text not null,
        subject text not null,
        data    jsonb
      );
      create function identity.refuse_change() returns trigger language plpgsql as
        $$ begin raise exception 'identity.audit is append-only'; end $$;
      create trigger audit_is_append_only before update or delete on identity.audit
        for each statement execute function identity.refuse_change();
    `.execute(db);
  },
};

const portal: Migration = {
  async up(db) {
    await sql`
      alter table identity.users add column notify_by_email boolean not null default true;

      -- Secrets of links that log a browser in, once. The session gets the scopes of the token that asked.
      create table identity.sign_in_links (
        hash       bytea primary key,
        user_id    uuid not null references identity.users,
        scopes     text[] not null,
        expires_at timestamptz not null
      );

      create table identity.feedback (
        id         uuid primary key,
        user_id    uuid not null references identity.users,
        text       text not null,
        page       text,
        run_id     uuid,
        created_at timestamptz not null default clock_timestamp(),
        done_at    timestamptz
      );
      create index feedback_open on identity.feedback (id) where done_at is null;
    `.execute(db);
  },
};

/** The schema and how it came to be, for `migrateSchema`, backup and restore. */
export const identitySchema: SchemaMigrations = {
  schema: 'identity',
  migrations: { '0001-accounts': accounts, '0002-portal': portal },
};
