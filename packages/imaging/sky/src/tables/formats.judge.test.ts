import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '@imsim-od/portable-math';
import { caseCount, hasPython, runPython } from '@imsim-od/testing';
import {
  MemoryRangeSource,
  type RangeSource,
  readSkyTable,
  SkyRegion,
  type SkyTable,
  type SkyTableOptions,
} from '../index.js';
import { openRangeFile } from '../node/index.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** astropy and pyarrow write the same 3000 sources, one of them without a magnitude, in every format and many ways. */
const WRITE = `
import sys, os
import numpy as np
import pyarrow as pa, pyarrow.parquet as pq
from astropy.table import Table, MaskedColumn
import astropy.units as u
os.chdir(sys.argv[1])
rng = np.random.default_rng(4)
n = 3000
t = Table()
t['objid'] = np.arange(n, dtype='int64') + 9007199254740993
t['RA_ICRS'] = (52 + 2 * np.sort(rng.random(n))) * u.deg
t['DE_ICRS'] = (-28 + 2 * rng.random(n)) * u.deg
t['kind'] = np.where(np.arange(n) % 3 == 0, 'star', 'galaxy')
t['rmag'] = MaskedColumn(18 + 8 * rng.random(n), mask=np.arange(n) == 7, unit='mag')
t['a'] = (0.3 + rng.random(n)).astype('float32') * u.arcsec
t['b'] = t['a'] * np.float32(0.5)
t['pa'] = 180 * rng.random(n) * u.deg
t['n'] = np.where(np.arange(n) % 2 == 0, 1, 4).astype('int16')
t['flag'] = np.arange(n) % 2 == 0
t.write('t.csv', format='ascii.csv')
t.write('t.ecsv', format='ascii.ecsv')
radians = t.copy()
radians['RA_ICRS'] = t['RA_ICRS'].to('rad')
radians['DE_ICRS'] = t['DE_ICRS'].to('rad')
radians['a'] = t['a'].to('arcmin')
radians.write('radians.fits')
t.write('t.fits')
t.write('t.fits.gz')
for kind in ('tabledata', 'binary', 'binary2'):
    t.write(kind + '.vot', format='votable', tabledata_format=kind)
    radians.write('radians-' + kind + '.vot', format='votable', tabledata_format=kind)
t.write('t.parquet')
numbered = Table(np.zeros((2, 3)), names=['0', '1', '2'])
numbered.write('numbered.fits')
numbered.write('numbered.parquet')
radians.write('radians.parquet')
plain = t.to_pandas() if False else pa.table({name: np.ma.getdata(t[name]) if name != 'rmag' else pa.array(t[name].filled(0).data, mask=np.arange(n) == 7) for name in t.colnames})
for codec in ('none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'):
    pq.write_table(plain, codec + '.parquet', compression=codec, row_group_size=500)
`;

const files = [
  't.ecsv',
  't.fits',
  't.fits.gz',
  'radians.fits',
  'tabledata.vot',
  'binary.vot',
  'binary2.vot',
  'radians-tabledata.vot',
  'radians-binary.vot',
  'radians-binary2.vot',
  't.parquet',
  'radians.parquet',
  ...['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'].map((codec) => `${codec}.parquet`),
];

const sourceName = (name: string): string => join(folder, name);

async function read(name: string, options: Partial<SkyTableOptions> = {}): Promise<SkyTable> {
  const source = await openRangeFile(join(folder, name));
  try {
    return await readSkyTable(source, { band: 'r', ...options });
  } finally {
    await source.close();
  }
}

