import { describe, expect, it } from 'vitest';
import { HtmRangeError, htmCone } from './htm.js';
import { fromVector, type Vector3 } from './sky-position.js';

/** The triangle of a direction by signed volumes alone: the definition of the mesh, walked down by hand. */
function triangleOf([x, y, z]: Vector3, level: number): number {
  const roots: Record<string, readonly [number, readonly Vector3[]]> = {
    '+++': [
      15,
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
    ],
    '-++': [
      14,
      [
        [-1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
      ],
    ],
    '--+': [
      13,
      [
        [0, -1, 0],
        [0, 0, 1],
        [-1, 0, 0],
      ],
    ],
    '+-+': [
      12,
      [
        [1, 0, 0],
        [0, 0, 1],
        [0, -1, 0],
      ],
    ],
    '++-': [
      8,
      [
        [1, 0, 0],
        [0, 0, -1],
        [0, 1, 0],
      ],
    ],
    '-+-': [
      9,
      [
        [0, 1, 0],
        [0, 0, -1],
        [-1, 0, 0],
      ],
    ],
    '---': [
      10,
      [
        [-1, 0, 0],
        [0, 0, -1],
        [0, -1, 0],
      ],
    ],
    '+--': [
      11,
      [
        [0, -1, 0],
        [0, 0, -1],
        [1, 0, 0],
      ],
    ],
  };
  const sign = (value: number): string => (value >= 0 ? '+' : '-');
  let [id, corners] = roots[sign(x) + sign(y) + sign(z)]!;
  const volume = (a: Vector3, b: Vector3): number =>
    x * (a[1] * b[2] - a[2] * b[1]) + y * (a[2] * b[0] - a[0] * b[2]) + z * (a[0] * b[1] - a[1] * b[0]);
  const half = (a: Vector3, b: Vector3): Vector3 => {
    const s: Vector3 = [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    const n = Math.hypot(...s);
    return [s[0] / n, s[1] / n, s[2] / n];
  };
  for (let depth = 0; depth < level; depth++) {
    const [v0, v1, v2] = corners as [Vector3, Vector3, Vector3];
    const [w0, w1, w2] = [half(v1, v2), half(v0, v2), half(v0, v1)];
    const parts = [
      [v0, w2, w1],
      [v1, w0, w2],
      [v2, w1, w0],
      [w0, w1, w2],
    ] as const;
    const child = parts.findIndex(([a, b, c]) =>
      [volume(a, b), volume(b, c), volume(c, a)].every((v) => v >= -1e-14),
    );
    id = 4 * id + child;
    corners = parts[child]!;
  }
  return id;
}

describe('the triangles of a cone', () => {
  it('hold every direction of the cone, and are few', () => {
    let state = 1;
    const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    for (let i = 0; i < 300; i++) {
      const z = 2 * next() - 1;
      const phi = 2 * Math.PI * next();
      const r = Math.sqrt(1 - z * z);
      const direction: Vector3 = [r * Math.cos(phi), r * Math.sin(phi), z];
      const found = htmCone(fromVector(direction), 1e-6, 7);
      expect(found).toContain(triangleOf(direction, 7));
      expect(found.length).toBeLessThan(9); // circles through the corners overlap
    }
  });

  it('are all of them for the whole sky, numbered from 8 · 4^level', () => {
    const all = htmCone({ raDeg: 10, decDeg: 20 }, 180, 2);
    expect(all).toEqual(Array.from({ length: 128 }, (_, i) => 128 + i));
    expect(() => htmCone({ raDeg: 0, decDeg: 0 }, 1, 21)).toThrow(HtmRangeError);
  });
});
