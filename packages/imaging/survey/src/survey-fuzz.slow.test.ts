/** Scheduler databases and conditions against damaged and invented ones: a result or a coded error, nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import { damaged, fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { memoryPageSource, readSurvey } from './index.js';
import { parseWhere } from './where/where-condition.js';

const database = new Uint8Array(readFileSync(join(repositoryRoot, 'examples/visits.db')));

const WORDS = [
  'band',
  'airmass',
  'observationId',
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
  '<',
  '>=',
  '<>',
  '1.2',
  '1e999',
  '-',
  '--',
  '/*',
  ';',
  '%',
  '\\',
  '"',
];

const CONDITIONS = [
  "band = 'r' and airmass < 1.2",
  "not (band in ('u', 'g') or airmass between 1 and 1.5)",
  "band not like 'y%' and airmass is not null",
].map((text) => new TextEncoder().encode(text));

describe('scheduler databases under fuzz', () => {
  it('databases', () =>
    fuzz({
      what: 'scheduler databases',
      inputs: fc.oneof(
        damaged([database], ['CREATE TABLE', 'observations', 'SQLite format 3']),
        fc.uint8Array({ maxLength: 200 }),
      ),
      parse: (input) =>
        readSurvey(memoryPageSource('v.db', input as Uint8Array), { where: 'airmass < 9', limit: 5 }),
    }));

  it('conditions', () =>
    fuzz({
      what: 'conditions on visits',
      inputs: fc.oneof(
        damaged(CONDITIONS, WORDS).map((bytes) => new TextDecoder().decode(bytes)),
        soupOf(WORDS, [' ', ' ', '']),
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.nat(12_000).map((depth) => '('.repeat(depth)),
        fc.nat(3000).map((depth) => 'not '.repeat(depth)),
      ),
      parse: (input) =>
        parseWhere(input as string, (name) =>
          ['band', 'airmass'].includes(name)
            ? { sql: `"${name}"`, holds: name === 'band' ? 'text' : 'number' }
            : `there is no column ${name}`,
        ),
    }));
});
