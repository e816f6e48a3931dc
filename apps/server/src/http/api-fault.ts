/** An error that the HTTP side itself raises, under a code of the catalogue. */
import type { ErrorCode } from '@imsim-od/api';

/** A fault with its place. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Answered as it is. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];
  /** The code of the error behind it, where there is one. */
  readonly causeCode: string | null;

  constructor(
    code: ErrorCode,
    detail: string,
    faults: readonly Fault[] = [],
    causeCode: string | null = null,
  ) {
    super(detail);
    this.code = code;
    this.faults = faults;
    this.causeCode = causeCode;
  }
}
