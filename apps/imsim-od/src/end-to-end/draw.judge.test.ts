/** The built `draw` against GalSim, source by source, and its own rules. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasPython, runPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();

function draw(name: string, spec: object, ...more: string[]): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(spec));
  const out = join(folder, `${name}.fits`);
  const { status, stderr } = runCli(['draw', path, '--out', out, ...more], folder);
  if (status !== 0) throw new Error(stderr);
  return out;
}

const GALSIM = `
import json, sys, galsim, numpy as np
from astropy.io import fits
spec, path = json.loads(sys.argv[1]), sys.argv[2]
gsp = galsim.GSParams(folding_threshold=1e-4, maxk_threshold=1e-4, maximum_fft_size=16384)
p = spec['psf']
psf = {'kolmogorov': lambda: galsim.Kolmogorov(fwhm=p['fwhmArcsec'], gsparams=gsp),
       'gaussian': lambda: galsim.Gaussian(fwhm=p['fwhmArcsec'], gsparams=gsp),
       'moffat': lambda: galsim.Moffat(beta=p.get('beta', 3), fwhm=p['fwhmArcsec'], gsparams=gsp)}[p['kind']]()
image = galsim.ImageD(spec['nx'], spec['ny'], scale=spec['pixelScaleArcsec'], xmin=0, ymin=0)
for s in spec['sources']:
    if s['kind'] == 'point':
        obj = psf.withFlux(s['fluxElectrons'])
    else:
        gal = galsim.Sersic(n=s['n'], half_light_radius=s['halfLightRadiusArcsec'], flux=s['fluxElectrons'], gsparams=gsp)
        obj = galsim.Convolve([gal.shear(g1=s['g1'], g2=s['g2']), psf], gsparams=gsp)
    obj.drawImage(image=image, center=galsim.PositionD(s['x'], s['y']), add_to_image=True)
drawn = fits.getdata(path).astype(float)
assert drawn.shape == image.array.shape
d = drawn - image.array
print(json.dumps({'peak': float(np.abs(d).max() / image.array.max()), 'sum': float(drawn.sum() / image.array.sum() - 1),
  'dtype': str(fits.getdata(path).dtype)}))
`;

const scene = { nx: 192, ny: 160, pixelScaleArcsec: 0.2 };

describe.skipIf(!hasPython)('draw agrees with GalSim', () => {
  it.each([
    ['a point, kolmogorov', { kind: 'kolmogorov', fwhmArcsec: 0.7 }, { kind: 'point' }],
    ['a point, gaussian', { kind: 'gaussian', fwhmArcsec: 0.8 }, { kind: 'point' }],
    ['a point, moffat', { kind: 'moffat', fwhmArcsec: 0.75, beta: 3.5 }, { kind: 'point' }],
    [
      'an exponential disk',
      { kind: 'kolmogorov', fwhmArcsec: 0.7 },
      { kind: 'sersic', n: 1, halfLightRadiusArcsec: 0.8, g1: 0.3, g2: -0.15 },
    ],
    [
      'a bulge',
      { kind: 'kolmogorov', fwhmArcsec: 0.7 },
      { kind: 'sersic', n: 4, halfLightRadiusArcsec: 0.5, g1: -0.1, g2: 0.2 },
    ],
    [
      'a round n = 2.5',
      { kind: 'moffat', fwhmArcsec: 0.7, beta: 3 },
      { kind: 'sersic', n: 2.5, halfLightRadiusArcsec: 0.6, g1: 0, g2: 0 },
    ],
  ])('%s', (name, psf, source) => {
    const spec = { ...scene, psf, sources: [{ ...source, x: 90.3, y: 77.85, fluxElectrons: 1e5 }] };
    const out = draw(name.replaceAll(' ', '-'), spec);
    const judged = JSON.parse(runPython(GALSIM, [JSON.stringify(spec), out])) as {
      peak: number;
      sum: number;
      dtype: string;
    };
    expect(judged.dtype).toBe('>f4');
    // The kernel's profile tables are good to 3e-5 of the peak per wave number; GalSim's own folding is of the same size.
    expect(judged.peak).toBeLessThan(1e-3);
    expect(Math.abs(judged.sum)).toBeLessThan(2e-3);
  });
});

describe('draw', () => {
  const spec = {
    ...scene,
    psf: { kind: 'gaussian', fwhmArcsec: 0.8 },
    sources: [{ kind: 'point', x: 0, y: 0, fluxElectrons: 4000 }],
  };

  it('puts x, y at 0-based pixel centres: a quarter of a corner source falls on the image and its pixel is the brightest', () => {
    const electrons = sumOf(draw('corner', spec));
    // Per axis 1/2 + erf(0.5 / (sigma sqrt 2)) / 2 with sigma = 0.8/0.2/2.3548 px; 1e-3: float32 image and table.
    const half = 0.5 + 0.11575;
    expect(Math.abs(electrons / 4000 - half * half)).toBeLessThan(1e-3);
  });

  it('adds the sky and makes it Poisson noise on request', () => {
    const electrons = sumOf(draw('sky', { ...spec, sources: [], skyElectrons: 100, noise: true }));
    // 192 x 160 pixels of Poisson(100): the sum scatters by sqrt(3072000) = 1753; five of those.
    expect(Math.abs(electrons - 3_072_000)).toBeLessThan(8765);
    expect(electrons).not.toBe(3_072_000);
  });

  it('gives the same bytes for the same seed and others for another', () => {
    const noisy = { ...spec, photons: true, skyElectrons: 10, noise: true };
    const first = readFileSync(draw('first', { ...noisy, seed: 5 }));
    expect(readFileSync(draw('again', { ...noisy, seed: 5 })).equals(first)).toBe(true);
    expect(readFileSync(draw('other', { ...noisy, seed: 6 })).equals(first)).toBe(false);
  });

  it('takes a catalog beside the sources, in its own pixel counting', () => {
    const catalog = join(folder, 'stars.csv');
    writeFileSync(catalog, 'x,y,kind,mag,n,hlr_arcsec,g1,g2\n1,1,star,20.5,0,0,0,0\n');
    const flags = [
      '--catalog',
      catalog,
      '--catalog-origin',
      '1',
      '--zero-point-mag',
      '28',
      '--exposure-s',
      '4',
    ];
    // 4 s at 7.5 mag under the zero point: 4000 electrons at pixel0 (0, 0), the scene of the first test.
    const fromCatalog = readFileSync(draw('catalog', { ...spec, sources: [] }, ...flags));
    const inSpec = readFileSync(draw('spec', spec));
    expect(fromCatalog.equals(inSpec)).toBe(true);
  });
});

/** The sum of a drawn image's pixels, as `inspect` tells it. */
function sumOf(path: string): number {
  const { hdus } = askCli<{ hdus: { statistics: { sum: number } }[] }>(['inspect', path, '--json']);
  return hdus[0]!.statistics.sum;
}
