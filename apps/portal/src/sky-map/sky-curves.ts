/** Great and small circles that help one find one's way on the sky, ICRS. */
import type { SkyPosition } from '@imsim-od/astro';

const DEG = Math.PI / 180;
/** North pole of the Galaxy, and the Galactic longitude of the celestial pole (IAU 1958, J2000). */
const POLE = { raDeg: 192.859_48, decDeg: 27.128_25, lonOfCelestialPoleDeg: 122.931_92 };
/** Obliquity of the ecliptic, J2000. */
const OBLIQUITY_DEG = 23.439_291;
const STEP_DEG = 1;

/** The declinations of the wide survey, in degrees; its true footprint leaves out the Galaxy's bright parts. */
export const WIDE_SURVEY_DEC_DEG = [-72, 12] as const;

/** A direction of Galactic coordinates. */
export function galactic(lonDeg: number, latDeg: number): SkyPosition {
  const l = (POLE.lonOfCelestialPoleDeg - lonDeg) * DEG;
  const b = latDeg * DEG;
  const pole = POLE.decDeg * DEG;
  const sinDec = Math.sin(pole) * Math.sin(b) + Math.cos(pole) * Math.cos(b) * Math.cos(l);
  const y = Math.cos(b) * Math.sin(l);
  const x = Math.cos(pole) * Math.sin(b) - Math.sin(pole) * Math.cos(b) * Math.cos(l);
  return {
    raDeg: (((POLE.raDeg + Math.atan2(y, x) / DEG) % 360) + 360) % 360,
    decDeg: Math.asin(Math.max(-1, Math.min(1, sinDec))) / DEG,
  };
}

/** The ecliptic at an ecliptic longitude. */
export function ecliptic(lonDeg: number): SkyPosition {
  const lon = lonDeg * DEG;
  const obliquity = OBLIQUITY_DEG * DEG;
  const raDeg = Math.atan2(Math.sin(lon) * Math.cos(obliquity), Math.cos(lon)) / DEG;
  return { raDeg: (raDeg + 360) % 360, decDeg: Math.asin(Math.sin(lon) * Math.sin(obliquity)) / DEG };
}

/** Directions all around, from an angle in degrees. */
export function around(place: (angleDeg: number) => SkyPosition): SkyPosition[] {
  return Array.from({ length: 360 / STEP_DEG + 1 }, (_, i) => place(i * STEP_DEG));
}

/** A parallel from the map's left edge to its right, or back. */
export function parallel(decDeg: number, isBack = false): SkyPosition[] {
  const all = Array.from({ length: 121 }, (_, i) => ({
    raDeg: 180 - i * 3 + (i === 120 ? 0.001 : 0),
    decDeg,
  }));
  return isBack ? all.reverse() : all;
}

/** A circle on the sky. */
export function circle({ raDeg, decDeg }: SkyPosition, radiusDeg: number): SkyPosition[] {
  return around((angleDeg) => {
    const a = angleDeg * DEG;
    const r = radiusDeg * DEG;
    const dec = decDeg * DEG;
    const sinDec = Math.sin(dec) * Math.cos(r) + Math.cos(dec) * Math.sin(r) * Math.cos(a);
    const y = Math.sin(r) * Math.sin(a);
    const x = Math.cos(dec) * Math.cos(r) - Math.sin(dec) * Math.sin(r) * Math.cos(a);
    return {
      raDeg: (((raDeg + Math.atan2(y, x) / DEG) % 360) + 360) % 360,
      decDeg: Math.asin(Math.max(-1, Math.min(1, sinDec))) / DEG,
    };
  });
}

/** A meridian between two declinations. */
export function meridian(raDeg: number, fromDeg: number, toDeg: number): SkyPosition[] {
  return Array.from({ length: 61 }, (_, i) => ({ raDeg, decDeg: fromDeg + ((toDeg - fromDeg) * i) / 60 }));
}
