/** Units of columns: their usual spellings (FITS, VOTable, astropy), and what turns a value into the units of this program. */
import { log10 } from '@imsim-od/portable-math';
import type { QuantityKind } from './quantities.js';

/** How a column's values become degrees, arcsec, AB magnitudes or plain numbers. */
export interface UnitConversion {
  /** What is multiplied with; 1 for magnitudes. */
  readonly factor: number;
  /** True where the value is a flux: the AB magnitude is made of it after multiplying to nJy. */
  readonly isFlux: boolean;
  /** The unit by its usual name; empty for plain numbers. */
  readonly unit: string;
}

const DEG: Readonly<Record<string, number>> = {
  deg: 1,
  arcmin: 1 / 60,
  arcsec: 1 / 3600,
  mas: 1 / 3_600_000,
  rad: 180 / Math.PI,
  hourangle: 15,
};

const NJY: Readonly<Record<string, number>> = { nJy: 1, uJy: 1e3, mJy: 1e6, Jy: 1e9 };

const SPELLINGS: Readonly<Record<string, string>> = {
  deg: 'deg',
  degree: 'deg',
  degrees: 'deg',
  degs: 'deg',
  '°': 'deg',
  'd:m:s': 'deg',
  dms: 'deg',
  arcmin: 'arcmin',
  arcminute: 'arcmin',
  arcminutes: 'arcmin',
  "'": 'arcmin',
  arcsec: 'arcsec',
  arcsecs: 'arcsec',
  arcsecond: 'arcsec',
  arcseconds: 'arcsec',
  asec: 'arcsec',
  '"': 'arcsec',
  '″': 'arcsec',
  mas: 'mas',
  milliarcsec: 'mas',
  rad: 'rad',
  radian: 'rad',
  radians: 'rad',
  h: 'hourangle',
  hr: 'hourangle',
  hour: 'hourangle',
  hours: 'hourangle',
  hourangle: 'hourangle',
  'h:m:s': 'hourangle',
  hms: 'hourangle',
  mag: 'mag',
  mags: 'mag',
  magnitude: 'mag',
  ab: 'mag',
  abmag: 'mag',
  'mag(ab)': 'mag',
  magab: 'mag',
  mag_ab: 'mag',
  'ab mag': 'mag',
  'mag ab': 'mag',
  njy: 'nJy',
  nanojansky: 'nJy',
  ujy: 'uJy',
  µjy: 'uJy',
  μjy: 'uJy',
  microjansky: 'uJy',
  mjy: 'mJy',
  jy: 'Jy',
};

const DIMENSIONLESS = new Set(['', '1', '-', '--', '---', 'none', 'dimensionless', 'unitless']);

/** Units that a kind of quantity may have, the default first. */
export const UNITS_OF_KIND: Readonly<Record<QuantityKind, readonly string[]>> = {
  text: [],
  angle: ['deg', 'rad', 'arcmin', 'arcsec', 'mas', 'hourangle'],
  size: ['arcsec', 'mas', 'arcmin', 'deg', 'rad'],
  magnitude: ['mag', 'nJy', 'uJy', 'mJy', 'Jy'],
  extinction: ['mag'],
  number: ['none'],
  time: ['d', 'yr'],
  properMotion: ['mas/yr', 'arcsec/yr', 'deg/yr', 'rad/yr'],
  parallax: ['mas', 'arcsec', 'deg', 'rad'],
  velocity: ['km/s', 'm/s'],
  rate: ['deg/d', 'arcsec/h', 'arcsec/min', 'arcsec/s', 'deg/h', 'mas/s'],
};

