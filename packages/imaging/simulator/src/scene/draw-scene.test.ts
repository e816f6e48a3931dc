import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { describe, expect, it } from 'vitest';
import { drawScene } from './draw-scene.js';
import { readDrawSpec } from './draw-spec.js';

const kernel = await createKernel(await loadKernelAssets());

function totalOf(fluxElectrons: number, photons: boolean): number {
  const document = {
    nx: 512,
    ny: 512,
    psf: { kind: 'gaussian', fwhmArcsec: 1 },
    sources: [{ kind: 'point', x: 255.5, y: 255.5, fluxElectrons }],
    photons,
  };
  const scene = drawScene(readDrawSpec(document, 'spec'), kernel);
  let total = 0;
  for (let y = 0; y < scene.ny; y++) {
    const bytes = scene.encoded(y, 1);
    const row = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let x = 0; x < scene.nx; x++) total += row.getFloat32(4 * x);
  }
  return total;
}

describe('a point of a scene', () => {
  it.each([1e-6, 1e-3, 1, 1e6, 1e12])('of %d electrons brings all of them', (flux) => {
    // A Gaussian of 5 px ends well within the frame; its radial table is linear between bins to 5e-5, and the faintest one
    // ends at 1e-6 of its light a pixel.
    expect(Math.abs(totalOf(flux, false) / flux - 1)).toBeLessThan(1e-4);
  });

  it('of 1e8 electrons brings as many photons, within Poisson', () => {
    expect(Math.abs(totalOf(1e8, true) - 1e8)).toBeLessThan(4e4);
  });
});

describe('the rows of a noisy scene', () => {
  const document = {
    ...{ nx: 300, ny: 40, psf: { kind: 'kolmogorov', fwhmArcsec: 0.7 } },
    ...{ photons: true, noise: true, skyElectrons: 800 },
    sources: [{ kind: 'point', x: 20, y: 20, fluxElectrons: 1e4 }],
  };

  it('are the same in portions, from the end, and asked for again', () => {
    const inOrder = drawScene(readDrawSpec(document, 'spec'), kernel);
    const expected = [...inOrder.encoded(0, 40)];
    const otherwise = drawScene(readDrawSpec(document, 'spec'), kernel);
    const rowBytes = 4 * 300;
    const rows = (y: number, count: number) => [...otherwise.encoded(y, count)];
    expect(rows(30, 10)).toEqual(expected.slice(30 * rowBytes));
    expect(rows(0, 17)).toEqual(expected.slice(0, 17 * rowBytes));
    expect(rows(0, 17)).toEqual(expected.slice(0, 17 * rowBytes));
  });
});
