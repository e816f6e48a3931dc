/** Great and small circles that help one find one's way on the sky, ICRS. */
import type { SkyPosition, Vector3 } from '@imsim-od/astro';

const DEG = Math.PI / 180;
/** North pole of the Galaxy, and the Galactic longitude of the celestial pole (IAU 1958, J2000). */
const POLE = { raDeg: 192.859_48, decDeg: 27.128_25, lonOfCelestialPoleDeg: 122.931_92 };
/** Obliquity of the ecliptic, J2000. */
const OBLIQUITY_DEG = 23.439_291;
const STEP_DEG = 1;

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
    decDeg: latitudeDeg(sinDec),
  };
}

/** The unit vector of a direction, by the host's sine: quicker than the portable one, and good for drawings. */
export function vectorOf({ raDeg, decDeg }: SkyPosition): Vector3 {
  const cosDec = Math.cos(decDeg * DEG);
  return [cosDec * Math.cos(raDeg * DEG), cosDec * Math.sin(raDeg * DEG), Math.sin(decDeg * DEG)];
}

const GALACTIC_CENTRE = vectorOf(galactic(0, 0));
const GALACTIC_QUARTER = vectorOf(galactic(90, 0));
const GALACTIC_POLE = vectorOf(galactic(0, 90));
const ECLIPTIC_POLE = vectorOf({ raDeg: 270, decDeg: 90 - OBLIQUITY_DEG });

/** The Galactic longitude of a unit vector, ICRS axes; in [0, 360). */
export function galacticLonDeg(direction: Vector3): number {
  const lon = Math.atan2(product(GALACTIC_QUARTER, direction), product(GALACTIC_CENTRE, direction)) / DEG;
  return lon < 0 ? lon + 360 : lon;
}

/** The Galactic latitude of a unit vector, ICRS axes. */
export function galacticLatDeg(direction: Vector3): number {
  return latitudeDeg(product(GALACTIC_POLE, direction));
}

/** The ecliptic latitude of a unit vector, ICRS axes; J2000. */
export function eclipticLatDeg(direction: Vector3): number {
  return latitudeDeg(product(ECLIPTIC_POLE, direction));
}

/** The cosine of the angle between two unit vectors. */
export function product(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function latitudeDeg(sine: number): number {
  return Math.asin(Math.max(-1, Math.min(1, sine))) / DEG;
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

/** A parallel from the map's left edge to its right. */
export function parallel(decDeg: number): SkyPosition[] {
  return Array.from({ length: 121 }, (_, i) => ({
    raDeg: 180 - i * 3 + (i === 120 ? 0.001 : 0),
    decDeg,
  }));
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
      decDeg: latitudeDeg(sinDec),
    };
  });
}

/** A meridian between two declinations. */
export function meridian(raDeg: number, fromDeg: number, toDeg: number): SkyPosition[] {
  return Array.from({ length: 61 }, (_, i) => ({ raDeg, decDeg: fromDeg + ((toDeg - fromDeg) * i) / 60 }));
}
