import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Migration, sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { migrateSchema, type SchemaMigrations } from '../migrate-schema.js';
import { openDatabase } from '../open-database.js';
import { testDatabase, type TestDatabase } from '../testing/index.js';
import { backupDatabase } from './backup-database.js';
import { restoreDatabase } from './restore-database.js';

const first: Migration = {
  async up(db) {
    await sql`
      create table shelf.books (id bigint generated always as identity primary key, title text, data bytea, at timestamptz,
        doubled bigint generated always as (id * 2) stored, parent bigint references shelf.books, tags text[], about jsonb);
      create table shelf.a_loan (book bigint not null references shelf.books, who text primary key);
    `.execute(db);
  },
};
const second: Migration = {
  async up(db) {
    await sql`alter table shelf.books add column pages integer not null default 7`.execute(db);
  },
};
const old: SchemaMigrations = { schema: 'shelf', migrations: { '0001-first': first } };
const now: SchemaMigrations = { schema: 'shelf', migrations: { '0001-first': first, '0002-second': second } };

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

async function emptyDatabase(): Promise<string> {
  const database = await testDatabase();
  open.push(database);
  return database.url;
}

async function shelf(): Promise<string> {
  const url = await emptyDatabase();
  const db = openDatabase<Record<string, never>>(url);
  await migrateSchema(db, old);
  await sql`insert into shelf.books (title, data, at, parent, tags, about)
    select case when i % 3 = 0 then null else E'tab\\t line\\n back\\\\ \\\\. ü' || i end, sha256(i::text::bytea),
      '2026-01-01'::timestamptz + i * interval '1.000001 second', nullif(i - 1, 0), array['a', null, 'b,c'], jsonb_build_object('i', i)
    from generate_series(1, 5000) as i`.execute(db);
  await sql`insert into shelf.a_loan values (4999, 'someone')`.execute(db);
  await db.destroy();
  return url;
}

async function backup(url: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await backupDatabase(url, ['shelf', 'absent'], output);
  return Buffer.concat(chunks);
}

async function contents(url: string): Promise<unknown> {
  const db = openDatabase<Record<string, never>>(url);
  try {
    const { rows } = await sql`
      select md5(string_agg(concat_ws('|', id, title, data, extract(epoch from at), doubled, parent, tags, about), ';' order by id)) as books,
        (select json_agg(l) from shelf.a_loan l) as loans from shelf.books`.execute(db);
    return rows[0];
  } finally {
    await db.destroy();
  }
}

describe('a backup', () => {
  it('brings every value back, migrates on, and goes on counting where the old database stopped', async () => {
    const source = await shelf();
    const bytes = await backup(source);
    const target = await emptyDatabase();
    const report = await restoreDatabase(target, Readable.from([bytes]), [now]);
    expect(report.rows).toEqual({ 'shelf.books': 5000, 'shelf.a_loan': 1 });
    expect(await contents(target)).toEqual(await contents(source));
    const db = openDatabase<Record<string, never>>(target);
    const { rows } = await sql`insert into shelf.books (title) values ('next') returning id, pages`.execute(
      db,
    );
    await db.destroy();
    expect(rows).toEqual([{ id: 5001, pages: 7 }]);
  });

  it('is of one moment, while others write', async () => {
    const source = await shelf();
    const db = openDatabase<Record<string, never>>(source);
    let writing = true;
    const writer = (async () => {
      while (writing) {
        await sql`with b as (insert into shelf.books (title) values ('new') returning id)
          insert into shelf.a_loan select id, 'reader ' || id from b`.execute(db);
      }
    })();
    const bytes = await backup(source);
    writing = false;
    await writer;
    await db.destroy();
    const target = await emptyDatabase();
    const { rows } = await restoreDatabase(target, Readable.from([bytes]), [now]);
    // Books and loans were added together: a backup of two moments would count them apart, or break the foreign key.
    expect(rows['shelf.books']).toBe(4999 + Number(rows['shelf.a_loan']));
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), /cannot be read|cut short/],
    [
      'without its last line',
      (bytes: Buffer) => regzip(bytes, (text) => text.replace(/\{"end".*\n$/, '')),
      /cut short/,
    ],
    [
      'with a value changed',
      (bytes: Buffer) => regzip(bytes, (text) => text.replace('someone', 'anyone!')),
      /checksum/,
    ],
    ['that is none', () => gzipSync('hello\n'), /damaged|not a backup/],
    ['of random bytes', () => randomBytes(1000), /cannot be read/],
  ])('%s restores nothing', async (_what, spoil, message) => {
    const bytes = spoil(await backup(await shelf()));
    const target = await emptyDatabase();
    await expect(restoreDatabase(target, Readable.from([bytes]), [now])).rejects.toThrow(message);
    const db = openDatabase<Record<string, never>>(target);
    await migrateSchema(db, now);
    const { rows } = await sql`select count(*)::int as n from shelf.books`.execute(db);
    await db.destroy();
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('is refused by a database with rows, and by an older program', async () => {
    const source = await shelf();
    const bytes = await backup(source);
    await expect(restoreDatabase(source, Readable.from([bytes]), [now])).rejects.toThrow(
      /not empty: shelf.a_loan/,
    );
    const none: SchemaMigrations = { schema: 'shelf', migrations: {} };
    const target = await emptyDatabase();
    await expect(restoreDatabase(target, Readable.from([bytes]), [none])).rejects.toThrow(/newer version/);
  });

  it('fails when its output does', async () => {
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
    await expect(backupDatabase(await shelf(), ['shelf'], output)).rejects.toThrow('disk full');
  });
});

function regzip(bytes: Buffer, change: (text: string) => string): Buffer {
  return gzipSync(change(gunzipSync(bytes).toString('utf8')));
}
