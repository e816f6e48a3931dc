import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { EffectsSchema, expandRequest, readRequest, simulateCutout } from '@imsim-od/simulator';
import { describe, expect, it } from 'vitest';
import { COMPARISONS, IN_PREVIEW } from './effects-in-preview.js';

const kernel = await createKernel(await loadKernelAssets());
const EFFECTS = Object.keys(EffectsSchema.properties);

/** Pixels near the edge of the field, where vignetting shows, of a sky with bright stars. */
function pixels(effects: Readonly<Record<string, boolean>>): Int32Array {
  const document = {
    pointing: { raDeg: 53, decDeg: -30 },
    band: 'r',
    detectors: 'R01_S00',
    sky: [{ type: 'synthetic', faintIMag: 19 }],
    effects,
  };
  const { request } = readRequest([{ origin: 'test', document }]);
  const [recipe] = expandRequest(request, []).recipes;
  const window = { x0: 1000, x1: 1200, y0: 1000, y1: 1200 };
  return simulateCutout(recipe!, window, { kernel, catalogs: [] }).electrons;
}

describe('the effects of a preview', () => {
  const designed = pixels({});

  it.each(EFFECTS)('show %s where a cut-out does, and say so where it does not', (effect) => {
    const differs = pixels({ [effect]: false }).some((electrons, i) => electrons !== designed[i]);
    expect(differs).toBe(IN_PREVIEW.has(effect));
    expect(COMPARISONS.find(({ value }) => value === effect)?.disabled).toBe(!differs);
  });

  it('are named in words', () => {
    expect(COMPARISONS.map(({ label }) => label)).toContain('without charge diffusion');
    expect(COMPARISONS.map(({ label }) => label)).toContain('without bleed – not in preview');
  });
});