describe.skipIf(!hasPython)('tables that astropy and pyarrow write', () => {
  let wanted: SkyTable | undefined;
  const reference = async (): Promise<SkyTable> => {
    if (wanted === undefined) {
      runPython(WRITE, [folder]);
      wanted = await read('t.csv');
    }
    return wanted;
  };

  it('hold the same sources in every format, units converted, the masked value skipped with its row', async () => {
    const csv = await reference();
    expect(csv.sources.length).toBe(2999);
    // 2^53 + 1: an identifier that a double cannot hold.
    expect(csv.sources.objectId[0]).toBe('9007199254740993');
    for (const name of files) {
      const { sources, skipped, rows } = await read(name);
      expect([name, rows, sources.length]).toEqual([name, 3000, 2999]);
      const [place] = skipped.number?.firstLines ?? [];
      expect([name, place?.row]).toEqual([name, 8]);
      expect([name, sources.objectId]).toEqual([name, csv.sources.objectId]);
      expect([name, sources.model]).toEqual([name, csv.sources.model]);
      expect([name, sources.magnitude]).toEqual([name, csv.sources.magnitude]);
      const compare = (values: Float64Array, truth: Float64Array, tolerance: number) => {
        const worst = values.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - (truth[i] ?? NaN))),
          0,
        );
        expect([name, worst < tolerance]).toEqual([name, true]);
      };
      // 1e-12 deg: rounding on the way from radians. 1e-6: sizes are 32-bit floats, the CSV's as decimal texts.
      compare(sources.raDeg, csv.sources.raDeg, 1e-12);
      compare(sources.decDeg, csv.sources.decDeg, 1e-12);
      compare(sources.halfLightRadiusArcsec, csv.sources.halfLightRadiusArcsec, 1e-6);
      compare(sources.g1, csv.sources.g1, 1e-6);
      compare(sources.g2, csv.sources.g2, 1e-6);
    }
  });

  it('give the rows of a region alone, and Parquet leaves out the groups that lie elsewhere', async () => {
    const csv = await reference();
    const region = new SkyRegion([{ centre: { raDeg: 52.3, decDeg: -27 }, radiusDeg: 0.2 }]);
    const inside = [...csv.sources.raDeg].filter((ra, i) =>
      region.holds(ra, csv.sources.decDeg[i] ?? 0),
    ).length;
    expect(inside).toBeGreaterThan(20);
    for (const name of [...files, 't.csv']) {
      const { sources } = await read(name, { region });
      expect([name, sources.length]).toEqual([name, inside]);
    }
    const path = join(folder, 'none.parquet');
    const bytes = readFileSync(path);
    let served = 0;
    const counted: RangeSource = {
      name: path,
      bytes: bytes.length,
      read: (start, end) => {
        served += end - start;
        return Promise.resolve(new Uint8Array(bytes.subarray(start, end)));
      },
      close: () => Promise.resolve(),
    };
    const { rows, sources } = await readSkyTable(counted, { band: 'r', region });
    expect([rows, sources.length]).toEqual([3000, inside]);
    // Sorted by RA in six groups of 0.33 deg each: the circle touches two or three of them.
    expect(served).toBeLessThan(0.6 * statSync(path).size);
  });

  it.each(['numbered.fits', 'numbered.parquet'])('are told to name their columns: %s', async (name) => {
    const failed = read(name);
    await expect(failed).rejects.toThrow(
      /columns 0, 1, 2\. Names that are numbers .*give them names in the file/,
    );
    await expect(failed).rejects.not.toThrow(/first line|comma|#/);
  });

  it('are refused by a clear error wherever they are cut off', async () => {
    await reference();
    for (const name of [
      't.fits',
      't.fits.gz',
      'snappy.parquet',
      'tabledata.vot',
      'binary.vot',
      'binary2.vot',
    ]) {
      const whole = readFileSync(join(folder, name));
      for (const share of [0.001, 0.2, 0.5, 0.95]) {
        const cut = new MemoryRangeSource(
          name,
          new Uint8Array(whole.subarray(0, Math.floor(whole.length * share))),
        );
        const format = name.includes('fits') ? 'fits' : name.endsWith('vot') ? 'votable' : 'parquet';
        const code = await readSkyTable(cut, { band: 'r', format }).then(
          () => 'none',
          (error: { code?: string }) => error.code ?? String(error),
        );
        expect([name, share, code]).toEqual([name, share, expect.stringMatching(/^(SKY|FITS)_[A-Z_]+$/)]);
      }
    }
  });

  it('fail by coded errors alone where bytes of them are changed', async () => {
    await reference();
    const random = new RandomStream(3, 3, 3, 3);
    const seeds = [
      't.fits',
      't.parquet',
      'zstd.parquet',
      'snappy.parquet',
      'gzip.parquet',
      'brotli.parquet',
      'lz4.parquet',
      'tabledata.vot',
      'binary.vot',
      'binary2.vot',
    ].map((name) => ({
      name,
      bytes: new Uint8Array(readFileSync(join(folder, name))),
    }));
    for (let i = 0; i < caseCount(200, 20_000); i++) {
      const { name, bytes } = seeds[i % seeds.length]!;
      const spoilt = bytes.slice();
      const atEnd = random.uniform() < 0.5;
      for (let k = 0; k < 1 + random.uniform() * 8; k++) {
        const at = Math.floor(random.uniform() * Math.min(20_000, spoilt.length));
        spoilt[atEnd ? spoilt.length - 1 - at : at] = Math.floor(random.uniform() * 256);
      }
      const code = await readSkyTable(new MemoryRangeSource(name, spoilt), { band: 'r' }).then(
        () => 'SKY_NONE',
        (error: { code?: string }) => error.code ?? String(error),
      );
      expect([name, i, code]).toEqual([name, i, expect.stringMatching(/^(SKY|FITS)_[A-Z_]+$/)]);
    }
  }, 900_000);

  it('are chosen by name or number in a file of several', async () => {
    const csv = await reference();
    runPython(
      `
import sys, os
from astropy.table import Table
from astropy.io import fits
from astropy.io.votable import from_table, writeto
from astropy.io.votable.tree import VOTableFile, Resource
os.chdir(sys.argv[1])
t = Table.read('t.fits')
few = Table({'ra': [1.0], 'dec': [2.0], 'mag': [20.0]})
fits.HDUList([fits.PrimaryHDU(), fits.table_to_hdu(few), fits.ImageHDU([[1, 2]], name='PIX'), fits.BinTableHDU(t.as_array(), name='SRC')]).writeto('two.fits')
one, two = from_table(few), from_table(t)
one.get_first_table().name = 'few'
two.get_first_table().name = 'SRC'
one.resources[0].tables.append(two.get_first_table())
writeto(one, 'two.vot')
`,
      [folder],
    );
    for (const name of ['two.fits', 'two.vot']) {
      expect([name, (await read(name)).sources.length]).toEqual([name, 1]);
      for (const table of ['SRC', '2'])
        expect([name, (await read(name, { table })).sources.objectId]).toEqual([name, csv.sources.objectId]);
      await expect(read(name, { table: 'absent' })).rejects.toMatchObject({
        code: 'SKY_TABLE_FORMAT',
        message: expect.stringContaining("'SRC'"),
      });
    }
  });

  it('may be packed with gzip where they stream', async () => {
    const csv = await reference();
    for (const name of ['t.csv', 'binary2.vot']) {
      const packed = gzipSync(readFileSync(join(folder, name)));
      expect(gunzipSync(packed).length).toBeGreaterThan(packed.length);
      writeFileSync(join(folder, `${name}.gz`), packed);
      expect((await read(`${name}.gz`)).sources.objectId).toEqual(csv.sources.objectId);
    }
    writeFileSync(join(folder, 't.parquet.gz'), gzipSync(readFileSync(join(folder, 't.parquet'))));
    await expect(read('t.parquet.gz')).rejects.toMatchObject({
      code: 'SKY_TABLE_FORMAT',
      message: expect.stringContaining('packed with gzip'),
    });
  });

  it('may have no rows, and are none the worse for it', async () => {
    await reference();
    runPython(
      `
import os, sys
import pyarrow.parquet as pq
from astropy.table import Table
os.chdir(sys.argv[1])
t = Table.read('t.fits')[:0]
t.write('none.csv', format='ascii.csv')
t.write('none.fits')
t.write('none.vot', format='votable')
t.write('none-binary.vot', format='votable', tabledata_format='binary2')
pq.write_table(pq.read_table('t.parquet').slice(0, 0), 'no-rows.parquet')
`,
      [folder],
    );
    for (const name of ['none.csv', 'none.fits', 'none.vot', 'none-binary.vot', 'no-rows.parquet']) {
      const { sources, rows, notes } = await read(name);
      expect([name, sources.length, rows, notes.at(-1)]).toEqual([
        name,
        0,
        0,
        `${sourceName(name)}: the table has no rows.`,
      ]);
    }
    expect((await read('none.vot', { table: '1' })).rows).toBe(0);
  });
});

