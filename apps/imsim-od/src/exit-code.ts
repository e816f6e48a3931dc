/** Exit codes of the command line, one meaning each, the same for every command. */
export const EXIT_CODE = {
  /** Everything asked for was done. */
  done: 0,
  /** The program went wrong: a bug of ours. */
  bug: 1,
  /** The command line itself is not understood. */
  usage: 2,
  /** The input, or the place for the output, cannot be used as it is. */
  badInput: 3,
  /** Some of what was asked for was done; for `reproduce`: the files were made and differ. */
  partly: 4,
  /** The machine, site or service could not do it: memory, a lost worker, a service that does not answer. */
  site: 5,
  /** Stopped by Ctrl-C or a termination signal. */
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];
