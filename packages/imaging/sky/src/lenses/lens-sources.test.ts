import { distancesIn, positionAngleDeg, separationDeg } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import { MODEL, type SourceRow, type SourceTable, SourceTableBuilder } from '../source-table.js';
import { lensSources, MAX_MAGNIFICATION, type SkyLenses } from './lens-sources.js';
import { NfwHalo } from './nfw-halo.js';

const distances = distancesIn({ hubbleKmPerSPerMpc: 70, omegaMatter: 0.3 });
const none = { halos: [], magnifyFlux: true, distances };
const cluster = { raDeg: 53, decDeg: -28, redshift: 0.3, massM200c: 8e14, concentration: 5 };
const halo = new NfwHalo(cluster, distances);

function tableOf(...rows: Partial<SourceRow>[]): SourceTable {
  const builder = new SourceTableBuilder();
  rows.forEach((row, i) =>
    builder.add({
      objectId: String(i),
      model: MODEL.sersic,
      raDeg: 53,
      decDeg: -27.9,
      magnitude: 22,
      sersicIndex: 1,
      halfLightRadiusArcsec: 0.5,
      redshift: 1,
      ...row,
    }),
  );
  return builder.build();
}

function lensed(rows: Partial<SourceRow>[], lenses: Partial<SkyLenses>) {
  const table = tableOf(...rows);
  return { counts: lensSources(table, { ...none, ...lenses }), table, before: tableOf(...rows) };
}

describe('a constant field', () => {
  it('shears and magnifies galaxies, and leaves stars and streaks', () => {
    const constant = { gamma1: 0.05, gamma2: -0.03, kappa: 0.08 };
    const rows = [
      {},
      { model: MODEL.point, redshift: 0 },
      { model: MODEL.streak },
      { model: MODEL.point, redshift: 2 },
    ];
    const { table, counts } = lensed(rows, { constant });
    const mu = 1 / ((1 - 0.08) ** 2 - 0.05 ** 2 - 0.03 ** 2);
    expect(table.g1[0]).toBeCloseTo(0.05 / 0.92, 14);
    expect(table.g2[0]).toBeCloseTo(-0.03 / 0.92, 14);
    expect(table.halfLightRadiusArcsec[0]).toBeCloseTo(0.5 * Math.sqrt(mu), 14);
    expect([...table.magnitude].map((m) => 10 ** (-0.4 * (m - 22)) / mu)).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(1 / mu, 12),
      expect.closeTo(1 / mu, 12),
      expect.closeTo(1, 12),
    ]);
    expect(counts).toEqual({ lensed: 2, limited: 0, withoutRedshift: 0, outsideMap: 0 });
  });

  it('leaves the flux where it is not to be magnified', () => {
    const constant = { gamma1: 0.1, gamma2: 0, kappa: 0.1 };
    expect(lensed([{}], { constant, magnifyFlux: false }).table.magnitude[0]).toBe(22);
  });

  it('of no strength changes nothing', () => {
    const { table, before } = lensed([{ g1: 0.3, g2: -0.2 }], {
      constant: { gamma1: 0, gamma2: 0, kappa: 0 },
    });
    expect(table).toEqual(before);
  });
});

