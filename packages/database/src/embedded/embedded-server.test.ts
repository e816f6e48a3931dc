import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.js';

const folders: string[] = [];
const servers: EmbeddedServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-embedded-'));
  folders.push(folder);
  return folder;
}

async function start(folder: string): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ folder });
  servers.push(server);
  return server;
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded server', () => {
  it('keeps its rows over a stop, is taken up while it runs, and comes back from a crash', async () => {
    const folder = newFolder();
    const first = await start(folder);
    expect(first.adopted).toBe(false);
    await ask(first.url, 'create table t as select 41 as n');
    await first.stop();

    const second = await start(folder);
    expect(await ask(second.url, 'select n from t')).toEqual([{ n: 41 }]);
    const third = await start(folder);
    expect(third).toMatchObject({ adopted: true, pid: second.pid });

    await ask(second.url, 'update t set n = 42');
    process.kill(second.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const fourth = await start(folder);
    expect(fourth.adopted).toBe(false);
    expect(await ask(fourth.url, 'select n from t')).toEqual([{ n: 42 }]);
  });

  it('lets nobody in without its password, listens on no port, and keeps its secret to us', async () => {
    const folder = newFolder();
    const { url } = await start(folder);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow(/password/);
    expect(await ask(url, "select current_setting('listen_addresses') as a")).toEqual([{ a: '' }]);
    expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
  });

  it('outlives the process that started it, which may have been killed', async () => {
    const folder = newFolder();
    const script = `import('${new URL('../../dist/index.js', import.meta.url).href}').then(({ startEmbeddedServer }) =>
      startEmbeddedServer({ folder: ${JSON.stringify(folder)} })).then(() => process.kill(process.pid, 'SIGKILL'))`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    await new Promise((resolve) => child.once('exit', resolve));
    const server = await start(folder);
    expect(server.adopted).toBe(true);
  });

  it('refuses data of another major version, and says what to do', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    writeFileSync(join(folder, 'data/PG_VERSION'), '15\n');
    await expect(startEmbeddedServer({ folder })).rejects.toThrow(
      /data are of PostgreSQL 15.*Restore a backup/,
    );
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const outer = newFolder();
    chmodSync(outer, 0o711);
    const folder = join(outer, 'a'.repeat(60), 'b'.repeat(60));
    const { url } = await start(folder);
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it.skipIf(process.getuid?.() !== 0)('says what to do where its account may not enter', async () => {
    const folder = join(newFolder(), 'inside');
    await expect(startEmbeddedServer({ folder })).rejects.toThrow(
      /cannot enter the folder.*var.lib.imsim-od/,
    );
  });

  it('starts again where a first start was cut short', async () => {
    const folder = newFolder();
    await (await start(folder)).stop();
    rmSync(join(folder, 'data'), { recursive: true });
    const { url } = await start(folder);
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(existsSync(join(folder, 'data.part'))).toBe(false);
    expect(readFileSync(join(folder, 'password'), 'utf8')).toHaveLength(32);
  });
});
