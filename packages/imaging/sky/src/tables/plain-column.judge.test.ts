import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPython, runPython } from '@imsim-od/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryRangeSource } from '../index.js';
import { openParquetTable } from './parquet-table.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-plain-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every column type in pages of some 128 rows, five row groups; the same numbers as bytes, as numpy has them. */
const WRITE = `
import os, sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
os.chdir(sys.argv[1])
rng = np.random.default_rng(11)
n = 2300
columns = dict(double=rng.standard_normal(n), float=rng.standard_normal(n).astype('f4'),
               int32=rng.integers(-2**31, 2**31, n).astype('i4'), int64=rng.integers(-2**63, 2**63, n, dtype='i8'),
               float_few=rng.integers(0, 7, n).astype('f4') / 4, int32_one=np.full(n, -3, 'i4'), int64_runs=(np.arange(n, dtype='i8') // 90) << 40)
for name, values in columns.items():
    values.astype('<f8' if not name.startswith('int') else '<i8').tofile(name)
holes = np.where(np.arange(n) % 700 == 699, True, False)
for kind, nullable in (('optional', True), ('required', False)):
    fields = [pa.field(name, pa.array(values).type, nullable) for name, values in columns.items()]
    arrays = [pa.array(values) for values in columns.values()]
    fields += [pa.field('holed', pa.float64(), True), pa.field('day', pa.date32(), nullable)]
    arrays += [pa.array(columns['double'], mask=holes), pa.array((np.arange(n) % 9000).astype('i4')).cast(pa.date32())]
    table = pa.table(arrays, schema=pa.schema(fields))
    for page in ('1.0', '2.0'):
        for codec in ('none', 'snappy', 'zstd'):
            for dictionary in ('plain', 'coded', 'both'):
                pq.write_table(table, f'{kind}-{page}-{codec}-{dictionary}', data_page_version=page, compression=codec,
                               use_dictionary=dictionary != 'plain', dictionary_pagesize_limit=900 if dictionary == 'both' else None, row_group_size=500, data_page_size=1024, write_batch_size=128)
`;

describe.skipIf(!hasPython)('columns of numbers', () => {
  if (hasPython) runPython(WRITE, [folder]);
  const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  const truth = (name: string): readonly (number | bigint)[] => {
    const { buffer } = bytesOf(name);
    return [...(name.startsWith('int') ? new BigInt64Array(buffer) : new Float64Array(buffer))];
  };
  const files = ['optional', 'required'].flatMap((kind) =>
    ['1.0', '2.0'].flatMap((page) => ['none', 'snappy', 'zstd'].map((codec) => `${kind}-${page}-${codec}`)),
  );

  it.each(files)('are what pyarrow wrote, from any row on: %s', async (file) => {
    for (const coding of ['plain', 'coded', 'both']) {
      const table = await openParquetTable(new MemoryRangeSource(file, bytesOf(`${file}-${coding}`)));
      for (const name of ['double', 'float', 'int32', 'int64', 'float_few', 'int32_one', 'int64_runs']) {
        const all = truth(name).map((value) => (name.startsWith('int32') ? Number(value) : value));
        for (const [first, rows] of [
          [0, 500],
          [500, 500],
          [1000, 1],
          [1127, 3],
          [1499, 1],
          [1650, 300],
          [2000, 300],
        ] as const) {
          const values = await table.values(name, first, rows);
          expect(ArrayBuffer.isView(values), `${name} ${coding}`).toBe(true);
          expect(Array.from(values), `${name} ${coding} ${first}`).toEqual(all.slice(first, first + rows));
        }
      }
    }
  });

  it('leave those with nulls, and dates, to others', async () => {
    const doubles = truth('double');
    for (const file of files) {
      const table = await openParquetTable(new MemoryRangeSource(file, bytesOf(`${file}-plain`)));
      const holed = Array.from(await table.values('holed', 500, 300));
      expect(holed).toEqual(doubles.slice(500, 800).map((value, i) => (i === 199 ? null : value)));
      const [day] = Array.from((await table.values('day', 3, 1)) as ArrayLike<unknown>);
      expect(day).toEqual(new Date('1970-01-04'));
    }
  });
});
