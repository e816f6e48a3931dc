/** Inflates gzip members through the platform's DecompressionStream, which Node and browsers share. */
import { FitsError } from './fits-error.js';

/**
 * The inflated bytes, which must not be more than `limit`. Throws `FITS_BAD_COMPRESSION` where the bytes are no gzip, end
 * early, or inflate beyond the limit (nothing beyond it is kept).
 */
export async function gunzip(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  // A failing stream rejects both ends; the reading end below reports it.
  const fed = writer.write(new Uint8Array(bytes)).then(() => writer.close());
  fed.catch(() => undefined);
  const reader = stream.readable.getReader();
  const inflated = new Uint8Array(limit);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return inflated.subarray(0, length);
      if (length + value.length > limit) throw new RangeError(`it inflates beyond ${limit} bytes`);
      inflated.set(value, length);
      length += value.length;
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FitsError(
      'FITS_BAD_COMPRESSION',
      `A gzip tile does not inflate (${why}); the file is damaged.`,
      { cause },
    );
  }
}
