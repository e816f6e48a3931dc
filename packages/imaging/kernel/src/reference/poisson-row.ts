/**
 * Scalar twin of assembly/poisson.ts, with the same bits. Used by tests.
 */
import { RandomStream } from '@imsim-od/portable-math';
import { LaneWords, multiplyAdd, normals8, polynomial } from './random-lanes.js';

const f = Math.fround;
const double = new DataView(new ArrayBuffer(8));

/** exp(-x), 0 <= x <= 12. */
export function expMinus(x: number): number {
  const k = Math.floor(x * 1.4426950408889634 + 0.5);
  const r = k * 0.6931471803691238 - x + k * 1.9082149292705877e-10;
  const taylor = [
    1.6059043836821613e-10, 2.08767569878681e-9, 2.505210838544172e-8, 2.755731922398589e-7,
    2.7557319223985893e-6, 2.48015873015873e-5, 1.984126984126984e-4, 1.388888888888889e-3,
    8.333333333333333e-3, 4.1666666666666664e-2, 0.16666666666666666, 0.5, 1, 1,
  ];
  double.setUint32(0, (1023 - k) << 20);
  double.setUint32(4, 0);
  return taylor.reduce((sum, c) => sum * r + c) * double.getFloat64(0);
}

function smallPoisson(mean: number, stream: RandomStream): number {
  let p = expMinus(mean);
  let u = (stream.nextU32() + 0.5) * 2.3283064365386963e-10;
  let k = 0;
  while (u > p && k < 200) {
    u -= p;
    k++;
    p *= mean / k;
  }
  return k;
}

function quantile(mean: number, z: number): number {
  const root = f(Math.sqrt(mean));
  const inverse = f(1 / root);
  const z2 = f(z * z);
  const a = multiplyAdd(z2, 0.1666666667, 0.3333333333);
  const b = f(z * multiplyAdd(z2, -0.01388888889, -0.02777777778));
  const c = polynomial(z2, 0.0037037037, 0.00864197531, -0.01975308642);
  const x = multiplyAdd(multiplyAdd(c, inverse, b), inverse, f(mean + multiplyAdd(root, z, a)));
  return Math.min(Math.max(Math.floor(x), 0), 2147483647);
}

/** Adds Poisson deviates of the means to the counts: `key` is the row's stream, `smallKey` that of means below 12. */
export function addPoissonRow(
  key: readonly [number, number, number, number],
  smallKey: readonly [number, number, number, number],
  mean: Float32Array,
  counts: Int32Array,
): void {
  const words = new LaneWords(key);
  const small = new RandomStream(...smallKey);
  for (let i = 0; i < mean.length; i += 8) {
    const normals = normals8(words.next(), words.next());
    for (let j = 0; j < 8 && i + j < mean.length; j++) {
      const raw = mean[i + j] ?? 0;
      const mu = raw > 0 ? Math.min(raw, 4294967296) : 0;
      const drawn = mu >= 12 ? quantile(mu, normals[j] ?? 0) : mu > 0 ? smallPoisson(mu, small) : 0;
      counts[i + j] = Math.min((counts[i + j] ?? 0) + drawn, 2147483647);
    }
  }
}
