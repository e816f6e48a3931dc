/**
 * A VOTable as it streams by: the FIELDs of the table that is wanted, then its rows. The XML is saxes' to read; entities of
 * a DOCTYPE are never expanded. Base64 of a STREAM goes past it, so that no text is gathered that is longer than a tag.
 */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { TableFormatError } from '../errors.js';
import type { Cell } from '../table-reader.js';
import { Base64Stream } from './base64-stream.js';
import { BinaryRows } from './binary-rows.js';
import { cellOfText, elementCount, type VotableField } from './votable-field.js';

/** Most characters without a tag, and in one tag. */
const MAX_GAP_CHARACTERS = 4_000_000;
const MAX_DEPTH = 100;
const MAX_FIELDS = 10_000;

/** Where the parser stands: before the rows, in rows of TD elements, in base64, or past the table. */
type Phase = 'head' | 'rows' | 'stream' | 'done';

type Attributes = Readonly<Record<string, string>>;

/** Told of the values of the wanted fields. */
export interface RowSink {
  readonly wanted: (field: number) => boolean;
  readonly take: (field: number, cell: Cell) => void;
  readonly next: () => void;
}

/** Parses pieces of a document. */
export class VotableParser {
  phase: Phase = 'head';
  readonly fields: VotableField[] = [];
  /** Names of the tables met so far. */
  readonly tables: string[] = [];
  private readonly file: string;
  private readonly wantedTable: string | undefined;
  private readonly sink: RowSink;
  private readonly xml = new SaxesParser<{ xmlns: false; position: false }>({
    xmlns: false,
    position: false,
  });
  private readonly base64 = new Base64Stream();
  private binary: BinaryRows | undefined;
  private gap = 0;
  private depth = 0;
  private inTable = false;
  /** Of the first table without rows, as a table of none is written. */
  private fieldsWithoutRows: VotableField[] | undefined;
  private field = -1;
  private text: string | undefined;

  /** @param wantedTable name, ID or number (from 1) of a TABLE; default the first */
  constructor(file: string, wantedTable: string | undefined, sink: RowSink) {
    this.file = file;
    this.wantedTable = wantedTable;
    this.sink = sink;
    this.xml.on('error', (error) => {
      throw new TableFormatError(file, `the VOTable is no well-formed XML (${error.message})`, {
        cause: error,
      });
    });
    this.xml.on('opentag', (tag) => this.open(tag));
    this.xml.on('closetag', (tag) => this.close(localName(tag.name)));
    this.xml.on('text', (text) => this.addText(text));
    this.xml.on('cdata', (text) => this.addText(text));
  }

  /** Takes the next piece of the document; what comes after the table is not looked at. */
  write(piece: string): void {
    let rest = piece;
    while (rest !== '' && this.phase !== 'done') {
      if (this.phase === 'stream') {
        const end = rest.indexOf('<');
        this.takeBase64(end < 0 ? rest : rest.slice(0, end));
        if (end >= 0) {
          this.binary?.finish();
          this.phase = 'done';
        }
        return;
      }
      // Before the rows the document goes in tag by tag: base64 may begin after any of them.
      const end = this.phase === 'rows' ? -1 : rest.indexOf('>');
      const part = end < 0 ? rest : rest.slice(0, end + 1);
      this.gap += part.length;
      this.xml.write(part);
      if (this.gap > MAX_GAP_CHARACTERS)
        throw new TableFormatError(
          this.file,
          `the VOTable has more than ${MAX_GAP_CHARACTERS} characters without a tag`,
        );
      rest = rest.slice(part.length);
    }
  }

  /** Throws where the document ended before the table did. Where no table has rows, the first is the one, and empty. */
  finish(): void {
    if (this.phase === 'done') return;
    if (this.phase !== 'head' || this.inTable || this.depth > 0)
      throw new TableFormatError(this.file, 'the VOTable ends before its table does; it is cut off');
    if (this.fieldsWithoutRows === undefined) throw this.noTable();
    this.fields.push(...this.fieldsWithoutRows);
    this.phase = 'done';
  }

  /** The error of a document without the table that is wanted. */
  noTable(): TableFormatError {
    const has = this.tables.length === 0 ? '' : `; it has ${this.tables.slice(0, 20).join(', ')}`;
    const wanted = this.wantedTable === undefined ? 'no TABLE' : `no TABLE '${this.wantedTable}'`;
    return new TableFormatError(this.file, `the VOTable has ${wanted}${has}`);
  }

