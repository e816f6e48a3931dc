/**
 * HDF5 files read from any place, by the HDF5 library itself (h5wasm, WebAssembly). The library reads at once, our sources do not: a
 * read that meets bytes that are not at hand fails, these are fetched, and the read is tried again. So a page reads a dropped file of
 * any size, and Node no more of it than is asked for.
 */
import { SourceUnreadableError } from '../byte-source.js';
import type { RangeSource } from '../range-source.js';
import { TableFormatError } from '../tables/errors.js';
import { type Hdf5Library, loadHdf5 } from './hdf5-library.js';

/** Bytes that are fetched at once. */
const PAGE_BYTES = 65_536;
/** Bytes of a file that are kept. */
const MAX_KEPT_BYTES = 134_217_728;
/** Values of one array: more is no light curve. */
const MAX_VALUES = 16_777_216;
/** The library's numbers for the types integer and float, and the bytes of the longest of them. */
const NUMBERS: ReadonlySet<number> = new Set([0, 1]);
const MOST_VALUE_BYTES = 8;
/** Times that one reading may meet missing bytes. */
const MAX_TRIES = 10_000;
/** The library's number for an error of reading. */
const EIO = 29;

let files = 0;

/** A node of the library's file system, as far as it is replaced here. */
interface FileNode {
  usedBytes: number;
  stream_ops: object;
}

/** What the types of the library leave out. */
interface NodeLookup {
  lookupPath(path: string): { readonly node: FileNode };
}

/** An array of a file: its values in order, last index fastest. */
export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** An open HDF5 file. */
export class Hdf5File {
  readonly name: string;
  private readonly source: RangeSource;
  private readonly library: Hdf5Library;
  private readonly path: string;
  private readonly pages = new Map<number, Uint8Array>();
  private readonly missing = new Set<number>();
  private file: InstanceType<Hdf5Library['hdf5']['File']> | undefined;

  private constructor(source: RangeSource, library: Hdf5Library) {
    this.name = source.name;
    this.source = source;
    this.library = library;
    this.path = `/source-${files++}.h5`;
    const { fileSystem } = library;
    fileSystem.writeFile(this.path, new Uint8Array(0));
    const { node } = (fileSystem as unknown as NodeLookup).lookupPath(this.path);
    node.usedBytes = source.bytes;
    node.stream_ops = {
      ...node.stream_ops,
      read: (_stream: unknown, into: Uint8Array, offset: number, length: number, position: number) =>
        this.copy(into, offset, length, position),
    };
  }

  /** Opens a file. Throws `TableFormatError` and what the source throws. */
  static async open(source: RangeSource): Promise<Hdf5File> {
    const head = await source.read(0, Math.min(8, source.bytes));
    if (head.length < 8 || String.fromCharCode(...head.subarray(1, 4)) !== 'HDF')
      throw new TableFormatError(
        source.name,
        'the file does not begin as HDF5 does; it is damaged, or another format',
      );
    const file = new Hdf5File(source, await loadHdf5());
    try {
      file.file = await file.settle(() =>
        file.library.call(() => new file.library.hdf5.File(file.path, 'r')),
      );
    } catch (error) {
      file.remove();
      throw error;
    }
    return file;
  }

  /** Names directly in a group; undefined where there is no such group. */
  async names(group: string): Promise<readonly string[] | undefined> {
    return this.settle(() => {
      const found = this.library.call(() => this.file!.get(group));
      return found !== null && 'keys' in found ? this.library.call(() => found.keys()) : undefined;
    });
  }

  /** An array of numbers; undefined where there is none of that name. Throws `TableFormatError`. */
  async array(path: string): Promise<Hdf5Array | undefined> {
    return this.settle(() => {
      const found = this.library.call(() => this.file!.get(path));
      if (found === null || !('value' in found)) return undefined;
      // Texts, structures and references are not read at all: a damaged heap of theirs leads the library in circles.
      const { type, size } = this.library.call(() => found.metadata);
      if (!NUMBERS.has(type) || size > MOST_VALUE_BYTES) throw new Error(`${path} is no array of numbers`);
      const shape = found.shape ?? [];
      const count = shape.reduce((product, length) => product * length, 1);
      if (!(count <= MAX_VALUES)) throw new Error(`${path} holds ${count} values`);
      const values: unknown = this.library.call(() => found.value);
      if (
        !ArrayBuffer.isView(values) ||
        values instanceof DataView ||
        (values as Float64Array).length !== count
      )
        throw new Error(`${path} is no array of numbers`);
      if (values instanceof BigInt64Array || values instanceof BigUint64Array)
        return { shape, values: Array.from(values, Number) };
      return { shape, values: values as Float64Array };
    });
  }

  /** Closes the file in the library; the source stays its owner's. */
  close(): void {
    try {
      this.library.call(() => this.file?.close());
    } catch {
      // What was asked for has been read; the library leaves a damaged file open.
    }
    this.remove();
  }

  private remove(): void {
    this.library.fileSystem.unlink(this.path);
    this.pages.clear();
  }

  private copy(into: Uint8Array, offset: number, length: number, position: number): number {
    const end = Math.min(this.source.bytes, position + length);
    for (let page = Math.floor(position / PAGE_BYTES); page * PAGE_BYTES < end; page++)
      if (!this.pages.has(page)) this.missing.add(page);
    if (this.missing.size > 0) throw new this.library.ErrnoError(EIO);
    for (let at = position; at < end;) {
      const page = Math.floor(at / PAGE_BYTES);
      const from = at - page * PAGE_BYTES;
      const part = this.pages.get(page)!.subarray(from, Math.min(PAGE_BYTES, from + end - at));
      into.set(part, offset + at - position);
      at += part.length;
    }
    return Math.max(0, end - position);
  }

  /** Tries until nothing is missing. */
  private async settle<T>(action: () => T): Promise<T> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      this.missing.clear();
      let outcome: { readonly value: T } | { readonly error: unknown };
      try {
        outcome = { value: action() };
      } catch (error) {
        outcome = { error };
      }
      if (this.missing.size > 0) {
        await this.fetch([...this.missing]);
        continue;
      }
      if ('value' in outcome) return outcome.value;
      const { error } = outcome;
      if (error instanceof SourceUnreadableError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new TableFormatError(this.name, `the HDF5 file cannot be read (${reason}); it is damaged`, {
        cause: error,
      });
    }
    throw new TableFormatError(this.name, 'the HDF5 file leads in circles; it is damaged');
  }

  private async fetch(wanted: readonly number[]): Promise<void> {
    if ((this.pages.size + wanted.length) * PAGE_BYTES > MAX_KEPT_BYTES) this.pages.clear();
    for (const page of wanted) {
      const start = page * PAGE_BYTES;
      this.pages.set(page, await this.source.read(start, Math.min(this.source.bytes, start + PAGE_BYTES)));
    }
  }
}
