import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasPython, runPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The product as its users have it: the built programs, an embedded database, a home of its own, and nothing shared with this process.
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const program = join(root, 'apps/imsim-od/bin/imsim-od.js');
const PASSWORD = 'a password of some length';
const REQUEST = `visitId: 31
pointing: { raDeg: 53, decDeg: -27.5 }
band: r
detectors: [R22_S11, R22_S12]
sky: [{ type: synthetic, seed: 1, faintIMag: 21 }]
products: [eimage, truth]
`;

let folder: string;
let url: string;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    IMSIM_OD_HOME: join(folder, 'home'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    IMSIM_OD_WORKERS: '2',
    ...more,
  };
}

function od(
  args: readonly string[],
  input?: string,
  more?: Readonly<Record<string, string>>,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: environment(more) });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(input ?? '');
  });
}

async function must(args: readonly string[], input?: string): Promise<string> {
  const { status, stdout, stderr } = await od(args, input);
  if (status !== 0)
    throw new Error(`imsim-od ${args.join(' ')} exited ${String(status)}\n${stdout}\n${stderr}`);
  return stdout;
}

const note = (home = 'home'): { url: string; pid: number; setupUrl: string | null } =>
  JSON.parse(readFileSync(join(folder, home, 'server.json'), 'utf8')) as never;

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

async function serve(): Promise<void> {
  await must(['serve', '--background', '--port', '0']);
  url = note().url;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-service-'));
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, 'visit.yaml'), REQUEST);
  await serve();
});
afterAll(async () => {
  await od(['serve', '--stop']);
  rmSync(folder, { recursive: true, force: true });
});

