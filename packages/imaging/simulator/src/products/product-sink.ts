/** Where finished products go: the host writes files, the browser collects bytes, a test counts. */

/** Checksums of a finished file. */
export interface SinkRecord {
  readonly bytes: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Adler-32, 8 hexadecimal digits. */
  readonly adler32: string;
}

/** One file being made. Nothing of it is visible under its name before `close` returns. */
export interface ProductSink {
  /** Takes the next bytes; the chunk is the sink's to keep. */
  write(chunk: Uint8Array): void;
  /** Completes the file and gives it its name. */
  close(): Promise<SinkRecord>;
  /** Gives the file up, leaving nothing. */
  discard(): Promise<void>;
}
