/** Damaged HDF5 files: their arrays or a coded error, nothing else; the library keeps none of them. */
import { damaged, fuzz } from '@imsim-od/testing/fuzz';
import { File, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { MemoryRangeSource } from '../range-source.js';
import { Hdf5File } from './hdf5-file.js';

/** Light curves as SNANA's files have them: a group an object, arrays of one and two axes, one of them in packed chunks. */
async function soundBytes(): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new File('/sound.h5', 'w');
  for (const id of ['1', '2']) {
    const group = file.create_group(id);
    group.create_dataset({ name: 'mjd', data: Float64Array.of(61_000, 61_001, 61_002) });
    group.create_dataset({ name: 'lambda', data: Float32Array.of(300, 400, 500, 600) });
    group.create_dataset({ name: 'flambda', data: new Float64Array(12).fill(1e-17), shape: [3, 4] });
    group.create_dataset({
      name: 'magcor_r',
      data: Float32Array.of(0.1, 0.2, 0.3),
      shape: [3],
      chunks: [2],
      compression: 'gzip',
      compression_opts: 4,
    });
    group.create_dataset({ name: 'model', data: 'SALT2' });
  }
  file.close();
  const bytes = FS.readFile('/sound.h5');
  FS.unlink('/sound.h5');
  return Uint8Array.from(bytes);
}

describe('HDF5 files under fuzz', () => {
  it('give arrays or a coded error, and a sound one is read after them', async () => {
    const sound = await soundBytes();
    await fuzz({
      what: 'HDF5',
      inputs: damaged([sound], ['TREE', 'SNOD', 'HEAP', 'OHDR', 'mjd', 'flambda']),
      parse: async (input) => {
        const file = await Hdf5File.open(new MemoryRangeSource('h', input as Uint8Array));
        try {
          for (const id of (await file.names('/'))?.slice(0, 4) ?? [])
            for (const name of ['mjd', 'flambda', 'magcor_r']) await file.array(`${id}/${name}`);
        } finally {
          file.close();
        }
      },
    });
    const file = await Hdf5File.open(new MemoryRangeSource('h', sound));
    expect((await file.array('1/mjd'))?.values).toEqual(Float64Array.of(61_000, 61_001, 61_002));
    await expect(file.array('1/model')).rejects.toThrow('1/model is no array of numbers');
    file.close();
  });
});
