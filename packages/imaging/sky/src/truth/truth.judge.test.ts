import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ByteCollector, HeaderBuilder } from '@imsim-od/fits';
import { askPython, hasPython, hasTool, runTool } from '@imsim-od/testing';
import { COMPONENT_NAMES } from '../source-table.js';
import { writeTruthFits } from './truth-fits.js';
import { truthParquetBytes } from './truth-parquet.js';
import {
  makeTruthTable,
  TRUTH_FLAGS,
  TruthColumnError,
  type TruthColumns,
  type TruthTable,
} from './truth-table.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-truth-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** n rows over a detector's field, two components each, in an order of their own. */
function columns(n: number): TruthColumns {
  const row = (i: number): number => (i * 7919) % n;
  const numbers = (f: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => f(row(i)));
  return {
    objectId: Array.from({ length: n }, (_, i) => (row(i) === 0 ? 'a1-é' : `galaxy-${row(i) >> 1}`)),
    catalog: numbers((i) => i % 3),
    component: numbers((i) => i % 4),
    raDeg: numbers((i) => 60 + 0.2 * Math.sin(i >> 1)),
    decDeg: numbers((i) => -38 + 0.2 * Math.cos(3 * (i >> 1))),
    xPixel0: numbers((i) => i * 0.37 - 20),
    yPixel0: numbers((i) => 4000 - i * 0.11),
    magnitude: numbers((i) => 18 + (i % 80) / 10),
    expectedElectrons: numbers((i) => 1e6 / (1 + i)),
    realisedElectrons: numbers((i) => (i % 5 === 0 ? -1 : Math.round(1e6 / (1 + i)))),
    method: Array.from({ length: n }, (_, i) => ['photons', 'fft', 'radial'][row(i) % 3] ?? ''),
    flags: numbers((i) =>
      i % 16 === 0 ? TRUTH_FLAGS.saturated | TRUTH_FLAGS.clipped : TRUTH_FLAGS.sedApproximated,
    ),
  };
}

function fitsBytes(table: TruthTable): Uint8Array {
  const collector = new ByteCollector();
  writeTruthFits(collector.sink, table, new HeaderBuilder().string('OBSID', 'MC_S_1', 'visit'));
  return collector.bytes();
}

interface ReadBack {
  names: string[];
  rows: Record<string, (string | number)[]>;
  units: Record<string, string>;
}

const READ_FITS = `
import sys, json, warnings
warnings.simplefilter('error')
from astropy.io import fits
from astropy.table import Table
path = json.load(sys.stdin)
with fits.open(path, checksum=True) as f:
    f.verify('exception')
    assert f[1].name == 'TRUTH' and f[0].header['OBSID'] == 'MC_S_1'
    flags = [str(c) for c in f[1].header['COMMENT']]
t = Table.read(path, hdu=1)
rows = {n: [v.decode() if isinstance(v, bytes) else (str(v) if n == 'hpx29' else v.item() if hasattr(v, 'item') else str(v)) for v in t[n]] for n in t.colnames}
print(json.dumps(dict(names=t.colnames, rows=rows, units={n: str(t[n].unit) for n in t.colnames if t[n].unit}, flags=flags)))
`;

const READ_PARQUET = `
import sys, json
import pyarrow.parquet as pq
path = json.load(sys.stdin)
f = pq.ParquetFile(path)
t = f.read()
rows = {n: [str(v) if n == 'hpx29' else v for v in t[n].to_pylist()] for n in t.column_names}
meta = {k.decode(): v.decode() for k, v in f.metadata.metadata.items() if not k.startswith(b'ARROW')}
stats = [f.metadata.row_group(g).column(t.column_names.index('hpx29')).statistics for g in range(f.num_row_groups)]
print(json.dumps(dict(names=t.column_names, rows=rows, units={}, meta=meta, types=[str(x) for x in t.schema.types],
  groups=[[f.metadata.row_group(g).num_rows, str(s.min), str(s.max)] for g, s in enumerate(stats)])))
`;

function expectSame(back: ReadBack, table: TruthTable): void {
  expect(back.rows['ra']).toEqual([...table.raDeg]);
  expect(back.rows['dec']).toEqual([...table.decDeg]);
  expect(back.rows['x']).toEqual([...table.xPixel0]);
  expect(back.rows['y_fits']).toEqual([...table.yPixel0].map((y) => y + 1));
  expect(back.rows['hpx29']).toEqual([...table.hpx29].map(String));
  expect(back.rows['magnitude']).toEqual([...table.magnitude]);
  expect(back.rows['expected_electrons']).toEqual([...table.expectedElectrons]);
  expect(back.rows['realised_electrons']).toEqual([...table.realisedElectrons]);
  expect(back.rows['component']).toEqual(table.component);
  expect(back.rows['method']).toEqual(table.method);
  expect(back.rows['flags']).toEqual([...table.flags]);
  expect(back.rows['catalog']).toEqual([...table.catalog]);
}

