/** A database on a disk, read page by page. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { SurveyDatabaseError } from '../errors.js';
import type { PageSource } from '../page-source.js';
import { readWriteAheadLog, WAL_HEADER_BYTES } from './write-ahead-log.js';

/** A file that stays open until it is closed. */
export interface FilePageSource extends PageSource {
  close(): void;
}

/** First bytes of a rollback journal that is in force. */
const HOT_JOURNAL = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/**
 * Opens a file for reading, as it was last committed: what stands in a write-ahead log beside it is read from there. Throws the
 * system's error (ENOENT, EACCES, EISDIR), and `SurveyDatabaseError` where a transaction on it was not finished; reading throws it
 * where a program changes the database meanwhile.
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
    return withLog(path, handle) ?? plainSource(path, handle, stat.size);
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function plainSource(path: string, handle: number, byteLength: number): FilePageSource {
  return {
    name: path,
    byteLength,
    read: (offset, into) => fill(handle, offset, into),
    close: () => {
      closeSync(handle);
    },
  };
}

/** The database with the pages of its log; undefined where it has none, or nothing is committed there. */
function withLog(path: string, handle: number): FilePageSource | undefined {
  const logPath = `${path}-wal`;
  if ((sizeOf(logPath) ?? 0) <= WAL_HEADER_BYTES) return undefined;
  const log = openSync(logPath, 'r');
  try {
    const before = stateOf(handle, log);
    const found = readWriteAheadLog((offset, length) => bytesAt(log, offset, length));
    if (found === undefined) {
      closeSync(log);
      return undefined;
    }
    const { pageBytes, pages, offsetOfPage } = found;
    const byteLength = pages * pageBytes;
    return {
      name: path,
      byteLength,
      read(offset, into) {
        const end = Math.min(byteLength, offset + into.length);
        for (let at = offset; at < end;) {
          const page = Math.floor(at / pageBytes);
          const pageEnd = Math.min(end, (page + 1) * pageBytes);
          const part = into.subarray(at - offset, pageEnd - offset);
          const inLog = offsetOfPage.get(page + 1);
          const got =
            inLog === undefined ? fill(handle, at, part) : fill(log, inLog + at - page * pageBytes, part);
          if (got < part.length) part.fill(0, got);
          at = pageEnd;
        }
        if (stateOf(handle, log) !== before)
          throw new SurveyDatabaseError(path, 'a program changed it while it was read; read it again');
        return Math.max(0, end - offset);
      },
      close: () => {
        closeSync(log);
        closeSync(handle);
      },
    };
  } catch (error) {
    closeSync(log);
    throw error;
  }
}

/** What changes when pages are moved from the log into the database, or the log begins anew. Commits that are only added to it do no harm. */
function stateOf(handle: number, log: number): string {
  const { size, mtimeMs } = fstatSync(handle);
  return `${size} ${mtimeMs} ${bytesAt(log, 0, WAL_HEADER_BYTES).join()}`;
}

/** Refuses a database whose last transaction was not finished: its pages are of two states. */
function refusePending(path: string): void {
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
    return bytesAt(handle, 0, count);
  } finally {
    closeSync(handle);
  }
}

function bytesAt(handle: number, offset: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  return bytes.subarray(0, fill(handle, offset, bytes));
}

function fill(handle: number, offset: number, into: Uint8Array): number {
  let filled = 0;
  while (filled < into.length) {
    const got = readSync(handle, into, filled, into.length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
}
