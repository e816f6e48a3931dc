/** Files that astropy and fpack made, read by our reader: values, not only shapes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPython, hasTool, runPython, runTool } from '@imsim-od/testing';
import {
  type FitsHdu,
  type ImagePixels,
  findHdu,
  openFits,
  readColumn,
  readPixels,
  riceEncode,
} from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'fits-readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Images of all types, cubes, scaled ones, compressed ones and a table; raw little-endian values in files beside. */
const MAKE = `
import sys, warnings
import numpy as np
from astropy.io import fits
folder = sys.argv[1]
rng = np.random.default_rng(20260115)
hdus = [fits.PrimaryHDU()]
def keep(name, values):
    values = np.ascontiguousarray(values)
    values.astype(values.dtype.newbyteorder('<')).tofile(f'{folder}/{name}.raw')
def image(name, values, **header):
    hdu = fits.ImageHDU(values, name=name)
    for k, v in header.items(): hdu.header[k] = v
    hdus.append(hdu)
for t in ['uint8', 'int8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64']:
    i = np.iinfo(t)
    v = rng.integers(i.min, i.max, size=(7, 13), dtype=t, endpoint=True)
    keep(t.upper(), v); image(t.upper(), v)
for t in ['float32', 'float64']:
    v = rng.normal(0, 1e5, size=(7, 13)).astype(t); v[3, 4] = np.nan
    keep(t.upper(), v); image(t.upper(), v)
v = np.arange(2 * 3 * 4, dtype='int16').reshape(2, 3, 4)
keep('CUBE', v); image('CUBE', v)
noise = (rng.poisson(800, size=(60, 100)) + 1000)
wild = rng.integers(-2**31, 2**31 - 1, size=(60, 100))
def comp(name, v, **kw):
    hdus.append(fits.CompImageHDU(v, name=name, **kw)); 
for kind in ['RICE_1', 'GZIP_1', 'GZIP_2']:
    for t in ['uint8', 'int16', 'int32', 'uint16']:
        v = (noise % 200 if t == 'uint8' else noise * 30 if t == 'uint16' else noise).astype(t)
        keep(f'{kind}_{t}'.upper(), v); comp(f'{kind}_{t}'.upper(), v, compression_type=kind, tile_shape=(16, 33))
v = wild.astype('int32'); keep('RICE_WILD', v); comp('RICE_WILD', v, compression_type='RICE_1')
v = np.full((60, 100), 7, 'int32'); keep('RICE_FLAT', v); comp('RICE_FLAT', v, compression_type='RICE_1')
floats = rng.normal(800, 28, size=(60, 100)).astype('float32')
floats[5, 6] = np.nan
floats[7, :50] = 0
for name, method in [('NONE', -1), ('DITHER1', 1), ('DITHER2', 2)]:
    for kind in ['RICE_1', 'GZIP_1', 'GZIP_2']:
        comp(f'F_{name}_{kind}', floats, compression_type=kind, quantize_level=4, quantize_method=method, dither_seed=9998 if method > 0 else None)
comp('F_EXACT', floats, compression_type='GZIP_1', quantize_level=0); keep('F_EXACT', floats)
v = rng.integers(0, 1000, size=(3, 20, 30)).astype('int32')
keep('RICE_CUBE', v); comp('RICE_CUBE', v, compression_type='RICE_1', tile_shape=(2, 7, 11))
scaled = fits.ImageHDU(np.arange(12, dtype='int16').reshape(3, 4), name='SCALED')
scaled.header['BSCALE'] = 0.5; scaled.header['BZERO'] = 10.0; scaled.header['BLANK'] = 5
cols = [fits.Column('name', '6A', array=['x', 'longer', '']),
        fits.Column('ok', 'L', array=[True, False, True]),
        fits.Column('u16', 'I', bzero=32768, array=np.array([0, 40000, 65535], dtype='uint16')),
        fits.Column('vec', '3E', unit='mag', array=np.arange(9, dtype='float32').reshape(3, 3)),
        fits.Column('big', 'K', null=-1, array=np.array([2**62, -1, 3])),
        fits.Column('c', 'M', array=np.array([1+2j, 3-4j, 0])),
        fits.Column('bits', '11X', array=np.array([[1]*11, [0]*11, [1,0]*5+[1]], dtype=bool)),
        fits.Column('var', 'PJ()', array=np.array([[1, 2, 3], [], [-4]], dtype=object)),
        fits.Column('qvar', 'QD()', array=np.array([[0.5], [1.5, 2.5], []], dtype=object))]
hdus.append(fits.BinTableHDU.from_columns(cols, name='TABLE'))
fits.HDUList(hdus).writeto(f'{folder}/astropy.fits', checksum=True)
with fits.open(f'{folder}/astropy.fits') as back:
    for h in back:
        if h.name.startswith('F_'): keep(h.name, h.data)
raw = np.arange(12, dtype='>i2').reshape(3, 4)
fits.PrimaryHDU(raw).writeto(f'{folder}/scaled.fits')
with fits.open(f'{folder}/scaled.fits', mode='update', do_not_scale_image_data=True) as h:
    h[0].header['BSCALE'] = 0.5; h[0].header['BZERO'] = 10.0; h[0].header['BLANK'] = 5
    h[0].header['LONGTEXT'] = 'word & quote\\'s ' * 12
    h[0].header['HIERARCH ESO TEL NAME'] = 'a telescope'
    h[0].header['CPLX'] = 1.5 - 2j
fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(noise.astype('int32'), name='N'), fits.ImageHDU(floats, name='F')]).writeto(f'{folder}/plain.fits')
`;

