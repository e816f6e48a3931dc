/** Size and checksums of a file, in one reading. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Adler32 } from '@imsim-od/fits';
import type { FileDigest } from './work-messages.js';

const CHUNK_BYTES = 1 << 20;

/** Reads a file once. */
export async function digestFile(path: string): Promise<FileDigest> {
  const sha256 = createHash('sha256');
  const adler32 = new Adler32();
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const part = chunk as Buffer;
    sha256.update(part);
    adler32.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: sha256.digest('hex'), adler32: adler32.hex() };
}
