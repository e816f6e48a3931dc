import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BANDS, type Dust, throughputBins } from '@imsim-od/astro';
import { RandomStream } from '@imsim-od/portable-math';
import { caseCount, sharedPath } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { BandSpectrum } from './band-spectrum.js';
import { parseSed } from './sed-file.js';
import { flatSpectrum } from './sed-library.js';
import { LAST_SEEN_NM, Spectrum } from './spectrum.js';

/** Blue continuum, a break of a factor 8 at 400 nm, lines of 1 nm that hold a fifth of the light around them. */
function harshSpectrum(): Spectrum {
  const nm = Float64Array.from({ length: 12_000 }, (_, i) => 20 + 0.1 * i);
  const lines = [121.6, 280, 372.7, 486.1, 500.7, 656.3];
  return new Spectrum(
    nm,
    Float64Array.from(nm, (x) => {
      let f = (x < 91.2 ? 0.001 : x < 400 ? 0.125 : 1) * (500 / x) ** 2;
      for (const line of lines) if (Math.abs(x - line) < 0.5) f *= 5;
      return f;
    }),
  );
}

interface Draw {
  readonly z: number;
  readonly internal: Dust;
  readonly galactic: Dust;
}

function draws(count: number, maxZ: number): Draw[] {
  const stream = new RandomStream(7, 1, 2, 3);
  return Array.from({ length: count }, () => ({
    z: maxZ * stream.uniform(),
    internal: {
      law: stream.uniform() < 0.5 ? 'CCM89' : 'C00',
      av: stream.uniform() < 0.5 ? 0.8 * stream.uniform() : 3 * stream.uniform(),
      rv: 2 + 3 * stream.uniform(),
    },
    galactic: { law: 'F19', av: 0.5 * stream.uniform(), rv: 3.1 },
  }));
}

/** The largest difference of the two ways where the band has more than a thousandth of the light at 500 nm. */
function worst(spectrum: BandSpectrum, cases: readonly Draw[]): number {
  let most = 0;
  for (const { z, internal, galactic } of cases) {
    const exact = spectrum.exactColourMag(z, internal, galactic);
    if (exact > 8) continue;
    most = Math.max(most, Math.abs(spectrum.colourMag(z, internal, galactic) - exact));
  }
  return most;
}

describe('a spectrum in a band', () => {
  it('by the grid differs from the sum by less than 0.004 mag with strong lines, in any order of asking', () => {
    const cases = draws(caseCount(40, 5000), 4);
    for (const band of BANDS) {
      const forth = new BandSpectrum(harshSpectrum(), band);
      // Lines of 1 nm that pass an edge of 3 nm within a step of the grid: 0.003 mag.
      expect(worst(forth, cases), band).toBeLessThan(0.004);
      const back = new BandSpectrum(harshSpectrum(), band);
      for (const { z, internal, galactic } of [...cases].reverse())
        expect(back.colourMag(z, internal, galactic)).toBe(forth.colourMag(z, internal, galactic));
    }
  });

  const library = sharedPath('data/sed/galaxySED');

  it.skipIf(library === undefined)('does so by less than 0.001 mag for the real galaxies', () => {
    const cases = draws(caseCount(12, 1000), 3);
    const most: Record<string, number> = {};
    for (const band of BANDS) {
      for (const file of readdirSync(library ?? '').filter((_, i) => i % 5 === 0)) {
        const spectrum = parseSed(gunzipSync(readFileSync(join(library ?? '', file))), file);
        most[band] = Math.max(most[band] ?? 0, worst(new BandSpectrum(spectrum, band), cases));
      }
      expect(most[band], band).toBeLessThan(0.001);
    }
  });

  it('is 0 for a flat one at rest, and brighter by the photons of (1 + z) beyond', () => {
    for (const band of BANDS) {
      const spectrum = new BandSpectrum(flatSpectrum(), band);
      // Throughputs are means over bins of 1 nm: 1e-5.
      expect(Math.abs(spectrum.colourMag(0))).toBeLessThan(2e-5);
      for (const z of [0.3, 1, 2.5])
        expect(Math.abs(spectrum.colourMag(z) + 2.5 * Math.log10(1 + z))).toBeLessThan(3e-5);
    }
  });

  it('keeps what a band can see of a file alone, and the light of it to the bit', () => {
    for (const band of BANDS) {
      const { edgesNm } = throughputBins(band);
      // The grid point below z = 0 looks a little redder.
      expect(edgesNm[edgesNm.length - 1]! * 1.0026).toBeLessThan(LAST_SEEN_NM);
    }
    const step = (to: number) => Float64Array.from({ length: to - 99 }, (_, i) => 100 + i);
    const of = (nm: Float64Array) =>
      new Spectrum(
        nm,
        nm.map((x) => (x / 500) ** 2),
      );
    const [long, short] = [of(step(30_000)), of(step(1200))];
    expect([long.bytes, long.lastNm]).toEqual([24 * 1012, 30_000]);
    for (const band of BANDS)
      for (const z of [0, 0.001, 0.7, 3]) {
        const dust: Dust = { law: 'F19', av: 0.4, rv: 3.1 };
        const [a, b] = [new BandSpectrum(long, band), new BandSpectrum(short, band)];
        expect(a.colourMag(z, undefined, dust)).toBe(b.colourMag(z, undefined, dust));
        expect(a.exactColourMag(z)).toBe(b.exactColourMag(z));
      }
    expect(new BandSpectrum(long, 'y').covers(0)).toBe(true);
    expect(new BandSpectrum(of(step(1050)), 'y').covers(0)).toBe(false);
  });

  it('has no light where the file has none, and says that it does not reach over the band', () => {
    const nm = Float64Array.from([450, 500, 550, 600]);
    const spectrum = new BandSpectrum(new Spectrum(nm, Float64Array.from([1, 1, 1, 1])), 'z');
    expect(spectrum.covers(0)).toBe(false);
    // z sees 450 to 600 nm through its leak alone, at 1e-6 to 1e-4.
    expect(spectrum.colourMag(0)).toBeGreaterThan(9);
    expect(spectrum.colourMag(2)).toBe(Infinity);
    expect(new BandSpectrum(flatSpectrum(), 'z').covers(1)).toBe(true);
  });
});
