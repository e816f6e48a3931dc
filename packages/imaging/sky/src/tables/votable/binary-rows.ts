/** Rows of the serialisations BINARY and BINARY2 (IVOA VOTable 1.5, §5.3, §5.4) out of bytes that come in pieces. */
import { TableFormatError } from '../errors.js';
import type { Cell } from '../table-reader.js';
import { cellOfBytes, ELEMENT_BYTES, type VotableField } from './votable-field.js';

/** Bytes after which an unfinished row is given up. */
const MAX_ROW_BYTES = 16_000_000;

/** Takes bytes and hands on the rows that they complete. */
export class BinaryRows {
  private readonly file: string;
  private readonly fields: readonly VotableField[];
  /** Bytes of the mask of unknown values before each row: none in BINARY. */
  private readonly maskBytes: number;
  private bytes = new Uint8Array(0);

  constructor(file: string, fields: readonly VotableField[], hasMask: boolean) {
    this.file = file;
    this.fields = fields;
    this.maskBytes = hasMask ? Math.ceil(fields.length / 8) : 0;
    for (const { name, datatype } of fields) {
      if (datatype !== 'bit' && !(datatype in ELEMENT_BYTES))
        throw new TableFormatError(
          file,
          `FIELD ${name} has datatype '${datatype}', which VOTable does not know`,
        );
    }
  }

  /** Takes bytes. @param wanted the fields to read @param take told each value that is wanted; @param next told the end of a row */
  push(
    bytes: Uint8Array,
    wanted: (field: number) => boolean,
    take: (field: number, cell: Cell) => void,
    next: () => void,
  ): void {
    const joined = new Uint8Array(this.bytes.length + bytes.length);
    joined.set(this.bytes);
    joined.set(bytes, this.bytes.length);
    const view = new DataView(joined.buffer);
    let start = 0;
    for (let end = this.rowEnd(view, start); end !== undefined; end = this.rowEnd(view, start)) {
      this.readRow(view, start, wanted, take);
      next();
      start = end;
    }
    this.bytes = joined.slice(start);
    if (this.bytes.length > MAX_ROW_BYTES)
      throw new TableFormatError(
        this.file,
        `a row of the VOTable has more than ${MAX_ROW_BYTES} bytes; it is damaged`,
      );
  }

  /** Throws where bytes of an unfinished row are left. */
  finish(): void {
    if (this.bytes.length === 0) return;
    throw new TableFormatError(
      this.file,
      `the stream of the VOTable ends inside a row (${this.bytes.length} bytes are left); it is cut off, or its FIELDs are wrong`,
    );
  }

  /** Where the row that starts here ends; undefined where its bytes are not all there. */
  private rowEnd(view: DataView, start: number): number | undefined {
    let at = start + this.maskBytes;
    for (const field of this.fields) {
      const head = field.count === 'perRow' ? 4 : 0;
      if (at + head > view.byteLength) return undefined;
      at += head + elementBytes(field, field.count === 'perRow' ? view.getUint32(at) : field.count);
    }
    return at > view.byteLength || at === start ? undefined : at;
  }

  private readRow(
    view: DataView,
    start: number,
    wanted: (field: number) => boolean,
    take: (field: number, cell: Cell) => void,
  ): void {
    let at = start + this.maskBytes;
    for (let index = 0; index < this.fields.length; index++) {
      const field = this.fields[index]!;
      let count = field.count === 'perRow' ? 0 : field.count;
      if (field.count === 'perRow') {
        count = view.getUint32(at);
        at += 4;
      }
      if (wanted(index)) {
        const isNull =
          this.maskBytes > 0 && (view.getUint8(start + (index >> 3)) & (0x80 >> (index & 7))) !== 0;
        take(index, isNull ? null : cellOfBytes(field, view, at, count));
      }
      at += elementBytes(field, count);
    }
  }
}

function elementBytes({ datatype }: VotableField, count: number): number {
  return datatype === 'bit' ? Math.ceil(count / 8) : count * (ELEMENT_BYTES[datatype] ?? 1);
}
