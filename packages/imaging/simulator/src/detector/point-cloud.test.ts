import { describe, expect, it } from 'vitest';
import { type PointCloud, knotCloud, shearMatrix, stampCloud, streakCloud } from './point-cloud.js';

function moments(cloud: PointCloud) {
  const points = Array.from({ length: cloud.count }, (_, k) => {
    const point = { uArcsec: 0, vArcsec: 0, weight: 0 };
    cloud.read(k, point);
    return point;
  });
  let total = 0;
  let u = 0;
  let v = 0;
  for (const { uArcsec, vArcsec, weight } of points) {
    total += weight;
    u += weight * uArcsec;
    v += weight * vArcsec;
  }
  let uu = 0;
  let uv = 0;
  let vv = 0;
  for (const { uArcsec, vArcsec, weight } of points) {
    uu += weight * (uArcsec - u) * (uArcsec - u);
    uv += weight * (uArcsec - u) * (vArcsec - v);
    vv += weight * (vArcsec - v) * (vArcsec - v);
  }
  return { total, u, v, uu, uv, vv };
}

describe('streakCloud', () => {
  it('is a uniform box: variance length²/12 along, width²/12 across, along the angle asked for', () => {
    const angle = 0.7;
    const { total, u, v, uu, uv, vv } = moments(streakCloud(30, 2, angle));
    expect(total).toBeCloseTo(1, 12);
    expect(u).toBeCloseTo(0, 9);
    expect(v).toBeCloseTo(0, 9);
    // points 0.1 arcsec apart lower a variance by step²/12 = 8e-4
    expect(uu + vv).toBeCloseTo((900 + 4) / 12, 2);
    expect(0.5 * Math.atan2(2 * uv, uu - vv)).toBeCloseTo(angle, 9);
  });
});

describe('knotCloud', () => {
  it('scatters by the Gaussian whose half-light radius is asked for', () => {
    const { uu, vv } = moments(knotCloud(20000, { halfLightRadiusArcsec: 0.5, g1: 0, g2: 0 }, [1, 2]));
    const sigma2 = (0.5 / Math.sqrt(2 * Math.LN2)) ** 2;
    // a variance from 20,000 knots is good to sqrt(2/20000) = 1 %: four of these
    expect(Math.abs(uu / sigma2 - 1)).toBeLessThan(0.04);
    expect(Math.abs(vv / sigma2 - 1)).toBeLessThan(0.04);
  });

  it('is sheared to the axis ratio (1 - g) / (1 + g)', () => {
    const { uu, vv } = moments(knotCloud(20000, { halfLightRadiusArcsec: 0.5, g1: 0.3, g2: 0 }, [1, 2]));
    expect(Math.abs(Math.sqrt(vv / uu) / (0.7 / 1.3) - 1)).toBeLessThan(0.03);
  });

  it('is the same for the same object and another for another', () => {
    const ellipse = { halfLightRadiusArcsec: 0.5, g1: 0, g2: 0 };
    expect(moments(knotCloud(5, ellipse, [1, 2]))).toEqual(moments(knotCloud(5, ellipse, [1, 2])));
    expect(moments(knotCloud(5, ellipse, [1, 2]))).not.toEqual(moments(knotCloud(5, ellipse, [1, 3])));
  });
});

describe('stampCloud', () => {
  it('keeps the light and the centroid of the image, and turns from +u towards +v', () => {
    const values = new Float32Array(25);
    values[2 * 5 + 4] = 3; // two pixels right of the centre
    values[2 * 5 + 2] = 1;
    const { total, u, v } = moments(
      stampCloud({ name: 'x', width: 5, height: 5, values }, 0.2, Math.PI / 2, { g1: 0, g2: 0 }),
    );
    expect(total).toBeCloseTo(1, 12);
    expect(u).toBeCloseTo(0, 9);
    expect(v).toBeCloseTo(0.2 * 1.5, 9);
  });
});

describe('shearMatrix', () => {
  it('keeps area: its determinant is one', () => {
    const [a, b, c] = shearMatrix(0.2, -0.35);
    expect(a * c - b * b).toBeCloseTo(1, 12);
  });
});
