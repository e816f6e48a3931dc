/**
 * Header cards as typed values, and the rules a keyword and a value obey before they may be written (FITS Standard 4.0 §4).
 * Integers are numbers up to 2^53 and bigints beyond; strings are printable ASCII whose trailing blanks mean nothing.
 */
import { FitsError } from './fits-error.js';

/** One header card, several where a long string is continued. `comment` never holds the `/`. */
export type Card =
  | { readonly kind: 'string'; readonly keyword: string; readonly value: string; readonly comment: string }
  | {
      readonly kind: 'integer';
      readonly keyword: string;
      readonly value: number | bigint;
      readonly comment: string;
    }
  | { readonly kind: 'float'; readonly keyword: string; readonly value: number; readonly comment: string }
  | { readonly kind: 'logical'; readonly keyword: string; readonly value: boolean; readonly comment: string }
  /** A complex number, [real, imaginary]. */
  | {
      readonly kind: 'complex';
      readonly keyword: string;
      readonly value: readonly [number, number];
      readonly comment: string;
    }
  /** A keyword with a value indicator and no value. */
  | { readonly kind: 'undefined'; readonly keyword: string; readonly comment: string }
  /** COMMENT, HISTORY, a blank keyword, or any keyword without value indicator. */
  | { readonly kind: 'commentary'; readonly keyword: string; readonly text: string }
  /** A card that breaks the standard, kept as it was read; asking for its value is an error, as is writing it. */
  | { readonly kind: 'invalid'; readonly keyword: string; readonly text: string; readonly problem: string };

/** Anything that has cards in order: a header that was read, or one under construction. */
export interface CardSource {
  readonly cards: readonly Card[];
}

/** True for characters that may stand in a header: 0x20 to 0x7E. */
export function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** True for one to eight of A-Z, 0-9, `-` and `_`. */
export function isStandardKeyword(keyword: string): boolean {
  return /^[A-Z0-9_-]{1,8}$/.test(keyword);
}

/** True for `HIERARCH` followed by blank-separated words: the ESO convention, outside the standard. */
export function isHierarchKeyword(keyword: string): boolean {
  return /^HIERARCH( [A-Z0-9_-]+)+$/.test(keyword);
}

/** Throws `FITS_BAD_CHARACTER` unless every character of `text` may stand in a header. */
export function requirePrintable(text: string, keyword: string, hdu: string | undefined): void {
  if (isPrintableAscii(text)) return;
  throw new FitsError(
    'FITS_BAD_CHARACTER',
    `${keyword} holds ${JSON.stringify(text)}; headers take the printable ASCII characters alone.`,
    { hdu, keyword, value: text },
  );
}

const ISO_DATE = /^[+-]?\d{4,5}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?)?$/;

/** Throws `FITS_BAD_VALUE` where a DATE keyword is given anything but the standard's form of a date (§4.4.2.1). */
export function requireDate(keyword: string, value: string, hdu: string | undefined): void {
  if (!/^DATE(-.{1,3})?$/.test(keyword) || ISO_DATE.test(value)) return;
  throw new FitsError(
    'FITS_BAD_VALUE',
    `${keyword} is '${value}'; write dates as YYYY-MM-DD or YYYY-MM-DDThh:mm:ss[.s], without time zone.`,
    { hdu, keyword, value },
  );
}
