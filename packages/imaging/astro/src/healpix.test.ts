import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { queryCone } from './healpix-cone.js';
import {
  HealpixRangeError,
  angToPixNest,
  angToPixNestBig,
  hpx29,
  pixCornersNest,
  pixToAngNest,
  pixelAreaDeg2,
  pointInPixNest,
} from './healpix.js';
import { separationDeg, toUnitVector } from './sky-position.js';

/** A plain linear congruential stream for test positions. */
function makeUniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function randomSky(uniform: () => number): { raDeg: number; decDeg: number } {
  return { raDeg: 360 * uniform(), decDeg: (Math.asin(2 * uniform() - 1) * 180) / Math.PI };
}

/** Ring scheme and conversion to nested as Gorski et al. 2005, sec. 4.1 and 5, give them: eq. 2-9 and the face table. */
const GORSKI_PROGRAM = `
import json, sys, math
def ang2ring(nside, ra, dec):
    z = math.sin(math.radians(dec)); phi = math.radians(ra) % (2 * math.pi); tt = phi / (math.pi / 2)
    if abs(z) <= 2 / 3:
        jp = math.floor(nside * (0.5 + tt - 0.75 * z)); jm = math.floor(nside * (0.5 + tt + 0.75 * z))
        ir = nside + 1 + jp - jm
        shift = 1 - (ir & 1)
        ip = ((jp + jm - nside + shift + 1) // 2) % (4 * nside)
        return 2 * nside * (nside - 1) + (ir - 1) * 4 * nside + ip
    tp = tt - math.floor(tt); tmp = nside * math.sqrt(3 * (1 - abs(z)))
    jp = math.floor(tp * tmp); jm = math.floor((1 - tp) * tmp); ir = jp + jm + 1
    ip = math.floor(tt * ir) % (4 * ir)
    return 2 * ir * (ir - 1) + ip if z > 0 else 12 * nside ** 2 - 2 * ir * (ir + 1) + ip
JR = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]; JP = [1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7]
def ring2nest(nside, p):
    ncap = 2 * nside * (nside - 1); npix = 12 * nside ** 2
    if p < ncap:
        ir = (1 + math.isqrt(1 + 2 * p)) // 2; ip = p + 1 - 2 * ir * (ir - 1); kshift = 0; nr = ir; face = (ip - 1) // nr
    elif p < npix - ncap:
        q = p - ncap; ir = q // (4 * nside) + nside; ip = q % (4 * nside) + 1; kshift = (ir + nside) & 1; nr = nside
        ire = ir - nside + 1; irm = 2 * nside + 2 - ire
        ifm = (ip - ire // 2 + nside - 1) // nside; ifp = (ip - irm // 2 + nside - 1) // nside
        face = (4 if ifp == 4 else ifp + 4) if ifp == ifm else (ifp if ifp < ifm else ifm + 8)
    else:
        q = npix - p; irs = (1 + math.isqrt(2 * q - 1)) // 2; ip = 4 * irs + 1 - (q - 2 * irs * (irs - 1)); kshift = 0; nr = irs
        face = 8 + (ip - 1) // nr; ir = 4 * nside - irs
    irt = ir - JR[face] * nside + 1
    ipt = 2 * ip - JP[face] * nr - kshift - 1
    if ipt >= 2 * nside: ipt -= 8 * nside
    x = (ipt - irt) >> 1; y = (-(ipt + irt)) >> 1
    out = 0
    for b in range(30): out |= (x >> b & 1) << (2 * b) | (y >> b & 1) << (2 * b + 1)
    return face * nside ** 2 + out
`;