describe('a halo', () => {
  const around = [0, 35, 90, 180, 240, 310].map((angleDeg) => {
    // 300 arcsec from the centre, by the formulas of the sphere
    const rad = Math.PI / 180;
    const [r, a, d] = [(300 / 3600) * rad, angleDeg * rad, -28 * rad];
    const dec = Math.asin(Math.sin(d) * Math.cos(r) + Math.cos(d) * Math.sin(r) * Math.cos(a));
    const ra = Math.atan2(Math.sin(a) * Math.sin(r) * Math.cos(d), Math.cos(r) - Math.sin(d) * Math.sin(dec));
    return { angleDeg, raDeg: 53 + ra / rad, decDeg: dec / rad };
  });

  it('stretches galaxies around itself wherever they stand', () => {
    const { table } = lensed(around, { halos: [{ halo, deflect: false }] });
    const { kappa, tangential } = halo.at(300, halo.efficiency(1));
    const g = tangential / (1 - kappa);
    around.forEach(({ angleDeg }, i) => {
      // North and South of the halo galaxies lie along West-East (g1 > 0); at 45 deg to the North-East they lie NW-SE (g2 > 0).
      const twice = (2 * angleDeg * Math.PI) / 180;
      // 1e-4: the direction of the halo as seen from the galaxy and the other way round differ by the meridians
      expect(Math.abs(table.g1[i]! - g * Math.cos(twice))).toBeLessThan(1e-4);
      expect(Math.abs(table.g2[i]! - g * Math.sin(twice))).toBeLessThan(1e-4);
    });
  });

  it('moves galaxies outwards by the lens equation, and shears them as their image lies', () => {
    const { table } = lensed(around, { halos: [{ halo, deflect: true }] });
    const efficiency = halo.efficiency(1);
    around.forEach((source, i) => {
      const image = { raDeg: table.raDeg[i]!, decDeg: table.decDeg[i]! };
      const radius = separationDeg(cluster, image) * 3600;
      expect(radius - halo.deflectionArcsec(radius, efficiency)).toBeCloseTo(300, 5);
      expect(positionAngleDeg(cluster, image)).toBeCloseTo(positionAngleDeg(cluster, source), 6);
      const { kappa, tangential } = halo.at(radius, efficiency);
      expect(Math.hypot(table.g1[i]!, table.g2[i]!)).toBeCloseTo(tangential / (1 - kappa), 10);
    });
  });

  it('conserves surface brightness: flux over area of the profile stays', () => {
    const { table, before } = lensed([...around, { model: MODEL.knots, knotCount: 5 }], {
      halos: [{ halo, deflect: true }],
    });
    const brightness = (t: SourceTable, i: number) =>
      10 ** (-0.4 * t.magnitude[i]!) / t.halfLightRadiusArcsec[i]! ** 2;
    for (let i = 0; i < table.length; i++) {
      expect(table.magnitude[i]).toBeLessThan(before.magnitude[i]!);
      expect(brightness(table, i) / brightness(before, i)).toBeCloseTo(1, 12);
    }
  });

  it('leaves alone what stands in front, and counts galaxies whose redshift is not known', () => {
    const rows = [{ redshift: 0.2 }, { redshift: 0 }, { redshift: 0.3 }, { model: MODEL.point, redshift: 0 }];
    const { table, before, counts } = lensed(rows, { halos: [{ halo, deflect: true }] });
    expect(table).toEqual(before);
    expect(counts).toEqual({ lensed: 0, limited: 0, withoutRedshift: 1, outsideMap: 0 });
  });

  it('is limited, and says so, where it is too strong for a shear', () => {
    const rows = [0, 1, 5, 20, 60, 400].map((arcsec) => ({ decDeg: -28 + arcsec / 3600, redshift: 3 }));
    const { table, before, counts } = lensed(rows, { halos: [{ halo, deflect: false }] });
    const mu = [...table.magnitude].map((m, i) => 10 ** (-0.4 * (m - before.magnitude[i]!)));
    expect(Math.max(...mu)).toBeLessThanOrEqual(MAX_MAGNIFICATION * (1 + 1e-12));
    for (let i = 0; i < rows.length; i++) {
      expect(Math.hypot(table.g1[i]!, table.g2[i]!)).toBeLessThan(1);
      const { kappa, tangential } = halo.at(
        Math.max(1e-9, separationDeg(cluster, { raDeg: 53, decDeg: before.decDeg[i]! }) * 3600),
        halo.efficiency(3),
      );
      expect(table.lensLimited[i]).toBe(kappa + tangential > 0.8 ? 1 : 0);
    }
    expect(counts.limited).toBeGreaterThan(1);
    expect(counts.limited).toBeLessThan(rows.length);
    // a source right behind it has its image on the ring
    const behind = lensed([{ decDeg: -28, redshift: 3 }], { halos: [{ halo, deflect: true }] }).table;
    const ring = separationDeg(cluster, { raDeg: behind.raDeg[0]!, decDeg: behind.decDeg[0]! }) * 3600;
    expect(halo.deflectionArcsec(ring, halo.efficiency(3))).toBeCloseTo(ring, 5);
    expect(behind.lensLimited[0]).toBe(1);
  });

  it('acts after the halo behind it: magnifications multiply', () => {
    const far = new NfwHalo({ ...cluster, redshift: 0.6, raDeg: 53.2 }, distances);
    const row = [{ redshift: 2, decDeg: -27.85 }];
    const both = lensed(row, {
      halos: [
        { halo, deflect: false },
        { halo: far, deflect: false },
      ],
    }).table;
    const one = lensed(row, { halos: [{ halo, deflect: false }] }).table;
    const other = lensed(row, { halos: [{ halo: far, deflect: false }] }).table;
    expect(both.magnitude[0]! - 22).toBeCloseTo(one.magnitude[0]! - 22 + (other.magnitude[0]! - 22), 12);
    expect(both.g1[0]).not.toBe(one.g1[0]);
  });

  it('turns and stretches the image of a stamp as the product of two shears does', () => {
    const { table } = lensed(
      [{ model: MODEL.stamp, stamp: 0, stampPixelArcsec: 0.2, g1: 0.2, g2: 0.1, stampRotationDeg: 30 }],
      {
        constant: { gamma1: -0.1, gamma2: 0.15, kappa: 0.05 },
      },
    );
    type M = readonly [number, number, number, number];
    const times = (a: M, b: M): M => [
      a[0] * b[0] + a[1] * b[2],
      a[0] * b[1] + a[1] * b[3],
      a[2] * b[0] + a[3] * b[2],
      a[2] * b[1] + a[3] * b[3],
    ];
    const shear = (g1: number, g2: number): M => {
      const n = Math.sqrt(1 - g1 * g1 - g2 * g2);
      return [(1 + g1) / n, g2 / n, g2 / n, (1 - g1) / n];
    };
    const turn = (deg: number): M => {
      const a = (deg * Math.PI) / 180;
      return [Math.cos(a), -Math.sin(a), Math.sin(a), Math.cos(a)];
    };
    const wanted = times(times(shear(-0.1 / 0.95, 0.15 / 0.95), shear(0.2, 0.1)), turn(30));
    const made = times(shear(table.g1[0]!, table.g2[0]!), turn(table.stampRotationDeg[0]!));
    made.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 12));
    const mu = 1 / (0.95 ** 2 - 0.1 ** 2 - 0.15 ** 2);
    expect(table.stampPixelArcsec[0]).toBeCloseTo(0.2 * Math.sqrt(mu), 12);
  });
});
