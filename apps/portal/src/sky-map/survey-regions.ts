/**
 * The regions of Rubin's baseline survey (LSST v5.3) on the sky, from published numbers.
 *
 * Limits, centres and radii: PSTN-055 §2.1 and PSTN-056 §2, and the parameters of the survey's footprint as rubin_scheduler has them. Low dust
 * is E(B-V) < 0.199 of Schlegel, Finkbeiner & Davis (1998), smoothed over 10° and cut at 0.45; the boundary below was computed so from that map
 * at 0.9° a pixel, and written every 5° of Galactic longitude to half a degree. The swath for Euclid was read from the published figure.
 *
 * Against the figures of the regions at survey-strategy.lsst.io, pixel by pixel (0.4°): the same region in 99.1 % of the whole sky, and
 * 98.6 % of the survey; what differs lies at borders. A place within 1° of a border of dust may be on its other side.
 */
import type { SkyPosition, Vector3 } from '@imsim-od/astro';
import { eclipticLatDeg, galacticLatDeg, galacticLonDeg, product, vectorOf } from './sky-curves.js';

/** A region by what it is for; the first four are observed as deeply as the wide survey. */
export type SurveyRegion =
  'lowDust' | 'virgo' | 'galacticWide' | 'magellanicClouds' | 'northEcliptic' | 'dustyPlane' | 'southPole';

/** Galactic latitudes between which there is too much dust, each 5° of longitude from 0. */
const DUST_STEP_DEG = 5;
const DUST_SOUTH_DEG = [
  -8.5, -10.5, -12, -11.5, -11.5, -14, -16.5, -17, -14.5, -11, -10, -10, -9.5, -9.5, -10.5, -10, -9.5, -11.5,
  -12.5, -12, -12.5, -12.5, -11, -10.5, -11, -11.5, -11.5, -10.5, -11, -12, -14.5, -24.5, -29, -32.5, -41.5,
  -41, -39.5, -38, -35, -17.5, -17.5, -19.5, -21, -20, -18, -15, -12, -10, -9, -10, -12, -13, -13.5, -14.5,
  -14.5, -13.5, -12, -11, -12.5, -18.5, -19.5, -17, -11, -8.5, -7.5, -8, -9, -9.5, -9.5, -9, -8, -8,
];
const DUST_NORTH_DEG = [
  31.5, 33.5, 31.5, 27.5, 23.5, 19.5, 15.5, 13, 13, 13.5, 12.5, 11.5, 10, 8.5, 8, 8.5, 9.5, 10.5, 12.5, 15,
  18.5, 20.5, 21.5, 21.5, 22.5, 21.5, 19, 16.5, 15.5, 15.5, 15, 14.5, 13.5, 12.5, 11, 11, 10.5, 9, 7.5, 6.5,
  5.5, 5, 5.5, 5.5, 5, 5, 5, 4.5, 4.5, 5, 6, 9, 10, 10, 9.5, 9, 9.5, 10, 9, 8.5, 9.5, 11, 11.5, 11.5, 11, 11,
  12, 17, 21, 21.5, 25, 28.5,
];

/** Declinations of the low-dust sky: its southern limit, and the northern ones of either side of the Galactic plane. */
const WIDE_DEC_DEG = { south: -70, northAboveThePlane: 15, northBelowThePlane: 3 };
const DUSTY_NORTH_DEC_DEG = 15;
const POLE_NORTH_DEC_DEG = -60;

interface Disc extends SkyPosition {
  readonly radiusDeg: number;
  readonly centre: Vector3;
  readonly cosRadius: number;
}

const LMC = disc(80.894, -69.756, 6);
const SMC = disc(13.187, -72.829, 4);
/** Declinations of what lies between the Clouds: from the south of the one to the north of the other. */
const BRIDGE_DEC_DEG = [SMC.decDeg - SMC.radiusDeg, LMC.decDeg + LMC.radiusDeg] as const;
const VIRGO = disc(186.75, 12.717, 8.75);
/** Bulge and inner plane, and clusters of the outer one. */
const GALACTIC_WIDE = [
  disc(266.3, -29, 17),
  disc(279, -13, 10),
  disc(256, -45, 11),
  disc(242, -58, 6.5),
  disc(225, -60, 6.5),
  disc(210, -64, 5),
  disc(190, -65, 5),
  disc(172, -62, 5),
  disc(155, -56.5, 6.5),
  disc(100.9, 9.55, 3),
  disc(84.92, -5.71, 3),
];

