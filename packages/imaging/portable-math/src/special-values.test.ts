import { describe, expect, it } from 'vitest';
import * as math from './index.js';

const VALUES = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  Infinity,
  -Infinity,
  NaN,
  1e-300,
  -1e-300,
  5e-324,
  -5e-324,
  1.7e308,
  -1.7e308,
  1e-10,
  710,
  -746,
  4294967296,
  9007199254740993,
];

/** Equal including NaN and the sign of zero, or within 2 ulp: host functions are good to that. */
function agrees(ours: number, host: number): boolean {
  if (Object.is(ours, host)) return true;
  if (ours === 0 || host === 0 || !Number.isFinite(host) || !Number.isFinite(ours)) return false;
  return Math.abs(ours - host) <= 2 ** -51 * Math.abs(host) + 5e-324;
}

describe('special values', () => {
  const unary = [
    'sin cos tan asin acos atan exp expm1 log log1p log2 log10 cbrt sinh cosh tanh'.split(' '),
  ].flat() as (keyof typeof math & keyof typeof Math)[];

  it.each(unary)('%s follows ECMA-262 at zeros, infinities, NaN and its edges', (name) => {
    const ours = math[name] as (x: number) => number;
    const host = Math[name] as (x: number) => number;
    for (const x of VALUES)
      expect(agrees(ours(x), host(x)), `${name}(${x}) = ${ours(x)}, host ${host(x)}`).toBe(true);
  });

  it.each(['atan2', 'pow', 'hypot'] as const)('%s follows ECMA-262 for all pairs', (name) => {
    for (const x of VALUES) {
      for (const y of VALUES) {
        const ours = math[name](x, y);
        const host = Math[name](x, y);
        expect(agrees(ours, host), `${name}(${x}, ${y}) = ${ours}, host ${host}`).toBe(true);
      }
    }
  });

  it('gives exact powers, roots and logarithms', () => {
    for (let k = -323; k <= 308; k++) {
      const power = Number(`1e${k}`);
      if (k >= 0 && k <= 22) expect(math.pow(10, k)).toBe(power);
      if (power > 1e-307) expect(math.log10(power)).toBe(k);
    }
    for (let k = -1074; k <= 1023; k++) {
      expect(math.pow(2, k)).toBe(2 ** k);
      expect(math.log2(2 ** k)).toBe(k);
    }
    for (let n = -200; n <= 200; n++) expect(math.cbrt(n * n * n) + 0).toBe(n + 0);
    for (let n = 0; n <= 1000; n++) expect(math.pow(n, 3)).toBe(n * n * n);
    expect(math.hypot(3 * 2 ** 900, 4 * 2 ** 900)).toBe(5 * 2 ** 900);
    expect(math.hypot(2, 3, 6)).toBe(7);
  });

  it('overflows and underflows where float64 does', () => {
    expect(math.exp(709.782712893384)).toBeLessThan(Infinity);
    expect(math.exp(709.7827128933841)).toBe(Infinity);
    expect(math.exp(-745.1332191019411)).toBe(5e-324);
    expect(math.exp(-745.1332191019412)).toBe(0);
    expect(math.exp(-720)).toBe(Math.exp(-720));
    expect(math.sinh(710.4)).toBeLessThan(Infinity);
    expect(math.sinh(711)).toBe(Infinity);
    expect(math.pow(-2, 1023)).toBe(-(2 ** 1023));
    expect(math.pow(-2, 1025)).toBe(-Infinity);
    expect(math.pow(1.0000000000000002, 1e300)).toBe(Infinity);
    expect(math.pow(0.9999999999999999, 1e300)).toBe(0);
  });

  it('gives factorials from gamma, and poles', () => {
    let factorial = 1n;
    for (let n = 1; n <= 170; n++) {
      factorial *= BigInt(n);
      expect(math.gamma(n + 1)).toBe(Number(factorial));
    }
    expect(math.gamma(172)).toBe(Infinity);
    expect(math.gamma(0)).toBe(Infinity);
    expect(math.gamma(-0)).toBe(-Infinity);
    expect(math.gamma(-3)).toBeNaN();
    expect(math.lgamma(1)).toBe(0);
    expect(math.lgamma(2)).toBe(0);
    expect(math.lgamma(-4)).toBe(Infinity);
    expect(math.lgamma(Infinity)).toBe(Infinity);
  });

  it('gives the limits of the special functions', () => {
    expect(math.erf(Infinity)).toBe(1);
    expect(math.erf(-0)).toBe(-0);
    expect(math.erfc(-Infinity)).toBe(2);
    expect(math.erfc(30)).toBe(0);
    expect(math.erf(NaN)).toBeNaN();
    expect(math.besselJ0(0)).toBe(1);
    expect(math.besselJ1(-0)).toBe(-0);
    expect(math.besselJ0(Infinity)).toBe(0);
    expect(math.besselJ1(NaN)).toBeNaN();
    expect(math.regularizedGammaP(2, 0)).toBe(0);
    expect(math.regularizedGammaP(2, Infinity)).toBe(1);
    expect(math.regularizedGammaQ(0, 1)).toBeNaN();
    expect(math.regularizedGammaP(1, 3)).toBeCloseTo(1 - Math.exp(-3), 15);
  });
});
