/** Directions as astronomers read them. */
import type { SkyPosition } from '@imsim-od/astro';

/** As `RA 53.001234 Dec -27.500123 (ICRS)  03:32:00.30 -27:30:00.4`. */
export function skyText({ raDeg, decDeg }: SkyPosition): string {
  return `RA ${raDeg.toFixed(6)}  Dec ${decDeg.toFixed(6)} deg (ICRS)   ${sexagesimal(raDeg / 15, 2)} ${decDeg < 0 ? '-' : '+'}${sexagesimal(Math.abs(decDeg), 1)}`;
}

/** Units, minutes and seconds with a number of decimals; rounded as a whole, so that seconds never read 60. */
export function sexagesimal(value: number, decimals: number): string {
  const perSecond = 10 ** decimals;
  const total = Math.round(value * 3600 * perSecond);
  const two = (part: number): string => String(part).padStart(2, '0');
  const seconds = Math.floor(total / perSecond) % 60;
  const fraction = String(total % perSecond).padStart(decimals, '0');
  const minutes = Math.floor(total / (60 * perSecond)) % 60;
  return `${two(Math.floor(total / (3600 * perSecond)))}:${two(minutes)}:${two(seconds)}.${fraction}`;
}
