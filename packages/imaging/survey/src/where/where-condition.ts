/**
 * Conditions on the columns of a table, as in `band = 'r' and airmass < 1.2`:
 *
 *   or    := and ('or' and)*
 *   and   := not ('and' not)*
 *   not   := 'not' not | '(' or ')' | test
 *   test  := column ('=' | '==' | '!=' | '<>' | '<' | '<=' | '>' | '>=') value
 *          | column ['not'] 'like' text | column ['not'] 'in' '(' value (',' value)* ')'
 *          | column ['not'] 'between' value 'and' value | column 'is' ['not'] 'null'
 *
 * Texts stand in single quotes, a quote in them twice; keywords in either case. Of the text nothing gets into the query:
 * columns are those of the table, under its own names, and values are bound.
 */
import { WhereError } from '../errors.js';
import { type WhereToken, whereTokens } from './where-tokens.js';

type Value = string | number;

/** A column that an expression may name. */
export interface WhereColumn {
  /** What stands for it in a query. */
  readonly sql: string;
  readonly holds: 'number' | 'text' | 'any';
}

/** A condition for a query, with the values to bind in order. */
export interface WhereCondition {
  readonly sql: string;
  readonly values: readonly Value[];
}

const MAX_CHARACTERS = 10_000;
const MAX_DEPTH = 50;
const MAX_TESTS = 200;
const OPERATORS: ReadonlyMap<string, string> = new Map(
  Object.entries({ '=': '=', '==': '=', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' }),
);

/**
 * Parses an expression. `columnNamed` gives the column of a name, or the words for why there is none.
 * @throws WhereError with the place
 */
export function parseWhere(
  expression: string,
  columnNamed: (name: string) => WhereColumn | string,
): WhereCondition {
  if (expression.length > MAX_CHARACTERS)
    throw new WhereError(expression, MAX_CHARACTERS, `more than ${MAX_CHARACTERS} characters`);
  return new Parser(expression, columnNamed).whole();
}

class Parser {
  readonly #expression: string;
  readonly #columnNamed: (name: string) => WhereColumn | string;
  readonly #tokens: readonly WhereToken[];
  #next = 0;
  #tests = 0;

  constructor(expression: string, columnNamed: (name: string) => WhereColumn | string) {
    this.#expression = expression;
    this.#columnNamed = columnNamed;
    this.#tokens = whereTokens(expression);
  }

  whole(): WhereCondition {
    const condition = this.#or(0);
    const rest = this.#tokens[this.#next];
    if (rest) this.#fail(`'and', 'or' or the end was expected, not ${JSON.stringify(rest.text)}`);
    return condition;
  }

  #or(depth: number): WhereCondition {
    return this.#chain('or', () => this.#chain('and', () => this.#not(depth)));
  }

  #chain(word: 'and' | 'or', part: () => WhereCondition): WhereCondition {
    const parts = [part()];
    while (this.#takeWord(word)) parts.push(part());
    if (parts.length === 1) return parts[0]!;
    return {
      sql: `(${parts.map(({ sql }) => sql).join(` ${word} `)})`,
      values: parts.flatMap(({ values }) => values),
    };
  }

  #not(depth: number): WhereCondition {
    if (depth > MAX_DEPTH) this.#fail(`more than ${MAX_DEPTH} levels of parentheses or 'not'`);
    if (this.#takeWord('not')) {
      const { sql, values } = this.#not(depth + 1);
      return { sql: `(not ${sql})`, values };
    }
    if (!this.#take('symbol', '(')) return this.#test();
    const inner = this.#or(depth + 1);
    this.#need(')');
    return inner;
  }

  #test(): WhereCondition {
    if (++this.#tests > MAX_TESTS) this.#fail(`more than ${MAX_TESTS} tests`);
    const { name, column } = this.#column();
    const value = (): Value => this.#value(name, column);
    if (this.#takeWord('is')) {
      const not = this.#takeWord('not') ? 'not ' : '';
      if (!this.#takeWord('null')) this.#fail("'null' was expected after 'is'");
      return { sql: `${column.sql} is ${not}null`, values: [] };
    }
    const not = this.#takeWord('not') ? 'not ' : '';
    if (this.#takeWord('like')) {
      if (column.holds === 'number') this.#fail(`'like' compares texts, and ${name} holds numbers`);
      return { sql: `${column.sql} ${not}like ?`, values: [value()] };
    }
    if (this.#takeWord('in')) {
      this.#need('(');
      const values = [value()];
      while (this.#take('symbol', ',')) values.push(value());
      this.#need(')');
      return { sql: `${column.sql} ${not}in (${values.map(() => '?').join(', ')})`, values };
    }
    if (this.#takeWord('between')) {
      const low = value();
      if (!this.#takeWord('and')) this.#fail("'and' was expected between the two values");
      return { sql: `${column.sql} ${not}between ? and ?`, values: [low, value()] };
    }
    const token = this.#tokens[this.#next];
    const operator = token?.kind === 'symbol' ? OPERATORS.get(token.text) : undefined;
    if (operator === undefined || not !== '')
      this.#fail(
        not === ''
          ? `a comparison was expected after ${name}: =, !=, <, <=, >, >=, like, in, between or is null`
          : "'like', 'in' or 'between' was expected after 'not'",
      );
    this.#next++;
    return { sql: `${column.sql} ${operator} ?`, values: [value()] };
  }

  #column(): { name: string; column: WhereColumn } {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word') return this.#fail("a column was expected, as in airmass < 1.2 or band = 'r'");
    const column = this.#columnNamed(token.text);
    if (typeof column === 'string') return this.#fail(column);
    this.#next++;
    return { name: token.text, column };
  }

  #value(name: string, { holds }: WhereColumn): Value {
    const token = this.#tokens[this.#next];
    if (token?.kind === 'word')
      return this.#fail(`a text stands in single quotes: '${token.text}'; columns are compared with values`);
    if (token?.kind !== 'text' && token?.kind !== 'number')
      return this.#fail(holds === 'text' ? 'a text in single quotes was expected' : 'a value was expected');
    if (holds === 'number' && token.kind === 'text')
      return this.#fail(`${name} holds numbers; write them without quotes`);
    if (holds === 'text' && token.kind === 'number')
      return this.#fail(`${name} holds texts; write '${token.text}'`);
    this.#next++;
    if (token.kind === 'text') return token.text;
    const number = Number(token.text);
    if (!Number.isFinite(number)) this.#fail(`${token.text} is too large`);
    return number;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#next++;
    return true;
  }

  #take(kind: WhereToken['kind'], text: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== kind || token.text !== text) return false;
    this.#next++;
    return true;
  }

  #need(symbol: string): void {
    if (!this.#take('symbol', symbol)) this.#fail(`'${symbol}' was expected`);
  }

  #fail(detail: string): never {
    throw new WhereError(
      this.#expression,
      this.#tokens[this.#next]?.at ?? this.#expression.trimEnd().length,
      detail,
    );
  }
}
