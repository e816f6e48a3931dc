/**
 * Builds a header card by card, in order, each checked as it comes: keyword, characters, value, room for the comment. The
 * keywords that follow from the data (SIMPLE, BITPIX, NAXIS…, TFORM…, Z…, CHECKSUM) are the writers' own and refused here.
 */
import { type Card, type CardSource, isHierarchKeyword, isStandardKeyword, requireDate } from './card.js';
import { formatCard } from './card-text.js';
import { FitsError } from './fits-error.js';
import { FitsHeader } from './header.js';

/** Keywords that the writers of images, tables and compressed images put in themselves. */
const STRUCTURAL =
  /^(SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|TFIELDS|THEAP|(TTYPE|TFORM|TUNIT|TCOMM|TNULL|TSCAL|TZERO|TDIM)\d+|Z(IMAGE|TABLE|TENSION|SIMPLE|EXTEND|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|CMPTYPE|(TILE|NAME|VAL)\d+|HECKSUM|DATASUM|BLANK|SCALE|ZERO|QUANTIZ|DITHER0)|BSCALE|BZERO|CHECKSUM|DATASUM|LONGSTRN|END|CONTINUE)$/;

/** True for a keyword that follows from the data and that a writer puts in itself. */
export function isStructuralKeyword(keyword: string): boolean {
  return STRUCTURAL.test(keyword);
}

/** Options of a builder. */
export interface HeaderBuilderOptions {
  /** Names the HDU in messages, as `HDU 3 (SEG05)`. */
  readonly hdu?: string;
  /** Allow keywords of the form `HIERARCH ESO TEL NAME`, which the standard does not know. Default false. */
  readonly allowHierarch?: boolean;
}

/**
 * A header under construction. Every method adds one card and returns the builder. All throw `FITS_BAD_KEYWORD`,
 * `FITS_DUPLICATE_KEYWORD`, `FITS_BAD_VALUE`, `FITS_BAD_CHARACTER` or `FITS_TOO_LONG` at once, so that the stack shows
 * the culprit. A `unit` is put in brackets before the comment: `[s] exposure time`.
 */
export class HeaderBuilder implements CardSource {
  readonly #cards: Card[] = [];
  readonly #keywords = new Set<string>();
  readonly #hdu: string | undefined;
  readonly #allowHierarch: boolean;

  constructor(options: HeaderBuilderOptions = {}) {
    this.#hdu = options.hdu;
    this.#allowHierarch = options.allowHierarch ?? false;
  }

  /** The cards so far, in order. */
  get cards(): readonly Card[] {
    return this.#cards;
  }

  /** True where the keyword was added. */
  has(keyword: string): boolean {
    return this.#keywords.has(keyword);
  }

  /** A string of printable ASCII; trailing blanks mean nothing; long ones are continued. DATE… must be ISO dates. */
  string(keyword: string, value: string, comment = '', unit?: string): this {
    requireDate(keyword, value, this.#hdu);
    return this.#add({ kind: 'string', keyword, value, comment: withUnit(comment, unit) });
  }

  /** An integer that the number holds exactly, or a bigint of at most 64 bits. */
  integer(keyword: string, value: number | bigint, comment = '', unit?: string): this {
    return this.#add({ kind: 'integer', keyword, value, comment: withUnit(comment, unit) });
  }

  /** A finite number, written with a decimal point as the shortest text that reads back to the same double. */
  float(keyword: string, value: number, comment = '', unit?: string): this {
    return this.#add({ kind: 'float', keyword, value, comment: withUnit(comment, unit) });
  }

  /** A logical, `T` or `F`. */
  logical(keyword: string, value: boolean, comment = ''): this {
    return this.#add({ kind: 'logical', keyword, value, comment });
  }

  /** A keyword whose value is not known. Standard, but fitsverify warns of it: leave the card out where you can. */
  undefinedValue(keyword: string, comment = ''): this {
    return this.#add({ kind: 'undefined', keyword, comment });
  }

  /** Free text under COMMENT, wrapped at 72 characters. */
  comment(text: string): this {
    return this.#add({ kind: 'commentary', keyword: 'COMMENT', text });
  }

  /** Free text under HISTORY, wrapped at 72 characters. */
  history(text: string): this {
    return this.#add({ kind: 'commentary', keyword: 'HISTORY', text });
  }

  /** A card of blanks, or of text under a blank keyword: a heading or a gap. */
  blank(text = ''): this {
    return this.#add({ kind: 'commentary', keyword: '', text });
  }

  /** All cards of another header, in its order, except the structural ones that the writers put in themselves. */
  append(source: CardSource): this {
    for (const card of source.cards) if (!isStructuralKeyword(card.keyword)) this.#add(card);
    return this;
  }

  /** The header as it stands, for look-up. */
  build(): FitsHeader {
    return new FitsHeader([...this.#cards], this.#hdu ?? 'header');
  }

  #add(card: Card): this {
    const { keyword } = card;
    if (card.kind !== 'commentary') this.#checkKeyword(keyword);
    formatCard(card, this.#hdu);
    this.#cards.push(card);
    if (card.kind !== 'commentary') this.#keywords.add(keyword);
    return this;
  }

  #checkKeyword(keyword: string): void {
    const allowed = isStandardKeyword(keyword) || (this.#allowHierarch && isHierarchKeyword(keyword));
    const refuse = (code: 'FITS_BAD_KEYWORD' | 'FITS_DUPLICATE_KEYWORD', message: string): FitsError =>
      new FitsError(code, message, { hdu: this.#hdu, keyword });
    if (!allowed) {
      throw refuse(
        'FITS_BAD_KEYWORD',
        isHierarchKeyword(keyword)
          ? `Keyword '${keyword}' is a HIERARCH keyword, outside the standard; ask for it with allowHierarch.`
          : `Keyword '${keyword}' is not one to eight of A-Z, 0-9, '-' and '_'; choose such a name.`,
      );
    }
    if (keyword === 'COMMENT' || keyword === 'HISTORY') {
      throw refuse('FITS_BAD_KEYWORD', `${keyword} takes text without a value; use comment() or history().`);
    }
    if (isStructuralKeyword(keyword)) {
      throw refuse(
        'FITS_BAD_KEYWORD',
        `${keyword} follows from the data and is written by the HDU's writer; leave it out.`,
      );
    }
    if (this.#keywords.has(keyword)) {
      throw refuse(
        'FITS_DUPLICATE_KEYWORD',
        `${keyword} stands in this header already; a keyword may be given once.`,
      );
    }
  }
}

function withUnit(comment: string, unit: string | undefined): string {
  if (unit === undefined) return comment;
  return comment === '' ? `[${unit}]` : `[${unit}] ${comment}`;
}
