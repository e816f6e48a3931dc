/** One thing wrong with a request: where, what, the rule, and what to do. */
export interface RequestFault {
  /** Dotted path of the key, such as `pointing.raDeg`; empty for the whole document. */
  readonly path: string;
  readonly message: string;
}

/** Thrown when a request cannot be carried out as written; the message lists every fault found. */
export class RequestError extends Error {
  readonly code = 'REQUEST_INVALID';
  readonly faults: readonly RequestFault[];
  /** The layer that holds the first fault: a file, an option. */
  readonly origin: string;

  constructor(faults: readonly RequestFault[], origin: string) {
    super(
      faults.length === 1
        ? `${origin}: ${faults[0]!.message}`
        : `${origin}: ${faults.length} faults\n${faults.map((fault) => `  - ${fault.message}`).join('\n')}`,
    );
    this.name = 'RequestError';
    this.faults = faults;
    this.origin = origin;
  }
}

/** A request error about one key. */
export function requestFault(origin: string, path: string, message: string): RequestError {
  return new RequestError([{ path, message }], origin);
}
