/**
 * Who may give room to jobs: one adapter at a time, of all that share a state folder. The holder is whoever made the file with the highest
 * number, as long as its process lives and it has not released it. Nothing is ever removed in order to take the lock, so a holder that died
 * is succeeded without a moment in which two could think they hold it:
 *
 *     a file is made only with a number just above one seen to be free, by a link, which one process alone can make;
 *     files are removed only by a holder, below its own; so whoever makes a number that was removed before finds a higher one afterwards.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../supervisor/process-table.mjs';
import { createStateFile, readStateFile, replaceStateFile } from '../supervisor/state-file.mjs';

interface LockRecord {
  readonly holder: ProcessIdentity;
  /** One of several adapters in a process. */
  readonly instance: string;
  readonly released: boolean;
}

export class DispatchLock {
  readonly #folder: string;
  readonly #instance: string;

  /** `instance` differs between adapters of one process. */
  constructor(folder: string, instance: string) {
    this.#folder = folder;
    this.#instance = instance;
  }

  /** Does the work if the lock is free, and returns whether it did. */
  async tryHold(work: () => Promise<void>): Promise<boolean> {
    const number = await this.#take();
    if (number === undefined) return false;
    try {
      await work();
    } finally {
      await replaceStateFile(this.#file(number), this.#record(true));
    }
    return true;
  }

  async #take(): Promise<number | undefined> {
    const highest = Math.max(0, ...(await this.#numbers()));
    if (highest > 0) {
      const record = (await readStateFile(this.#file(highest))) as LockRecord | undefined;
      if (record === undefined) return undefined; // succeeded and removed since we looked
      if (!record.released && isAlive(record.holder)) return undefined;
    }
    const mine = highest + 1;
    if (!(await createStateFile(this.#file(mine), this.#record(false)))) return undefined;
    const numbers = await this.#numbers();
    if (numbers.some((number) => number > mine)) {
      await rm(this.#file(mine), { force: true });
      return undefined;
    }
    await Promise.all(
      numbers.filter((number) => number < mine).map((number) => rm(this.#file(number), { force: true })),
    );
    return mine;
  }

  #record(released: boolean): LockRecord {
    return {
      holder: identify(process.pid) ?? { pid: process.pid, startId: '' },
      instance: this.#instance,
      released,
    };
  }

  async #numbers(): Promise<number[]> {
    return (await readdir(this.#folder)).filter((name) => /^[0-9]+$/.test(name)).map(Number);
  }

  #file(number: number): string {
    return join(this.#folder, String(number));
  }
}
