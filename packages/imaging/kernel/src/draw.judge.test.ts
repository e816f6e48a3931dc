/**
 * Mean images against GalSim's drawImage (its FFT drawing, method 'auto') with tight parameters. Frames: both put the
 * source at the same pixel0; GalSim's profile is transformed by the same matrix.
 */
import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { createKernel } from './kernel.js';
import { loadKernelAssets } from './node/assets.js';

const program = `
import galsim, json, sys
gs = galsim.GSParams(folding_threshold=2e-4, maxk_threshold=1e-4, kvalue_accuracy=1e-5, xvalue_accuracy=1e-5,
    maximum_fft_size=16384)
out = []
for c in json.load(sys.stdin):
    psf = galsim.Kolmogorov(fwhm=c['fwhm'], gsparams=gs)
    obj = psf
    if c['n']:
        gal = galsim.Sersic(n=c['n'], half_light_radius=1, gsparams=gs)
        a = c['matrix']
        gal = galsim.Transform(gal, jac=[[a[0], a[1]], [a[2], a[3]]], flux_ratio=1 / abs(a[0] * a[3] - a[1] * a[2]))
        obj = galsim.Convolve(gal, psf, gsparams=gs)
    size = c['size']
    image = galsim.ImageD(size, size, xmin=0, ymin=0)
    obj.drawImage(image=image, scale=1, center=galsim.PositionD(c['x'], c['y']), method='auto')
    out.append(image.array.ravel().tolist())
print(json.dumps(out))
`;

interface Case {
  readonly n: number;
  readonly fwhm: number;
  readonly matrix: readonly [number, number, number, number];
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

const matrix = [3.4, 0.9, -0.6, 2.1] as const;
const galaxies: Case[] = [0.5, 1, 1.52, 2.5, 4].map((n) => ({
  n,
  fwhm: 3.5,
  matrix,
  x: 63.3,
  y: 64.4,
  size: 128,
}));
const narrow: Case[] = [1, 2, 2.6].map((fwhm) => ({
  n: 1,
  fwhm,
  matrix: [1.2, 0.3, 0, 0.7],
  x: 31.3,
  y: 32.4,
  size: 64,
}));
const stars: Case[] = [1, 1.5, 2.5, 3.5, 5].map((fwhm) => ({
  n: 0,
  fwhm,
  matrix,
  x: 63.3,
  y: 64.4,
  size: 128,
}));

describe.skipIf(!hasPython)('mean images against GalSim', async () => {
  const cases = [...galaxies, ...narrow, ...stars];
  const theirs = hasPython ? askPython<number[][]>(program, cases) : [];
  const kernel = await createKernel(await loadKernelAssets());

  it.each(cases.map((c, i) => [c.n, c.fwhm, i] as const))('Sersic %f, FWHM %f px', (_n, _fwhm, i) => {
    const c = cases[i];
    if (c === undefined) throw new RangeError('no such case');
    const frame = kernel.openFrame(c.size, c.size, { counts: false });
    const psf = kernel.preparePsf({ kind: 'kolmogorov', fwhmPx: c.fwhm });
    if (c.n === 0) frame.addPointMean(psf, c.x, c.y, 1, 1e-10);
    else frame.addSersicMean(psf, c.n, c.x, c.y, ...c.matrix, 1, { maxOutside: 5e-4, maxSize: 2048 });
    const ours = new Float32Array(c.size * c.size);
    frame.readMean(ours, 0, c.size);
    const image = theirs[i] ?? [];
    const peak = Math.max(...image);
    let worst = 0;
    ours.forEach((v, p) => (worst = Math.max(worst, Math.abs(v - (image[p] ?? NaN)))));
    const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
    // what the simulation promises of its mean images
    expect(worst / peak).toBeLessThan(3e-4);
    expect(Math.abs(sum(ours) - sum(image))).toBeLessThan(1e-3);
  });
});
