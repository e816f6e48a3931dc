/**
 * Binary table HDUs from struct-of-arrays columns. Rows are encoded in chunks, so a table is never held twice; where
 * checksums are written they are encoded twice (DATASUM stands before the data).
 */
import { type ByteSink, CHUNK_BYTES } from './byte-sink.js';
import type { Card, CardSource } from './card.js';
import { DataSum } from './data-sum.js';
import { FitsError } from './fits-error.js';
import { type HduOptions, integerCard, stringCard, writeHdu } from './hdu-output.js';
import { type ColumnLayout, type TableColumn, layOutColumns } from './table-column.js';

/** XTENSION to TFIELDS of a binary table. */
export function tableStructure(rowBytes: number, rows: number, heapBytes: number, fields: number): Card[] {
  return [
    stringCard('XTENSION', 'BINTABLE', 'binary table extension'),
    integerCard('BITPIX', 8, 'array data type'),
    integerCard('NAXIS', 2, 'number of array dimensions'),
    integerCard('NAXIS1', rowBytes, 'bytes per row'),
    integerCard('NAXIS2', rows, 'number of rows'),
    integerCard('PCOUNT', heapBytes, 'bytes of heap'),
    integerCard('GCOUNT', 1, 'number of groups'),
    integerCard('TFIELDS', fields, 'number of columns'),
  ];
}

/**
 * Writes a binary table; the columns' order is the file's. Zero rows are allowed. Throws `FITS_BAD_COLUMN`,
 * `FITS_BAD_CHARACTER`, `FITS_BAD_ORDER` (a table is never primary), and what the header throws.
 */
export function writeTableHdu(
  sink: ByteSink,
  header: CardSource,
  columns: readonly TableColumn[],
  options: HduOptions = {},
): void {
  if (options.primary ?? false) {
    throw new FitsError(
      'FITS_BAD_ORDER',
      'A table cannot be the primary HDU; write a primary HDU before it.',
      {
        hdu: options.hdu,
      },
    );
  }
  const layouts = layOutColumns(columns, options.hdu);
  const rows = layouts[0]?.rows ?? 0;
  const rowBytes = layouts.reduce((total, layout) => total + layout.bytes, 0);
  const structural = [
    ...tableStructure(rowBytes, rows, 0, layouts.length),
    ...layouts.flatMap((layout, i) => columnCards(layout, i + 1)),
  ];
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  const write = (to: ByteSink): void => {
    for (let first = 0; first < rows; first += rowsAtOnce) {
      const end = Math.min(first + rowsAtOnce, rows);
      const chunk = new Uint8Array((end - first) * rowBytes);
      for (const layout of layouts) encodeColumn(layout, first, end, rowBytes, chunk);
      to(chunk);
    }
  };
  const sum = (): number => {
    const total = new DataSum();
    write((chunk) => total.update(chunk));
    return total.value;
  };
  writeHdu(sink, structural, header, { length: rows * rowBytes, sum, write }, options);
}

function columnCards(layout: ColumnLayout, n: number): Card[] {
  const { column, tform } = layout;
  const cards = [stringCard(`TTYPE${n}`, column.name, ''), stringCard(`TFORM${n}`, tform, '')];
  if (column.unit !== undefined) cards.push(stringCard(`TUNIT${n}`, column.unit, ''));
  if (column.comment !== undefined) cards.push(stringCard(`TCOMM${n}`, column.comment, ''));
  if ('nullValue' in column && column.nullValue !== undefined) {
    cards.push(integerCard(`TNULL${n}`, column.nullValue, 'stored where the value is unknown'));
  }
  return cards;
}

function encodeColumn(
  layout: ColumnLayout,
  first: number,
  end: number,
  rowBytes: number,
  out: Uint8Array,
): void {
  const { column, bytes, offset } = layout;
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const each = (elementBytes: number, put: (at: number, index: number) => void): void => {
    const repeat = bytes / elementBytes;
    for (let row = first; row < end; row++) {
      let at = (row - first) * rowBytes + offset;
      for (let i = row * repeat; i < (row + 1) * repeat; i++, at += elementBytes) put(at, i);
    }
  };
  switch (column.format) {
    case 'A':
      for (let row = first; row < end; row++) {
        const text = column.values[row] ?? '';
        const at = (row - first) * rowBytes + offset;
        for (let i = 0; i < bytes; i++) out[at + i] = i < text.length ? text.charCodeAt(i) : 0x20;
      }
      break;
    case 'L':
      each(1, (at, i) => {
        const value = column.values[i];
        out[at] = value === true ? 0x54 : value === false ? 0x46 : 0;
      });
      break;
    case 'B':
      each(1, (at, i) => view.setUint8(at, column.values[i] ?? 0));
      break;
    case 'I':
      each(2, (at, i) => view.setInt16(at, column.values[i] ?? 0));
      break;
    case 'J':
      each(4, (at, i) => view.setInt32(at, column.values[i] ?? 0));
      break;
    case 'K':
      each(8, (at, i) => view.setBigInt64(at, column.values[i] ?? 0n));
      break;
    case 'E':
      each(4, (at, i) => view.setFloat32(at, column.values[i] ?? 0));
      break;
    case 'D':
      each(8, (at, i) => view.setFloat64(at, column.values[i] ?? 0));
      break;
  }
}