/** Factors to the first unit of the kinds that tell of motion. */
const MOTION_FACTORS: Readonly<Partial<Record<QuantityKind, Readonly<Record<string, number>>>>> = {
  time: { d: 1, yr: 1 },
  properMotion: { 'mas/yr': 1, 'arcsec/yr': 1e3, 'deg/yr': 3.6e6, 'rad/yr': (180 / Math.PI) * 3.6e6 },
  parallax: { mas: 1, arcsec: 1e3, deg: 3.6e6, rad: (180 / Math.PI) * 3.6e6 },
  velocity: { 'km/s': 1, 'm/s': 1e-3 },
  rate: {
    'deg/d': 1,
    'arcsec/h': 24 / 3600,
    'arcsec/min': 1440 / 3600,
    'arcsec/s': 24,
    'deg/h': 24,
    'mas/s': 0.024,
  },
};

/** A unit of motion by the spelling that this program uses: `mas yr-1`, `mas.yr**-1` and `mas/yr` are one. */
function motionUnit(spelling: string): string {
  return spelling
    .toLowerCase()
    .replaceAll(/\s+|\*\*|\^|[().]/g, (part) => (part.trim() === '' || part === '.' ? ' ' : ''))
    .trim()
    .replace(/^(\S+)\s*(?:\/\s*(\w+)|\s(\w+?)-1)$/, (_, above: string, below?: string, inverse?: string) => {
      const unit = below ?? inverse ?? '';
      const short: Readonly<Record<string, string>> = {
        year: 'yr',
        years: 'yr',
        day: 'd',
        days: 'd',
        hour: 'h',
        hr: 'h',
        sec: 's',
        second: 's',
        minute: 'min',
      };
      return `${above}/${short[unit] ?? unit}`;
    })
    .replace(/^(?:days?|mjd)$/, 'd')
    .replace(/^(?:years?|jyear|a)$/, 'yr');
}

/** The conversion of a unit for a kind of quantity; undefined where the unit is unknown or of another kind. */
export function conversionOf(kind: QuantityKind, spelling: string): UnitConversion | undefined {
  const plain = spelling.trim().replace(/^"(.*:.*)"$/, '$1');
  const isMegajansky = plain === 'MJy';
  const name = SPELLINGS[plain.toLowerCase()];
  const none = DIMENSIONLESS.has(plain.toLowerCase());
  const motion = MOTION_FACTORS[kind];
  if (motion !== undefined) {
    const known = none ? UNITS_OF_KIND[kind][0]! : motionUnit(plain);
    const factor = motion[known];
    return factor === undefined ? undefined : { factor, isFlux: false, unit: known };
  }
  if (kind === 'text') return { factor: 1, isFlux: false, unit: '' };
  if (kind === 'number') return none ? { factor: 1, isFlux: false, unit: '' } : undefined;
  const unit = none ? UNITS_OF_KIND[kind][0] : name;
  if (unit === undefined || isMegajansky || !UNITS_OF_KIND[kind].includes(unit)) return undefined;
  const flux = NJY[unit];
  if (flux !== undefined) return { factor: flux, isFlux: true, unit };
  const degrees = DEG[unit];
  if (degrees === undefined) return { factor: 1, isFlux: false, unit };
  if (kind === 'angle') return { factor: degrees, isFlux: false, unit };
  return { factor: unit === 'arcsec' ? 1 : degrees * 3600, isFlux: false, unit };
}

/** AB magnitude of a flux in nJy (31.4 is 1 nJy: AB's zero is 3631 Jy, and 2.5 log10 of 3631e9 is 31.4001). */
export function magnitudeOfFlux(fluxNjy: number): number {
  return 2.5 * log10(3631e9) - 2.5 * log10(fluxNjy);
}

const SEXAGESIMAL = /^([+-]?)(\d{1,3})[\s:hd°]\s*(\d{1,2})[\s:m']\s*(\d{1,2}(?:\.\d*)?)\s*[s"]?$/;

/** Text such as `-12:34:56.7`, `12 34 56.7` or `12h34m56.7s` as a number of hours or degrees; undefined where it is none. */
export function parseSexagesimal(text: string): number | undefined {
  const match = SEXAGESIMAL.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[3]);
  const seconds = Number(match[4]);
  if (minutes >= 60 || seconds >= 60) return undefined;
  const value = Number(match[2]) + minutes / 60 + seconds / 3600;
  return match[1] === '-' ? -value : value;
}
