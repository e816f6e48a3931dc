/** The unit that a key's name ends with: units are part of the names of the project, so nothing else states them. */

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/MagPerArcsec2$/, 'mag/arcsec^2'],
  [/MjdTai$/, 'd (MJD, TAI)'],
  [/Arcsec$/, 'arcsec'],
  [/Deg$/, 'deg'],
  [/Mag$/, 'mag (AB)'],
  [/Mm$/, 'mm'],
  [/Mb$/, 'MB'],
  [/S$/, 's'],
];

/** `pointing.raDeg` → `deg`; empty where the name carries no unit. */
export function unitOfName(key: string): string {
  return UNITS.find(([ending]) => ending.test(key))?.[1] ?? '';
}
