/** Selections of detectors against invented ones: detectors or a coded error, nothing else. */
import { fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { it } from 'vitest';
import { leftOutOfSelection, selectDetectors } from './index.js';

const WORDS = [
  'R22',
  'S11',
  '_',
  'R',
  'S',
  '*',
  '?',
  '**',
  'all',
  'guiders',
  '94',
  '..',
  '0',
  '188',
  '204',
  'SW0',
  'G1',
];

it('selections of detectors under fuzz are detectors or a coded error', () =>
  fuzz({
    what: 'selections of detectors',
    inputs: fc.oneof(
      fc
        .array(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 5 }), { maxLength: 4 })
        .map((words) => words.map((parts) => parts.join('')).join(',')),
      soupOf(WORDS, ['', '', ',', ' ']),
      fc
        .tuple(fc.constantFrom('*', '?', '*?', '*_', '9'), fc.nat(500))
        .map(([part, times]) => `R${part.repeat(times)}X`),
      fc.string({ unit: 'binary', maxLength: 40 }),
    ),
    parse: (input) => {
      leftOutOfSelection(String(input));
      return selectDetectors(String(input));
    },
  }));
