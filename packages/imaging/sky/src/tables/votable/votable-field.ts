/** A column of a VOTable (IVOA VOTable 1.5, §4.1, §6) and how one value of it is read. */
import type { Cell } from '../table-reader.js';

/** A FIELD element. */
export interface VotableField {
  readonly name: string;
  readonly unit: string;
  readonly datatype: string;
  /** Elements of a value; `perRow` where each row states its own number. */
  readonly count: number | 'perRow';
  /** Text of the integer that means unknown (VALUES null). */
  readonly nullText: string | undefined;
}

/** Bytes of one element in binary rows. */
export const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  boolean: 1,
  unsignedByte: 1,
  short: 2,
  int: 4,
  long: 8,
  char: 1,
  unicodeChar: 2,
  float: 4,
  double: 8,
  floatComplex: 8,
  doubleComplex: 16,
};

/** The number of elements that an `arraysize` states: `8`, `3x2`, `*`, `8*`, `3x*`; undefined where it is none of these. */
export function elementCount(arraysize: string | undefined): number | 'perRow' | undefined {
  const text = arraysize?.trim() ?? '';
  if (text === '') return 1;
  if (!/^(\d{1,9}x){0,8}(\d{1,9}\*?|\*)$/.test(text)) return undefined;
  if (text.endsWith('*')) return 'perRow';
  return text.split('x').reduce((product, length) => product * Number(length), 1);
}

/** True where a value is a single number, a logical or a text. */
export function isScalar({ datatype, count }: VotableField): boolean {
  if (datatype === 'char' || datatype === 'unicodeChar') return true;
  return count === 1 && datatype !== 'bit' && !datatype.endsWith('Complex') && datatype in ELEMENT_BYTES;
}

/** The value of a TD element. */
export function cellOfText({ nullText }: VotableField, text: string): Cell {
  return nullText !== undefined && text.trim() === nullText ? null : text;
}

/** The value of a scalar field in a binary row; `length` is in elements. */
export function cellOfBytes(field: VotableField, view: DataView, at: number, length: number): Cell {
  switch (field.datatype) {
    case 'char':
      return characters(length, (i) => view.getUint8(at + i));
    case 'unicodeChar':
      return characters(length, (i) => view.getUint16(at + 2 * i));
    case 'float':
      return view.getFloat32(at);
    case 'double':
      return view.getFloat64(at);
    case 'boolean':
      return null;
    default: {
      const value = integerAt(field.datatype, view, at);
      return String(value) === field.nullText ? null : value;
    }
  }
}

function integerAt(datatype: string, view: DataView, at: number): number | bigint {
  switch (datatype) {
    case 'short':
      return view.getInt16(at);
    case 'int':
      return view.getInt32(at);
    case 'long':
      return view.getBigInt64(at);
    default:
      return view.getUint8(at);
  }
}

function characters(length: number, code: (i: number) => number): string {
  let text = '';
  for (let i = 0; i < length; i++) {
    const one = code(i);
    if (one === 0) break;
    text += String.fromCharCode(one);
  }
  return text.trim();
}
