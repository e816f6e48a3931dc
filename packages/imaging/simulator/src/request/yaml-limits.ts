/**
 * What is refused of a YAML text before and after it is parsed: nesting so deep, and keys so odd, that the parser would take
 * minutes or run out of stack. No request comes near.
 */
import { CST, type Document, isPair, isScalar, Lexer, visit } from 'yaml';

/** Deepest nesting of brackets, and column in which blocks may still begin. */
const MOST_FLOW_DEPTH = 64;
const MOST_BLOCK_COLUMN = 200;

/** What the lexer says between the characters of the text. */
const MARKS: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

/** A place in a text and what is wrong there. */
export interface YamlExcess {
  readonly offset: number;
  readonly message: string;
}

/** Finds nesting beyond the limits, without parsing. */
export function excessNesting(text: string): YamlExcess | undefined {
  let depth = 0;
  let offset = 0;
  let lineStart = 0;
  let isLeading = true;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token)) continue;
    switch (CST.tokenType(token)) {
      case 'flow-map-start':
      case 'flow-seq-start':
        if (++depth > MOST_FLOW_DEPTH)
          return { offset, message: `brackets are nested more than ${MOST_FLOW_DEPTH} deep` };
        isLeading = false;
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        depth = Math.max(0, depth - 1);
        break;
      case 'newline':
        lineStart = offset + token.length;
        isLeading = true;
        break;
      case 'space':
      case 'comment':
        break;
      case 'seq-item-ind':
      case 'explicit-key-ind':
      case 'map-value-ind':
        if (isLeading && depth === 0 && offset - lineStart > MOST_BLOCK_COLUMN)
          return { offset, message: `blocks are indented more than ${MOST_BLOCK_COLUMN} columns` };
        break;
      default:
        if (isLeading && depth === 0 && offset - lineStart > MOST_BLOCK_COLUMN)
          return { offset, message: `blocks are indented more than ${MOST_BLOCK_COLUMN} columns` };
        isLeading = false;
        // A block of text holds its own line ends.
        if (token.endsWith('\n')) {
          lineStart = offset + token.length;
          isLeading = true;
        }
    }
    offset += token.length;
  }
  return undefined;
}

/** Finds a key that is a list, a mapping or an alias. */
export function oddKey(document: Document.Parsed): YamlExcess | undefined {
  let found: YamlExcess | undefined;
  visit(document, {
    Pair(_index, pair) {
      const { key } = pair;
      if (!isPair(pair) || key === null || isScalar(key)) return undefined;
      const range =
        typeof key === 'object' && 'range' in key ? (key.range as readonly number[] | null) : null;
      found = { offset: range?.[0] ?? 0, message: 'a key must be plain text' };
      return visit.BREAK;
    },
  });
  return found;
}