describe('HEALPix nested', () => {
  it('has the base cells of Gorski et al. (2005), Fig. 4, centred where they say', () => {
    const expected = [
      ...[45, 135, 225, 315].map((raDeg) => ({ raDeg, decDeg: 41.8103148957786 })),
      ...[0, 90, 180, 270].map((raDeg) => ({ raDeg, decDeg: 0 })),
      ...[45, 135, 225, 315].map((raDeg) => ({ raDeg, decDeg: -41.8103148957786 })),
    ];
    expected.forEach((centre, face) => {
      expect(separationDeg(pixToAngNest(face, 0), centre)).toBeLessThan(1e-12);
      expect(angToPixNest(centre.raDeg, centre.decDeg, 0)).toBe(face);
    });
  });

  it('comes back to the same cell from its centre at every order', () => {
    const uniform = makeUniform(1);
    for (let order = 0; order <= 29; order++) {
      for (let i = 0; i < 300; i++) {
        const face = BigInt(Math.floor(12 * uniform()));
        const inside =
          (BigInt(Math.floor(uniform() * 2 ** 30)) << 30n) | BigInt(Math.floor(uniform() * 2 ** 30));
        const pixel = (face << BigInt(2 * order)) + (inside >> BigInt(60 - 2 * order));
        const { raDeg, decDeg } = pixToAngNest(pixel, order);
        expect(angToPixNestBig(raDeg, decDeg, order)).toBe(pixel);
        if (order <= 24) expect(angToPixNest(raDeg, decDeg, order)).toBe(Number(pixel));
      }
    }
  });

  it('nests: the parent of a cell holds its direction at the coarser order', () => {
    const uniform = makeUniform(2);
    for (let i = 0; i < 2000; i++) {
      const { raDeg, decDeg } = randomSky(uniform);
      const fine = hpx29(raDeg, decDeg);
      for (const order of [0, 3, 9, 16, 24]) {
        expect(BigInt(angToPixNest(raDeg, decDeg, order))).toBe(fine >> BigInt(2 * (29 - order)));
      }
    }
  });

  it('has cells of equal area: uniform directions fill them evenly', () => {
    const uniform = makeUniform(3);
    const counts = new Float64Array(192);
    const each = 1000;
    for (let i = 0; i < 192 * each; i++) {
      const { raDeg, decDeg } = randomSky(uniform);
      counts[angToPixNest(raDeg, decDeg, 2)] = (counts[angToPixNest(raDeg, decDeg, 2)] ?? 0) + 1;
    }
    const chiSquared = counts.reduce((sum, count) => sum + ((count - each) * (count - each)) / each, 0);
    // 191 degrees of freedom: mean 191, sigma 19.5; five sigma.
    expect(Math.abs(chiSquared - 191)).toBeLessThan(98);
    expect(pixelAreaDeg2(0) * 12).toBeCloseTo(41252.96124941927, 6);
  });

  it('fills a cell evenly by uniform fractions: the area of small quadrangles is the same everywhere', () => {
    for (const pixel of [0, 5, 10, 3, 7]) {
      const areas: number[] = [];
      for (const u of [0.02, 0.3, 0.6, 0.95]) {
        for (const v of [0.02, 0.3, 0.6, 0.95]) {
          const d = 1e-4;
          const a = toUnitVector(pointInPixNest(pixel, 0, u, v));
          const b = toUnitVector(pointInPixNest(pixel, 0, u + d, v));
          const c = toUnitVector(pointInPixNest(pixel, 0, u, v + d));
          const p = [(b[0] - a[0]) / d, (b[1] - a[1]) / d, (b[2] - a[2]) / d] as const;
          const q = [(c[0] - a[0]) / d, (c[1] - a[1]) / d, (c[2] - a[2]) / d] as const;
          areas.push(
            Math.hypot(p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]),
          );
        }
      }
      // A base cell has pi/3 steradian; differences of first order in d = 1e-4, larger at the pole's corner.
      for (const area of areas) expect(area / (Math.PI / 3)).toBeCloseTo(1, 2);
    }
  });

  it('keeps the direction within the cell at orders 25 to 29', () => {
    const uniform = makeUniform(6);
    for (let i = 0; i < 1500; i++) {
      const order = 25 + (i % 5);
      const sky =
        i % 3 === 0 ? { raDeg: 360 * uniform(), decDeg: 90 - 1e-4 * uniform() } : randomSky(uniform);
      const centre = pixToAngNest(angToPixNestBig(sky.raDeg, sky.decDeg, order), order);
      // The farthest corner of any cell is 1.1 sides from its centre; degrees of a double round at 6e-14.
      expect(separationDeg(sky, centre)).toBeLessThan(1.1 * Math.sqrt(pixelAreaDeg2(order)) + 1e-13);
    }
  });

  it('changes to a touching cell over every border, between faces too', () => {
    const uniform = makeUniform(7);
    const order = 3;
    let crossings = 0;
    let faces = 0;
    for (let i = 0; i < 400; i++) {
      const pixel = Math.floor(768 * uniform());
      const inside = pointInPixNest(pixel, order, uniform(), 0.999999);
      const [raStep, decStep] = [2e-5 * (uniform() - 0.5), 2e-5 * (uniform() - 0.5)];
      const other = angToPixNest(inside.raDeg + raStep, inside.decDeg + decStep, order);
      if (other === pixel) continue;
      crossings++;
      if (Math.floor(other / 64) !== Math.floor(pixel / 64)) faces++;
      const twins = pixCornersNest(other, order);
      const shared = pixCornersNest(pixel, order).filter((corner) =>
        twins.some((twin) => separationDeg(corner, twin) < 1e-10),
      );
      expect(shared.length).toBeGreaterThanOrEqual(1);
    }
    expect(crossings).toBeGreaterThan(30);
    expect(faces).toBeGreaterThan(2);
  });

  it('takes poles, the meridian and whole turns', () => {
    expect(angToPixNest(0, 90, 0)).toBe(0);
    expect(angToPixNest(350, 90, 0)).toBe(3);
    expect(angToPixNest(180, -90, 0)).toBe(10);
    expect(angToPixNest(-10, 0, 12)).toBe(angToPixNest(350, 0, 12));
    expect(angToPixNest(720.25, 33, 12)).toBe(angToPixNest(0.25, 33, 12));
    expect(angToPixNest(-1e-17, 5, 20)).toBe(angToPixNest(0, 5, 20));
  });

  it('refuses what is outside', () => {
    expect(() => angToPixNest(0, 90.1, 3)).toThrow(HealpixRangeError);
    expect(() => angToPixNest(NaN, 0, 3)).toThrow(/raDeg/u);
    expect(() => angToPixNest(0, 0, 25)).toThrow(/angToPixNestBig/u);
    expect(() => angToPixNestBig(0, 0, 30)).toThrow(HealpixRangeError);
    expect(() => pixToAngNest(12, 0)).toThrow(/0 to 11/u);
    expect(() => pixToAngNest(-1n, 5)).toThrow(HealpixRangeError);
    expect(() => pixToAngNest(0.5, 5)).toThrow(HealpixRangeError);
  });

  it('has corners around its centre and shared with its neighbours', () => {
    const order = 6;
    for (const pixel of [0, 1, 4095, 4096 * 5 + 77, 4096 * 11 + 4000]) {
      const centre = pixToAngNest(pixel, order);
      const [south, east, north, west] = pixCornersNest(pixel, order);
      expect(south && north && south.decDeg < centre.decDeg && centre.decDeg < north.decDeg).toBe(true);
      for (const corner of [south, east, north, west]) {
        const apart = corner ? separationDeg(centre, corner) : NaN;
        // Half the diagonal of a 0.92 deg square is 0.65; shapes differ by less than 2.
        expect(apart).toBeGreaterThan(0.3);
        expect(apart).toBeLessThan(1.3);
      }
    }
  });
});

