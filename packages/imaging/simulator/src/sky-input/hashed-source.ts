/** A byte source that knows size and SHA-256 of what was streamed from it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ByteSource } from '@imsim-od/sky';

/** Counts and hashes the bytes of another source. */
export class HashedSource implements ByteSource {
  readonly name: string;
  readonly identity: string;
  private readonly inner: ByteSource;
  private found: { readonly bytes: number; readonly sha256: string } | undefined;

  constructor(inner: ByteSource) {
    this.inner = inner;
    this.name = inner.name;
    this.identity = inner.identity;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const hash = sha256.create();
    let bytes = 0;
    for await (const chunk of this.inner.stream()) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
    this.found = { bytes, sha256: bytesToHex(hash.digest()) };
  }

  sibling(relative: string): Promise<ByteSource> {
    return this.inner.sibling(relative);
  }

  /** Size and SHA-256. Throws where the source was not streamed to its end. */
  facts(): { readonly bytes: number; readonly sha256: string } {
    if (this.found === undefined) throw new TypeError(`${this.name} was not read to its end`);
    return this.found;
  }
}