describe('the command line and a service', { sequential: true }, () => {
  it('says what to do before anybody administers, and before a login', async () => {
    expect(note().setupUrl).toMatch(/\/setup#iod_/);
    const { status, stderr } = await od(['status', '--url', url]);
    expect([status, stderr]).toEqual([3, expect.stringContaining(`imsim-od login ${url}`)]);
    const setup = await fetch(`${url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret: note().setupUrl?.split('#')[1], name: 'ada', password: PASSWORD }),
    });
    expect(setup.status).toBe(201);
  });

  it('logs in and keeps a token that nobody else reads', async () => {
    expect((await od(['login', url, '--name', 'ada', '--password-stdin'], 'wrong wrong wrong')).status).toBe(
      3,
    );
    await must(['login', url, '--name', 'ada', '--password-stdin'], PASSWORD);
    const path = join(folder, 'config/imsim-od/credentials.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await must(['account', '--json']))).toMatchObject({ name: 'ada', role: 'admin', url });
  });

  it('makes a token that may do what is asked for, and no more', async () => {
    const { scopes } = JSON.parse(
      await must(['token', 'create', 'for a script', '--scope', 'runs:read,query', '--json']),
    ) as { readonly scopes: readonly string[] };
    expect(scopes).toEqual(['runs:read', 'query']);
  });

  it('estimates the visits of a scheduler database, and submits them as one run', async () => {
    const visits = ['visit.yaml', '--opsim', join(root, 'examples/visits.db'), '--visit', '7001,7007'];
    const estimate = JSON.parse(await must(['estimate', ...visits, '--json'])) as { tasks: number };
    // two detectors; the second visit has two snaps
    expect(estimate.tasks).toBe(6);
    const run = JSON.parse(await must(['submit', ...visits, '--paused', '--json'])) as { id: string };
    const shown = JSON.parse(await must(['status', run.id, '--json'])) as { counts: { total: number } };
    expect(shown.counts.total).toBe(6);
    await must(['cancel', run.id]);
    expect((await od(['submit', ...visits, 'visit.yaml'])).status).toBe(2);
  });

  it('estimates, submits, watches and fetches, and what comes is what simulate makes', async () => {
    const estimate = JSON.parse(await must(['estimate', 'visit.yaml', '--json'])) as { tasks: number };
    expect(estimate.tasks).toBe(2);
    const text = await must(['submit', 'visit.yaml', '--name', 'field', '--out', 'fetched']);
    expect(text).toMatch(/8 files in fetched/);
    await must(['simulate', 'visit.yaml', '--out', 'local']);
    const names = readdirSync(join(folder, 'local')).filter((name) => /\.(fits|parquet)$/.test(name));
    expect(names).toHaveLength(6);
    for (const name of names)
      expect([name, sha256(join(folder, 'fetched', name))]).toEqual([
        name,
        sha256(join(folder, 'local', name)),
      ]);
  });

  it('tells of runs by name, by end of id and as the last', async () => {
    const run = JSON.parse(await must(['status', 'last', '--json'])) as { id: string; state: string };
    expect(run.state).toBe('succeeded');
    for (const reference of ['field', run.id.slice(-8), run.id])
      expect(await must(['status', reference, '--tasks'])).toMatch(/R22_S12 +succeeded/);
    expect(await must(['log', 'last', 'R22_S12'])).toMatch(/^Drawing R22_S12/);
    expect((await od(['status', 'no-such-run'])).status).toBe(3);
    expect((await od(['watch', 'last'])).status).toBe(0);
  });

  it('fetches only what is missing or damaged', async () => {
    const image = readdirSync(join(folder, 'fetched')).find((name) => name.startsWith('eimage'))!;
    const path = join(folder, 'fetched', image);
    const right = sha256(path);
    truncateSync(path, 100_000);
    const report = JSON.parse(await must(['get', '--run', 'last', '--out', 'fetched', '--json'])) as {
      files: { known: boolean }[];
    };
    expect(report.files.filter(({ known }) => !known)).toHaveLength(1);
    expect(sha256(path)).toBe(right);
    writeFileSync(
      join(folder, 'manifest'),
      await (
        await fetch(`${url}/api/v1/datasets/manifest?type=truth`, {
          headers: { authorization: `Bearer ${token()}` },
        })
      ).text(),
    );
    expect(await must(['get', '--manifest', 'manifest', '--out', 'truth'])).toMatch(/4 files/);
    expect((await od(['get', '--out', 'all'])).status).toBe(2);
  });

  it('goes on with a download that was cut', async () => {
    const [line] = JSON.parse(await must(['ls', "type = 'eimage'", '--json'])) as {
      name: string;
      bytes: number;
      sha256: string;
    }[];
    const whole = readFileSync(join(folder, 'fetched', line!.name));
    await must(['get', `name = '${line!.name}'`, '--out', 'cut']);
    rmSync(join(folder, 'cut', line!.name));
    // What a cut download leaves: the first bytes under a temporary name.
    writeFileSync(join(folder, 'cut', `${line!.name}.partial`), whole.subarray(0, 1_000_000));
    await must(['get', `name = '${line!.name}'`, '--out', 'cut']);
    expect(sha256(join(folder, 'cut', line!.name))).toBe(line!.sha256);
    expect(existsSync(join(folder, 'cut', `${line!.name}.partial`))).toBe(false);
    writeFileSync(join(folder, 'cut', `${line!.name}.partial`), Buffer.alloc(1_000_000, 7));
    rmSync(join(folder, 'cut', line!.name));
    await must(['get', `name = '${line!.name}'`, '--out', 'cut']);
    expect(sha256(join(folder, 'cut', line!.name))).toBe(line!.sha256);
  });

  it('searches, counts, asks and shares', async () => {
    expect(await must(['ls', "detector = 'R22_S11' and type = 'truth'"])).toMatch(/truth_00000031.*parquet/);
    expect(await must(['ls', '--facets'])).toMatch(/type +eimage +2/);
    const { status, stderr } = await od(['ls', "bnd = 'r'"]);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/band.*EXPRESSION_FIELD/s)]);
    expect(
      await must(['query', 'select detector, count(*) as n from truth group by 1 order by 1', '--csv']),
    ).toMatch(/^detector,n\nR22_S11,\d+\nR22_S12,\d+\n$/);
    await must(['admin', 'add-user', 'grace', '--password-stdin'], PASSWORD);
    expect(await must(['admin', 'set-group', 'lensing', 'grace', 'ada'])).toMatch(/grace/);
    expect(await must(['share', 'last', '--with', 'lensing'])).toMatch(/are shared with lensing/);
    const login = (await (
      await fetch(`${url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'grace', password: PASSWORD }),
      })
    ).json()) as { text: string };
    const asGrace = await od(['ls', '--from', 'shared', '--json'], '', {
      IMSIM_OD_TOKEN: login.text,
      IMSIM_OD_URL: url,
    });
    expect((JSON.parse(asGrace.stdout) as unknown[]).length).toBe(8);
    expect((await od(['admin', 'users'], '', { IMSIM_OD_TOKEN: login.text, IMSIM_OD_URL: url })).status).toBe(
      3,
    );
  });

  it('uploads catalogs with what they include', async () => {
    const text = await must(['submit', join(root, 'examples/instance-catalog.yaml'), '--out', 'catalog']);
    expect(text).toMatch(/succeeded at site local/);
    expect(await must(['ls', '--type', 'catalog'])).toMatch(/small-field\.txt/);
  });

  it.skipIf(!hasPython)(
    'uploads a database as it was last committed, its write-ahead log included',
    async () => {
      // Python's sqlite3 holds the database open: the ninth visit is in the log alone when the files are sent.
      const made = runPython(
        `
import os, shutil, sqlite3, sys
source, folder = sys.argv[1:]
shutil.copy(source, f'{folder}/open.db')
db = sqlite3.connect(f'{folder}/open.db', isolation_level=None)
db.execute('PRAGMA journal_mode = WAL')
db.execute('PRAGMA wal_autocheckpoint = 0')
db.execute('CREATE TEMP TABLE one AS SELECT * FROM observations LIMIT 1')
db.execute('UPDATE one SET observationId = 9009')
db.execute('INSERT INTO observations SELECT * FROM one')
for end in ('', '-wal'): shutil.copy(f'{folder}/open.db{end}', f'{folder}/logged.db{end}')
db.close()
alone = sqlite3.connect(f'file:{folder}/logged.db?immutable=1', uri=True)
print(*alone.execute('SELECT count(*), max(observationId) FROM observations').fetchone())
`,
        [join(root, 'examples/visits.db'), folder],
      );
      // Without its log it is the database that it was.
      expect(made.trim()).toBe('8 7008');
      await must(['upload', 'logged.db']);
      expect(await must(['get', "name = 'logged.db'", '--out', 'logged'])).toMatch(/1 file/);
      const [sent] = readdirSync(join(folder, 'logged'), { recursive: true, encoding: 'utf8' }).filter(
        (name) => name.endsWith('.db'),
      );
      const judged = runPython(
        `
import sqlite3, sys
db = sqlite3.connect(f'file:{sys.argv[1]}?immutable=1', uri=True)
print(*db.execute('SELECT count(*), max(observationId) FROM observations').fetchone(), *db.execute('PRAGMA integrity_check').fetchone())
`,
        [join(folder, 'logged', sent!)],
      );
      expect(judged.trim()).toBe('9 9009 ok');
    },
  );

  it('fetches two datasets of one name and folder into two files', async () => {
    const line = 'object 1 53 -27 19 starSED/phoSimMLT/x.gz 0 0 0 0 0 0 point none CCM 0.1 3.1\n';
    const contents = [line, line.repeat(2)];
    for (const content of contents) {
      writeFileSync(join(folder, 'twin.txt'), content);
      await must(['upload', 'twin.txt']);
    }
    expect(await must(['get', "name = 'twin.txt'", '--out', 'twins'])).toMatch(/2 files/);
    const [folderOfAll, ...rest] = readdirSync(join(folder, 'twins'));
    expect(rest).toEqual([]);
    const got = readdirSync(join(folder, 'twins', folderOfAll!));
    expect(got).toEqual([
      expect.stringMatching(/^twin\.[0-9a-f]{8}\.txt$/),
      expect.stringMatching(/^twin\./),
    ]);
    expect(got.map((name) => readFileSync(join(folder, 'twins', folderOfAll!, name), 'utf8')).sort()).toEqual(
      contents,
    );
  });

  it('survives kill -9 of the server in the middle of a run, and watching goes on', async () => {
    const submitted = JSON.parse(
      await must([
        'submit',
        'visit.yaml',
        '--set',
        'visitId=32',
        '--detectors',
        'R22',
        '--name',
        'killed',
        '--json',
      ]),
    ) as { id: string };
    const { port } = new URL(url);
    const watching = od(['watch', submitted.id, '--json']);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    process.kill(note().pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await must(['serve', '--background', '--port', port]);
    const { status, stdout } = await watching;
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'succeeded', counts: { succeeded: 9, failed: 0 } });
    const list = JSON.parse(await must(['ls', '--run', submitted.id, '--json'])) as { name: string }[];
    expect(new Set(list.map(({ name }) => name)).size).toBe(36);
    expect(list).toHaveLength(36);
  });

  it('is backed up while it runs, and brought back elsewhere with everything', async () => {
    await must(['admin', 'backup', join(folder, 'backup')]);
    expect((await od(['admin', 'backup', join(folder, 'backup')])).status).toBe(3);
    const before = JSON.parse(await must(['ls', '--json', '--limit', '1000'])) as {
      id: string;
      sha256: string;
      type: string;
      runId: string;
    }[];
    const there = { IMSIM_OD_HOME: join(folder, 'other') };
    const restored = await od(['admin', 'restore', join(folder, 'backup'), '--json'], '', there);
    expect(JSON.parse(restored.stdout)).toMatchObject({ missing: 0 });
    expect((await od(['admin', 'restore', join(folder, 'backup')], '', there)).status).toBe(3);
    expect((await od(['serve', '--background', '--port', '0'], '', there)).status).toBe(0);
    const address = note('other').url;
    const reach = { ...there, IMSIM_OD_URL: address, IMSIM_OD_TOKEN: token() };
    try {
      const after = JSON.parse(
        (await od(['ls', '--json', '--limit', '1000'], '', reach)).stdout,
      ) as typeof before;
      expect(after.map(({ id, sha256: sum }) => [id, sum])).toEqual(
        before.map(({ id, sha256: sum }) => [id, sum]),
      );
      const got = await od(
        ['get', "visit = 31 and type = 'eimage' and detector = 'R22_S11'", '--out', 'again'],
        '',
        reach,
      );
      expect([got.status, got.stdout]).toEqual([0, expect.stringMatching(/1 file/)]);
      const [name] = readdirSync(join(folder, 'again'));
      expect(sha256(join(folder, 'again', name!))).toBe(sha256(join(folder, 'local', name!)));
    } finally {
      await od(['serve', '--stop'], '', there);
    }
  });

  it('says so where no service answers', async () => {
    await must(['serve', '--stop']);
    const { status, stderr } = await od(['status']);
    expect([status, stderr]).toEqual([5, expect.stringContaining('nothing listens there')]);
    expect(existsSync(join(folder, 'home/server.json'))).toBe(false);
    await serve();
    expect((await od(['serve', '--home', join(folder, 'home'), '--port', '0'])).status).toBe(3);
  });
});

function token(): string {
  const { services } = JSON.parse(readFileSync(join(folder, 'config/imsim-od/credentials.json'), 'utf8')) as {
    services: Record<string, { token: string }>;
  };
  return Object.values(services)[0]!.token;
}
