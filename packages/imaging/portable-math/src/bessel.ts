/**
 * Bessel functions of the first kind J0 and J1. Up to 8: Chebyshev series in x^2. Beyond: the modulus and phase form
 * sqrt(2 / pi x) (P cos(x - phase) - Q sin(x - phase)), with P and x Q as Chebyshev series in (8 / x)^2.
 * The series were fitted to 40 digits. Accuracy: absolute error below 2e-15 for x up to 1e9.
 */
import { chebyshevSum } from './chebyshev.js';
import { cos, sin } from './trigonometry.js';

const INVERSE_SQRT_PI = 0.5641895835477563;

/** J0(x) as a series in z = x^2, 0 <= z <= 64. */
const J0_SMALL: readonly number[] = [
  0.15772797147489012, -0.008723442352852221, 0.2651786132033368, -0.37009499387264977, 0.15806710233209725,
  -0.034893769411408884, 0.004819180069467605, -0.00046062616620627504, 3.246032882100508e-5,
  -1.7619469077621507e-6, 7.608163592418782e-8, -2.679253530557673e-9, 7.848696314479465e-11,
  -1.9438346867370164e-12, 4.125320595634374e-14, -7.588508125447546e-16, 1.2218515873961411e-17,
];

/** J1(x) / x as a series in z = x^2, 0 <= z <= 64. */
const J1_SMALL: readonly number[] = [
  0.08104484632565812, -0.1489751450676521, 0.1609992623572097, -0.08268049176681791, 0.022213639654966037,
  -0.003646940600769276, 0.0004050337728354822, -3.255554866857259e-5, 1.9858774049915165e-6,
  -9.521984756750436e-8, 3.687133759097148e-9, -1.178026622695885e-10, 3.160154580348003e-12,
  -7.221755239651773e-14, 1.4232144003513942e-15, -2.4441972916190464e-17, 3.6912682997929334e-19,
];

/** P of J0 as a series in (8 / x)^2. */
const J0_P: readonly number[] = [
  0.9994603493475187, -0.0005365220468132117, 3.0751847875194745e-6, -5.1705945376060975e-8,
  1.6306464635151382e-9, -7.86409137723707e-11, 5.168262387349193e-12, -4.3045788699253914e-13,
  4.3265957431549404e-14, -5.069034095935236e-15, 6.748072215733873e-16, -1.0011513723467786e-16,
  1.6305919233744186e-17,
];

/** x Q of J0 as a series in (8 / x)^2. */
const J0_Q: readonly number[] = [
  -0.12444683684269607, 0.0005470815954089319, -5.9315987288485175e-6, 1.4377965798375193e-7,
  -5.817532749493056e-9, 3.376097523734991e-10, -2.565397936797308e-11, 2.404916100281365e-12,
  -2.6690625482579414e-13, 3.4041800321963686e-14, -4.87994410531204e-15, 7.729703176242605e-16,
  -1.3348852171502517e-16, 2.4865952389390515e-17, -4.952892629886516e-18,
];

/** P of J1 as a series in (8 / x)^2. */
const J1_P: readonly number[] = [
  1.0009030408600137, 0.0008989898330859408, -3.987284300488908e-6, 6.177633960644299e-8,
  -1.8718907491063067e-9, 8.816898659582339e-11, -5.704863640395645e-12, 4.699195515230542e-13,
  -4.6842237839904895e-14, 5.452674896044717e-15, -7.221180842274018e-16, 1.0667689114335412e-16,
  -1.7312313216116335e-17,
];

/** x Q of J1 as a series in (8 / x)^2. */
const J1_Q: readonly number[] = [
  0.3742222965562826, -0.0007702178839325664, 7.3108922063643636e-6, -1.676782510726674e-7,
  6.583354662120443e-9, -3.749090950541556e-10, 2.8121750359748866e-11, -2.61145253946232e-12,
  2.8774212663332235e-13, -3.649001916061838e-14, 5.206626366226707e-15, -8.215318025458595e-16,
  1.4141084390211833e-16, -2.626761589838529e-17, 5.2192649196714085e-18,
];

/** Bessel function J0(x), even in x; 0 at infinity. */
export function besselJ0(x: number): number {
  const size = Math.abs(x);
  if (size <= 8) return chebyshevSum(J0_SMALL, (size * size) / 32 - 1);
  if (!(size < Infinity)) return size === Infinity ? 0 : NaN;
  const w = 8 / size;
  const t = 2 * w * w - 1;
  const s = sin(size);
  const c = cos(size);
  // cos and sin of x - pi/4, times sqrt 2
  return (
    (INVERSE_SQRT_PI / Math.sqrt(size)) *
    (chebyshevSum(J0_P, t) * (c + s) - (chebyshevSum(J0_Q, t) / size) * (s - c))
  );
}

/** Bessel function J1(x), odd in x; 0 at infinity. */
export function besselJ1(x: number): number {
  const size = Math.abs(x);
  if (size <= 8) return x * chebyshevSum(J1_SMALL, (size * size) / 32 - 1);
  if (!(size < Infinity)) return size === Infinity ? 0 : NaN;
  const w = 8 / size;
  const t = 2 * w * w - 1;
  const s = sin(size);
  const c = cos(size);
  // cos and sin of x - 3 pi/4, times sqrt 2
  const value =
    (INVERSE_SQRT_PI / Math.sqrt(size)) *
    (chebyshevSum(J1_P, t) * (s - c) + (chebyshevSum(J1_Q, t) / size) * (s + c));
  return x < 0 ? -value : value;
}
