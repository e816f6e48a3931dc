// One log of a job, kept to a size: its beginning on disk as it comes, then its last part, put there at the end behind a line that says
// how much was left out. So a job that writes without end fills no disk, and both its first words and its last stay readable.

import { closeSync, openSync, writeSync } from 'node:fs';

export class JobLog {
  #file;
  #room;
  #tailBytes;
  #tail = [];
  #tailLength = 0;
  #beyond = 0;

  /** `maxBytes`: of the log in all; a quarter of it, at most 256 KiB, is for the last part. */
  constructor(path, maxBytes) {
    this.#file = openSync(path, 'a', 0o600);
    this.#tailBytes = Math.min(Math.floor(maxBytes / 4), 262_144);
    this.#room = maxBytes - this.#tailBytes - 100;
  }

  write(chunk) {
    const kept = Math.min(Math.max(this.#room, 0), chunk.length);
    if (kept > 0) writeAll(this.#file, chunk.subarray(0, kept));
    this.#room -= kept;
    const rest = chunk.subarray(kept);
    if (rest.length === 0) return;
    this.#beyond += rest.length;
    this.#tail.push(Buffer.from(rest));
    this.#tailLength += rest.length;
    while (this.#tailLength - this.#tail[0].length >= this.#tailBytes)
      this.#tailLength -= this.#tail.shift().length;
  }

  close() {
    const tail = Buffer.concat(this.#tail);
    const last = tail.subarray(Math.max(0, tail.length - this.#tailBytes));
    const leftOut = this.#beyond - last.length;
    if (leftOut > 0) writeAll(this.#file, Buffer.from(`\n[... ${leftOut} bytes left out ...]\n`));
    if (last.length > 0) writeAll(this.#file, last);
    closeSync(this.#file);
  }
}

/** A full disk costs the log, not the job. */
function writeAll(file, bytes) {
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
  } catch (error) {
    if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT' && error.code !== 'EIO') throw error;
  }
}