/** The spur lies north of these limits and south of an ecliptic latitude, away from the Galactic centre. */
const SPUR = { leastEclipticLatDeg: -10, leastDecDeg: 0, mostEclipticLatDeg: 10, leastLonFromCentreDeg: 45 };

/** South of the low-dust sky, the wide survey goes as far as Euclid does: right ascensions from -180 to 180, and declinations. */
const EUCLID_SOUTH_DEG = [
  [-72, -70.2],
  [-60, -71.8],
  [-36, -74.1],
  [-18, -75.3],
  [0, -77.6],
  [18, -78.9],
  [36, -79],
  [54, -77.9],
  [66, -77],
] as const;

/** The region of a direction; undefined outside of the survey. Where regions overlap, the first that takes a place has it. */
export function surveyRegionAt(position: SkyPosition): SurveyRegion | undefined {
  const { raDeg, decDeg } = position;
  const direction = vectorOf(position);
  const lonDeg = galacticLonDeg(direction);
  const latDeg = galacticLatDeg(direction);
  const isLowDust =
    latDeg < between(DUST_SOUTH_DEG, lonDeg / DUST_STEP_DEG) ||
    latDeg > between(DUST_NORTH_DEG, lonDeg / DUST_STEP_DEG);
  if (isAtTheClouds(position, direction)) return 'magellanicClouds';
  const wideNorthDeg = latDeg < 0 ? WIDE_DEC_DEG.northBelowThePlane : WIDE_DEC_DEG.northAboveThePlane;
  if (isLowDust && decDeg > WIDE_DEC_DEG.south && decDeg < wideNorthDeg) return 'lowDust';
  if (isInside(VIRGO, direction)) return 'virgo';
  if (GALACTIC_WIDE.some((one) => isInside(one, direction))) return 'galacticWide';
  const eclipticLat = eclipticLatDeg(direction);
  if (
    (eclipticLat > SPUR.leastEclipticLatDeg || decDeg > SPUR.leastDecDeg) &&
    eclipticLat < SPUR.mostEclipticLatDeg &&
    Math.min(lonDeg, 360 - lonDeg) >= SPUR.leastLonFromCentreDeg
  )
    return 'northEcliptic';
  if (!isLowDust && decDeg < DUSTY_NORTH_DEC_DEG) return 'dustyPlane';
  if (decDeg >= POLE_NORTH_DEC_DEG) return undefined;
  return isWhereEuclidIs(raDeg > 180 ? raDeg - 360 : raDeg, decDeg) ? 'lowDust' : 'southPole';
}

function disc(raDeg: number, decDeg: number, radiusDeg: number): Disc {
  const centre = vectorOf({ raDeg, decDeg });
  return { raDeg, decDeg, radiusDeg, centre, cosRadius: Math.cos((radiusDeg * Math.PI) / 180) };
}

function isInside({ centre, cosRadius }: Disc, direction: Vector3): boolean {
  return product(centre, direction) > cosRadius;
}

function isAtTheClouds({ raDeg, decDeg }: SkyPosition, direction: Vector3): boolean {
  const isBetween =
    raDeg > SMC.raDeg && raDeg < LMC.raDeg && decDeg > BRIDGE_DEC_DEG[0] && decDeg < BRIDGE_DEC_DEG[1];
  return isBetween || isInside(LMC, direction) || isInside(SMC, direction);
}

function isWhereEuclidIs(raDeg: number, decDeg: number): boolean {
  const east = EUCLID_SOUTH_DEG.findIndex(([ra]) => ra > raDeg);
  const [from, to] = [EUCLID_SOUTH_DEG[east - 1], EUCLID_SOUTH_DEG[east]];
  if (from === undefined || to === undefined) return false;
  return decDeg > from[1] + ((to[1] - from[1]) * (raDeg - from[0])) / (to[0] - from[0]);
}

/** The value at a place of a list that goes around, by straight lines. */
function between(values: readonly number[], place: number): number {
  const index = Math.floor(place);
  const at = values[index % values.length] ?? 0;
  const next = values[(index + 1) % values.length] ?? 0;
  return at + (next - at) * (place - index);
}
