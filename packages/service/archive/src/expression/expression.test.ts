import { describe, expect, it } from 'vitest';
import { ExpressionError } from './expression-error.js';
import { FIELDS } from './fields.js';
import { type Condition, parseExpression, type Value } from './parse-expression.js';

function faultOf(text: string): ExpressionError {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new TypeError(`${text} was understood`);
}

describe('a search expression', () => {
  it('binds not before and before or, and takes parentheses', () => {
    expect(parseExpression("not band = 'r' and visit = 1 or snap > 0")).toEqual({
      kind: 'or',
      parts: [
        {
          kind: 'and',
          parts: [
            { kind: 'not', part: { kind: 'compare', field: 'band', operator: '=', value: 'r' } },
            { kind: 'compare', field: 'visit', operator: '=', value: 1 },
          ],
        },
        { kind: 'compare', field: 'snap', operator: '>', value: 0 },
      ],
    });
    expect(parseExpression("band = 'r' and (visit = 1 or snap > 0)")).toMatchObject({
      kind: 'and',
      parts: [{}, { kind: 'or' }],
    });
  });

  it('knows every kind of test', () => {
    const text =
      "detector like 'R22%' and band not in ('u', 'y') and airmass between 1 and 1.5 and runId is null and expiresAtUtc is not null and decDeg <> -2.5e1 and createdAtUtc >= '2026-11-23T00:00:00Z'";
    expect(parseExpression(text)).toMatchObject({ kind: 'and', parts: { length: 7 } });
  });

  it('takes a quote in a text twice, and what looks like SQL as text', () => {
    expect(parseExpression("name = 'it''s; drop table x --'")).toMatchObject({
      value: "it's; drop table x --",
    });
    expect(parseExpression("name = ''' or 1=1 --'")).toMatchObject({ value: "' or 1=1 --" });
  });

  it.each([
    ["bandd = 'r'", 'EXPRESSION_FIELD', 0, /did you mean band\?$/],
    ["band = 'r' and seeingArcsecs < 1", 'EXPRESSION_FIELD', 15, /did you mean seeingArcsec\?$/],
    ["visit = 'one'", 'EXPRESSION_TYPE', 8, 'no finite number'],
    ['visit = 1e999', 'EXPRESSION_TYPE', 8, 'no finite number'],
    ['visit = NaN', 'EXPRESSION_SYNTAX', 8, 'a number was expected'],
    ['band = 3', 'EXPRESSION_TYPE', 7, 'without quotes'],
    ["visit like '3%'", 'EXPRESSION_TYPE', 11, "'like' compares texts"],
    ["createdAtUtc > 'yesterday'", 'EXPRESSION_TYPE', 15, 'is no time'],
    ["createdAtUtc > '2026-02-30'", 'EXPRESSION_TYPE', 15, 'is no time'],
    ["createdAtUtc > '0000-01-01'", 'EXPRESSION_TYPE', 15, 'is no time'],
    ["createdAtUtc > '2026-01-01T00:00:00+16:00'", 'EXPRESSION_TYPE', 15, 'is no time'],
    ["id = 'abc'", 'EXPRESSION_TYPE', 5, 'is no UUID'],
    ["band = 'r", 'EXPRESSION_SYNTAX', 7, 'has no end'],
    ["band = 'r' or", 'EXPRESSION_SYNTAX', 13, 'a field was expected'],
    ["(band = 'r'", 'EXPRESSION_SYNTAX', 11, "')' was expected"],
    ["band = 'r'; drop table x", 'EXPRESSION_SYNTAX', 10, 'has no meaning'],
    ["band = 'r' band = 'g'", 'EXPRESSION_SYNTAX', 11, "'and', 'or' or the end"],
    ['visit = visit', 'EXPRESSION_SYNTAX', 8, 'a number was expected'],
    ['1 = 1', 'EXPRESSION_SYNTAX', 0, 'a field was expected'],
    [`${'('.repeat(60)}visit = 1${')'.repeat(60)}`, 'EXPRESSION_SIZE', 51, 'levels'],
    [Array.from({ length: 600 }, () => 'visit=1').join(' or '), 'EXPRESSION_SIZE', 5500, 'tests'],
    [' '.repeat(10_001), 'EXPRESSION_SIZE', 10_000, 'characters'],
  ])('says where %j goes wrong', (text, code, position, detail) => {
    expect(faultOf(text)).toMatchObject({
      code,
      position,
      message: typeof detail === 'string' ? expect.stringContaining(detail) : expect.stringMatching(detail),
    });
  });

  it('reads back what it is written from, whatever the tree', () => {
    const random = generator(20_261_123);
    for (let i = 0; i < 500; i++) {
      const tree = randomTree(random, 4);
      expect(parseExpression(written(tree))).toEqual(tree);
    }
  });

  it('answers any text with a tree or an error of its own, quickly', () => {
    const random = generator(7);
    const pieces = [
      "'",
      '(',
      ')',
      'band',
      'visit',
      'not',
      'and',
      'or',
      '=',
      '<',
      'like',
      'in',
      ',',
      '1',
      '1e9',
      ' ',
      '\0',
      'ü',
      ';',
      '--',
      "'r'",
    ];
    for (let i = 0; i < 5000; i++) {
      const text = Array.from(
        { length: Math.floor(random() * 30) },
        () => pieces[Math.floor(random() * pieces.length)],
      ).join(random() < 0.5 ? '' : ' ');
      try {
        parseExpression(text);
      } catch (error) {
        expect(error, text).toBeInstanceOf(ExpressionError);
      }
    }
  });
});

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomTree(random: () => number, depth: number): Condition {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  if (depth > 0 && random() < 0.5) {
    if (random() < 0.3) return { kind: 'not', part: randomTree(random, depth - 1) };
    const kind = pick(['and', 'or'] as const);
    // A chain of the same kind is written flat and read as one.
    const parts = Array.from({ length: 2 + Math.floor(random() * 2) }, () => randomTree(random, depth - 1));
    return { kind, parts };
  }
  const names = [...FIELDS].filter(([, { type }]) => type === 'text' || type === 'number');
  const [field, { type }] = pick(names);
  const value = (): Value =>
    type === 'number' ? Math.round((random() - 0.5) * 1e6) / 1e3 : pick(["it's", '', 'R22%', '"; --', '\\']);
  switch (pick(['compare', 'in', 'between', 'null'] as const)) {
    case 'compare':
      return {
        kind: 'compare',
        field,
        operator: pick(['=', '!=', '<', '<=', '>', '>='] as const),
        value: value(),
      };
    case 'in':
      return { kind: 'in', field, values: [value(), value()] };
    case 'between':
      return { kind: 'between', field, low: value(), high: value() };
    case 'null':
      return { kind: 'null', field };
  }
}

function written(tree: Condition): string {
  const text = (value: Value) =>
    typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
  switch (tree.kind) {
    case 'and':
    case 'or':
      return tree.parts
        .map((part) => (part.kind === 'and' || part.kind === 'or' ? `(${written(part)})` : written(part)))
        .join(` ${tree.kind} `);
    case 'not':
      return `not (${written(tree.part)})`;
    case 'compare':
      return `${tree.field} ${tree.operator} ${text(tree.value)}`;
    case 'like':
      return `${tree.field} like ${text(tree.pattern)}`;
    case 'in':
      return `${tree.field} in (${tree.values.map(text).join(', ')})`;
    case 'between':
      return `${tree.field} BETWEEN ${text(tree.low)} AND ${text(tree.high)}`;
    case 'null':
      return `${tree.field} is null`;
  }
}
