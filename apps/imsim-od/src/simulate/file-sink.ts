/**
 * Where a detector's products go while they are made: files under temporary names in the output folder, with their size,
 * SHA-256 and Adler-32 taken on the way. They get their names only when all of the detector's files are whole.
 */
import { type Hash, createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Adler32 } from '@imsim-od/fits';
import type { ProductSink } from '@imsim-od/simulator';
import { atPath } from '../errors.js';
import { PARTIAL_PREFIX } from './output-folder.js';

/** Small writes are gathered to this many bytes. */
const BUFFER_BYTES = 1 << 20;

/** The temporary path of a product. */
export function partialPath(folder: string, name: string): string {
  return join(folder, `${PARTIAL_PREFIX}${name}`);
}

/** Writes all of a chunk to an open file; the system may take it in pieces. */
export function writeFully(file: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at, chunk.length - at);
}

/** Opens a sink for the product `name`; throws {@link HostFileError} naming the file when the disk refuses. */
export function openFileSink(folder: string, name: string): ProductSink {
  const path = partialPath(folder, name);
  const shownPath = join(folder, name);
  const file = atPath(shownPath, () => openSync(path, 'w'));
  const sha256: Hash = createHash('sha256');
  const adler32 = new Adler32();
  const buffer = new Uint8Array(BUFFER_BYTES);
  let buffered = 0;
  let bytes = 0;
  let isOpen = true;

  const writeOut = (chunk: Uint8Array) => {
    sha256.update(chunk);
    adler32.update(chunk);
    atPath(shownPath, () => writeFully(file, chunk));
    bytes += chunk.length;
  };
  const flush = () => {
    if (buffered > 0) writeOut(buffer.subarray(0, buffered));
    buffered = 0;
  };

  return {
    write(chunk) {
      if (buffered + chunk.length > BUFFER_BYTES) flush();
      if (chunk.length >= BUFFER_BYTES) {
        writeOut(chunk);
      } else {
        buffer.set(chunk, buffered);
        buffered += chunk.length;
      }
    },
    async close() {
      flush();
      isOpen = false;
      atPath(shownPath, () => closeSync(file));
      return { bytes, sha256: sha256.digest('hex'), adler32: adler32.hex() };
    },
    async discard() {
      if (isOpen) closeSync(file);
      isOpen = false;
      rmSync(path, { force: true });
    },
  };
}
