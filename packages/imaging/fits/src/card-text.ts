/**
 * Typed cards to 80-character records (FITS Standard 4.0 §4.2): fixed format wherever the value fits in columns 11-30, long
 * strings by CONTINUE (§4.2.1.2), floats as the shortest decimal that reads back to the same double.
 */
import { type Card, isHierarchKeyword, isStandardKeyword, requirePrintable } from './card.js';
import { FitsError } from './fits-error.js';

const CARD = 80;
/** Characters a string may take on one card: 80 less the keyword, `= ` and two quotes. */
const STRING_ROOM = 68;
/** Room for the comment beside an integer or logical (value to column 30, then ` / `). */
const COMMENT_ROOM = 47;
/** The longest float text is 24 characters, 4 beyond column 30: comments of floats keep clear of it, whatever the value. */
const FLOAT_COMMENT_ROOM = 43;

/** Integers from int64's least to uint64's greatest: 20 characters at most. */
const LEAST_INTEGER = -0x8000_0000_0000_0000n;
const GREATEST_INTEGER = 0xffff_ffff_ffff_ffffn;

/** String keywords of the standard whose values may not be continued: structure, columns, coordinates, dates. */
const NOT_CONTINUED =
  /^(XTENSION|EXTNAME|BUNIT|DATE.*|TELESCOP|INSTRUME|RADESYS|TIMESYS|CHECKSUM|DATASUM|Z[A-Z]+\d*|(TTYPE|TFORM|TUNIT|TDISP|TDIM|CTYPE|CUNIT)\d+.?)$/;

