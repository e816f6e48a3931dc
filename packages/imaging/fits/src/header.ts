/**
 * A header in memory, cards in file order, with typed look-up: what was read from a file, or what a builder made. Look-ups
 * that fail say which HDU and which keyword. A keyword that stands twice is found at its first place, as astropy and
 * CFITSIO do.
 */
import type { Card, CardSource } from './card.js';
import { FitsError } from './fits-error.js';

/** What `value` may return: complex numbers as [real, imaginary], undefined values as null. */
export type HeaderValue = string | number | bigint | boolean | readonly [number, number] | null;

/** An immutable list of cards. */
export class FitsHeader implements CardSource {
  readonly cards: readonly Card[];
  /** The HDU in messages, as `HDU 3 (SEG05)`. */
  readonly hdu: string;
  readonly #byKeyword = new Map<string, Card>();

  /** `hdu` names the HDU in error messages. */
  constructor(cards: readonly Card[], hdu: string) {
    this.cards = cards;
    this.hdu = hdu;
    for (const card of cards) {
      if (card.kind !== 'commentary' && !this.#byKeyword.has(card.keyword))
        this.#byKeyword.set(card.keyword, card);
    }
  }

  /** True where the keyword stands with a value indicator. */
  has(keyword: string): boolean {
    return this.#byKeyword.has(keyword);
  }

  /** The card of a keyword, or undefined; an invalid card is returned as such. */
  card(keyword: string): Card | undefined {
    return this.#byKeyword.get(keyword);
  }

  /** The value of a keyword whatever its type, undefined where it is absent. Throws `FITS_BAD_VALUE` on an invalid card. */
  value(keyword: string): HeaderValue | undefined {
    const card = this.#byKeyword.get(keyword);
    if (card === undefined || card.kind === 'commentary') return undefined;
    if (card.kind === 'undefined') return null;
    if (card.kind === 'invalid') throw this.#bad(keyword, card.text, card.problem);
    return card.value;
  }

  /** A string value; `otherwise` where the keyword is absent. Throws `FITS_MISSING_KEYWORD` or `FITS_BAD_VALUE`. */
  string(keyword: string, otherwise?: string): string {
    const value = this.#present(keyword, otherwise);
    if (typeof value !== 'string') throw this.#bad(keyword, value, 'a string is needed');
    return value;
  }

  /** A safe integer; `otherwise` where the keyword is absent. Throws `FITS_MISSING_KEYWORD` or `FITS_BAD_VALUE`. */
  integer(keyword: string, otherwise?: number): number {
    const value = this.#present(keyword, otherwise);
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw this.#bad(keyword, value, 'an integer below 2^53 is needed');
    }
    return value;
  }

  /** A finite number, integer or float; `otherwise` where absent. Throws `FITS_MISSING_KEYWORD` or `FITS_BAD_VALUE`. */
  float(keyword: string, otherwise?: number): number {
    const value = this.#present(keyword, otherwise);
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number') throw this.#bad(keyword, value, 'a number is needed');
    return number;
  }

  /** A logical value; `otherwise` where absent. Throws `FITS_MISSING_KEYWORD` or `FITS_BAD_VALUE`. */
  logical(keyword: string, otherwise?: boolean): boolean {
    const value = this.#present(keyword, otherwise);
    if (typeof value !== 'boolean') throw this.#bad(keyword, value, 'a logical T or F is needed');
    return value;
  }

  /** The comment of a keyword, empty where there is none. */
  comment(keyword: string): string {
    const card = this.#byKeyword.get(keyword);
    return card === undefined || card.kind === 'commentary' || card.kind === 'invalid' ? '' : card.comment;
  }

  /** The texts of all cards of a commentary keyword: `COMMENT`, `HISTORY` or the blank one. */
  texts(keyword: string): string[] {
    return this.cards.flatMap((card) =>
      card.kind === 'commentary' && card.keyword === keyword ? [card.text] : [],
    );
  }

  #present(keyword: string, otherwise: HeaderValue | undefined): HeaderValue {
    const value = this.value(keyword);
    if (value !== undefined) return value;
    if (otherwise !== undefined) return otherwise;
    throw new FitsError(
      'FITS_MISSING_KEYWORD',
      `${keyword} is missing; this HDU cannot be read without it.`,
      {
        hdu: this.hdu,
        keyword,
      },
    );
  }

  #bad(keyword: string, value: unknown, rule: string): FitsError {
    const shown = typeof value === 'string' ? `'${value}'` : String(value);
    return new FitsError('FITS_BAD_VALUE', `${keyword} is ${shown}: ${rule}.`, {
      hdu: this.hdu,
      keyword,
      value,
    });
  }
}