  private open(tag: SaxesTagPlain): void {
    this.gap = 0;
    if (++this.depth > MAX_DEPTH)
      throw new TableFormatError(
        this.file,
        `the XML is nested more than ${MAX_DEPTH} deep; this is no VOTable`,
      );
    const name = localName(tag.name);
    const attributes: Attributes = tag.attributes;
    if (this.depth === 1 && name !== 'VOTABLE')
      throw new TableFormatError(this.file, `the document is <${name.slice(0, 40)}>, not a VOTABLE`);
    if (this.phase === 'done') return;
    if (name === 'TABLE') this.openTable(attributes);
    if (!this.inTable) return;
    if (this.phase === 'rows') this.openInRows(name);
    else this.openInHead(name, attributes);
  }

  private openTable(attributes: Attributes): void {
    const { name, ID: id } = attributes;
    const label = name ?? id ?? '';
    this.tables.push(label === '' ? `number ${this.tables.length + 1}` : `'${label}'`);
    const wanted = this.wantedTable;
    this.inTable =
      wanted === undefined || wanted === name || wanted === id || wanted === String(this.tables.length);
  }

  private openInHead(name: string, attributes: Attributes): void {
    switch (name) {
      case 'FIELD':
        this.addField(attributes);
        return;
      case 'VALUES': {
        const last = this.fields[this.fields.length - 1];
        const nullText = attributes['null']?.trim();
        if (last !== undefined && nullText !== undefined)
          this.fields[this.fields.length - 1] = { ...last, nullText };
        return;
      }
      case 'TABLEDATA':
        this.phase = 'rows';
        return;
      case 'BINARY':
      case 'BINARY2':
        this.binary = new BinaryRows(this.file, this.fields, name === 'BINARY2');
        return;
      case 'STREAM':
        this.openStream(attributes);
        return;
      case 'FITS':
        throw new TableFormatError(
          this.file,
          'the rows lie in a FITS file inside the VOTable; give the FITS file itself',
        );
      default:
        return;
    }
  }

  private openStream({ href, encoding }: Attributes): void {
    if (href !== undefined)
      throw new TableFormatError(
        this.file,
        'the rows lie elsewhere (STREAM href); fetch a VOTable that holds its rows',
      );
    if (encoding !== undefined && encoding.toLowerCase() !== 'base64')
      throw new TableFormatError(this.file, `STREAM has encoding '${encoding.slice(0, 20)}'; base64 is read`);
    this.phase = 'stream';
  }

  private addField(attributes: Attributes): void {
    const { name, ID: id, unit = '', datatype = 'char', arraysize } = attributes;
    const label = name ?? id ?? `column ${this.fields.length + 1}`;
    const count = elementCount(arraysize);
    if (count === undefined)
      throw new TableFormatError(
        this.file,
        `FIELD ${label} has arraysize '${arraysize?.slice(0, 40) ?? ''}', which is none`,
      );
    if (this.fields.length >= MAX_FIELDS)
      throw new TableFormatError(this.file, `the VOTable has more than ${MAX_FIELDS} FIELDs`);
    this.fields.push({ name: label, unit, datatype, count, nullText: undefined });
  }

  private openInRows(name: string): void {
    if (name === 'TR') this.field = -1;
    else if (name === 'TD') {
      this.field++;
      this.text = this.sink.wanted(this.field) ? '' : undefined;
    }
  }

  private close(name: string): void {
    this.gap = 0;
    this.depth--;
    if (!this.inTable || this.phase === 'done') return;
    if (this.phase === 'rows') this.closeInRows(name);
    else if (name === 'TABLE') {
      this.inTable = false;
      if (this.wantedTable !== undefined) this.phase = 'done';
      else {
        this.fieldsWithoutRows ??= [...this.fields];
        this.fields.length = 0;
      }
    }
  }

  private closeInRows(name: string): void {
    if (name === 'TD') {
      const field = this.fields[this.field];
      if (this.text !== undefined && field !== undefined)
        this.sink.take(this.field, cellOfText(field, this.text));
      this.text = undefined;
    } else if (name === 'TR') this.sink.next();
    else if (name === 'TABLEDATA') this.phase = 'done';
  }

  private addText(text: string): void {
    if (this.text !== undefined) this.text += text;
  }

  private takeBase64(text: string): void {
    const bytes = this.base64.decode(text);
    if (bytes === undefined)
      throw new TableFormatError(this.file, 'the STREAM of the VOTable holds what is not base64');
    if (this.binary === undefined)
      throw new TableFormatError(
        this.file,
        'a STREAM stands outside BINARY and BINARY2; the VOTable is damaged',
      );
    this.binary.push(bytes, this.sink.wanted, this.sink.take, this.sink.next);
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
