import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPython, runPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
hot = make('rolled.db', 'DELETE')
hot.execute('PRAGMA cache_size = 1'); hot.execute('BEGIN')
hot.executemany('INSERT INTO t VALUES (?)', [('x' * 4000,)] * 50)
for end in ('', '-journal'): shutil.copy(f'{folder}/rolled.db{end}', f'{folder}/hot.db{end}')
hot.execute('ROLLBACK'); hot.close()
`;

describe.skipIf(!hasPython)('a database with a log beside it', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pages-'));
    runPython(WRITER, [folder]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const open = (name: string): void => {
    openPageSource(join(folder, name)).close();
  };

  it('is refused while changes stand in the log alone, and told how to be mended', () => {
    expect(() => {
      open('pending.db');
    }).toThrow(/pending\.db-wal, which is not read; .*wal_checkpoint\(TRUNCATE\)/);
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
