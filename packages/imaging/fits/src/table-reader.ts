/**
 * Reads columns of binary tables into struct-of-arrays, whole or by a range of rows: scalars and vectors into typed arrays,
 * strings, logicals, and variable-length columns (P, Q) as one array per row. TSCALn and TZEROn are applied as for images.
 */
import { type ColumnInfo, type ElementFormat, elementBytes } from './column-info.js';
import type { TableHdu } from './file-reader.js';
import { FitsError } from './fits-error.js';
import { type RowRange, resolveRange } from './image-reader.js';
import { type PhysicalValues, decodePhysical } from './physical-values.js';
import type { PixelArray } from './pixel-type.js';

/** The values of one column over the rows asked for. */
export type ColumnValues =
  | { readonly kind: 'strings'; readonly values: string[] }
  /** `repeat` per row, row after row; null is undefined. */
  | { readonly kind: 'logicals'; readonly values: (boolean | null)[] }
  /** `perRow` elements per row, row after row; complex numbers count two; X comes as bytes. */
  | ({ readonly kind: 'numbers'; readonly perRow: number } & PhysicalValues)
  /** One array per row. */
  | { readonly kind: 'variable'; readonly values: (PixelArray | string | (boolean | null)[])[] };

/** One column that was read. */
export interface ColumnData {
  readonly info: ColumnInfo;
  readonly data: ColumnValues;
}

/** Reads all columns of a table. Throws as `readColumn` does. */
export function readTable(hdu: TableHdu, range: RowRange = {}): ColumnData[] {
  return hdu.columns.map((info) => ({ info, data: readColumn(hdu, info, range) }));
}

/** The column of a name (whatever the case). Throws `FITS_BAD_COLUMN` naming those there are. */
export function findColumn(hdu: TableHdu, name: string): ColumnInfo {
  const wanted = name.toUpperCase();
  const found = hdu.columns.find((column) => column.name.toUpperCase() === wanted);
  if (found !== undefined) return found;
  throw new FitsError(
    'FITS_BAD_COLUMN',
    `There is no column '${name}'; the table has ${hdu.columns.map((column) => column.name).join(', ') || 'none'}.`,
    { hdu: hdu.header.hdu, value: name },
  );
}

/**
 * Reads one column, by name or as found. Throws `FITS_BAD_COLUMN` on an unknown name or descriptors outside the heap,
 * `FITS_BAD_SHAPE` on rows outside the table, `FITS_TOO_LARGE` on a heap that is referred to many times over.
 */
export function readColumn(hdu: TableHdu, column: ColumnInfo | string, range: RowRange = {}): ColumnValues {
  const info = typeof column === 'string' ? findColumn(hdu, column) : column;
  const { firstRow, rowCount } = resolveRange(range, hdu.rows, hdu.header.hdu);
  if (info.descriptor !== null) return readVariable(hdu, info, firstRow, rowCount);
  const packed = new Uint8Array(rowCount * info.bytes);
  for (let row = 0; row < rowCount; row++) {
    const at = (firstRow + row) * hdu.rowBytes + info.offset;
    packed.set(hdu.data.subarray(at, at + info.bytes), row * info.bytes);
  }
  if (info.element === 'A') {
    const values = Array.from({ length: rowCount }, (_, row) =>
      readString(packed.subarray(row * info.bytes, (row + 1) * info.bytes)),
    );
    return { kind: 'strings', values };
  }
  if (info.element === 'L') return { kind: 'logicals', values: readLogicals(packed) };
  const perRow = numberCount(info.element, info.repeat);
  return { kind: 'numbers', perRow, ...decodeNumbers(info, packed, perRow * rowCount) };
}

/** Where the elements of one cell of a variable-length column lie: count, and byte offset in the heap. */
export interface HeapCell {
  readonly count: number;
  readonly offset: number;
}

/** The descriptor of one row. Throws `FITS_BAD_COLUMN` where it points outside the heap. */
export function readHeapCell(hdu: TableHdu, info: ColumnInfo, row: number): HeapCell {
  if (info.repeat === 0) return { count: 0, offset: 0 };
  const view = new DataView(
    hdu.data.buffer,
    hdu.data.byteOffset + row * hdu.rowBytes + info.offset,
    info.bytes,
  );
  const [count, offset] =
    info.descriptor === 'Q'
      ? [Number(view.getBigInt64(0)), Number(view.getBigInt64(8))]
      : [view.getInt32(0), view.getInt32(4)];
  const heapBytes = hdu.data.length - hdu.heapOffset;
  if (count === 0) return { count, offset: 0 };
  if (count < 0 || offset < 0 || offset + elementBytes(info.element, count) > heapBytes) {
    throw new FitsError(
      'FITS_BAD_COLUMN',
      `Row ${row} of column '${info.name}' points at ${count} elements from byte ${offset} of a heap of ${heapBytes} bytes; the file is damaged.`,
      { hdu: hdu.header.hdu, value: [count, offset] },
    );
  }
  return { count, offset };
}

/** The bytes of one cell: a view of the file. */
export function heapBytesOf(hdu: TableHdu, info: ColumnInfo, cell: HeapCell): Uint8Array {
  const start = hdu.heapOffset + cell.offset;
  return hdu.data.subarray(start, start + elementBytes(info.element, cell.count));
}

function readVariable(hdu: TableHdu, info: ColumnInfo, firstRow: number, rowCount: number): ColumnValues {
  const values: (PixelArray | string | (boolean | null)[])[] = [];
  const limit = 4 * (hdu.data.length - hdu.heapOffset);
  let total = 0;
  for (let row = firstRow; row < firstRow + rowCount; row++) {
    const cell = readHeapCell(hdu, info, row);
    const bytes = heapBytesOf(hdu, info, cell);
    total += bytes.length;
    if (total > limit) {
      throw new FitsError(
        'FITS_TOO_LARGE',
        `Column '${info.name}' refers to its heap more than four times over; read it by ranges of rows.`,
        { hdu: hdu.header.hdu },
      );
    }
    if (info.element === 'A') values.push(readString(bytes));
    else if (info.element === 'L') values.push(readLogicals(bytes));
    else values.push(decodeNumbers(info, bytes, numberCount(info.element, cell.count)).values);
  }
  return { kind: 'variable', values };
}

const BITPIX = { X: 8, B: 8, I: 16, J: 32, K: 64, E: -32, D: -64, C: -32, M: -64, A: 8, L: 8 } as const;

function numberCount(element: ElementFormat, count: number): number {
  if (element === 'X') return elementBytes(element, count);
  return element === 'C' || element === 'M' ? 2 * count : count;
}

function decodeNumbers(info: ColumnInfo, bytes: Uint8Array, count: number): PhysicalValues {
  const scaling = { scale: info.scale, zero: info.zero, blank: info.nullValue };
  return decodePhysical(BITPIX[info.element], scaling, bytes, 0, count);
}

function readString(bytes: Uint8Array): string {
  let end = bytes.indexOf(0);
  if (end < 0) end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0x20) end--;
  let text = '';
  for (let i = 0; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}

function readLogicals(bytes: Uint8Array): (boolean | null)[] {
  return Array.from(bytes, (byte) => (byte === 0x54 ? true : byte === 0x46 ? false : null));
}
