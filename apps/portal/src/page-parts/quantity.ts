/** Quantities as people read them: bytes, durations, times, counts. */

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in decimal units, three figures: `18.2 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? String(Math.round(value)) : threeFigures(value)} ${BYTE_UNITS[unit] ?? ''}`;
}

/** Memory that is given in MiB, as the sites measure it, in the decimal units of all else: 100 MiB are `105 MB`. */
export const memoryText = (mebibytes: number): string => bytesText(mebibytes * 1_048_576);

/** A duration: `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(seconds: number): string {
  if (seconds < 59.5) return `${seconds < 9.95 ? seconds.toFixed(1) : String(Math.round(seconds))} s`;
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** A whole number with its thousands apart. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString('en-US').replaceAll(',', '\u2009');
}

/** A time of the service in UTC: `2026-11-27 20:31:05`. */
export function timeText(utc: string): string {
  return utc.slice(0, 19).replace('T', ' ');
}

/** A number as read on an axis: five figures at most, whole numbers as they are. */
export function plainNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  return Number(value.toPrecision(5)).toString();
}

function threeFigures(value: number): string {
  return value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}
