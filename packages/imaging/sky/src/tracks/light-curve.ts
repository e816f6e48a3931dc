/** Magnitudes in time: between two points the flux is a straight line; before the first and after the last there is no light. */
import { log10, pow } from '@imsim-od/portable-math';

/** Flux (AB 0 is 1) at a time from points in ascending order of time; magnitudes that are not finite mean no light. */
export function fluxAt(times: ArrayLike<number>, magnitudes: ArrayLike<number>, mjdTai: number): number {
  const last = times.length - 1;
  if (last < 0 || !(mjdTai >= times[0]! && mjdTai <= times[last]!)) return 0;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= mjdTai) low = middle;
    else high = middle;
  }
  const fluxLow = fluxOf(magnitudes[low]!);
  if (high === low || times[high] === times[low]) return fluxLow;
  const t = (mjdTai - times[low]!) / (times[high]! - times[low]!);
  return (1 - t) * fluxLow + t * fluxOf(magnitudes[high]!);
}

/** AB magnitude of a flux; Infinity where there is none. */
export function magnitudeOfUnitFlux(flux: number): number {
  return flux > 0 ? -2.5 * log10(flux) : Infinity;
}

function fluxOf(magnitude: number): number {
  return Number.isFinite(magnitude) && magnitude < 90 ? pow(10, -0.4 * magnitude) : 0;
}
