import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { MODEL, SourceTableBuilder } from '@imsim-od/sky';
import { describe, expect, it } from 'vitest';
import { expandRequest } from '../recipe/expand-request.js';
import { readRequest } from '../request/read-request.js';
import { settleDetector } from './detector-setting.js';
import { drawSources } from './draw-sources.js';
import { placeSources } from './place-sources.js';
import { streamPrefix } from './stream-keys.js';

const kernel = await createKernel(await loadKernelAssets());
const { request } = readRequest([
  { origin: 'test', document: { pointing: { raDeg: 53, decDeg: -30 }, band: 'r', sky: [] } },
]);
const setting = settleDetector(expandRequest(request, []).recipes[0]!);
const { detector, projection, photometry } = setting;
const PIXEL_ARCSEC = 0.2;

interface Shape {
  readonly n: number;
  readonly hlrArcsec: number;
}

/** Whether a source `edgePx` pixels inside the left edge counts as clipped. */
function isClipped(edgePx: number, electrons: number, shape?: Shape): boolean {
  const builder = new SourceTableBuilder();
  builder.add({
    objectId: '1',
    ...projection.pixelToSky(edgePx - 0.5, 2000),
    magnitude: 2.5 * Math.log10(photometry.electronsAtMagnitudeZero / electrons),
    ...(shape
      ? { model: MODEL.sersic, sersicIndex: shape.n, halfLightRadiusArcsec: shape.hlrArcsec }
      : { model: MODEL.point }),
  });
  const table = builder.build();
  const drawn = drawSources(table, placeSources(table, projection, photometry, setting.pixelScaleArcsec), {
    kernel,
    frame: kernel.openFrame(detector.nx, detector.ny),
    psf: kernel.preparePsf(setting.psf.model),
    prefix: streamPrefix(setting.recipe, 'objects'),
    size: detector,
    projection,
    photometry,
  });
  return drawn.clipped[0] === 1;
}

/** Share of a round Sersic profile of half-light radius 1 beyond a straight line at distance d: by quadrature. */
function beyondLine(n: number, b: number, d: number): number {
  let total = 0;
  let beyond = 0;
  const steps = 200_000;
  // In t = b r^(1/n) the light within r is that of t^(2n - 1) e^-t.
  for (let i = 0; i < steps; i++) {
    const t = ((i + 0.5) / steps) * 80;
    const r = (t / b) ** n;
    const light = t ** (2 * n - 1) * Math.exp(-t);
    total += light;
    if (r > d) beyond += (light * Math.acos(d / r)) / Math.PI;
  }
  return beyond / total;
}

// The b of half the light within r = 1 (Ciotti & Bertin 1999).
const B: Readonly<Record<number, number>> = { 1: 1.678_347, 4: 7.669_249 };

describe('the truth flag clipped', () => {
  it.each([
    [1, 10, 30],
    [4, 3, 25],
    [4, 1, 25],
    [4, 1, 50],
    [1, 1, 14],
    [1, 1, 60],
    [1, 0.3, 25],
    [4, 0.3, 60],
  ])(
    'tells whether 0.5 % of a galaxy is lost: n %d, radius %d arcsec, %d px from the edge',
    (n, hlrArcsec, edgePx) => {
      const lost = beyondLine(n, B[n]!, (edgePx * PIXEL_ARCSEC) / hlrArcsec);
      // The flag rests on an estimate good to 30 %: no case lies so near.
      expect(Math.abs(Math.log(lost / 0.005))).toBeGreaterThan(Math.log(1.3));
      for (const electrons of [500, 5e4, 5e6]) {
        expect(isClipped(edgePx, electrons, { n, hlrArcsec }), `${electrons} electrons`).toBe(lost > 0.005);
      }
    },
  );

  it('tells it of stars, by the wings of the PSF alone', () => {
    for (const electrons of [500, 5e5]) {
      expect(isClipped(2, electrons)).toBe(true);
      // Kolmogorov wings of 3.6 px FWHM beyond a line at d px: 0.144 (3.6 / 4)^(5/3) d^(-5/3), 0.08 % at 20 px.
      expect(isClipped(20, electrons)).toBe(false);
      expect(isClipped(-3, electrons)).toBe(true);
    }
  });

  it('tells it where the largest drawing box folds light, in the middle of the chip', () => {
    expect(isClipped(2000, 1e8, { n: 4, hlrArcsec: 30 })).toBe(true);
    expect(isClipped(2000, 1e8, { n: 1, hlrArcsec: 5 })).toBe(false);
  });
});