/**
 * A finite number as FITS float text: a decimal point always, `E` where an exponent, at most 24 characters, and the
 * shortest digits that read back to the same double (−0 included). Throws `FITS_BAD_VALUE` on NaN and infinities.
 */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) {
    throw new FitsError(
      'FITS_BAD_VALUE',
      `A header cannot hold ${value}; leave the card out or give a finite number.`,
      {
        value,
      },
    );
  }
  if (Object.is(value, -0)) return '-0.0';
  const plain = String(value);
  const withPoint = /[.e]/.test(plain) ? plain : `${plain}.0`;
  if (!withPoint.includes('e') && withPoint.length <= 20) return withPoint;
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent}`;
}

/**
 * The records of one card, each of exactly 80 characters. Throws `FITS_BAD_KEYWORD`, `FITS_BAD_CHARACTER`,
 * `FITS_BAD_VALUE` or `FITS_TOO_LONG`; `hdu` names the HDU in the message.
 */
export function formatCard(card: Card, hdu?: string): string[] {
  if (card.kind === 'invalid') {
    throw new FitsError('FITS_BAD_VALUE', `${card.keyword} cannot be written: ${card.problem}.`, {
      hdu,
      keyword: card.keyword,
      value: card.text,
    });
  }
  if (card.kind === 'commentary') return formatCommentary(card.keyword, card.text, hdu);
  const { keyword, comment } = card;
  requirePrintable(comment, keyword, hdu);
  const head = cardHead(keyword, hdu);
  switch (card.kind) {
    case 'string':
      requirePrintable(card.value, keyword, hdu);
      return formatString(card, head, hdu);
    case 'float':
      return [
        joinCard(
          keyword,
          head,
          formatFiniteFloat(card.value, keyword, hdu),
          comment,
          FLOAT_COMMENT_ROOM,
          hdu,
        ),
      ];
    case 'integer':
      return [joinCard(keyword, head, formatInteger(card.value, keyword, hdu), comment, COMMENT_ROOM, hdu)];
    case 'logical':
      return [joinCard(keyword, head, card.value ? 'T' : 'F', comment, COMMENT_ROOM, hdu)];
    case 'complex': {
      const parts = card.value.map((part) => formatFiniteFloat(part, keyword, hdu));
      return [joinCard(keyword, head, `(${parts.join(', ')})`, comment, CARD, hdu)];
    }
    case 'undefined':
      return [joinCard(keyword, head, '', comment, COMMENT_ROOM, hdu)];
  }
}

function cardHead(keyword: string, hdu: string | undefined): string {
  if (isHierarchKeyword(keyword)) return `${keyword} = `;
  if (!isStandardKeyword(keyword)) {
    throw new FitsError(
      'FITS_BAD_KEYWORD',
      `Keyword '${keyword}' is not one to eight of A-Z, 0-9, '-' and '_'; choose such a name.`,
      { hdu, keyword },
    );
  }
  return `${keyword.padEnd(8)}= `;
}

function formatFiniteFloat(value: number, keyword: string, hdu: string | undefined): string {
  if (!Number.isFinite(value)) {
    throw new FitsError(
      'FITS_BAD_VALUE',
      `${keyword} is ${value}; headers hold finite numbers alone: leave the card out or give one.`,
      { hdu, keyword, value },
    );
  }
  return formatFloat(value);
}

function formatInteger(value: number | bigint, keyword: string, hdu: string | undefined): string {
  const exact = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (!exact || value < LEAST_INTEGER || value > GREATEST_INTEGER) {
    throw new FitsError(
      'FITS_BAD_VALUE',
      `${keyword} is ${value}, not an integer of 64 bits held exactly; use float(), or a bigint beyond 2^53.`,
      { hdu, keyword, value },
    );
  }
  return String(BigInt(value));
}

function joinCard(
  keyword: string,
  head: string,
  valueText: string,
  comment: string,
  commentRoom: number,
  hdu: string | undefined,
): string {
  const free = head.length > 10;
  const value = free ? valueText : valueText.padStart(20);
  const text = comment === '' ? head + value : `${head}${value} / ${comment}`;
  if (comment.length > commentRoom || text.length > CARD) {
    throw tooLong(
      keyword,
      `comment '${comment}' has ${comment.length} characters`,
      Math.min(commentRoom, CARD - 3 - head.length - value.length),
      hdu,
    );
  }
  return text.padEnd(CARD);
}

function tooLong(keyword: string, what: string, room: number, hdu: string | undefined): FitsError {
  return new FitsError(
    'FITS_TOO_LONG',
    `${keyword}: the ${what}, more than the ${room} its card has room for; shorten it.`,
    {
      hdu,
      keyword,
    },
  );
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** The quoted string with the closing quote at column 20 or later, as fixed format wants, and blanks to column 30. */
function valueField(quoted: string): string {
  return quoted.padEnd(20);
}

function formatString(card: Card & { kind: 'string' }, head: string, hdu: string | undefined): string[] {
  const { keyword, comment } = card;
  const value = card.value.length < 8 && card.value !== '' ? card.value.padEnd(8) : card.value;
  const quoted = quote(value);
  const whole = comment === '' ? head + quoted : `${head}${valueField(quoted)} / ${comment}`;
  if (whole.length <= CARD) return [whole.padEnd(CARD)];
  if (head.length > 10 || NOT_CONTINUED.test(keyword)) {
    throw tooLong(
      keyword,
      `value '${card.value}' with its comment takes ${whole.length} characters`,
      CARD,
      hdu,
    );
  }
  const pieces = splitQuoted(quoted.slice(1, -1), STRING_ROOM - 1);
  const records: { text: string; comment: string }[] = pieces.map((text) => ({ text, comment: '' }));
  const words = comment === '' ? [] : comment.split(' ');
  let line = records[records.length - 1] ?? { text: '', comment: '' };
  for (const word of words) {
    const joined = line.comment === '' ? word : `${line.comment} ${word}`;
    const room = CARD - 10 - 2 - line.text.length - 1 - 3;
    if (joined.length <= room) {
      line.comment = joined;
      continue;
    }
    if (word.length > CARD - 10 - 3 - 3)
      throw tooLong(keyword, `comment word '${word}' is long`, CARD - 16, hdu);
    line = { text: '', comment: word };
    records.push(line);
  }
  return records.map((record, i) => {
    const last = i === records.length - 1;
    const start = i === 0 ? head : 'CONTINUE  ';
    const body = `${start}'${record.text}${last ? '' : '&'}'`;
    return (record.comment === '' ? body : `${body} / ${record.comment}`).padEnd(CARD);
  });
}

/** Cuts text with doubled quotes into pieces of at most `room` characters, never inside a doubled quote. */
function splitQuoted(text: string, room: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (let i = 0; i < text.length;) {
    const unit = text[i] === "'" ? "''" : (text[i] ?? '');
    if (piece.length + unit.length > room) {
      pieces.push(piece);
      piece = '';
    }
    piece += unit;
    i += unit.length;
  }
  pieces.push(piece);
  return pieces;
}

function formatCommentary(keyword: string, text: string, hdu: string | undefined): string[] {
  if (keyword !== '' && !isStandardKeyword(keyword)) cardHead(keyword, hdu);
  requirePrintable(text, keyword === '' ? 'a blank keyword' : keyword, hdu);
  const records: string[] = [];
  let rest = text;
  do {
    let cut = 72;
    if (rest.length > 72) {
      const blank = rest.lastIndexOf(' ', 71);
      if (blank > 0) cut = blank + 1;
    }
    records.push((keyword.padEnd(8) + rest.slice(0, cut)).padEnd(CARD).slice(0, CARD));
    rest = rest.slice(cut);
  } while (rest !== '');
  return records;
}
