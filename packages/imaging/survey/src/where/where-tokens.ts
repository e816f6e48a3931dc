/** The words, texts, numbers and signs of an expression. */
import { WhereError } from '../errors.js';

/** A part of an expression; `at` is its place, from 0. */
export interface WhereToken {
  readonly kind: 'word' | 'text' | 'number' | 'symbol';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|'((?:[^']|'')*)'|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(<=|>=|!=|<>|==|[=<>(),]))/y;

/** Takes an expression apart. @throws WhereError where something has no meaning */
export function whereTokens(expression: string): WhereToken[] {
  const tokens: WhereToken[] = [];
  TOKEN.lastIndex = 0;
  for (let from = 0; expression.slice(from).trim() !== ''; from = TOKEN.lastIndex) {
    const match = TOKEN.exec(expression);
    const at = from + expression.slice(from).search(/\S/);
    if (match === null) {
      const sign = expression[at]!;
      throw new WhereError(
        expression,
        at,
        sign === "'"
          ? 'the text that begins here has no end'
          : sign === '"'
            ? "texts stand in single quotes, as in band = 'r'"
            : `${JSON.stringify(sign)} has no meaning`,
      );
    }
    const [, word, text, number, symbol] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll("''", "'"), at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else tokens.push({ kind: 'symbol', text: symbol ?? '', at });
  }
  return tokens;
}
