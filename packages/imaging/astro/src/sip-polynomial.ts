/** The polynomials of TAN-SIP: sums of coefficient u^p v^q with p + q up to the order, in pixels. */

/** One term coefficient u^p v^q. */
export interface SipTerm {
  readonly p: number;
  readonly q: number;
  readonly coefficient: number;
}

/** A distortion polynomial: its order (the header's A_ORDER) and its terms; terms that are absent are zero. */
export interface SipPolynomial {
  readonly order: number;
  readonly terms: readonly SipTerm[];
}

/** A polynomial's value and derivatives at a point. */
export interface SipValue {
  value: number;
  byU: number;
  byV: number;
}

/** The greatest order the SIP convention's one-digit keywords can name. */
export const MAX_SIP_ORDER = 9;

/** The polynomial without terms. */
export const ZERO_SIP: SipPolynomial = { order: 0, terms: [] };

/** All exponents (p, q) with lowest <= p + q <= order, in the order of rising total degree and falling p. */
export function sipExponents(lowest: number, order: number): readonly (readonly [number, number])[] {
  const exponents: [number, number][] = [];
  for (let degree = lowest; degree <= order; degree++) {
    for (let q = 0; q <= degree; q++) exponents.push([degree - q, q]);
  }
  return exponents;
}

/** Whole powers 0..count-1 of a number. */
export function wholePowers(base: number, count: number): Float64Array {
  const powers = new Float64Array(count);
  let power = 1;
  for (let i = 0; i < count; i++) {
    powers[i] = power;
    power *= base;
  }
  return powers;
}

/** Value and first derivatives of a polynomial at (u, v). */
export function evaluateSip(polynomial: SipPolynomial, u: number, v: number): SipValue {
  const sum: SipValue = { value: 0, byU: 0, byV: 0 };
  if (polynomial.terms.length === 0) return sum;
  const uPowers = wholePowers(u, polynomial.order + 1);
  const vPowers = wholePowers(v, polynomial.order + 1);
  for (const { p, q, coefficient } of polynomial.terms) {
    const up = uPowers[p] ?? 0;
    const vq = vPowers[q] ?? 0;
    sum.value += coefficient * up * vq;
    if (p > 0) sum.byU += coefficient * p * (uPowers[p - 1] ?? 0) * vq;
    if (q > 0) sum.byV += coefficient * q * up * (vPowers[q - 1] ?? 0);
  }
  return sum;
}
