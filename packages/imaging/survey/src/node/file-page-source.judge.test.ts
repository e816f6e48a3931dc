import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPython, runPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqlDatabase } from '../sqlite/sqlite-database.js';
import { openPageSource } from './file-page-source.js';

// Python's sqlite3 leaves the files as a program does that was killed: with changes in the log, or in the middle of a transaction.
const WRITER = `
import os, shutil, sqlite3, sys
folder = sys.argv[1]
def make(name, mode):
    db = sqlite3.connect(f'{folder}/{name}', isolation_level=None)
    db.execute(f'PRAGMA journal_mode = {mode}')
    db.execute('PRAGMA wal_autocheckpoint = 0')
    db.execute('CREATE TABLE t (x)')
    return db
wal = make('wal.db', 'WAL'); wal.execute('INSERT INTO t VALUES (1)')
for end in ('', '-wal'): shutil.copy(f'{folder}/wal.db{end}', f'{folder}/pending.db{end}')
wal.execute('PRAGMA wal_checkpoint(TRUNCATE)')
for end in ('', '-wal'): shutil.copy(f'{folder}/wal.db{end}', f'{folder}/emptied.db{end}')
wal.close()
# Rows that only the log holds, in several transactions, over pages that the database has, too; the tail of one torn off.
log = make('log.db', 'WAL')
log.execute('PRAGMA wal_checkpoint(TRUNCATE)')
log.executemany('INSERT INTO t VALUES (?)', [(i,) for i in range(3000)])
log.execute('UPDATE t SET x = x + 10000 WHERE x % 2 = 0')
for end in ('', '-wal'): shutil.copy(f'{folder}/log.db{end}', f'{folder}/rows.db{end}')
for end in ('', '-wal'): shutil.copy(f'{folder}/log.db{end}', f'{folder}/torn.db{end}')
os.truncate(f'{folder}/torn.db-wal', os.path.getsize(f'{folder}/torn.db-wal') - 100)
for end in ('', '-wal'): shutil.copy(f'{folder}/torn.db{end}', f'{folder}/judged.db{end}')
for name in ('rows', 'judged'):
    copy = f'{folder}/copy-{name}.db'
    for end in ('', '-wal'): shutil.copy(f'{folder}/{name}.db{end}', copy + end)
    judge = sqlite3.connect(copy)
    print(*judge.execute('SELECT count(*), sum(x), max(x) FROM t').fetchone())
    judge.close()
log.close()
hot = make('rolled.db', 'DELETE')
hot.execute('PRAGMA cache_size = 1'); hot.execute('BEGIN')
hot.executemany('INSERT INTO t VALUES (?)', [('x' * 4000,)] * 50)
for end in ('', '-journal'): shutil.copy(f'{folder}/rolled.db{end}', f'{folder}/hot.db{end}')
hot.execute('ROLLBACK'); hot.close()
`;

describe.skipIf(!hasPython)('a database with a log beside it', () => {
  let folder: string;
  let judged: string[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pages-'));
    judged = runPython(WRITER, [folder]).trim().split('\n');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const open = (name: string): void => {
    openPageSource(join(folder, name)).close();
  };

  const sumsOf = async (name: string): Promise<string> => {
    const source = openPageSource(join(folder, name));
    const database = await openSqlDatabase(source);
    let sums = '';
    database.rows('SELECT count(*), sum(x), max(x) FROM t', [], (row) => (sums = row.join(' ')));
    database.close();
    source.close();
    return sums;
  };

  it('is read with what was committed to the log, as SQLite itself reads it', async () => {
    expect(judged).toHaveLength(2);
    expect(judged[0]).not.toBe(judged[1]);
    expect(await sumsOf('pending.db')).toBe('1 1 1');
    expect(await sumsOf('rows.db')).toBe(judged[0]);
  });

  it('is read up to the last whole commit where the log is cut off', async () => {
    expect(await sumsOf('torn.db')).toBe(judged[1]);
  });

  it('is refused once a program has changed it meanwhile', () => {
    const path = join(folder, 'rows.db');
    const source = openPageSource(path);
    const page = new Uint8Array(512);
    expect(source.read(0, page)).toBe(512);
    utimesSync(path, new Date(0), new Date(1));
    expect(() => source.read(0, page)).toThrow(/a program changed it while it was read/);
    source.close();
  });

  it('is refused in the middle of a transaction', () => {
    expect(() => {
      open('hot.db');
    }).toThrow(/a transaction on it was not finished \(.*hot\.db-journal\)/);
  });

  it.each(['emptied.db', 'wal.db', 'rolled.db'])('%s is read: nothing is pending', (name) => {
    expect(() => {
      open(name);
    }).not.toThrow();
  });
});
