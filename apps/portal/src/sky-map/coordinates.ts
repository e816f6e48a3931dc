/** Coordinates as people write them: degrees, or hours and degrees in sixties. */

/** A right ascension in degrees, from `150.1`, `10:00:24`, `10h00m24s` or `10 00 24` (hours); undefined for anything else. */
export function readRightAscension(text: string): number | undefined {
  const plain = readDegrees(text);
  const value = plain ?? scaled(text, 15);
  return value !== undefined && value >= 0 && value < 360 ? value : undefined;
}

/** A declination in degrees, from `2.18`, `+02:10:48` or `2d10m48s`; undefined for anything else. */
export function readDeclination(text: string): number | undefined {
  const value = readDegrees(text) ?? scaled(text, 1);
  return value !== undefined && Math.abs(value) <= 90 ? value : undefined;
}

function readDegrees(text: string): number | undefined {
  const match = /^\s*([+\-−]?\d+(?:\.\d*)?|[+\-−]?\.\d+)\s*(?:°|deg)?\s*$/.exec(text);
  return match === null ? undefined : Number((match[1] ?? '').replace('−', '-'));
}

const SIXTIES =
  /^\s*([+\-−]?)(\d{1,3})(?:\s*[:hd°]\s*|\s+)(\d{1,2}(?:\.\d*)?)(?:(?:\s*[:m′']\s*|\s+)(\d{1,2}(?:\.\d*)?)?\s*[s″"]?)?\s*$/i;

function scaled(text: string, factor: number): number | undefined {
  const match = SIXTIES.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', minutes = '0', seconds = '0'] = match;
  const m = Number(minutes);
  const s = Number(seconds === '' ? '0' : seconds);
  if (m >= 60 || s >= 60) return undefined;
  const value = (Number(whole) + m / 60 + s / 3600) * factor;
  return sign === '-' || sign === '−' ? -value : value;
}
