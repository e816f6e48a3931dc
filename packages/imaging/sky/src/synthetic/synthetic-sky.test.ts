import { describe, expect, it } from 'vitest';
import { angToPixNest, type Band, BANDS, pixelAreaDeg2, separationDeg } from '@imsim-od/astro';
import { COMPONENT, MODEL, type SourceTable } from '../source-table.js';
import { galaxyCountPerArcmin2 } from './galaxy-population.js';
import { starCountsPerDeg2 } from './star-density.js';
import { drawSyntheticSky, SyntheticSkyOptionError, type SyntheticSkyOptions } from './synthetic-sky.js';

const centre = { raDeg: 60.5, decDeg: -38.2 };
const areaArcmin2 = (radiusDeg: number): number =>
  2 * Math.PI * (1 - Math.cos((radiusDeg * Math.PI) / 180)) * (10800 / Math.PI) ** 2;

function draw(options: Partial<SyntheticSkyOptions> = {}): SourceTable {
  return drawSyntheticSky({ band: 'i', centre, radiusDeg: 0.06, seed: 7, ...options });
}

/** Object's rows as text without the named columns, keyed by identifier and component. */
function rowsByKey(table: SourceTable, columns: readonly (keyof SourceTable)[]): Map<string, string> {
  const rows = new Map<string, string>();
  for (let i = 0; i < table.length; i++) {
    const values = columns.map((name) => (table[name] as ArrayLike<number>)[i]);
    rows.set(`${table.objectId[i]}/${table.component[i]}`, values.join(' '));
  }
  return rows;
}

const GEOMETRY = [
  'raDeg',
  'decDeg',
  'model',
  'sersicIndex',
  'halfLightRadiusArcsec',
  'g1',
  'g2',
  'redshift',
] as const;

