import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { queryTruth, type TruthFile } from './index.js';

let folder: string;
let files: TruthFile[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-truth-query-'));
  vi.stubEnv('TMPDIR', folder); // what we leave there is ours
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  files = [];
  for (const [index, detector] of ['R22_S11', 'R22_S12'].entries()) {
    const path = join(folder, `truth-${index}.parquet`);
    await connection.run(`
      copy (select 'o' || range as object_id, range * 0.001 as ra, -30.0::double as "dec", 20 + range * 0.001 as magnitude,
                   3458764513820540927 - range as hpx29, 'NaN'::double as gap
            from range(${1000 * (index + 1)}))
      to '${path}' (format parquet)`);
    files.push({ path, datasetId: `dataset-${index}`, visit: 7, snap: 0, band: 'r', detector });
  }
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (sql: string, more: Partial<Parameters<typeof queryTruth>[0]> = {}) =>
  queryTruth({ sql, files, maxRows: 100, ...more });

describe('a query', () => {
  it('sees all tables as one, each row with its dataset', async () => {
    const { columns, rows, truncated } = await ask(
      'select detector, band, count(*) as n, max(magnitude) as faintest from truth group by all order by detector',
    );
    expect(columns.map(({ name }) => name)).toEqual(['detector', 'band', 'n', 'faintest']);
    expect(rows).toEqual([
      ['R22_S11', 'r', 1000, 20.999],
      ['R22_S12', 'r', 2000, 21.999],
    ]);
    expect(truncated).toBe(false);
  });

  it('is cut at the number of rows, and says so', async () => {
    const { rows, truncated } = await ask('select object_id from truth order by object_id', { maxRows: 5 });
    expect(rows).toHaveLength(5);
    expect(truncated).toBe(true);
    expect((await ask('select 1 from truth limit 5', { maxRows: 5 })).truncated).toBe(false);
  });

  it('keeps integers that a double cannot hold', async () => {
    const { rows } = await ask("select hpx29, gap, 1/0 as inf from truth where object_id = 'o0' limit 1");
    expect(rows).toEqual([['3458764513820540927', null, null]]);
  });

  it('sees an empty table with the columns of truth where there are no files', async () => {
    const { rows, columns } = await ask('select ra, dec, hpx29, detector from truth', { files: [] });
    expect(rows).toEqual([]);
    expect(columns.map(({ name }) => name)).toEqual(['ra', 'dec', 'hpx29', 'detector']);
  });

  it.each([
    ["select * from read_csv('/etc/passwd')", 'QUERY_FORBIDDEN'],
    ["select * from read_text('/etc/hostname')", 'QUERY_FORBIDDEN'],
    ["select * from glob('/etc/*')", 'QUERY_FORBIDDEN'],
    ["copy (select 1) to '/tmp/imsim-od-stolen.csv'", 'QUERY_FORBIDDEN'],
    ["attach '/tmp/imsim-od-stolen.db'", 'QUERY_FORBIDDEN'],
    ["set memory_limit = '100GB'", 'QUERY_FORBIDDEN'],
    ['select 1; select 2', 'QUERY_FORBIDDEN'],
    ['drop view truth', 'QUERY_FORBIDDEN'],
    ["insert into datasets values ('x', 'y', 1, 0, 'r', 'R22_S11') returning *", 'QUERY_FORBIDDEN'],
    ['pragma threads = 8', 'QUERY_FORBIDDEN'],
    ["select getenv('HOME')", 'QUERY_SYNTAX'],
    ['selec 1', 'QUERY_SYNTAX'],
    ['select nothing from truth', 'QUERY_SYNTAX'],
    ["select cast('x' as integer)", 'QUERY_SYNTAX'],
    ['', 'QUERY_SYNTAX'],
  ])('%s is refused', async (sql, code) => {
    await expect(ask(sql)).rejects.toMatchObject({ code });
  });

  it('does not see files beside those it was given', async () => {
    writeFileSync(join(folder, 'secret.csv'), 'a\n1\n');
    await expect(ask(`select * from read_csv('${join(folder, 'secret.csv')}')`)).rejects.toMatchObject({
      code: 'QUERY_FORBIDDEN',
    });
  });

  it('ends in time', async () => {
    const slow =
      'select count(*) from range(100000000) a, range(100000000) b where hash(a.range + b.range) = 7';
    await expect(ask(slow, { timeoutMs: 700 })).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    await expect(ask(slow, { signal: AbortSignal.timeout(300) })).rejects.toThrow(/abort|timeout/i);
  });

  it.each([
    'select list(a.range) from range(100000000) a',
    "select length(string_agg(repeat('x', 50000000), '')) from range(100)",
  ])('is kept within its memory: %s', async (sql) => {
    await expect(ask(sql, { memoryMb: 200 })).rejects.toMatchObject({ code: 'QUERY_MEMORY' });
  });

  it('is refused where its answer is too large', async () => {
    await expect(
      ask("select repeat('x', 1000) from range(10000)", { maxRows: 10_000, maxBytes: 100_000 }),
    ).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' });
  });

  it('whose process cannot be started fails, and is not watched for ever', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const { execPath } = process;
    process.execPath = '/no/such/node';
    try {
      await expect(ask('select 1')).rejects.toMatchObject({ code: 'ENOENT' });
    } finally {
      process.execPath = execPath;
    }
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('leaves nothing behind', () => {
    expect(readdirSync(folder).filter((name) => name.startsWith('imsim-od-query-'))).toEqual([]);
  });
});
