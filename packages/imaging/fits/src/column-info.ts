/** What a binary table's header says of its columns (FITS Standard 4.0 §7.3.1-7.3.2). */
import { FitsError } from './fits-error.js';
import type { FitsHeader } from './header.js';

/** The type letter of an element: TFORM's, or for a variable-length column the letter after P or Q. */
export type ElementFormat = 'L' | 'X' | 'B' | 'I' | 'J' | 'K' | 'A' | 'E' | 'D' | 'C' | 'M';

/** One column of a table that was read. */
export interface ColumnInfo {
  /** TTYPEn, empty where there is none. */
  readonly name: string;
  readonly unit: string;
  readonly comment: string;
  /** TFORMn as it stands. */
  readonly tform: string;
  readonly element: ElementFormat;
  /** Elements per row (bits for X); for variable-length columns 0 or 1 descriptor. */
  readonly repeat: number;
  /** P or Q where the row holds a descriptor of 32- or 64-bit words and the elements lie in the heap. */
  readonly descriptor: 'P' | 'Q' | null;
  /** Offset in a row, bytes. */
  readonly offset: number;
  /** Bytes in a row. */
  readonly bytes: number;
  /** TSCALn, default 1. */
  readonly scale: number;
  /** TZEROn, default 0; exact where it is an integer. */
  readonly zero: number | bigint;
  /** TNULLn of integer columns. */
  readonly nullValue: number | bigint | null;
}

/** Bytes of one element; X counts bits and is apart. */
const BYTES: Readonly<Record<ElementFormat, number>> = {
  L: 1,
  X: 1,
  B: 1,
  I: 2,
  J: 4,
  K: 8,
  A: 1,
  E: 4,
  D: 8,
  C: 8,
  M: 16,
};

/** Bytes of `count` elements. */
export function elementBytes(element: ElementFormat, count: number): number {
  return element === 'X' ? Math.ceil(count / 8) : count * BYTES[element];
}

/** Reads TFIELDS, TFORMn and the rest. Throws `FITS_BAD_VALUE`, `FITS_MISSING_KEYWORD` or `FITS_BAD_COLUMN`. */
export function readColumnInfos(header: FitsHeader, rowBytes: number): ColumnInfo[] {
  const fields = header.integer('TFIELDS');
  if (fields < 0 || fields > 999) {
    throw new FitsError('FITS_BAD_VALUE', `TFIELDS is ${fields}: it must be from 0 to 999.`, {
      hdu: header.hdu,
      keyword: 'TFIELDS',
      value: fields,
    });
  }
  const columns: ColumnInfo[] = [];
  let offset = 0;
  for (let n = 1; n <= fields; n++) {
    const column = readColumnInfo(header, n, offset);
    columns.push(column);
    offset += column.bytes;
  }
  if (offset !== rowBytes) {
    throw new FitsError(
      'FITS_BAD_COLUMN',
      `The columns take ${offset} bytes of a row, NAXIS1 is ${rowBytes}: TFORMn and NAXIS1 must agree.`,
      { hdu: header.hdu, keyword: 'NAXIS1', value: rowBytes },
    );
  }
  return columns;
}

function readColumnInfo(header: FitsHeader, n: number, offset: number): ColumnInfo {
  const tform = header.string(`TFORM${n}`).trim();
  const plain = /^(\d{0,9})([LXBIJKAEDCM])[^()]*$/.exec(tform);
  const variable = /^([01]?)([PQ])([LXBIJKAEDCM])(\(\d*\))?$/.exec(tform);
  const zero = header.value(`TZERO${n}`) ?? 0;
  const nullValue = header.value(`TNULL${n}`) ?? null;
  const element = (variable?.[3] ?? plain?.[2]) as ElementFormat | undefined;
  if (element === undefined) {
    throw new FitsError(
      'FITS_BAD_COLUMN',
      `TFORM${n} is '${tform}', not a form of a binary table such as 1J, 8A or 1PB(99).`,
      {
        hdu: header.hdu,
        keyword: `TFORM${n}`,
        value: tform,
      },
    );
  }
  const repeatText = variable?.[1] ?? plain?.[1] ?? '';
  const repeat = repeatText === '' ? 1 : Number(repeatText);
  const descriptor = variable === null ? null : variable[2] === 'P' ? 'P' : 'Q';
  return {
    name: header.string(`TTYPE${n}`, ''),
    unit: header.string(`TUNIT${n}`, ''),
    comment: header.string(`TCOMM${n}`, ''),
    tform,
    element,
    repeat,
    descriptor,
    offset,
    bytes: descriptor === null ? elementBytes(element, repeat) : repeat * (descriptor === 'P' ? 8 : 16),
    scale: header.float(`TSCAL${n}`, 1),
    zero: typeof zero === 'bigint' ? zero : header.float(`TZERO${n}`, 0),
    nullValue: typeof nullValue === 'number' || typeof nullValue === 'bigint' ? nullValue : null,
  };
}
