/** The HDF5 library over many errors, and when it has been stopped. */
import { File, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { MemoryRangeSource } from '../range-source.js';
import { Hdf5File } from './hdf5-file.js';
import { loadHdf5 } from './hdf5-library.js';

const TIMES = Float64Array.of(61_000, 61_001, 61_002);

async function soundBytes(): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new File('/sound.h5', 'w');
  file.create_group('1').create_dataset({ name: 'mjd', data: TIMES });
  file.close();
  return Uint8Array.from(FS.readFile('/sound.h5'));
}

describe('the HDF5 library', () => {
  it('reads as before after five thousand errors', async () => {
    const sound = await soundBytes();
    // Opening meets bytes that are not at hand yet, an error for the library, and so does the damaged file, which has another.
    const damaged = sound.slice(0, sound.length / 2);
    for (let k = 0; k < 2500; k++)
      await expect(Hdf5File.open(new MemoryRangeSource('damaged', damaged))).rejects.toThrow(
        /^damaged: the HDF5 file cannot be read \(truncated file: /,
      );
    const file = await Hdf5File.open(new MemoryRangeSource('sound', sound));
    expect((await file.array('1/mjd'))?.values).toEqual(TIMES);
    expect(await file.array('1/none')).toBeUndefined();
    file.close();
  });

  it('says so when WebAssembly has stopped it', async () => {
    const sound = await soundBytes();
    const open = await Hdf5File.open(new MemoryRangeSource('open', sound));
    const { call } = await loadHdf5();
    const module = (await ready) as unknown as { ccall(...call: readonly unknown[]): number };
    // The length of a text that lies beyond the memory.
    expect(() => call(() => module.ccall('strlen', 'number', ['number'], [0x7fff_fff0]))).toThrow(
      WebAssembly.RuntimeError,
    );
    const stopped = {
      code: 'SKY_FILE_UNREADABLE',
      message: expect.stringContaining('start the program, or load the page, again') as string,
    };
    await expect(open.array('1/mjd')).rejects.toMatchObject(stopped);
    await expect(Hdf5File.open(new MemoryRangeSource('next', sound))).rejects.toMatchObject(stopped);
    open.close();
  });
});
