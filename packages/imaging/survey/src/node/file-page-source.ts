/** A database on a disk, read page by page. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { PageSource } from '../page-source.js';

/** A file that stays open until it is closed. */
export interface FilePageSource extends PageSource {
  close(): void;
}

/** Opens a file for reading. Throws the system's error (ENOENT, EACCES, EISDIR). */
export function openPageSource(path: string): FilePageSource {
  const handle = openSync(path, 'r');
  const stat = fstatSync(handle);
  if (!stat.isFile()) {
    closeSync(handle);
    throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EISDIR', path });
  }
  return {
    name: path,
    byteLength: stat.size,
    read(offset, into) {
      let filled = 0;
      while (filled < into.length) {
        const got = readSync(handle, into, filled, into.length - filled, offset + filled);
        if (got === 0) break;
        filled += got;
      }
      return filled;
    },
    close: () => closeSync(handle),
  };
}
