import { describe, expect, it } from 'vitest';
import { composePsf } from './psf-composition.js';

const FWHM_PER_SIGMA = Math.sqrt(8 * Math.log(2));
const PIXEL_ARCSEC = 0.2;

describe.each([1, 1.2, 2])('the PSF at airmass %d', (airmass) => {
  const visit = { band: 'r', airmass, seeingFwhm500Arcsec: 0.65 } as const;
  const on = composePsf(visit, { chargeDiffusion: true }, PIXEL_ARCSEC);
  const off = composePsf(visit, { chargeDiffusion: false }, PIXEL_ARCSEC);
  const sigmaOf = ({ model }: typeof on) =>
    model.kind === 'kolmogorov' ? (model.gaussianSigmaPx ?? 0) : NaN;

  it('has the system Gaussian of the error budget with diffusion', () => {
    const system = Math.sqrt(0.25 ** 2 + 0.08 ** 2 + 0.3 ** 2) * airmass ** 0.6;
    expect(sigmaOf(on)).toBeCloseTo(system / FWHM_PER_SIGMA / PIXEL_ARCSEC, 12);
    expect(on.seeing.fwhmSystemArcsec).toBeCloseTo(system, 12);
  });

  it('is narrower without diffusion by 0.44 px in quadrature, and nothing else changes', () => {
    expect(sigmaOf(on) ** 2 - sigmaOf(off) ** 2).toBeCloseTo(0.44 ** 2, 12);
    expect({ ...off.model, gaussianSigmaPx: 0 }).toEqual({ ...on.model, gaussianSigmaPx: 0 });
    expect(off.diffusionSigmaArcsec).toBe(0);
    expect(on.diffusionSigmaArcsec).toBeCloseTo(0.088, 12);
  });

  it('states the widths of what is drawn', () => {
    for (const { model, seeing } of [on, off]) {
      const system =
        (model.kind === 'kolmogorov' ? (model.gaussianSigmaPx ?? 0) : 0) * PIXEL_ARCSEC * FWHM_PER_SIGMA;
      expect(seeing.fwhmSystemArcsec).toBeCloseTo(system, 12);
      const effective = 1.16 * Math.sqrt(system ** 2 + 1.04 * seeing.fwhmAtmosphereArcsec ** 2);
      expect(seeing.fwhmEffectiveArcsec).toBeCloseTo(effective, 12);
      expect(seeing.fwhmGeometricArcsec).toBeCloseTo(0.822 * effective + 0.052, 12);
    }
  });
});
