import { askPython, hasPython } from '@imsim-od/testing';
import { RandomStream } from '@imsim-od/portable-math';
import { describe, expect, it } from 'vitest';
import { createKernel } from './kernel.js';
import { loadKernelAssets } from './node/assets.js';

const program = `
import base64, json, sys
import numpy as np
from astropy.io.fits.hdu.compressed._codecs import Rice1
out = []
for tile in json.load(sys.stdin):
    values = np.array(tile, dtype='>i4').astype('i4')
    codec = Rice1(blocksize=32, bytepix=4, tilesize=len(values))
    out.append(base64.b64encode(bytes(codec.encode(values))).decode())
print(json.dumps(out))
`;

describe.skipIf(!hasPython)('RICE_1 of astropy (cfitsio)', () => {
  it('gives the same bytes', async () => {
    const kernel = await createKernel(await loadKernelAssets());
    const stream = new RandomStream(4, 3, 2, 1);
    const tiles = [4, 60, 3000, 1e6, 3e8].flatMap((span) =>
      [576, 100, 33].map((n) =>
        Int32Array.from({ length: n }, () => 1000 + Math.floor(stream.uniform() * span)),
      ),
    );
    tiles.push(new Int32Array(64).fill(77));
    const theirs = askPython<string[]>(
      program,
      tiles.map((tile) => [...tile]),
    );
    tiles.forEach((tile, i) =>
      expect(Buffer.from(kernel.riceEncode(tile)).toString('base64')).toBe(theirs[i]),
    );
  });
});
