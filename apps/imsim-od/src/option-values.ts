/** What options hold beside plain text: numbers, lists, a place on the sky. Each throws commander's `InvalidArgumentError`, which names the option. */
import { InvalidArgumentError } from 'commander';

/** Longest number that is read, characters. */
const LONGEST_NUMBER = 40;

/** A circle on the sky, ICRS, degrees. */
export interface Cone {
  readonly raDeg: number;
  readonly decDeg: number;
  readonly radiusDeg: number;
}

/** Adds one more value of an option that may be repeated. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Reads text that is not blank: what it names would be everything. */
export function named(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It names nothing.');
  return text;
}

/** Adds the items of a comma-separated list. One without items is refused: what it was to narrow would not be narrowed. */
export function list(text: string, before: readonly string[] = []): readonly string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('It names nothing.');
  return [...before, ...items];
}

/** Adds the numbers of visits, comma-separated. */
export function visitNumbers(text: string, before: readonly number[] = []): readonly number[] {
  const numbers = text.split(',').map((item) => {
    const digits = item.trim();
    if (!/^\d{1,15}$/.test(digits))
      throw new InvalidArgumentError('Visits are whole numbers with commas between them.');
    return Number(digits);
  });
  return [...before, ...numbers];
}

/** Reads a whole number, `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return value;
  };
}

/** Reads a finite number. */
export function finiteNumber(text: string): number {
  const value = numberOf(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It must be a finite number.');
  return value;
}

/** Reads one of some words. */
export function oneOf<const T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new InvalidArgumentError(`It must be ${words.join(' or ')}.`);
    return found;
  };
}

/** Reads `53.1,-27.8,0.2`. */
export function cone(text: string): Cone {
  const [raDeg = NaN, decDeg = NaN, radiusDeg = NaN, ...rest] = text.split(',', 4).map(numberOf);
  const isCone =
    rest.length === 0 &&
    raDeg >= 0 &&
    raDeg <= 360 &&
    Math.abs(decDeg) <= 90 &&
    radiusDeg >= 0 &&
    radiusDeg <= 30;
  if (!isCone)
    throw new InvalidArgumentError(
      'Give right ascension (0 to 360), declination (-90 to 90) and radius (0 to 30) in degrees, as 53.1,-27.8,0.2.',
    );
  return { raDeg, decDeg, radiusDeg };
}

/** Reads `2048,2002`: a pixel, counted from 0. */
export function pixel(text: string): { readonly x: number; readonly y: number } {
  const [x = '', y = '', ...rest] = text.split(',', 3).map((part) => part.trim());
  if (rest.length > 0 || !/^\d{1,6}$/.test(x) || !/^\d{1,6}$/.test(y))
    throw new InvalidArgumentError('Give two whole numbers counted from 0, as 2048,2002.');
  return { x: Number(x), y: Number(y) };
}

const MULTIPLES = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 } as const;

/** Reads `500GB`, decimal, or `default`: null. */
export function quotaBytes(text: string): number | null {
  if (text === 'default') return null;
  const match = /^(\d{1,15}(?:\.\d{1,15})?) ?([kMGTP]?)B?$/.exec(text);
  const bytes =
    match === null ? NaN : Math.round(Number(match[1]) * MULTIPLES[match[2] as keyof typeof MULTIPLES]);
  if (!Number.isSafeInteger(bytes)) throw new InvalidArgumentError('Give bytes, as 500GB, or "default".');
  return bytes;
}

/** A number in decimal digits; NaN for other text, hexadecimal digits and nothing at all. */
function numberOf(text: string): number {
  const digits = text.trim();
  return digits.length <= LONGEST_NUMBER && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)
    ? Number(digits)
    : NaN;
}
