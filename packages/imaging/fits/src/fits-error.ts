/**
 * The one error of this package. Everything that is wrong with a file, a header or the arguments of a writer is a
 * `FitsError`: `code` says which rule was broken and never changes, the message says what, the value, where and what to do.
 */

/** The rules that can be broken; each is a stable name that callers may test for. */
export type FitsErrorCode =
  /** The bytes end before the header, the data or the heap does. */
  | 'FITS_TRUNCATED'
  /** The bytes do not begin as a FITS file does. */
  | 'FITS_NOT_FITS'
  /** A keyword that the standard forbids (characters, length) or that the writer itself writes. */
  | 'FITS_BAD_KEYWORD'
  /** The same keyword twice in one header. */
  | 'FITS_DUPLICATE_KEYWORD'
  /** A keyword that must be there is absent. */
  | 'FITS_MISSING_KEYWORD'
  /** A value that is not what its keyword needs: NaN, a wrong type, out of range. */
  | 'FITS_BAD_VALUE'
  /** A character outside printable ASCII. */
  | 'FITS_BAD_CHARACTER'
  /** A comment or a value longer than its card allows. */
  | 'FITS_TOO_LONG'
  /** Sizes that overflow, exceed the file, or exceed what fits in memory. */
  | 'FITS_TOO_LARGE'
  /** Pixels, rows or columns that do not agree with the announced shape. */
  | 'FITS_BAD_SHAPE'
  /** A table column that cannot be: name, format, values. */
  | 'FITS_BAD_COLUMN'
  /** Compressed bytes that do not decode. */
  | 'FITS_BAD_COMPRESSION'
  /** A legal part of the standard that this package does not read or write. */
  | 'FITS_UNSUPPORTED'
  /** HDUs written in an order that no FITS file has. */
  | 'FITS_BAD_ORDER';

/** Where and about what: every field is optional, and given wherever it is known. */
export interface FitsErrorFacts {
  /** The HDU, as `HDU 3 (SEG05)`. */
  readonly hdu?: string;
  readonly keyword?: string;
  /** The offending value. */
  readonly value?: unknown;
  /** Offset in bytes from the start of the file. */
  readonly offset?: number;
  readonly cause?: unknown;
}

/** A broken rule of the FITS standard, or of this package's interface. */
export class FitsError extends Error {
  readonly code: FitsErrorCode;
  readonly hdu: string | undefined;
  readonly keyword: string | undefined;
  readonly value: unknown;
  readonly offset: number | undefined;

  /** `message` is a full sentence; the HDU, when known, is put in front of it. */
  constructor(code: FitsErrorCode, message: string, facts: FitsErrorFacts = {}) {
    super(
      facts.hdu === undefined ? message : `${facts.hdu}: ${message}`,
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.name = 'FitsError';
    this.code = code;
    this.hdu = facts.hdu;
    this.keyword = facts.keyword;
    this.value = facts.value;
    this.offset = facts.offset;
  }
}
