/** Values of options against invented ones: what they promise, or commander's error; nothing else. */
import { fuzz, soupOf } from '@imsim-od/testing/fuzz';
import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { it } from 'vitest';
import {
  cone,
  finiteNumber,
  list,
  named,
  pixel,
  quotaBytes,
  visitNumbers,
  wholeNumber,
} from './option-values.js';

const isWithin = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/** Each option's values, and what holds of all that are taken. */
const OPTIONS: readonly ((text: string) => boolean)[] = [
  (text) => named(text).trim() !== '',
  (text) => list(text).every((item) => item !== '' && !item.includes(',')) && list(text).length > 0,
  (text) => visitNumbers(text).every((visit) => Number.isSafeInteger(visit) && visit >= 0),
  (text) => {
    const { raDeg, decDeg, radiusDeg } = cone(text);
    return isWithin(raDeg, 0, 360) && isWithin(decDeg, -90, 90) && isWithin(radiusDeg, 0, 30);
  },
  (text) =>
    [pixel(text).x, pixel(text).y].every((place) => Number.isInteger(place) && isWithin(place, 0, 999_999)),
  (text) => {
    const bytes = quotaBytes(text);
    return bytes === null ? text === 'default' : Number.isSafeInteger(bytes) && bytes >= 0;
  },
  (text) => Number.isFinite(finiteNumber(text)),
  (text) =>
    Number.isInteger(wholeNumber(-100, 100)(text)) && isWithin(wholeNumber(-100, 100)(text), -100, 100),
];
const WORDS = [
  ...[
    '0',
    '1',
    '90',
    '360',
    '53.1',
    '-27.8',
    '0.2',
    '-0',
    '.5',
    '5.',
    '1e1',
    '1e999',
    '0x10',
    'NaN',
    'Infinity',
  ],
  ...[
    'GB',
    'k',
    'T',
    'PB',
    'default',
    '9'.repeat(16),
    '٣',
    '１',
    '\u00a0',
    '\u0000',
    '-',
    '+',
    '',
    ' '.repeat(2000),
  ],
];

it('values of options under fuzz are what they promise, or refused', () =>
  fuzz({
    what: 'values of options',
    inputs: fc.oneof(
      soupOf(WORDS, [',', '', ' ', ', ', 'e', '.']),
      fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }).map((parts) => parts.join(',')),
      fc.array(fc.double(), { minLength: 2, maxLength: 4 }).map((parts) => parts.join(',')),
      fc.string({ unit: 'binary', maxLength: 40 }),
    ),
    parse: (input) => {
      for (const holds of OPTIONS) {
        try {
          if (!holds(input as string)) throw new TypeError('a value that is not allowed was taken');
        } catch (error) {
          if (!(error instanceof InvalidArgumentError)) throw error;
        }
      }
    },
  }));
