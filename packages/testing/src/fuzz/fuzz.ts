/** Runs a parser on many inputs. It may give a result or a coded error; nothing else, in bounded time and memory. */
import fc from 'fast-check';
import { caseCount } from '../counts.js';
import { startWatchdog } from './watchdog.js';

/** A parser under test. */
export interface FuzzTarget {
  /** Names the parser in messages. */
  readonly what: string;
  readonly inputs: fc.Arbitrary<Uint8Array | string>;
  /** Parses; a result is dropped. */
  parse(input: Uint8Array | string): unknown;
  /** Inputs in every run and in `make validate`; default 5,000 and 1,000,000. */
  readonly cases?: readonly [number, number];
}

const SEED = 20_261_127;
/** By how much the process may grow, bytes: many times what the largest input of a fuzz test is worth. */
const MOST_GROWTH = 1_000_000_000;

/** True for errors that tell a user what is wrong with an input: they carry a code of ours. */
export function isCodedError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return /^[A-Z0-9]+(_[A-Z0-9]+)+$/.test(error.code) && !error.code.startsWith('ERR_');
}

/** Fuzzes a parser; throws with the smallest input that was found and the seed. */
export async function fuzz({ what, inputs, parse, cases = [5000, 1_000_000] }: FuzzTarget): Promise<void> {
  const numRuns = caseCount(...cases);
  const watchdog = startWatchdog(what);
  const before = process.memoryUsage.rss();
  let results = 0;
  const property = fc.asyncProperty(inputs, async (input) => {
    watchdog.begin(typeof input === 'string' ? new TextEncoder().encode(input) : input);
    try {
      await parse(input);
      results++;
    } catch (error) {
      if (!isCodedError(error)) throw error;
    } finally {
      watchdog.end();
    }
    const growth = process.memoryUsage.rss() - before;
    if (growth > MOST_GROWTH) throw new Error(`the process grew by ${Math.round(growth / 1e6)} MB`);
  });
  const started = process.cpuUsage();
  try {
    await fc.assert(property, { seed: SEED, numRuns, endOnFailure: false });
  } finally {
    await watchdog.close();
    const { user, system } = process.cpuUsage(started);
    console.log(
      `${what}: seed ${SEED}, ${numRuns} inputs, ${results} parsed, ${((user + system) / 1e6).toFixed(1)} CPU-s`,
    );
  }
}