describe('truth tables', () => {
  const table = makeTruthTable(columns(1001), COMPONENT_NAMES);

  it('are sorted by hpx29 and do not depend on the order of the rows', () => {
    expect(table.hpx29.every((cell, i) => i === 0 || cell >= (table.hpx29[i - 1] ?? 0n))).toBe(true);
    const given = columns(1001);
    const reversed = Object.fromEntries(
      Object.entries(given).map(([name, values]) => [
        name,
        Array.from(values as ArrayLike<unknown>).reverse(),
      ]),
    ) as unknown as TruthColumns;
    expect(makeTruthTable(reversed, COMPONENT_NAMES)).toEqual(table);
  });

  it('refuse NaN, infinities and columns of unequal length', () => {
    const bad = { ...columns(10), magnitude: [1, 2, 3, Infinity, 5, 6, 7, 8, 9, 10] };
    expect(() => makeTruthTable(bad, COMPONENT_NAMES)).toThrow(TruthColumnError);
    expect(() => makeTruthTable({ ...columns(10), flags: [0] }, COMPONENT_NAMES)).toThrow('flags');
  });

  it('give the same bytes for the same rows', () => {
    expect(fitsBytes(table)).toEqual(fitsBytes(makeTruthTable(columns(1001), COMPONENT_NAMES)));
    expect(truthParquetBytes(table)).toEqual(
      truthParquetBytes(makeTruthTable(columns(1001), COMPONENT_NAMES)),
    );
  });

  it.skipIf(!hasPython)('are read by astropy, value by value', () => {
    const path = join(folder, 'truth.fits');
    writeFileSync(path, fitsBytes(table));
    const back = askPython<ReadBack & { flags: string[] }>(READ_FITS, path);
    expectSame(back, table);
    expect(back.rows['object_id']).toEqual(table.objectId.map((id) => id.replace('é', '?')));
    // astropy knows no unit 'electron' in FITS: the columns' comments say it.
    expect(back.units).toEqual({
      ra: 'deg',
      dec: 'deg',
      x: 'pix',
      y: 'pix',
      x_fits: 'pix',
      y_fits: 'pix',
      magnitude: 'mag',
    });
    expect(back.flags[0]).toBe('flags bit 1: saturated, a pixel of the source reached full well');
  });

  it.skipIf(!hasTool('fitsverify'))('pass fitsverify without a word', () => {
    for (const [name, rows] of [
      ['full', 1001],
      ['empty', 0],
    ] as const) {
      const path = join(folder, `${name}.fits`);
      writeFileSync(path, fitsBytes(makeTruthTable(columns(rows), COMPONENT_NAMES)));
      expect(runTool('fitsverify', ['-q', path])).toContain('verification OK');
    }
  });

  it.skipIf(!hasPython)('are read by pyarrow with units, flags and row groups bounded in hpx29', () => {
    const long = makeTruthTable(columns(25_001), COMPONENT_NAMES);
    const path = join(folder, 'truth.parquet');
    writeFileSync(path, truthParquetBytes(long, { detector: 'R22_S11' }));
    const back = askPython<
      ReadBack & { meta: Record<string, string>; types: string[]; groups: [number, string, string][] }
    >(READ_PARQUET, path);
    expectSame(back, long);
    expect(back.rows['object_id']).toEqual(long.objectId);
    expect(back.types.filter((type) => type === 'int64')).toHaveLength(1);
    expect(JSON.parse(back.meta['columns'] ?? '')).toMatchObject({
      ra: { unit: 'deg' },
      x: { unit: 'pixel' },
    });
    expect(JSON.parse(back.meta['flags'] ?? '')).toMatchObject({
      saturated: { bit: 1 },
      sed_approximated: { bit: 8 },
    });
    expect(back.meta).toMatchObject({ sorted_by: 'hpx29', detector: 'R22_S11' });
    expect(back.groups.map(([rows]) => rows)).toEqual([20_000, 5_001]);
    expect(BigInt(back.groups[1]?.[1] ?? 0)).toBeGreaterThanOrEqual(BigInt(back.groups[0]?.[2] ?? 0));
  });

  it.skipIf(!hasPython)('may be empty', () => {
    const path = join(folder, 'empty.parquet');
    writeFileSync(path, truthParquetBytes(makeTruthTable(columns(0), COMPONENT_NAMES)));
    expect(askPython<ReadBack>(READ_PARQUET, path).rows['ra']).toEqual([]);
  });
});
