/**
 * atan2, atan, asin, acos in radians. All are the angle of a vector in the first octant: with c = the nearest 1/64 to
 * t = y / x <= 1, atan t = atan c + atan((y - c x) / (x + c y)), the last argument below 1/128 and computed with its rounding
 * error; atan c comes from a table in two parts, made when the module loads from Euler's series in double-double.
 * asin and acos use atan2 with sqrt((1 - x)(1 + x)) in two parts. Accuracy: below 0.6 ulp (atan, atan2), 1 ulp (asin, acos).
 */
import {
  addDoubleDouble,
  divideDoubleDouble,
  multiplyDoubleDouble,
  productError,
  sumError,
  type DoubleDouble,
} from './double-double.js';
import { isNegative, powerOfTwo } from './float-bits.js';

const HALF_PI_HIGH = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
const PI_HIGH = 3.141592653589793;
const PI_LOW = 1.2246467991473532e-16;

const STEPS = 64;
const tableHigh = new Float64Array(STEPS + 1);
const tableLow = new Float64Array(STEPS + 1);

for (let i = 1; i <= STEPS; i++) {
  // Euler: atan c = sum of 2^2n n!^2 / (2n+1)! * c^(2n+1) / (1 + c^2)^(n+1), all terms positive, ratio at most 1/2.
  const c = i / STEPS;
  const w = divideDoubleDouble([c * c, 0], [1 + c * c, 0]);
  let series: DoubleDouble = [1, 0];
  for (let n = 110; n >= 1; n--) {
    const factor = multiplyDoubleDouble(divideDoubleDouble([2 * n, 0], [2 * n + 1, 0]), w);
    series = addDoubleDouble([1, 0], multiplyDoubleDouble(factor, series));
  }
  const [high, low] = multiplyDoubleDouble(series, divideDoubleDouble([c, 0], [1 + c * c, 0]));
  tableHigh[i] = high;
  tableLow[i] = low;
}

const angle = new Float64Array(2);

/** atan((y + yLow) / (x + xLow)) into `angle`, for 0 <= y <= x (and a hair), x > 0, both far from over- and underflow. */
function octantAngle(y: number, yLow: number, x: number, xLow: number): void {
  const i = Math.floor((y / x) * STEPS + 0.5);
  const c = i / STEPS;
  const cx = c * x;
  const a = y - cx;
  const aLow = sumError(y, -cx, a) - productError(c, x, cx) + (yLow - c * xLow);
  const cy = c * y;
  const b = x + cy;
  const bLow = cy - (b - x) + productError(c, y, cy) + (xLow + c * yLow);
  const t = a / b;
  const product = t * b;
  const tLow = (a - product - productError(t, b, product) + (aLow - t * bLow)) / b;
  const z = t * t;
  // (atan t - t) / t^3, |t| < 2^-6.9
  const series = -1 / 3 + z * (1 / 5 + z * (-1 / 7 + z * (1 / 9 + z * (-1 / 11))));
  const high = tableHigh[i]!;
  const sum = high + t;
  const lo = (i === 0 ? 0 : t - (sum - high)) + (tableLow[i]! + tLow + t * z * series);
  const hi = sum + lo;
  angle[0] = hi;
  angle[1] = lo - (hi - sum);
}

/** Angle of the vector (x + xLow, y + yLow) with y >= 0 and |x|, y not both 0: 0..pi. */
function upperHalfPlaneAngle(y: number, yLow: number, x: number, xLow: number): number {
  const size = Math.abs(x);
  const sizeLow = x < 0 ? -xLow : xLow;
  if (y <= size) {
    octantAngle(y, yLow, size, sizeLow);
    if (x > 0) return angle[0]! + angle[1]!;
    const rest = PI_HIGH - angle[0]!;
    return rest + (PI_HIGH - rest - angle[0]! + (PI_LOW - angle[1]!));
  }
  octantAngle(size, sizeLow, y, yLow);
  const turn = x < 0 ? 1 : -1;
  const sum = HALF_PI_HIGH + turn * angle[0]!;
  return sum + (HALF_PI_HIGH - sum + turn * angle[0]! + (HALF_PI_LOW + turn * angle[1]!));
}

const GROW = powerOfTwo(700);
const SHRINK = powerOfTwo(-700);

/** Angle of the point (x, y) from +x towards +y, -pi..pi, with the signs of zeros and infinities as in ECMA-262. */
export function atan2(y: number, x: number): number {
  if (x !== x || y !== y) return NaN;
  const sign = isNegative(y) ? -1 : 1;
  let a = Math.abs(y);
  let b = x;
  const size = Math.abs(x);
  if (a === 0) return isNegative(x) ? sign * PI_HIGH : y;
  if (size === 0) return sign * HALF_PI_HIGH;
  if (a === Infinity)
    return size === Infinity ? (sign * (x > 0 ? 1 : 3) * HALF_PI_HIGH) / 2 : sign * HALF_PI_HIGH;
  if (size === Infinity) return x > 0 ? sign * 0 : sign * PI_HIGH;
  const larger = Math.max(a, size);
  if (larger > 1e150) {
    a *= SHRINK;
    b *= SHRINK;
  } else if (larger < 1e-100) {
    a *= GROW;
    b *= GROW;
  }
  if (b > 0 && a < b * 1e-9) return sign * (Math.abs(y) / x);
  return sign * upperHalfPlaneAngle(a, 0, b, 0);
}

/** Arc tangent, -pi/2..pi/2; atan(-0) is -0. */
export function atan(x: number): number {
  const size = Math.abs(x);
  if (size < 1e-8 || x !== x) return x;
  if (size > 1e17) return x > 0 ? HALF_PI_HIGH : -HALF_PI_HIGH;
  const value = upperHalfPlaneAngle(size, 0, 1, 0);
  return x < 0 ? -value : value;
}

const cosineOfArc = new Float64Array(2);

/** sqrt(1 - x^2) in two parts into `cosineOfArc`, for |x| <= 1. */
function cosineOfArcsine(x: number): void {
  const below = 1 - x;
  const belowLow = sumError(1, -x, below);
  const above = 1 + x;
  const aboveLow = sumError(1, x, above);
  const product = below * above;
  const productLow = productError(below, above, product) + (below * aboveLow + above * belowLow);
  const root = Math.sqrt(product);
  const square = root * root;
  cosineOfArc[0] = root;
  cosineOfArc[1] =
    root === 0 ? 0 : (product - square - productError(root, root, square) + productLow) / (2 * root);
}

/** Arc sine, -pi/2..pi/2; NaN outside -1..1; asin(-0) is -0. */
export function asin(x: number): number {
  const size = Math.abs(x);
  if (!(size <= 1)) return NaN;
  if (size < 1e-8) return x;
  cosineOfArcsine(size);
  const value = upperHalfPlaneAngle(size, 0, cosineOfArc[0]!, cosineOfArc[1]!);
  return x < 0 ? -value : value;
}

/** Arc cosine, 0..pi; NaN outside -1..1. */
export function acos(x: number): number {
  if (!(Math.abs(x) <= 1)) return NaN;
  cosineOfArcsine(x);
  return upperHalfPlaneAngle(cosineOfArc[0]!, cosineOfArc[1]!, x, 0);
}
