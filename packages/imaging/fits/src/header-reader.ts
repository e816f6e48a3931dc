/**
 * Header records to typed cards (FITS Standard 4.0 §3.3.1, §4). Structure that cannot be read is an error at once; a single
 * card that breaks the standard (NaN, no value, a tab) is kept as an `invalid` card and is an error when it is asked for,
 * so that a file with one bad comment can still be inspected.
 */
import { FITS_BLOCK_BYTES } from './byte-sink.js';
import { type Card, isHierarchKeyword, isPrintableAscii, isStandardKeyword } from './card.js';
import { FitsError } from './fits-error.js';
import { FitsHeader } from './header.js';

const CARD = 80;
const BLANK = 0x20;

/**
 * Reads the header that begins at `offset`. Returns it with the offset of the data after it. `hduIndex` is the number of
 * the HDU in the file, for messages and for what its first keyword must be; by default 0 at offset 0 and unknown elsewhere.
 * Throws `FITS_TRUNCATED` where no END comes, `FITS_NOT_FITS` where the first card is neither SIMPLE nor XTENSION.
 */
export function readHeader(
  bytes: Uint8Array,
  offset = 0,
  hduIndex: number | undefined = offset === 0 ? 0 : undefined,
): { header: FitsHeader; dataOffset: number } {
  const label = hduIndex === undefined ? `HDU at byte ${offset}` : `HDU ${hduIndex}`;
  const first = readText(bytes, offset, Math.min(offset + CARD, bytes.length));
  const expected =
    hduIndex === 0 ? ['SIMPLE  ='] : hduIndex === undefined ? ['SIMPLE  =', 'XTENSION='] : ['XTENSION='];
  if (!expected.some((start) => first.startsWith(start))) {
    const short = bytes.length - offset < CARD;
    throw new FitsError(
      short ? 'FITS_TRUNCATED' : 'FITS_NOT_FITS',
      short
        ? `${bytes.length - offset} bytes are too few for a header; the file is empty or cut off.`
        : `A header begins with ${expected.join(' or ')}, here stands ${JSON.stringify(first.slice(0, 30))}; this is not FITS.`,
      { hdu: label, offset },
    );
  }
  const end = findEnd(bytes, offset);
  if (end < 0) {
    throw new FitsError('FITS_TRUNCATED', 'The header has no END card; the file is cut off or damaged.', {
      hdu: label,
      offset,
    });
  }
  const length = end + CARD - offset;
  const dataOffset = offset + Math.ceil(length / FITS_BLOCK_BYTES) * FITS_BLOCK_BYTES;
  if (dataOffset > bytes.length) {
    throw new FitsError('FITS_TRUNCATED', 'The file ends inside the record of the END card; it is cut off.', {
      hdu: label,
      offset: end,
    });
  }
  const cards = parseCards(bytes, offset, end);
  const name = cards.find((card) => card.keyword === 'EXTNAME');
  return {
    header: new FitsHeader(cards, name?.kind === 'string' ? `${label} (${name.value})` : label),
    dataOffset,
  };
}

function findEnd(bytes: Uint8Array, offset: number): number {
  for (let at = offset; at + CARD <= bytes.length; at += CARD) {
    if (bytes[at] !== 0x45 || bytes[at + 1] !== 0x4e || bytes[at + 2] !== 0x44) continue;
    let i = at + 3;
    while (i < at + CARD && bytes[i] === BLANK) i++;
    if (i === at + CARD) return at;
  }
  return -1;
}

function readText(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i] ?? BLANK);
  return text;
}

