/** Reads a part of a log file, while it grows. */
import { open } from 'node:fs/promises';
import type { LogRange, LogSlice } from '@imsim-od/site';
import { hasErrno } from './state-folder.js';

const MAX_BYTES = 1_048_576;

/** An absent file is an empty log: the job has not begun. */
export async function readLog(path: string, range: LogRange): Promise<LogSlice> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return { bytes: new Uint8Array(0), offset: 0, totalBytes: 0 };
    throw error;
  }
  try {
    const totalBytes = (await file.stat()).size;
    const wanted = range.offset ?? 0;
    const offset = Math.min(wanted < 0 ? Math.max(0, totalBytes + wanted) : wanted, totalBytes);
    const length = Math.min(range.maxBytes ?? MAX_BYTES, MAX_BYTES, totalBytes - offset);
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    return { bytes: bytes.subarray(0, bytesRead), offset, totalBytes };
  } finally {
    await file.close();
  }
}