describe('hostile VOTables', () => {
  const head =
    '<VOTABLE><RESOURCE><TABLE><FIELD name="ra" datatype="double"/><FIELD name="dec" datatype="double"/><FIELD name="mag" datatype="double"/><DATA>';
  it.each([
    [
      'an entity bomb',
      '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><VOTABLE><RESOURCE>&b;</RESOURCE></VOTABLE>',
    ],
    ['another document', '<html><body/></html>'],
    [
      'rows elsewhere',
      `${head}<BINARY><STREAM href="http://example.org/rows"/></BINARY></DATA></TABLE></RESOURCE></VOTABLE>`,
    ],
    [
      'what is not base64',
      `${head}<BINARY><STREAM encoding="base64">!!!!</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>`,
    ],
    [
      'half a row',
      `${head}<BINARY><STREAM encoding="base64">AAAA</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>`,
    ],
    ['no table', '<VOTABLE><RESOURCE/></VOTABLE>'],
    ['endless nesting', `<VOTABLE>${'<a>'.repeat(1000)}`],
    ['five million characters without a tag', `${head}<TABLEDATA><TR><TD>${'x'.repeat(5e6)}`],
    ['one attribute of five million characters', `<VOTABLE a="${'x'.repeat(5e6)}`],
  ])('%s is refused', async (_name, text) => {
    const source = new MemoryRangeSource('t.vot', new TextEncoder().encode(text));
    await expect(readSkyTable(source, { band: 'r', format: 'votable' })).rejects.toMatchObject({
      code: 'SKY_TABLE_FORMAT',
    });
  });
});
