/**
 * Where the writers put their bytes. A sink is a plain function, so that a file, a hash, a stream or a browser download can
 * be one. Chunks come in file order; each is fresh and the sink's to keep.
 */

/** Takes the next bytes of the file. It may keep the chunk: the writer never touches it again. */
export type ByteSink = (chunk: Uint8Array) => void;

/** The size of a FITS record: headers and data are padded to multiples of it (standard §3.1). */
export const FITS_BLOCK_BYTES = 2880;

/** About how many bytes a writer hands to its sink at once. */
export const CHUNK_BYTES = 1 << 18;

/** Bytes of padding after `length` bytes up to the next record boundary, 0..2879. */
export function paddingAfter(length: number): number {
  return (FITS_BLOCK_BYTES - (length % FITS_BLOCK_BYTES)) % FITS_BLOCK_BYTES;
}

/** A sink in memory: give `collector.sink` to a writer, then take `collector.bytes()`. */
export class ByteCollector {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** The sink itself, usable without its object. */
  readonly sink: ByteSink = (chunk) => {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  };

  /** How many bytes came so far. */
  get length(): number {
    return this.#length;
  }

  /** All bytes so far, in one new array. */
  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}