function parseCards(bytes: Uint8Array, offset: number, end: number): Card[] {
  const cards: Card[] = [];
  for (let at = offset; at < end; at += CARD) {
    const card = parseCard(readText(bytes, at, at + CARD));
    const before = cards[cards.length - 1];
    if (card.kind === 'string' && card.keyword === 'CONTINUE') {
      if (before?.kind === 'string' && before.value.endsWith('&')) {
        const comment = [before.comment, card.comment].filter((part) => part !== '').join(' ');
        cards[cards.length - 1] = { ...before, value: before.value.slice(0, -1) + card.value, comment };
      } else {
        cards.push({
          kind: 'invalid',
          keyword: 'CONTINUE',
          text: card.value,
          problem: 'no string to continue precedes it',
        });
      }
    } else {
      cards.push(card);
    }
  }
  return cards;
}

const STRING_FIELD = /^ *'((?:[^']|'')*)' *(?:\/(.*))?$/;
const OTHER_FIELD = /^ *([^/']*?) *(?:\/(.*))?$/;
const INTEGER = /^[+-]?\d+$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[ED][+-]?\d+)?$/i;
const COMPLEX = /^\( *([^ ,]+) *, *([^ ,)]+) *\)$/;

/** Parses one record of 80 characters. CONTINUE comes as a string card of that keyword. */
function parseCard(record: string): Card {
  const keyword = record.slice(0, 8).trimEnd();
  if (!isPrintableAscii(record)) {
    return {
      kind: 'invalid',
      keyword,
      text: record.slice(8),
      problem: 'it holds characters that are not printable ASCII',
    };
  }
  if (keyword === 'CONTINUE') return parseValue(keyword, record.slice(8));
  if (keyword === 'HIERARCH') {
    const equals = record.indexOf('=');
    const name = record.slice(0, equals).trimEnd().replaceAll(/ +/g, ' ');
    if (equals > 0 && isHierarchKeyword(name)) return parseValue(name, record.slice(equals + 1));
  }
  const commentary = keyword === 'COMMENT' || keyword === 'HISTORY' || keyword === '';
  if (commentary || record.slice(8, 10) !== '= ') {
    return { kind: 'commentary', keyword, text: record.slice(8).trimEnd() };
  }
  if (!isStandardKeyword(keyword)) {
    return {
      kind: 'invalid',
      keyword,
      text: record.slice(10).trim(),
      problem: 'its keyword is not A-Z, 0-9, - and _ alone',
    };
  }
  return parseValue(keyword, record.slice(10));
}

function parseValue(keyword: string, field: string): Card {
  const quoted = STRING_FIELD.exec(field);
  if (quoted !== null) {
    const inner = (quoted[1] ?? '').replaceAll("''", "'");
    return { kind: 'string', keyword, value: inner.trimEnd(), comment: trimComment(quoted[2]) };
  }
  const other = OTHER_FIELD.exec(field);
  const text = other?.[1] ?? field.trim();
  const comment = trimComment(other?.[2]);
  const invalid = (problem: string): Card => ({ kind: 'invalid', keyword, text: field.trim(), problem });
  if (other === null) return invalid('it is not a value of the standard');
  if (text === '') return { kind: 'undefined', keyword, comment };
  if (text === 'T' || text === 'F') return { kind: 'logical', keyword, value: text === 'T', comment };
  if (INTEGER.test(text)) {
    const value = Number(text);
    return {
      kind: 'integer',
      keyword,
      value: Number.isSafeInteger(value) ? value : BigInt(text.replace('+', '')),
      comment,
    };
  }
  const number = parseFloatText(text);
  if (number !== undefined) return { kind: 'float', keyword, value: number, comment };
  const pair = COMPLEX.exec(text);
  const [real, imaginary] = [parseFloatText(pair?.[1] ?? ''), parseFloatText(pair?.[2] ?? '')];
  if (real !== undefined && imaginary !== undefined) {
    return { kind: 'complex', keyword, value: [real, imaginary], comment };
  }
  return invalid('it is neither a string, a logical nor a finite number');
}

/** A FITS integer or float text, undefined where it is neither or overflows a double. */
function parseFloatText(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text.replace(/d/i, 'E'));
  return Number.isFinite(value) ? value : undefined;
}

function trimComment(text: string | undefined): string {
  return (text ?? '').replace(/^ /, '').trimEnd();
}
