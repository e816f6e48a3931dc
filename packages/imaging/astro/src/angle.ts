/**
 * Angles: conversion factors and wrapping. Degrees at every boundary, radians inside.
 * Everything here uses only + - * / and floor, so the bits are the same on every engine.
 */

/** Radians in a degree. */
export const RAD_PER_DEG = Math.PI / 180;

/** Degrees in a radian. */
export const DEG_PER_RAD = 180 / Math.PI;

/** Arcseconds in a degree. */
export const ARCSEC_PER_DEG = 3600;

/** Arcseconds in a radian. */
export const ARCSEC_PER_RAD = 3600 * DEG_PER_RAD;

/** Converts degrees to radians. */
export function degToRad(angleDeg: number): number {
  return angleDeg * RAD_PER_DEG;
}

/** Converts radians to degrees. */
export function radToDeg(angleRad: number): number {
  return angleRad * DEG_PER_RAD;
}

/** Wraps an angle in degrees to [0, 360). */
export function wrapDeg360(angleDeg: number): number {
  const wrapped = angleDeg - 360 * Math.floor(angleDeg / 360);
  return wrapped >= 360 ? 0 : wrapped;
}

/** Wraps an angle in degrees to [-180, 180). */
export function wrapDeg180(angleDeg: number): number {
  return wrapDeg360(angleDeg + 180) - 180;
}