/** Total i magnitudes of the galaxies, both components added. */
function galaxyTotals(table: SourceTable): Map<string, number> {
  const flux = new Map<string, number>();
  for (let i = 0; i < table.length; i++) {
    if (table.model[i] !== MODEL.sersic) continue;
    const id = table.objectId[i] ?? '';
    flux.set(id, (flux.get(id) ?? 0) + 10 ** (-0.4 * (table.magnitude[i] ?? 0)));
  }
  return new Map([...flux].map(([id, f]) => [id, -2.5 * Math.log10(f)]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

describe('the synthetic sky is one sky', () => {
  const base = draw();
  const all = rowsByKey(base, GEOMETRY);

  it('has every identifier once per component, numeric and below 2^53', () => {
    expect(all.size).toBe(base.length);
    expect(base.objectId.every((id) => Number.isSafeInteger(Number(id)) && String(Number(id)) === id)).toBe(
      true,
    );
  });

  it('comes out the same twice, and another with another seed', () => {
    const again = draw();
    expect([...rowsByKey(again, [...GEOMETRY, 'magnitude'])]).toEqual([
      ...rowsByKey(base, [...GEOMETRY, 'magnitude']),
    ]);
    const other = rowsByKey(draw({ seed: 8 }), GEOMETRY);
    const far = rowsByKey(draw({ seed: 7 + 2 ** 32 }), GEOMETRY);
    expect([...all].filter(([key, row]) => other.get(key) === row || far.get(key) === row)).toEqual([]);
  });

  it('is shared by overlapping footprints', () => {
    const shifted = { raDeg: centre.raDeg + 0.06, decDeg: centre.decDeg + 0.02 };
    const neighbour = rowsByKey(draw({ centre: shifted }), GEOMETRY);
    let shared = 0;
    let wrong = 0;
    for (let i = 0; i < base.length; i++) {
      const key = `${base.objectId[i]}/${base.component[i]}`;
      const position = { raDeg: base.raDeg[i] ?? 0, decDeg: base.decDeg[i] ?? 0 };
      const isInside = separationDeg(shifted, position) <= 0.06;
      if (neighbour.has(key) !== isInside || (isInside && neighbour.get(key) !== all.get(key))) wrong++;
      if (isInside) shared++;
    }
    expect(wrong).toBe(0);
    expect(shared).toBeGreaterThan(1000);
  });

  it('has the same objects in every band, with magnitudes of their own', () => {
    for (const band of BANDS) {
      const table = draw({ band });
      expect([...rowsByKey(table, GEOMETRY)].join()).toBe([...all].join());
      expect(table.magnitude.every(Number.isFinite)).toBe(true);
    }
  });

  it('keeps its bright objects whatever the limits, in the same order', () => {
    const bright = draw({ faintIMag: 24.3 });
    const inBase = new Map(base.objectId.map((id, i) => [`${id}/${base.component[i]}`, i]));
    const places = bright.objectId.map((id, i) => inBase.get(`${id}/${bright.component[i]}`) ?? -1);
    expect(places.every((place, i) => place > (places[i - 1] ?? -1))).toBe(true);
    const totals = galaxyTotals(base);
    const expected = [...totals.values()].filter((mag) => mag <= 24.3).length;
    expect(galaxyTotals(bright).size).toBe(expected);
    const window = draw({ brightestMag: 22, faintIMag: 24.3 });
    expect([...galaxyTotals(window).keys()]).toEqual(
      [...galaxyTotals(bright)].filter(([, m]) => m >= 22).map(([id]) => id),
    );
  });

  it('crosses RA 0 and covers a pole', () => {
    const wrap = draw({ centre: { raDeg: 0.01, decDeg: 0 }, faintIMag: 23 });
    expect(wrap.raDeg.some((ra) => ra > 359.9)).toBe(true);
    expect(wrap.raDeg.some((ra) => ra < 0.1)).toBe(true);
    const pole = draw({ centre: { raDeg: 0, decDeg: -90 }, faintIMag: 24 });
    const quadrants = [0, 0, 0, 0];
    pole.raDeg.forEach((ra) => quadrants[Math.floor(ra / 90)]!++);
    expect(Math.min(...quadrants)).toBeGreaterThan(100);
  });

  it('draws only what was asked for', () => {
    const stars = draw({ galaxies: false });
    const galaxies = draw({ stars: false });
    expect(stars.model.every((m) => m === MODEL.point)).toBe(true);
    expect(galaxies.model.every((m) => m === MODEL.sersic)).toBe(true);
    expect(stars.length + galaxies.length).toBe(base.length);
    const kept = draw({ keep: (ra) => ra > centre.raDeg, catalog: 3 });
    expect(kept.raDeg.every((ra) => ra > centre.raDeg)).toBe(true);
    expect(kept.catalog.every((c) => c === 3)).toBe(true);
  });

  it.each([
    [{ radiusDeg: 0 }, 'radiusDeg'],
    [{ radiusDeg: NaN }, 'radiusDeg'],
    [{ seed: -1 }, 'seed'],
    [{ seed: 1.5 }, 'seed'],
    [{ faintIMag: 31 }, 'faintIMag'],
    [{ faintIMag: 13 }, 'faintIMag'],
    [{ brightestMag: 2 }, 'brightestMag'],
    [{ centre: { raDeg: 0, decDeg: 91 } }, 'centre decDeg'],
    [{ centre: { raDeg: Infinity, decDeg: 0 } }, 'centre raDeg'],
  ])('refuses %o', (options, option) => {
    expect(() => draw(options)).toThrow(SyntheticSkyOptionError);
    expect(() => draw(options)).toThrow(option);
  });
});

describe('galaxies of the synthetic sky', () => {
  const radiusDeg = 0.4;
  const galaxies = draw({ stars: false, radiusDeg, faintIMag: 25.5 });
  const totals = galaxyTotals(galaxies);

  it('follow the counts of the formula in every half magnitude, within Poisson', () => {
    const area = areaArcmin2(radiusDeg);
    const magnitudes = [...totals.values()];
    for (let mag = 18; mag < 25.5; mag += 0.5) {
      const count = magnitudes.filter((m) => m >= mag && m < mag + 0.5).length;
      const expected = area * (galaxyCountPerArcmin2(mag + 0.5) - galaxyCountPerArcmin2(mag));
      // Five sigma of a Poisson number, and one for bins of few.
      expect(Math.abs(count - expected), `i = ${mag}`).toBeLessThan(5 * Math.sqrt(expected) + 1);
    }
    expect(galaxyCountPerArcmin2(25)).toBeCloseTo(46, 10);
    expect(Math.log10(galaxyCountPerArcmin2(18.5) / galaxyCountPerArcmin2(17.5))).toBeCloseTo(0.6, 10);
  });

  it('lie evenly: chi-squared of counts in order-8 cells', () => {
    const perCell = new Map<number, number>();
    let inner = 0;
    for (let i = 0; i < galaxies.length; i += 2) {
      const ra = galaxies.raDeg[i] ?? 0;
      const dec = galaxies.decDeg[i] ?? 0;
      if (Math.abs(dec - centre.decDeg) > 0.25 || Math.abs(ra - centre.raDeg) > 0.3) continue;
      const cell = angToPixNest(ra, dec, 11);
      perCell.set(cell, (perCell.get(cell) ?? 0) + 1);
      inner++;
    }
    const box =
      0.6 *
      ((2 * 90) / Math.PI) *
      2 *
      Math.sin((0.25 * Math.PI) / 180) *
      Math.cos((centre.decDeg * Math.PI) / 180);
    const expected = (inner / box) * pixelAreaDeg2(11);
    // Cells wholly inside the box: those with at least half the expected number; cut cells fall below.
    const whole = [...perCell.values()].filter((n) => n > 0.75 * expected);
    const chi2 = whole.reduce((sum, n) => sum + (n - mean(whole)) ** 2 / mean(whole), 0) / whole.length;
    // 300 cells: the standard error of a reduced chi-squared is 0.08.
    expect(chi2).toBeGreaterThan(0.7);
    expect(chi2).toBeLessThan(1.3);
  });

  it('have the redshifts of the Science Book: mean 3 z0 of all brighter than a limit', () => {
    const deep = draw({ stars: false, radiusDeg: 0.2, faintIMag: 25 });
    const z: number[] = [];
    for (let i = 0; i < deep.length; i += 2) z.push(deep.redshift[i] ?? 0);
    // z0 = 0.30 at i = 25; rms of z is about 0.52, of 4000 galaxies: error 0.01; the brightest deviate a little from the law.
    expect(mean(z)).toBeCloseTo(0.9, 1);
    expect(median(z)).toBeGreaterThan(0.7);
    expect(median(z)).toBeLessThan(0.85);
  });

  it('have the sizes, shapes and bulges of the sample at i = 25', () => {
    const disks: number[] = [];
    const g2: number[] = [];
    const fraction: number[] = [];
    let wrongPairs = 0;
    for (let i = 0; i < galaxies.length; i += 2) {
      const total = totals.get(galaxies.objectId[i] ?? '') ?? 0;
      if (total < 24.5) continue;
      const isPair =
        galaxies.component[i] === COMPONENT.bulge &&
        galaxies.component[i + 1] === COMPONENT.disk &&
        galaxies.sersicIndex[i] === 4 &&
        galaxies.sersicIndex[i + 1] === 1 &&
        galaxies.objectId[i + 1] === galaxies.objectId[i];
      if (!isPair) wrongPairs++;
      const g = Math.hypot(galaxies.g1[i + 1] ?? 0, galaxies.g2[i + 1] ?? 0);
      const q = (1 - g) / (1 + g);
      disks.push((galaxies.halfLightRadiusArcsec[i + 1] ?? 0) / Math.sqrt(q));
      g2.push(g * g);
      fraction.push(10 ** (0.4 * (total - (galaxies.magnitude[i] ?? 0))));
      // One position angle: bulge and disk shears are parallel.
      const cross =
        (galaxies.g1[i] ?? 0) * (galaxies.g2[i + 1] ?? 0) - (galaxies.g2[i] ?? 0) * (galaxies.g1[i + 1] ?? 0);
      if (!(Math.abs(cross) < 1e-12)) wrongPairs++;
    }
    expect(wrongPairs).toBe(0);
    expect(disks.length).toBeGreaterThan(10000);
    // Sample (simulators.md 5.2), 24.5 < i < 25.5: 0.26 arcsec; rms (1-q)/(1+q) 0.30..0.36; mean bulge fraction 0.29.
    expect(median(disks)).toBeCloseTo(0.25, 1);
    expect(Math.sqrt(mean(g2))).toBeGreaterThan(0.32);
    expect(Math.sqrt(mean(g2))).toBeLessThan(0.35);
    expect(Math.abs(mean(fraction) - 0.29)).toBeLessThan(0.07);
  });

  it('have no preferred direction', () => {
    const n = galaxies.length;
    const g1 = mean([...galaxies.g1]);
    const g2 = mean([...galaxies.g2]);
    // 0.24 per component and disk, half the rows: four standard errors.
    expect(Math.abs(g1)).toBeLessThan((4 * 0.2) / Math.sqrt(n / 2));
    expect(Math.abs(g2)).toBeLessThan((4 * 0.2) / Math.sqrt(n / 2));
  });

  it('have believable colours', () => {
    const colour = (blue: Band, red: Band): number => {
      const b = galaxyTotals(draw({ stars: false, band: blue, faintIMag: 25 }));
      const r = galaxyTotals(draw({ stars: false, band: red, faintIMag: 25 }));
      return median([...b].map(([id, mag]) => mag - (r.get(id) ?? NaN)));
    };
    // Sample medians at 23.5..25.5: g-r 0.45..0.54, r-i 0.40..0.55, i-z 0.31..0.49; templates are coarse: 0.2 mag.
    expect(Math.abs(colour('g', 'r') - 0.5)).toBeLessThan(0.2);
    expect(Math.abs(colour('r', 'i') - 0.45)).toBeLessThan(0.2);
    expect(Math.abs(colour('i', 'z') - 0.35)).toBeLessThan(0.2);
  });
});

describe('stars of the synthetic sky', () => {
  /** Stars per deg^2 brighter than r towards a direction. */
  function cumulative(raDeg: number, decDeg: number, rMag: number): number {
    const counts = starCountsPerDeg2(raDeg, decDeg, 2 * (rMag - 8));
    return counts.reduce((sum, n) => sum + n, 0);
  }
  // Galactic coordinates of these ICRS directions by astropy: (l, b) = (0, 90), (90, 60), (90, 30).
  const northPole = { ra: 192.8595, dec: 27.1283 };
  const b60 = { ra: 212.4665, dec: 44.3866 };

  it('meet the anchors at |b| = 60 deg and fall towards the pole', () => {
    const bright = cumulative(b60.ra, b60.dec, 21);
    const faint = cumulative(b60.ra, b60.dec, 24.5);
    // Anchors (simulators.md 5.3): 1-2 thousand to r = 21, 4-6 thousand to 24.5.
    expect(bright).toBeGreaterThan(1000);
    expect(bright).toBeLessThan(2000);
    expect(faint).toBeGreaterThan(4000);
    expect(faint).toBeLessThan(6000);
    expect(cumulative(northPole.ra, northPole.dec, 24.5)).toBeLessThan(faint);
  });

  it('follow the r magnitudes of TRILEGAL stars in the DC2 area', () => {
    // Places of the DC2 area at b = -45 .. -60 deg.
    const places = [
      [53, -27.5],
      [56, -42],
      [60.5, -38.2],
      [64, -31],
    ] as const;
    const perMag = Array.from({ length: 12 }, () => 0);
    for (const [raDeg, decDeg] of places) {
      const shells = starCountsPerDeg2(raDeg, decDeg, 2 * (27 - 8));
      perMag.forEach((sum, k) => (perMag[k] = sum + (shells[14 + 2 * k] ?? 0) + (shells[15 + 2 * k] ?? 0)));
    }
    // simulators.md 5.3: shares of 2,988 stars from r = 15 to 27, magnitude by magnitude.
    const shares = [0.005, 0.007, 0.012, 0.014, 0.021, 0.031, 0.047, 0.076, 0.109, 0.14, 0.18, 0.224];
    const whole = shares.reduce((sum, share) => sum + share, 0);
    const total = perMag.reduce((sum, n) => sum + n, 0);
    shares.forEach((share, k) => {
      const ratio = (perMag[k] ?? 0) / total / (share / whole);
      // Two standard errors of the sample's bin, and 5 % for a smooth model.
      expect(Math.abs(ratio - 1), `r = ${15 + k}`).toBeLessThan(2 / Math.sqrt(2988 * share) + 0.05);
    });
    const slope = (from: number, to: number): number =>
      Math.log10((perMag[to - 15] ?? 0) / (perMag[from - 15] ?? 0)) / (to - from);
    // Of the same sample 0.155 at r = 16 to 20, 100 stars at the bright end, and 0.144 at 20 to 26.
    expect(Math.abs(slope(16, 20) - 0.155)).toBeLessThan(0.03);
    expect(Math.abs(slope(20, 26) - 0.144)).toBeLessThan(0.01);
  });

  it('are drawn in the model’s number, within Poisson', () => {
    const radiusDeg = 0.8;
    const stars = draw({ galaxies: false, band: 'r', radiusDeg, faintIMag: 24, brightestMag: 15 });
    const counts = starCountsPerDeg2(centre.raDeg, centre.decDeg, 40);
    const area = areaArcmin2(radiusDeg) / 3600;
    for (let shell = 18; shell < 30; shell += 3) {
      const edge = 8 + shell / 2;
      const expected = ((counts[shell] ?? 0) + (counts[shell + 1] ?? 0) + (counts[shell + 2] ?? 0)) * area;
      const found = stars.magnitude.filter((m) => m >= edge && m < edge + 1.5).length;
      // Five sigma, and 2 % for the slope of the density over the field.
      expect(Math.abs(found - expected), `r = ${edge}`).toBeLessThan(
        5 * Math.sqrt(expected) + 0.02 * expected,
      );
    }
  });

  it('have the median g - r of the sample at r = 21 to 24', () => {
    const g = draw({ galaxies: false, band: 'g', radiusDeg: 0.5 });
    const r = draw({ galaxies: false, band: 'r', radiusDeg: 0.5 });
    const colours: number[] = [];
    r.magnitude.forEach((m, i) => {
      if (m > 21 && m < 24) colours.push((g.magnitude[i] ?? 0) - m);
    });
    // Sample: median 0.91; half of some 1500 stars.
    expect(Math.abs(median(colours) - 0.91)).toBeLessThan(0.08);
  });
});
