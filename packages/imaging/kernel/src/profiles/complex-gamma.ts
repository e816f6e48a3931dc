/**
 * log gamma of a complex number with positive real part: shifted by the recurrence until |z| > 10, then Stirling's series.
 * Absolute error about 1e-14 (and 1e-16 |result| beyond that). The imaginary part is not reduced to a principal value.
 */
import { atan2, log } from '@imsim-od/portable-math';

const HALF_LOG_TWO_PI = 0.9189385332046728;
/** B_2m / (2m (2m - 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** [real, imaginary] part of log gamma(re + i im), re > 0. */
export function logGammaComplex(re: number, im: number): [number, number] {
  let x = re;
  let shiftRe = 0;
  let shiftIm = 0;
  while (x * x + im * im < 100) {
    shiftRe += 0.5 * log(x * x + im * im);
    shiftIm += atan2(im, x);
    x += 1;
  }
  const size = x * x + im * im;
  const logRe = 0.5 * log(size);
  const logIm = atan2(im, x);
  let sumRe = (x - 0.5) * logRe - im * logIm - x + HALF_LOG_TWO_PI - shiftRe;
  let sumIm = (x - 0.5) * logIm + im * logRe - im - shiftIm;
  // 1 / z, then its odd powers
  let powerRe = x / size;
  let powerIm = -im / size;
  const squareRe = powerRe * powerRe - powerIm * powerIm;
  const squareIm = 2 * powerRe * powerIm;
  for (const coefficient of STIRLING) {
    sumRe += coefficient * powerRe;
    sumIm += coefficient * powerIm;
    const nextRe = powerRe * squareRe - powerIm * squareIm;
    powerIm = powerRe * squareIm + powerIm * squareRe;
    powerRe = nextRe;
  }
  return [sumRe, sumIm];
}
