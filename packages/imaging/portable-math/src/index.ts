/**
 * Elementary functions and keyed random streams with the same bits on every engine: made from + - * / and sqrt alone,
 * which IEEE 754 and ECMA-262 round in one way only.
 */
export { acos, asin, atan, atan2 } from './inverse-trigonometry.js';
export { cos, sin, tan } from './trigonometry.js';
export { exp, expm1 } from './exponential.js';
export { cosh, sinh, tanh } from './hyperbolic.js';
export { log, log10, log1p, log2 } from './logarithm.js';
export { cbrt, hypot, pow } from './power.js';
export { hashString32, hashWords, mixWord } from './hash.js';
export { highWord, lowWord } from './float-bits.js';
export { erf, erfc } from './error-function.js';
export { gamma, lgamma, logPoissonProbability } from './gamma-function.js';
export {
  inverseRegularizedGammaP,
  inverseRegularizedGammaQ,
  regularizedGammaP,
  regularizedGammaQ,
} from './incomplete-gamma.js';
export { besselJ0, besselJ1 } from './bessel.js';
export { inverseNormalCdf } from './normal-distribution.js';
export { DistributionParameterError, RandomStream, seedWords } from './random-stream.js';
