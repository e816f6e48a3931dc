/**
 * Search expressions, as in `band = 'r' and detector like 'R22%' and seeingArcsec < 0.8`:
 *
 *   or    := and ('or' and)*
 *   and   := not ('and' not)*
 *   not   := 'not' not | '(' or ')' | test
 *   test  := field ('=' | '!=' | '<>' | '<' | '<=' | '>' | '>=') value
 *          | field ['not'] 'like' text | field ['not'] 'in' '(' value (',' value)* ')'
 *          | field ['not'] 'between' value 'and' value | field 'is' ['not'] 'null'
 *
 * Texts stand in single quotes, a quote in them twice; keywords in either case. The tree is plain data: nothing of the text is SQL.
 */
import { ExpressionError } from './expression-error.js';
import { nearestName } from '@imsim-od/names';
import { type Field, FIELDS } from './fields.js';

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Value = string | number;

/** A parsed expression. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: ComparisonOperator;
      readonly value: Value;
    }
  | { readonly kind: 'like'; readonly field: string; readonly pattern: string }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly Value[] }
  | { readonly kind: 'between'; readonly field: string; readonly low: Value; readonly high: Value }
  | { readonly kind: 'null'; readonly field: string };

const MAX_CHARACTERS = 10_000;
const MAX_DEPTH = 50;
const MAX_TESTS = 500;

/** Parses an expression. @throws ExpressionError with the place and, for a mistyped field, the nearest name */
export function parseExpression(text: string): Condition {
  if (text.length > MAX_CHARACTERS) {
    throw new ExpressionError(
      'EXPRESSION_SIZE',
      MAX_CHARACTERS,
      `it has ${text.length} characters; ${MAX_CHARACTERS} are allowed`,
    );
  }
  return new Parser(tokenise(text), text.length).whole();
}

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'symbol';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|'((?:[^']|'')*)'|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(<=|>=|!=|<>|[=<>(),]))/y;

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      const rest = text.slice(from);
      if (rest.trim() === '') break;
      const at = from + rest.search(/\S/);
      const what =
        text[at] === "'"
          ? 'the text that begins here has no end'
          : `${JSON.stringify(text[at])} has no meaning`;
      throw new ExpressionError('EXPRESSION_SYNTAX', at, what);
    }
    const [all, word, quoted, number, symbol] = match;
    const at = from + all.search(/\S/);
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll("''", "'"), at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else tokens.push({ kind: 'symbol', text: symbol ?? '', at });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;
  #tests = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  whole(): Condition {
    const condition = this.#or(0);
    const rest = this.#tokens[this.#next];
    if (rest !== undefined)
      this.#fail(`'and', 'or' or the end was expected, found ${JSON.stringify(rest.text)}`);
    return condition;
  }

  #or(depth: number): Condition {
    return this.#chain('or', () => this.#chain('and', () => this.#not(depth)));
  }

  #chain(kind: 'and' | 'or', part: () => Condition): Condition {
    const parts = [part()];
    while (this.#takeWord(kind)) parts.push(part());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  #not(depth: number): Condition {
    if (depth > MAX_DEPTH) {
      throw new ExpressionError(
        'EXPRESSION_SIZE',
        this.#at(),
        `more than ${MAX_DEPTH} levels of parentheses or 'not'`,
      );
    }
    if (this.#takeWord('not')) return { kind: 'not', part: this.#not(depth + 1) };
    if (!this.#takeSymbol('(')) return this.#test();
    const inner = this.#or(depth + 1);
    this.#needSymbol(')');
    return inner;
  }

  #test(): Condition {
    if (++this.#tests > MAX_TESTS)
      throw new ExpressionError('EXPRESSION_SIZE', this.#at(), `more than ${MAX_TESTS} tests`);
    const { name, field } = this.#field();
    if (this.#takeWord('is')) {
      const negated = this.#takeWord('not');
      if (!this.#takeWord('null')) this.#fail("'null' was expected after 'is'");
      return negate(negated, { kind: 'null', field: name });
    }
    const negated = this.#takeWord('not');
    if (this.#takeWord('like')) {
      if (field.type !== 'text')
        throw new ExpressionError(
          'EXPRESSION_TYPE',
          this.#at(),
          `'like' compares texts, and ${name} is a ${field.type}`,
        );
      const pattern = String(this.#value(name, field));
      return negate(negated, { kind: 'like', field: name, pattern });
    }
    if (this.#takeWord('in')) {
      this.#needSymbol('(');
      const values = [this.#value(name, field)];
      while (this.#takeSymbol(',')) values.push(this.#value(name, field));
      this.#needSymbol(')');
      return negate(negated, { kind: 'in', field: name, values });
    }
    if (this.#takeWord('between')) {
      const low = this.#value(name, field);
      if (!this.#takeWord('and')) this.#fail("'and' was expected between the two values");
      return negate(negated, { kind: 'between', field: name, low, high: this.#value(name, field) });
    }
    if (negated) this.#fail("'like', 'in' or 'between' was expected after 'not'");
    for (const symbol of ['=', '!=', '<>', '<=', '>=', '<', '>'] as const) {
      if (!this.#takeSymbol(symbol)) continue;
      const operator = symbol === '<>' ? '!=' : symbol;
      return { kind: 'compare', field: name, operator, value: this.#value(name, field) };
    }
    return this.#fail(
      `a comparison was expected after ${name}: =, !=, <, <=, >, >=, like, in, between or is null`,
    );
  }

  #field(): { name: string; field: Field } {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word') return this.#fail('a field was expected');
    const field = FIELDS.get(token.text);
    if (field === undefined) {
      const nearest = nearestName(token.text, FIELDS.keys());
      const hint =
        nearest === undefined ? `fields are ${[...FIELDS.keys()].join(', ')}` : `did you mean ${nearest}?`;
      throw new ExpressionError('EXPRESSION_FIELD', token.at, `there is no field ${token.text}; ${hint}`);
    }
    this.#next++;
    return { name: token.text, field };
  }

  #value(name: string, field: Field): Value {
    const token = this.#tokens[this.#next];
    if (token === undefined || (token.kind !== 'text' && token.kind !== 'number'))
      return this.#fail(
        field.type === 'number' ? 'a number was expected' : 'a text in single quotes was expected',
      );
    this.#next++;
    const wrong = (detail: string): never => {
      throw new ExpressionError('EXPRESSION_TYPE', token.at, `${name} is a ${field.type}, and ${detail}`);
    };
    if (field.type === 'number') {
      const value = token.kind === 'number' ? Number(token.text) : NaN;
      return Number.isFinite(value) ? value : wrong(`${JSON.stringify(token.text)} is no finite number`);
    }
    if (token.kind === 'number') return wrong(`${token.text} stands without quotes`);
    if (token.text.includes('\0')) return wrong('a text cannot hold NUL');
    if (field.type === 'time' && !isTime(token.text))
      return wrong(`'${token.text.slice(0, 40)}' is no time such as '2026-11-23' or '2026-11-23T01:02:03Z'`);
    if (field.type === 'uuid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(token.text))
      return wrong(`'${token.text.slice(0, 40)}' is no UUID`);
    return token.text;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#next++;
    return true;
  }

  #takeSymbol(symbol: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next++;
    return true;
  }

  #needSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) this.#fail(`'${symbol}' was expected`);
  }

  #at(): number {
    return this.#tokens[this.#next]?.at ?? this.#end;
  }

  #fail(detail: string): never {
    throw new ExpressionError('EXPRESSION_SYNTAX', this.#at(), detail);
  }
}

function negate(negated: boolean, condition: Condition): Condition {
  return negated ? { kind: 'not', part: condition } : condition;
}

/** A date, or a time with its zone, that exists, also for PostgreSQL: after the year 0, and in a zone of less than 16 hours. */
function isTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-5]):[0-5]\d))?$/.test(text))
    return false;
  if (text.startsWith('0000')) return false;
  const day = text.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && new Date(midnight).toISOString().startsWith(day);
}