describe.skipIf(!hasPython)('HEALPix against the formulas of Gorski et al. in Python', () => {
  it('gives the same cells through the ring scheme, orders 0 to 20', () => {
    const uniform = makeUniform(4);
    const cases = Array.from({ length: 3000 }, (_, i) => ({ order: i % 21, ...randomSky(uniform) }));
    const judge = askPython<number[]>(
      `${GORSKI_PROGRAM}
print(json.dumps([ring2nest(1 << c['order'], ang2ring(1 << c['order'], c['raDeg'], c['decDeg'])) for c in json.load(sys.stdin)]))
`,
      cases,
    );
    // The same cell but for directions within rounding of a border: none in 3,000.
    expect(cases.map(({ raDeg, decDeg, order }) => angToPixNest(raDeg, decDeg, order))).toEqual(judge);
  });

  const folder = sharedPath('data/skycatalogs');

  it.skipIf(folder === undefined)(
    'finds the rows of real catalog files in their own cell, 9683 of nside 32',
    () => {
      const judge = askPython<{ stars: number[][]; galaxies: number[][]; nest: number }>(
        `${GORSKI_PROGRAM}
import pyarrow.parquet as pq
def rows(name):
    t = pq.read_table(f'{folder}/{name}_9683.parquet', columns=['ra', 'dec'])
    return list(zip(t['ra'].to_pylist(), t['dec'].to_pylist()))
folder = json.load(sys.stdin)
print(json.dumps({'stars': rows('pointsource'), 'galaxies': rows('galaxy'), 'nest': ring2nest(32, 9683)}))
`,
        folder,
      );
      expect(judge.stars.length).toBeGreaterThan(400);
      for (const [ra = NaN, dec = NaN] of judge.stars) expect(angToPixNest(ra, dec, 5)).toBe(judge.nest);
      // Galaxies were put into cells by their unlensed positions: 10 of 500 have been bent over the border, by 80 arcsec at most.
      const outside = judge.galaxies.filter(
        ([ra = NaN, dec = NaN]) => angToPixNest(ra, dec, 5) !== judge.nest,
      );
      expect(outside.length).toBeLessThanOrEqual(10);
      for (const [ra = NaN, dec = NaN] of outside)
        expect(queryCone(ra, dec, 80 / 3600, 5)).toContain(judge.nest);
    },
  );
});

