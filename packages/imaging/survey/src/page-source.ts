/** Where a database's bytes come from: any part of them, at once. SQLite asks for pages as it needs them, so that no file is held whole. */

/** Bytes that can be read anywhere. */
export interface PageSource {
  /** What messages call it: a path or a file name. */
  readonly name: string;
  /** Length in bytes. */
  readonly byteLength: number;
  /** Fills `into` with the bytes from `offset` on, as far as there are any. @returns how many were there */
  read(offset: number, into: Uint8Array): number;
}

/** Bytes in memory, such as a file dropped on a page. */
export function memoryPageSource(name: string, bytes: Uint8Array): PageSource {
  return {
    name,
    byteLength: bytes.length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}
