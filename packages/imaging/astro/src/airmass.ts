/**
 * Airmass from altitude after Krisciunas & Schaefer 1991 (PASP 103, 1033, eq. 3), the form imSim uses too:
 *
 *     X = 1 / sqrt(1 - 0.96 sin^2 z) = 1 / sqrt(1 - 0.96 cos^2 h),
 *
 * z the zenith distance and h the altitude, without refraction. X is 1 at the zenith, 5 on the horizon, and follows
 * sec z within 1 % down to 55 deg of altitude.
 */
import { asin, sin } from '@imsim-od/portable-math';
import { degToRad, radToDeg } from './angle.js';

/** The airmass on the horizon, the largest the formula knows. */
export const HORIZON_AIRMASS = 5;

/** An airmass or an altitude that the formula does not cover. */
export class AirmassRangeError extends Error {
  readonly code = 'AIRMASS_RANGE';
  /** What was given: `airmass` or `altitudeDeg`. */
  readonly quantity: string;
  readonly value: number;
  constructor(quantity: string, value: number, rule: string) {
    super(`${quantity} is ${value}; ${rule}. Choose a pointing above the horizon.`);
    this.name = 'AirmassRangeError';
    this.quantity = quantity;
    this.value = value;
  }
}

/** Airmass at a zenith distance of 0..90 deg. @throws AirmassRangeError below the horizon */
export function airmassFromZenithDistanceDeg(zenithDistanceDeg: number): number {
  if (!(zenithDistanceDeg >= 0 && zenithDistanceDeg <= 90)) {
    throw new AirmassRangeError('zenithDistanceDeg', zenithDistanceDeg, 'airmass is defined for 0 to 90 deg');
  }
  const s = sin(degToRad(zenithDistanceDeg));
  return 1 / Math.sqrt(1 - 0.96 * s * s);
}

/** Airmass at an altitude of 0..90 deg. @throws AirmassRangeError below the horizon */
export function airmassFromAltitudeDeg(altitudeDeg: number): number {
  if (!(altitudeDeg >= 0 && altitudeDeg <= 90)) {
    throw new AirmassRangeError('altitudeDeg', altitudeDeg, 'airmass is defined for 0 to 90 deg');
  }
  return airmassFromZenithDistanceDeg(90 - altitudeDeg);
}

/** Altitude in degrees at which the airmass is X, 1..5. @throws AirmassRangeError outside */
export function altitudeDegFromAirmass(airmass: number): number {
  if (!(airmass >= 1 && airmass <= HORIZON_AIRMASS)) {
    throw new AirmassRangeError('airmass', airmass, 'it lies between 1 (zenith) and 5 (horizon)');
  }
  const s2 = (1 - 1 / (airmass * airmass)) / 0.96;
  return 90 - radToDeg(asin(Math.min(1, Math.sqrt(s2))));
}
