/** Products as the field's tools read them: fitsverify, funpack, astropy, and the WCS against an independent projection. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFits, readCompressedImage } from '@imsim-od/fits';
import { hasPython, hasTool } from '@imsim-od/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulateReport, askJudge, run, scienceFolder, simulateScene } from './support/run-science.js';

interface WcsErrors {
  readonly forward: number;
  readonly iterated: number;
  readonly inverse: number;
}

const folder = scienceFolder();

describe.skipIf(!hasPython)(
  'the products of nine CCDs: the centre and the four most extreme of each vendor',
  () => {
    let report: SimulateReport;
    const fitsFiles = () => report.outputs.filter(({ name }) => /\.fits(\.fz)?$/.test(name));

    beforeAll(async () => {
      await askJudge('product_files', 'prepare', folder);
      report = await simulateScene(folder);
    });

    it('are all there', () => {
      expect(fitsFiles()).toHaveLength(27);
    });

    it.skipIf(!hasTool('fitsverify'))('pass fitsverify with 0 errors and 0 warnings', async () => {
      for (const { path } of fitsFiles()) {
        const verdict = await run('fitsverify', ['-q', path]);
        expect(verdict.trim()).toMatch(/^verification OK/);
        expect(await run('fitsverify', [path])).toMatch(/found 0 warning\(s\) and 0 error\(s\)/i);
      }
    });

    it('open in astropy without a warning, checksums included', async () => {
      const hdus = await askJudge<Record<string, number>>('product_files', 'opened', folder);
      for (const { name } of fitsFiles()) {
        expect(hdus[name], name).toBe(name.startsWith('amp') ? 17 : name.startsWith('truth') ? 2 : 1);
      }
    });

    it('carry the keywords that obs_lsst reads, with their types and values', async () => {
      expect(await askJudge('product_files', 'headers', folder)).toEqual({ faults: [] });
    });

    it('carry a WCS good to 0.001 pixel both ways, in the e-image and in every raw segment', async () => {
      const errors = await askJudge<Record<string, Record<'eimage' | 'segments', WcsErrors>>>(
        'product_files',
        'wcs',
        folder,
      );
      expect(Object.keys(errors)).toHaveLength(9);
      for (const [detector, frames] of Object.entries(errors)) {
        for (const [frame, { forward, inverse, iterated }] of Object.entries(frames)) {
          expect(forward, `${detector} ${frame} pixel to sky`).toBeLessThan(0.001);
          expect(inverse, `${detector} ${frame} sky to pixel by AP and BP`).toBeLessThan(0.001);
          expect(iterated, `${detector} ${frame} sky to pixel by iteration`).toBeLessThan(0.001);
        }
      }
    });
  },
);

describe.skipIf(!hasPython)('the truth of stars', () => {
  it('is the same as FITS table and as Parquet', async () => {
    const scene = join(folder, 'truth');
    await askJudge('forward_model', 'prepare', scene, 'R22_S11');
    await simulateScene(scene, { args: ['--products', 'truth'] });
    const verdict = await askJudge<{ rows: number; parquetRows: number }>('product_files', 'parquet', scene);
    expect(verdict).toEqual({ rows: 256, parquetRows: 256, different: [], extra: [] });
  });
});

describe.skipIf(!hasPython || !hasTool('funpack'))('a raw of stars', () => {
  it('gives the same integers by funpack, by astropy and by our reader', async () => {
    const scene = join(folder, 'stars');
    await askJudge('one_charge', 'prepare', scene, 'R01_S00', 'bleed,darkCurrent,readNoise,crosstalk');
    const { outputs } = await simulateScene(scene);
    const raw = outputs.find(({ product }) => product === 'raw')?.path ?? '';
    const plain = join(scene, 'plain.fits');
    await run('funpack', ['-O', plain, raw]);
    const verdict = await askJudge<{
      segments: number;
      equal: boolean;
      digests: string[];
      algorithm: string[];
      tile: number[];
      parameters: Record<string, number>;
    }>('product_files', 'integers', raw, plain);
    expect(verdict).toMatchObject({
      segments: 16,
      equal: true,
      algorithm: ['RICE_1'],
      tile: [576, 1],
      parameters: { BLOCKSIZE: 32, BYTEPIX: 4 },
    });
    const ours: string[] = [];
    for (const hdu of openFits(new Uint8Array(readFileSync(raw))).hdus) {
      if (hdu.kind !== 'compressed-image') continue;
      const { values } = await readCompressedImage(hdu);
      expect(values).toBeInstanceOf(Int32Array);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      ours.push(createHash('sha256').update(bytes).digest('hex'));
    }
    expect(ours).toEqual(verdict.digests);
  });
});
