import { askPython, hasPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { ProfileParameterError } from './profile-error.js';
import { psfEncircledEnergy, psfFwhmPx, psfProfile, psfTransform, type PsfModel } from './psf-model.js';

const PARAMETERS = `
import sys, json, galsim, numpy as np
p = galsim.GSParams(kvalue_accuracy=1e-6, xvalue_accuracy=1e-6, folding_threshold=1e-3, maxk_threshold=1e-4)
ask = json.load(sys.stdin)
`;
const PROFILES = `${PARAMETERS}
kol = galsim.Kolmogorov(fwhm=3.5, gsparams=p)
moffats = [galsim.Moffat(beta=b, fwhm=3.5, gsparams=p) for b in ask['betas']]
print(json.dumps(dict(k=[kol.kValue(k, 0).real for k in ask['k']], x=[kol.xValue(r, 0) for r in ask['r']],
  hlr=kol.half_light_radius, moffat=[[m.kValue(k, 0).real for k in ask['k']] for m in moffats])))
`;
const IMAGES = `${PARAMETERS}
out = []
for fwhm, x, y in ask:
  out.append(galsim.Kolmogorov(fwhm=fwhm, gsparams=p).drawImage(nx=49, ny=49, scale=1, offset=(x, y), dtype=float).array.tolist())
print(json.dumps(out))
`;
const HALF_POINTS = `${PARAMETERS}
out = []
for fwhm, sigma, composed in ask:
  psf = galsim.Convolve(galsim.Kolmogorov(fwhm=fwhm, gsparams=p), galsim.Gaussian(sigma=sigma, gsparams=p), gsparams=p)
  a = psf.drawImage(nx=3, ny=3, scale=composed / 2, method='no_pixel', dtype=float).array
  out.append(a[1, 2] / a[1, 1])
print(json.dumps(out))
`;

const kolmogorov: PsfModel = { kind: 'kolmogorov', fwhmPx: 3.5 };

describe.skipIf(!hasPython)('PSF profiles against GalSim', () => {
  it('agree in transform, brightness and half-light radius', () => {
    const k = [0.01, 0.1, 0.5, 1, 2, 3];
    const r = [0, 0.5, 1, 2, 4, 8, 16];
    const betas = [2.5, 3, 4.765];
    const truth = askPython<{ k: number[]; x: number[]; hlr: number; moffat: number[][] }>(PROFILES, {
      k,
      r,
      betas,
    });
    const profile = psfProfile(kolmogorov, false);
    // GalSim's constants have 10 digits: 1e-9. Its brightness is a spline of 1e-6 of the peak and 1e-4 of itself in the wing.
    k.forEach((at, i) => expect(Math.abs(psfTransform(kolmogorov, at) - truth.k[i]!)).toBeLessThan(1e-8));
    r.forEach((at, i) =>
      expect(Math.abs(profile.brightness(at) / truth.x[i]! - 1), `r ${at}`).toBeLessThan(2e-4),
    );
    expect(Math.abs(psfEncircledEnergy(kolmogorov, truth.hlr) - 0.5)).toBeLessThan(1e-5);
    betas.forEach((beta, b) => {
      const model: PsfModel = { kind: 'moffat', fwhmPx: 3.5, beta };
      k.forEach((at, i) =>
        expect(Math.abs(psfTransform(model, at) - truth.moffat[b]![i]!)).toBeLessThan(1e-5),
      );
    });
  });

  it('agree in pixels of drawn Kolmogorov images at sub-pixel offsets, to 3e-4 of the peak', () => {
    // The angle-averaged pixel leaves out a term in cos 4 phi, about 1e-4 of the peak at FWHM 3.
    const ask = [
      [3, 0.3, 0.1],
      [3, 0.5, 0.5],
      [3.5, 0, 0],
      [3.5, 0.25, -0.4],
      [5, 0.3, 0.1],
      [5, 0.5, -0.5],
    ];
    const images = askPython<number[][][]>(IMAGES, ask);
    ask.forEach(([fwhmPx, x0, y0], i) => {
      const profile = psfProfile({ kind: 'kolmogorov', fwhmPx: fwhmPx! }, true);
      const peak = profile.brightness(0);
      let worst = 0;
      let inside = 0;
      for (let y = 0; y < 49; y++) {
        for (let x = 0; x < 49; x++) {
          const r = Math.hypot(x - 24 - x0!, y - 24 - y0!);
          worst = Math.max(worst, Math.abs(profile.brightness(r) - images[i]![y]![x]!) / peak);
          if (r < 15) inside += images[i]![y]![x]! - profile.brightness(r);
        }
      }
      expect(worst, `FWHM ${fwhmPx}, offset ${x0}, ${y0}`).toBeLessThan(3e-4);
      expect(Math.abs(inside)).toBeLessThan(1e-3);
    });
  });

  it('agree in the FWHM of a Kolmogorov core with a Gaussian', () => {
    const cases = [
      [3, 0.6],
      [3.5, 1.2],
      [1.5, 2],
    ];
    const ask = cases.map(([f, s]) => [
      f,
      s,
      psfFwhmPx({ kind: 'kolmogorov', fwhmPx: f!, gaussianSigmaPx: s! }),
    ]);
    // The slope of the profile at half maximum is about -1.4 per FWHM: 3e-4 in the ratio is 2e-4 in the width.
    for (const ratio of askPython<number[]>(HALF_POINTS, ask))
      expect(Math.abs(ratio - 0.5)).toBeLessThan(3e-4);
  });
});

describe('PSF profiles against closed forms', () => {
  it('give the Gaussian its light, width and pixels', () => {
    const model: PsfModel = { kind: 'gaussian', sigmaPx: 1.7 };
    expect(psfEncircledEnergy(model, 2)).toBeCloseTo(1 - Math.exp(-2 / 1.7 ** 2), 14);
    expect(psfTransform(model, 0.8)).toBeCloseTo(Math.exp(-0.5 * (1.7 * 0.8) ** 2), 14);
    expect(psfFwhmPx(model)).toBeCloseTo(1.7 * Math.sqrt(8 * Math.LN2), 13);
    // The pixel adds 1/12 px^2 a axis to the variance: to second order its centre is that of the wider Gaussian.
    expect(psfProfile(model, true).brightness(0)).toBeCloseTo(1 / (2 * Math.PI * (1.7 ** 2 + 1 / 12)), 4);
  });

  it('give the Moffat its light through the transform, as in closed form', () => {
    // A Gaussian of 1e-4 px forces the quadrature; it changes the profile by 1e-8.
    for (const beta of [1.6, 2.5, 3, 4.765]) {
      const bare: PsfModel = { kind: 'moffat', fwhmPx: 3.5, beta };
      const integrated: PsfModel = { ...bare, gaussianSigmaPx: 1e-4 };
      for (const r of [0.5, 2, 6, 13, 15, 40, 300]) {
        const truth = psfProfile(bare, false);
        const got = psfProfile(integrated, false);
        expect(Math.abs(got.outside(r) / truth.outside(r) - 1), `beta ${beta}, r ${r}`).toBeLessThan(1e-7);
        expect(Math.abs(got.brightness(r) / truth.brightness(r) - 1), `beta ${beta}, r ${r}`).toBeLessThan(
          1e-7,
        );
      }
      expect(psfFwhmPx(integrated)).toBeCloseTo(3.5, 6);
    }
  });

  it('scale: twice the FWHM is the same light at twice the radius', () => {
    for (const r of [0.3, 3, 13.9, 14.1, 30, 1000]) {
      const wide = psfEncircledEnergy({ kind: 'kolmogorov', fwhmPx: 7, gaussianSigmaPx: 2 }, 2 * r);
      const narrow = psfEncircledEnergy({ kind: 'kolmogorov', fwhmPx: 3.5, gaussianSigmaPx: 1 }, r);
      expect(Math.abs(wide - narrow)).toBeLessThan(1e-12);
    }
    expect(psfFwhmPx(kolmogorov)).toBeCloseTo(3.5, 8);
  });

  it('keep brightness and light outside consistent across the change from quadrature to wings', () => {
    for (const model of [kolmogorov, { ...kolmogorov, gaussianSigmaPx: 1.5 }] satisfies PsfModel[]) {
      for (const pixel of [false, true]) {
        const profile = psfProfile(model, pixel);
        for (const r of [5, 13, 14.5, 20, 25, 30, 40, 100]) {
          const h = 1e-3 * r;
          const slope = (profile.outside(r - h) - profile.outside(r + h)) / (2 * h);
          // Central differences of a power law of order 8/3 at 1e-3: 5e-6.
          expect(Math.abs(slope / (2 * Math.PI * r * profile.brightness(r)) - 1), `r ${r}`).toBeLessThan(
            1e-5,
          );
        }
      }
    }
  });

  it('have Kolmogorov wings of r^-11/3', () => {
    const profile = psfProfile(kolmogorov, true);
    const slope = Math.log(profile.brightness(4000) / profile.brightness(2000)) / Math.LN2;
    expect(slope).toBeCloseTo(-11 / 3, 4);
  });

  it('refuse what is no PSF', () => {
    const bad: PsfModel[] = [
      { kind: 'kolmogorov', fwhmPx: 0 },
      { kind: 'kolmogorov', fwhmPx: 3, gaussianSigmaPx: -1 },
      { kind: 'gaussian', sigmaPx: NaN },
      { kind: 'moffat', fwhmPx: 3, beta: 1 },
    ];
    for (const model of bad) expect(() => psfTransform(model, 1)).toThrow(ProfileParameterError);
    expect(() => psfFwhmPx(bad[0]!)).toThrow('kolmogorov PSF: fwhmPx is 0, but must be positive and finite.');
  });
});
