/**
 * What the kernel refuses, as coded errors. Each message says what, which value, which rule and what to do.
 */

/** An argument that the kernel cannot draw with: out of range or not a number. The caller's to mend. */
export class KernelInputError extends Error {
  readonly code = 'KERNEL_INPUT';

  readonly argument: string;
  readonly value: unknown;
  readonly rule: string;

  /** @param argument its name; @param value what came; @param rule what is allowed */
  constructor(argument: string, value: unknown, rule: string) {
    super(`${argument} is ${String(value)}; ${rule}.`);
    this.argument = argument;
    this.value = value;
    this.rule = rule;
    this.name = 'KernelInputError';
  }
}

/** A call that does not fit the kernel's state: a closed frame, a frame without counts, raw rows out of order. */
export class KernelStateError extends Error {
  readonly code = 'KERNEL_STATE';

  readonly call: string;
  readonly rule: string;

  /** @param call what was called; @param rule what must hold and what to do */
  constructor(call: string, rule: string) {
    super(`${call} is not possible now: ${rule}.`);
    this.call = call;
    this.rule = rule;
    this.name = 'KernelStateError';
  }
}

/** A built file that is missing or is not the one this source was released with. */
export class KernelAssetError extends Error {
  readonly code = 'KERNEL_ASSET';

  readonly asset: string;
  readonly expectedSha256: string;
  readonly actualSha256: string | null;

  /** @param asset file name; @param expectedSha256 committed hash; @param actualSha256 what was found, null if absent */
  constructor(asset: string, expectedSha256: string, actualSha256: string | null) {
    super(
      actualSha256 === null
        ? `${asset} is missing; build the kernel: node packages/imaging/kernel/scripts/build-kernel.mjs.`
        : `${asset} has SHA-256 ${actualSha256}, committed is ${expectedSha256}; rebuild the kernel, ` +
            'with --update-hashes where its source was meant to change.',
    );
    this.asset = asset;
    this.expectedSha256 = expectedSha256;
    this.actualSha256 = actualSha256;
    this.name = 'KernelAssetError';
  }
}

/** Throws KernelInputError unless the value is a finite number in [low, high]. */
export function requireRange(argument: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new KernelInputError(argument, value, `it must be a number from ${low} to ${high}`);
  }
}

/** Throws KernelInputError unless the value is an integer in [low, high]. */
export function requireInteger(argument: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new KernelInputError(argument, value, `it must be an integer from ${low} to ${high}`);
  }
}
