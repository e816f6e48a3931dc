/** Coordinates as people write them: degrees, or hours and degrees in sixties. */

/** Longest text that is read, characters. */
const LONGEST = 60;

/** A right ascension in degrees, from `150.1`, `10:00:24`, `10h00m24s` or `10 00 24` (hours), or `150d06m00s`; undefined for anything else. */
export function readRightAscension(text: string): number | undefined {
  const value = readDegrees(text) ?? readSixties(text, 15);
  return value !== undefined && value >= 0 && value < 360 ? value : undefined;
}

/** A declination in degrees, from `2.18`, `+02:10:48` or `2d10m48s`; undefined for anything else. */
export function readDeclination(text: string): number | undefined {
  const value = readDegrees(text) ?? readSixties(text, 1);
  return value !== undefined && Math.abs(value) <= 90 ? value : undefined;
}

function readDegrees(text: string): number | undefined {
  if (text.length > LONGEST) return undefined;
  const match = /^([+\-−]?)(\d+(?:\.\d*)?|\.\d+)\s*(?:°|deg)?$/.exec(text.trim());
  return match === null ? undefined : signed(match[1], Number(match[2]));
}

const SIXTIES =
  /^([+\-−]?)(\d{1,3})(?:\s*([:hd°])\s*|\s+)(\d{1,2}(?:\.\d*)?)(?:(?:\s*[:m′']\s*|\s+)(\d{1,2}(?:\.\d*)?)?\s*[s″"]?)?$/i;

/** @param degreesPerUnit of a text that does not say its unit: 15 for hours, 1 for degrees */
function readSixties(text: string, degreesPerUnit: 1 | 15): number | undefined {
  const match = text.length > LONGEST ? null : SIXTIES.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', unit = ':', minutes = '', seconds = '0'] = match;
  const isHours = unit.toLowerCase() === 'h';
  if (isHours && degreesPerUnit === 1) return undefined;
  const m = Number(minutes);
  const s = Number(seconds);
  if (m >= 60 || s >= 60) return undefined;
  const value = Number(whole) + m / 60 + s / 3600;
  return signed(sign, value * (isHours || unit === ':' ? degreesPerUnit : 1));
}

function signed(sign: string | undefined, value: number): number {
  return sign === '-' || sign === '−' ? -value : value;
}