async function pixelsOf(hdu: FitsHdu | undefined): Promise<ImagePixels> {
  if (hdu?.kind !== 'image' && hdu?.kind !== 'compressed-image') throw new Error('no image');
  return readPixels(hdu);
}

const bytesOf = (pixels: ImagePixels): Buffer =>
  Buffer.from(pixels.values.buffer, pixels.values.byteOffset, pixels.values.byteLength);

describe.skipIf(!hasPython)('what astropy wrote', () => {
  beforeAll(() => {
    runPython(MAKE, [folder]);
  });
  const open = (name: string): ReturnType<typeof openFits> => openFits(readFileSync(join(folder, name)));

  it('is all images, compressed images and a table', () => {
    const file = open('astropy.fits');
    expect(file.trailingBytes).toBe(0);
    expect(new Set(file.hdus.map((hdu) => hdu.kind))).toEqual(
      new Set(['image', 'compressed-image', 'table']),
    );
  });

  it('holds the same pixels bit for bit, plain, RICE_1, GZIP_1, GZIP_2, quantised and dithered', async () => {
    const file = open('astropy.fits');
    let compared = 0;
    for (const hdu of file.hdus) {
      if (hdu.kind === 'table' || hdu.shape.length === 0) continue;
      const pixels = await pixelsOf(hdu);
      const truth = readFileSync(join(folder, `${hdu.name}.raw`));
      if (hdu.name.startsWith('F_') && hdu.name !== 'F_EXACT') {
        // As numbers, since NaN has many bit patterns.
        const expected = new Float32Array(truth.buffer, truth.byteOffset, truth.length / 4);
        expect([...pixels.values], hdu.name).toEqual(Array.from(expected));
      } else {
        expect(bytesOf(pixels).equals(truth), hdu.name).toBe(true);
      }
      compared++;
    }
    expect(compared).toBe(10 + 1 + 12 + 2 + 9 + 1 + 1);
  });

  it('gives the same rows by range, across tiles and planes', async () => {
    const file = open('astropy.fits');
    for (const name of ['INT16', 'CUBE', 'RICE_1_INT32', 'GZIP_2_INT16', 'RICE_CUBE', 'F_DITHER1_RICE_1']) {
      const hdu = findHdu(file, name);
      if (hdu?.kind !== 'image' && hdu?.kind !== 'compressed-image') throw new Error('no image');
      const whole = await readPixels(hdu);
      const part = await readPixels(hdu, { firstRow: 2, rowCount: 4 });
      expect([...part.values], name).toEqual([...whole.values].slice(2 * whole.nx, 6 * whole.nx));
    }
  });

  it('scales by BSCALE and BZERO, blanks becoming NaN', async () => {
    const file = open('scaled.fits');
    const pixels = await pixelsOf(file.hdus[0]);
    expect([...pixels.values]).toEqual([10, 10.5, 11, 11.5, 12, NaN, 13, 13.5, 14, 14.5, 15, 15.5]);
    const header = file.hdus[0]?.header;
    expect(header?.string('LONGTEXT')).toBe("word & quote's ".repeat(12).trimEnd());
    expect(header?.value('HIERARCH ESO TEL NAME')).toBe('a telescope');
    expect(header?.value('CPLX')).toEqual([1.5, -2]);
  });

  it('has a table with strings, logicals, unsigned, vectors, complex, bits and variable length', () => {
    const table = findHdu(open('astropy.fits'), 'table');
    if (table?.kind !== 'table') throw new Error('no table');
    const values = (name: string): unknown[] =>
      Array.from(readColumn(table, name).values as ArrayLike<unknown>);
    expect(values('name')).toEqual(['x', 'longer', '']);
    expect(values('ok')).toEqual([true, false, true]);
    expect(values('u16')).toEqual([0, 40000, 65535]);
    expect(values('vec')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(values('big')).toEqual([2n ** 62n, -1n, 3n]);
    expect(values('c')).toEqual([1, 2, 3, -4, 0, 0]);
    expect(values('bits')).toEqual([0xff, 0xe0, 0, 0, 0xaa, 0xa0]);
    expect(values('var').map((cell) => Array.from(cell as Int32Array))).toEqual([[1, 2, 3], [], [-4]]);
    expect(values('qvar').map((cell) => Array.from(cell as Float64Array))).toEqual([[0.5], [1.5, 2.5], []]);
    expect(readColumn(table, 'VEC', { firstRow: 1, rowCount: 1 })).toMatchObject({ perRow: 3 });
    expect(() => readColumn(table, 'nope')).toThrow(/no column 'nope'; the table has name, ok/);
  });

  it.skipIf(!hasTool('fpack'))(
    'and fpack packed reads back: exact integers, floats as funpack gives them',
    async () => {
      runTool('fpack', ['-r', '-q', '4', '-O', join(folder, 'packed.fits.fz'), join(folder, 'plain.fits')]);
      runTool('funpack', ['-O', join(folder, 'unpacked.fits'), join(folder, 'packed.fits.fz')]);
      const [packed, unpacked] = [open('packed.fits.fz'), open('unpacked.fits')];
      expect(findHdu(packed, 'N')?.kind).toBe('compressed-image');
      expect(
        bytesOf(await pixelsOf(findHdu(packed, 'N'))).equals(bytesOf(await pixelsOf(findHdu(unpacked, 'N')))),
      ).toBe(true);
      const table = findHdu(packed, 'N');
      if (table?.kind !== 'compressed-image') throw new Error('no table');
      const tiles = readColumn(table.table, 'COMPRESSED_DATA').values;
      const plain = await pixelsOf(findHdu(open('plain.fits'), 'N'));
      if (!(plain.values instanceof Int32Array)) throw new Error('no int32');
      const rows = Array.from({ length: plain.rowCount }, (_, y) =>
        plain.values.slice(100 * y, 100 * y + 100),
      );
      expect(rows.map((row) => riceEncode(Int32Array.from(row, Number)))).toEqual(tiles);
      const floats = await pixelsOf(findHdu(packed, 'F'));
      const expected = await pixelsOf(findHdu(unpacked, 'F'));
      // As numbers: NaN has many bit patterns.
      expect([...floats.values]).toEqual([...expected.values]);
    },
  );
});