describe('the cells of a cone', () => {
  const cones = [
    { raDeg: 53, decDeg: -27, radiusDeg: 1.8 },
    { raDeg: 0.01, decDeg: 0, radiusDeg: 0.5 },
    { raDeg: 200, decDeg: 89.9, radiusDeg: 1 },
    { raDeg: 45, decDeg: 41.8, radiusDeg: 2.5 },
    { raDeg: 90, decDeg: -90, radiusDeg: 0.3 },
    { raDeg: 10, decDeg: 20, radiusDeg: 0 },
  ];

  it.each(cones)('hold every direction in it: $raDeg $decDeg r = $radiusDeg', (cone) => {
    const uniform = makeUniform(5);
    for (const order of [0, 4, 8]) {
      const cells = new Set(queryCone(cone.raDeg, cone.decDeg, cone.radiusDeg, order));
      expect([...cells]).toEqual([...cells].sort((a, b) => a - b));
      let missed = 0;
      for (let i = 0; i < 3000; i++) {
        const angle = 2 * Math.PI * uniform();
        const radius = (cone.radiusDeg * Math.sqrt(uniform()) * Math.PI) / 180;
        const dec0 = (cone.decDeg * Math.PI) / 180;
        const dec = Math.asin(
          Math.sin(dec0) * Math.cos(radius) + Math.cos(dec0) * Math.sin(radius) * Math.cos(angle),
        );
        const dRa = Math.atan2(
          Math.sin(angle) * Math.sin(radius) * Math.cos(dec0),
          Math.cos(radius) - Math.sin(dec0) * Math.sin(dec),
        );
        const raDeg = cone.raDeg + (dRa * 180) / Math.PI;
        if (!cells.has(angToPixNest(raDeg, (dec * 180) / Math.PI, order))) missed++;
      }
      expect(missed).toBe(0);
    }
  });

  it('are few: their area is the cone and a rim of about a cell', () => {
    const cells = queryCone(53, -27, 1.8, 8);
    const side = Math.sqrt(pixelAreaDeg2(8));
    expect(cells.length * pixelAreaDeg2(8)).toBeGreaterThan(Math.PI * 1.8 * 1.8);
    expect(cells.length * pixelAreaDeg2(8)).toBeLessThan(Math.PI * (1.8 + side) * (1.8 + side));
  });

  it('are all of them for the whole sky', () => {
    expect(queryCone(10, 10, 180, 3)).toEqual(Array.from({ length: 768 }, (_, i) => i));
  });

  it('are refused for impossible radii and orders', () => {
    expect(() => queryCone(0, 0, -1, 3)).toThrow(HealpixRangeError);
    expect(() => queryCone(0, 0, NaN, 3)).toThrow(/radiusDeg/u);
    expect(() => queryCone(0, 0, 1, 25)).toThrow(/order/u);
  });
});
