/**
 * The HDF5 library (h5wasm, WebAssembly), one for the process. Its own way to tell an error is to throw from inside, past its frames:
 * their part of its stack of 2 MB is lost each time, and after some two thousand errors the stack runs over its data. So it is left to
 * print errors, as it does unless told otherwise, and what it prints is the sign that a call has failed.
 */
import { SourceUnreadableError } from '../byte-source.js';

/** Most of what is kept of one report, characters. */
const MOST_REPORT = 16_384;

type Hdf5Module = typeof import('h5wasm');

/** The library, loaded. */
export interface Hdf5Library {
  readonly hdf5: Hdf5Module;
  readonly fileSystem: Awaited<Hdf5Module['ready']>['FS'];
  /** The error by which its file system answers it. */
  readonly ErrnoError: new (code: number) => Error;
  /** Calls the library once. Throws an error that names the innermost failure, and `SourceUnreadableError` once it has stopped. */
  call<T>(action: () => T): T;
}

let library: Promise<Hdf5Library> | undefined;

/** Gives the library; loads it the first time. */
export function loadHdf5(): Promise<Hdf5Library> {
  return (library ??= load());
}

/** What the types of the library's file system leave out. */
interface FileSystemParts {
  readonly ErrnoError: new (code: number) => Error;
  getStream(descriptor: number): { stream_ops: object };
}

async function load(): Promise<Hdf5Library> {
  const hdf5 = await import('h5wasm');
  const { FS: fileSystem } = await hdf5.ready;
  const { ErrnoError, getStream } = fileSystem as unknown as FileSystemParts;
  const decoder = new TextDecoder();
  let report = '';
  let hasStopped = false;
  const standardError = getStream(2);
  standardError.stream_ops = {
    ...standardError.stream_ops,
    write(_stream: unknown, bytes: Uint8Array, offset: number, length: number): number {
      if (report.length < MOST_REPORT) report += decoder.decode(bytes.slice(offset, offset + length));
      return length;
    },
  };
  return {
    hdf5,
    fileSystem,
    ErrnoError,
    call(action) {
      if (hasStopped)
        throw new SourceUnreadableError(
          'the HDF5 library',
          'a damaged HDF5 file has stopped it; start the program, or load the page, again',
        );
      report = '';
      let answer;
      try {
        answer = action();
      } catch (error) {
        // WebAssembly has stopped it in the middle: its memory is in no state to go on from.
        hasStopped = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
        throw error;
      }
      if (report !== '') throw new Error(innermostReason(report));
      return answer;
    },
  };
}

/** A report lists the steps that failed, the outermost first, each as `#number: file line number in function(): reason`. */
function innermostReason(report: string): string {
  const reasons = [...report.matchAll(/^ +#\d+: .*?\(\): (.+)$/gm)];
  return reasons.at(-1)?.[1] ?? report.split('\n')[0]!;
}
