import { describe, expect, it } from 'vitest';
import { citationText, methodsParagraph, type ToldRecipe } from './methods-text.js';

const told: ToldRecipe = {
  recipeHash: 'ab'.repeat(32),
  recipe: {
    simulationVersion: '0123456789abcdef',
    instrument: 'LSSTCamSim',
    seed: 7,
    visit: {
      visitId: 7,
      snaps: 1,
      band: 'r',
      raDeg: 53,
      decDeg: -27.5,
      rotSkyPosDeg: 12.3456,
      obsMjdTai: 61000.25,
      exposureS: 30,
      airmass: 1.2,
      seeingFwhm500Arcsec: 0.7,
      skyBrightnessMagPerArcsec2: 21.2,
    },
    sky: [
      { type: 'synthetic', seed: 1, faintIMag: 26 },
      { type: 'instanceCatalog', files: [{ sha256: 'cd'.repeat(32) }] },
    ],
    effects: { background: true, bleed: true, readNoise: false },
  },
};
const run = {
  id: '01994f3a-77aa-7bbb-8ccc-0123456789ab',
  detectors: 189,
  visits: 1,
  endedAtUtc: '2026-11-27T20:31:05Z',
};

describe('the paragraph of methods', () => {
  const text = methodsParagraph(told, run);

  it('says what decides the pixels, with units and frames', () => {
    for (const part of [
      '189 detector images of LSSTCamSim',
      'simulation version 0123456789ab',
      'RA 53.00000°, Dec -27.50000° (ICRS)',
      'position angle of 12.346°',
      'r band at MJD 61000.25000 (TAI)',
      '0.70 arcsec FWHM at 500 nm',
      '21.20 mag arcsec⁻² (AB)',
      'to i = 26 (seed 1) and an instance catalog (SHA-256 cdcdcdcdcdcdcdcd…)',
      'Applied are sky background with Poisson noise and bleed trails of saturated pixels.',
      'Switched off are read noise.',
      'seed 7',
    ])
      expect(text).toContain(part);
  });

  it('is cited by run and version', () => {
    const citation = citationText(told, run, 'https://imsim.example.org');
    expect(citation).toMatch(/^@misc\{imsim-on-demand-456789ab,\n/);
    expect(citation).toContain('\\url{https://imsim.example.org/runs/01994f3a-77aa-7bbb-8ccc-0123456789ab}');
    expect(citation).toContain('year         = {2026}');
  });
});
