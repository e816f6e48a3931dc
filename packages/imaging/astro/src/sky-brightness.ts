/**
 * The brightness of the sky from its parts, AB mag per square arcsec as seen from the ground: dark sky, moonlight, twilight.
 *
 * - Dark: the zenith's brightness times X 10^(-0.4 k (X - 1)) (`darkSkyMagnitudeAt`).
 * - Moon: Krisciunas & Schaefer 1991 (PASP 103, 1033), which is for V: I* = 10^(-0.4 (3.84 + 0.026 |a| + 4e-9 a^4)) at phase
 *   angle a; f = 10^5.36 (1.06 + cos^2 r) + max(10^(6.15 - r / 40), 6.2e7 / r^2) at a distance of r deg, the second of the two being
 *   theirs within 10 deg; B = f I* 10^(-0.4 k X_moon) (1 - 10^(-0.4 k X)) nanolambert. Each band has its own k, except y, whose
 *   extinction is water that absorbs and does not scatter: 0.06 there, which continues r, i and z. f is that of V in all bands. The Moon's
 *   colours m - V: the Sun's (Willmer 2018, ApJS 236, 47: V -26.76 Vega; u -25.18, g -26.47, r -26.93, i -27.05, z -27.07, y -27.07 AB),
 *   reddened by an albedo that grows with wavelength as 1 + 0.00214 (lambda - 551 nm), which takes the Sun's B-V and U-B to the full
 *   Moon's 0.92 and 0.46 (Allen, Astrophysical Quantities).
 * - Twilight: PhoSim's fits of the whole sky to the Sun's zenith distance a = 95..106 deg, c0 + c1 d + c2 d^2 with d = a - 95; what they
 *   have above the dark zenith is added, the same in all directions, and goes to nothing from 106 to 108 deg.
 *
 * Against the sky of rubin_scheduler's database of 68 visits (ESO's model): docs/inputs/sky-background.md.
 */
import { acos, cos, log, log10, pow } from '@imsim-od/portable-math';
import { airmassFromAltitudeDeg } from './airmass.js';
import { degToRad, radToDeg } from './angle.js';
import type { Band } from './band.js';
import { BAND_PHOTOMETRY, darkSkyMagnitudeAtAirmass } from './photometry.js';

/** What the sky's brightness depends on. */
export interface SkyConditions {
  readonly band: Band;
  /** Of the direction looked at. */
  readonly altitudeDeg: number;
  readonly moonAltitudeDeg: number;
  /** Of the Moon from the direction looked at. */
  readonly moonSeparationDeg: number;
  /** Illuminated part of the Moon's disk, 0..100 percent. */
  readonly moonIlluminatedPercent: number;
  readonly sunAltitudeDeg: number;
}

/** The sky and its parts, AB mag per square arcsec; a part without light is Infinity. */
export interface SkyBrightness {
  readonly total: number;
  readonly dark: number;
  readonly moon: number;
  readonly twilight: number;
}

/** With the Sun above this altitude there is daylight, for which there is no formula here. */
export const HIGHEST_SUN_DEG = -5;

/** m - V of the full Moon; see the head of this file. */
export const MOON_COLOUR_MAG: Readonly<Record<Band, number>> = {
  u: 2.1,
  g: 0.47,
  r: -0.32,
  i: -0.68,
  z: -0.87,
  y: -1.01,
};

/** Extinction by scattering in y, mag per airmass. */
const SCATTERING_Y = 0.06;
/** The Moon's radius: nearer, the formula would grow without bound. */
const NEAREST_MOON_DEG = 0.25;

const TWILIGHT: Readonly<Record<Band, readonly [number, number, number]>> = {
  u: [11.78, 1.376, -0.039],
  g: [11.84, 1.411, -0.041],
  r: [11.84, 1.518, -0.057],
  i: [11.4, 1.567, -0.064],
  z: [10.93, 1.47, -0.062],
  y: [10.43, 1.42, -0.052],
};
const TWILIGHT_FIRST_DEG = 95;
const TWILIGHT_LAST_DEG = 106;
const TWILIGHT_NONE_DEG = 108;

/** The sky's brightness in a direction. The Sun above -5 deg counts as at -5 deg. @throws AirmassRangeError below the horizon */
export function skyBrightness(conditions: SkyConditions): SkyBrightness {
  const { band, altitudeDeg } = conditions;
  const dark = darkSkyMagnitudeAtAirmass(band, airmassFromAltitudeDeg(altitudeDeg));
  const moon = moonlightMagnitude(conditions);
  const twilight = twilightMagnitude(band, conditions.sunAltitudeDeg);
  const light = fluxOf(dark) + fluxOf(moon) + fluxOf(twilight);
  return {
    total: moon === Infinity && twilight === Infinity ? dark : magnitudeOf(light),
    dark,
    moon,
    twilight,
  };
}

/** Moonlight alone, AB mag per square arcsec; Infinity with the Moon below the horizon. */
export function moonlightMagnitude(conditions: Omit<SkyConditions, 'sunAltitudeDeg'>): number {
  const { band, altitudeDeg, moonAltitudeDeg, moonSeparationDeg, moonIlluminatedPercent } = conditions;
  if (moonAltitudeDeg <= 0) return Infinity;
  const lit = Math.min(1, Math.max(0, moonIlluminatedPercent / 100));
  const phaseDeg = radToDeg(acos(2 * lit - 1));
  const square = phaseDeg * phaseDeg;
  const moon = pow(10, -0.4 * (3.84 + 0.026 * phaseDeg + 4e-9 * square * square));
  const distance = Math.max(NEAREST_MOON_DEG, moonSeparationDeg);
  const cosine = cos(degToRad(distance));
  const scattered =
    pow(10, 5.36) * (1.06 + cosine * cosine) +
    Math.max(pow(10, 6.15 - distance / 40), 6.2e7 / (distance * distance));
  const k = band === 'y' ? SCATTERING_Y : BAND_PHOTOMETRY[band].extinctionPerAirmass;
  const brightnessNl =
    scattered *
    moon *
    pow(10, -0.4 * k * airmassFromAltitudeDeg(moonAltitudeDeg)) *
    (1 - pow(10, -0.4 * k * airmassFromAltitudeDeg(altitudeDeg)));
  return (20.7233 - log(brightnessNl / 34.08)) / 0.92104 + MOON_COLOUR_MAG[band];
}

/** Twilight alone, AB mag per square arcsec; Infinity where there is none. */
export function twilightMagnitude(band: Band, sunAltitudeDeg: number): number {
  const zenithDistance = 90 - Math.min(HIGHEST_SUN_DEG, sunAltitudeDeg);
  if (zenithDistance >= TWILIGHT_NONE_DEG) return Infinity;
  const d = Math.min(zenithDistance, TWILIGHT_LAST_DEG) - TWILIGHT_FIRST_DEG;
  const [c0, c1, c2] = TWILIGHT[band];
  const above = fluxOf(c0 + d * (c1 + d * c2)) - fluxOf(BAND_PHOTOMETRY[band].darkSkyMagnitude);
  const fade = Math.min(1, (TWILIGHT_NONE_DEG - zenithDistance) / (TWILIGHT_NONE_DEG - TWILIGHT_LAST_DEG));
  return above > 0 ? magnitudeOf(above * fade) : Infinity;
}

function fluxOf(magnitude: number): number {
  return magnitude === Infinity ? 0 : pow(10, -0.4 * magnitude);
}

function magnitudeOf(flux: number): number {
  return -2.5 * log10(flux);
}
