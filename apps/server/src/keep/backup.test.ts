import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerUpload } from '@imsim-od/archive';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, type TestServer } from '../testing/test-server.js';
import { backUp } from './backup.js';

let test: TestServer;
let folder: string;

beforeAll(async () => {
  test = await testServer();
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-backup-'));
});
afterAll(async () => {
  await test.close();
  rmSync(folder, { recursive: true });
});

/** Stores a catalog. @returns where it lies */
async function put(name: string, content: string): Promise<string> {
  const { archive } = test.server.services;
  const path = join(folder, name);
  writeFileSync(path, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const bytes = content.length;
  const upload = { path, name, sha256, bytes, adler32: '00000001', folder: '/', expiresAtUtc: null };
  await registerUpload(archive, { ...upload, ownerId: v7() });
  rmSync(path);
  return archive.store.pathOf(sha256);
}

describe('a backup', () => {
  it('has every sound catalog, and says how many it has not', async () => {
    const { settings } = test.server.services;
    await put('good.txt', 'good');
    rmSync(await put('gone.txt', 'gone'));
    const bent = await put('bent.txt', 'bent');
    chmodSync(bent, 0o640);
    writeFileSync(bent, 'BENT');
    const { db } = test.server.services.archive;
    await sql`update archive.blobs set state = 'corrupt' where sha256 = ${bent.split('/').at(-1)}`.execute(
      db,
    );
    const target = join(folder, 'kept');
    expect(await backUp(settings, target, false)).toMatchObject({ files: 1, bytes: 4, leftOut: 2 });
    expect(readdirSync(join(target, 'files'))).toHaveLength(1);
  });

  it('is not made of a home without the files', async () => {
    const { settings } = test.server.services;
    const other = {
      ...settings,
      home: join(folder, 'elsewhere'),
      databaseUrl: test.server.services.databaseUrl,
    };
    mkdirSync(other.home);
    await expect(backUp(other, join(folder, 'none'), false)).rejects.toMatchObject({ code: 'ARCHIVE_AWAY' });
    expect(readdirSync(folder)).not.toContain('none');
  });

  it('is not made of a database whose tables this program does not know', async () => {
    const { db } = test.server.services.archive;
    const rename = (from: string, to: string) =>
      sql`update archive.kysely_migration set name = ${to} where name = ${from}`.execute(db);
    await rename('0003-holds', '0003-other');
    try {
      await expect(backUp(test.server.services.settings, join(folder, 'old'), false)).rejects.toMatchObject({
        code: 'SERVER_BACKUP',
      });
    } finally {
      await rename('0003-other', '0003-holds');
    }
  });
});
