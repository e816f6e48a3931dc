/** A database on a disk, read page by page. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { SurveyDatabaseError } from '../errors.js';
import type { PageSource } from '../page-source.js';

/** A file that stays open until it is closed. */
export interface FilePageSource extends PageSource {
  close(): void;
}

/** First bytes of a rollback journal that is in force. */
const HOT_JOURNAL = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
/** A write-ahead log without frames is no longer than its header. */
const WAL_HEADER_BYTES = 32;

/**
 * Opens a file for reading. Throws the system's error (ENOENT, EACCES, EISDIR), and `SurveyDatabaseError` where a file beside
 * it holds changes that are not in it.
 */
export function openPageSource(path: string): FilePageSource {
  const handle = openSync(path, 'r');
  const stat = fstatSync(handle);
  if (!stat.isFile()) {
    closeSync(handle);
    throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EISDIR', path });
  }
  try {
    refusePending(path);
  } catch (error) {
    closeSync(handle);
    throw error;
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

/** Refuses a database whose last changes stand in a log beside it: its visits would be those of an earlier state. */
function refusePending(path: string): void {
  const advice = `close the program that writes it, or run: sqlite3 ${path} "PRAGMA wal_checkpoint(TRUNCATE)"`;
  if ((sizeOf(`${path}-wal`) ?? 0) > WAL_HEADER_BYTES)
    throw new SurveyDatabaseError(
      path,
      `changes of it still stand in ${path}-wal, which is not read; ${advice}`,
    );
  const journal =
    sizeOf(`${path}-journal`) === undefined ? [] : firstBytes(`${path}-journal`, HOT_JOURNAL.length);
  if (HOT_JOURNAL.every((byte, at) => journal[at] === byte)) {
    throw new SurveyDatabaseError(
      path,
      `a transaction on it was not finished (${path}-journal); close the program that writes it, or open it once with sqlite3`,
    );
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

function firstBytes(path: string, count: number): Uint8Array {
  const handle = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(count);
    return bytes.subarray(0, readSync(handle, bytes, 0, count, 0));
  } finally {
    closeSync(handle);
  }
}
