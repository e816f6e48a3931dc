/** Expressions of the archive's search against invented ones: a condition or a coded error, nothing else. */
import { damaged, fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { it } from 'vitest';
import { FIELDS } from './fields.js';
import { parseExpression } from './parse-expression.js';

const WORDS = [
  ...Object.keys(FIELDS),
  "'r'",
  "'",
  '(',
  ')',
  ',',
  'and',
  'or',
  'not',
  'in',
  'like',
  'is',
  'null',
  'between',
  '=',
  '!=',
  '<',
  '>=',
  '1.2',
  '1e999',
  '-',
  '--',
  '/*',
  ';',
  '%',
  '\\',
  '"',
  "'2026-01-01'",
  'true',
  '\u0000',
];

const EXPRESSIONS = [
  "band = 'r' and detector like 'R22%'",
  "not (band in ('u', 'g') or name = 'x')",
  "visitId > 3 and type = 'raw'",
].map((text) => new TextEncoder().encode(text));

it('expressions under fuzz give a condition or a coded error', () =>
  fuzz({
    what: 'archive expressions',
    inputs: fc.oneof(
      damaged(EXPRESSIONS, WORDS).map((bytes) => new TextDecoder().decode(bytes)),
      soupOf(WORDS, [' ', ' ', '']),
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.nat(12_000).map((depth) => '('.repeat(depth)),
      fc.nat(3000).map((depth) => 'not '.repeat(depth)),
    ),
    parse: (input) => parseExpression(input as string),
  }));
