/**
 * pow, cbrt and hypot. pow is e^(y log x) with the logarithm and the product carried to about 66 bits; results that a float64
 * can hold exactly (small integer powers) come out exact. cbrt and hypot end with one correction from the exact residual.
 * Accuracy: below 0.6 ulp where the result is normal; special cases as in ECMA-262 (pow(1, NaN) is NaN).
 */
import { productError, sumError } from './double-double.js';
import { expOfSum } from './exponential.js';
import { highWord, isNegative, powerOfTwo, scaleByPowerOfTwo } from './float-bits.js';
import { logParts } from './logarithm.js';

const LARGE_EXPONENT_DOWN = powerOfTwo(-200);
const LARGE_EXPONENT_UP = powerOfTwo(200);
const SHRINK = powerOfTwo(-600);
const GROW = powerOfTwo(600);

/** x^y. A negative base needs an integer exponent, else NaN; pow(anything, 0) is 1. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y) return NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  const size = Math.abs(x);
  if (y === Infinity || y === -Infinity) {
    if (size === 1) return NaN;
    return size > 1 === y > 0 ? Infinity : 0;
  }
  const odd = Math.abs(y) < 9007199254740992 && y % 2 !== 0 && Math.floor(y) === y;
  const sign = odd && isNegative(x) ? -1 : 1;
  if (size === 0) return y > 0 ? sign * 0 : sign * Infinity;
  if (size === Infinity) return y > 0 ? sign * Infinity : sign * 0;
  if (x < 0 && Math.floor(y) !== y) return NaN;
  if (size === 1) return sign;
  const parts = logParts(size);
  const high = parts[0]!;
  const low = parts[1]!;
  const product = y * high;
  if (product > 710) return sign * Infinity;
  if (product < -746) return sign * 0;
  if (Math.abs(product) < 1e-18) return sign * (1 + product);
  // |y| may be huge where |log x| is tiny: scale both by powers of two before splitting them.
  const lo =
    Math.abs(y) < 1e30
      ? productError(y, high, product)
      : productError(y * LARGE_EXPONENT_DOWN, high * LARGE_EXPONENT_UP, product);
  return sign * expOfSum(product, lo + y * low);
}

/** Cube root; exact for exact cubes, keeps the sign of zero. */
export function cbrt(x: number): number {
  if (x === 0 || !(Math.abs(x) < Infinity)) return x;
  let m = Math.abs(x);
  let k = 0;
  if (m < 2.2250738585072014e-308) {
    m *= 18014398509481984; // 2^54
    k = -18;
  }
  const third = Math.floor(((highWord(m) >>> 20) - 1023) / 3);
  m *= powerOfTwo(-third);
  m *= powerOfTwo(-third);
  m *= powerOfTwo(-third); // now 1 <= m < 8
  let y = 0.7 + m * (0.355 - m * 0.0245);
  for (let i = 0; i < 3; i++) {
    const cube = y * y * y;
    y = (y * (cube + 2 * m)) / (2 * cube + m);
  }
  const square = y * y;
  const squareLow = productError(y, y, square);
  const cube = square * y;
  const residual = m - cube - (productError(square, y, cube) + squareLow * y);
  y += residual / (3 * square);
  return scaleByPowerOfTwo(x < 0 ? -y : y, third + k);
}

/** sqrt(x^2 + y^2 + z^2) without overflow or underflow on the way; an infinite argument wins over NaN. */
export function hypot(x: number, y: number, z = 0): number {
  const a = Math.abs(x);
  const b = Math.abs(y);
  const c = Math.abs(z);
  if (a === Infinity || b === Infinity || c === Infinity) return Infinity;
  const largest = Math.max(a, b, c);
  if (largest === 0 || largest !== largest) return largest;
  if (largest > 1e150) return rootOfSquares(a * SHRINK, b * SHRINK, c * SHRINK) * GROW;
  if (largest < 1e-140) return rootOfSquares(a * GROW, b * GROW, c * GROW) * SHRINK;
  return rootOfSquares(a, b, c);
}

/** sqrt(a^2 + b^2 + c^2) with the squares in double-double. */
function rootOfSquares(a: number, b: number, c: number): number {
  const a2 = a * a;
  const b2 = b * b;
  const c2 = c * c;
  const ab = a2 + b2;
  const sum = ab + c2;
  const low =
    sumError(a2, b2, ab) +
    sumError(ab, c2, sum) +
    (productError(a, a, a2) + productError(b, b, b2) + productError(c, c, c2));
  const root = Math.sqrt(sum);
  const square = root * root;
  return root + (sum - square - productError(root, root, square) + low) / (2 * root);
}
