/**
 * Errors of the command line, and what any error means to a caller: an exit code and one clear message.
 *
 * Packages throw coded errors about what they were given; the host throws system errors about files. Both are the user's
 * to put right (exit 3). Whatever else is thrown is a bug of ours (exit 1) and says so.
 */
import { EXIT_CODE, type ExitCode } from './exit-code.js';

/** Thrown where the command line itself finds that it cannot go on. */
export class CliError extends Error {
  readonly code = 'CLI_REFUSED';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT_CODE.badInput, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** Thrown when a file of the host cannot be read, written or named; carries the path that Node leaves out of write errors. */
export class HostFileError extends Error {
  readonly code = 'HOST_FILE';
  readonly systemCode: string;
  readonly path: string;

  constructor(systemCode: string, path: string, options?: ErrorOptions) {
    super(`${path}: ${systemWords(systemCode)}`, options);
    this.name = 'HostFileError';
    this.systemCode = systemCode;
    this.path = path;
  }
}

/** What an error means to whoever started the command. */
export interface Explanation {
  readonly exitCode: ExitCode;
  readonly message: string;
  /** True where going on with other detectors makes no sense, such as a full disk. */
  readonly fatal: boolean;
}

/** Sorts an error: whose it is to put right, and the words for it. */
export function explainError(error: unknown): Explanation {
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message, fatal: true };
  if (error instanceof HostFileError)
    return { exitCode: EXIT_CODE.badInput, message: error.message, fatal: true };
  const code = codeOf(error);
  if (error instanceof Error && code !== undefined) {
    if (error.name === 'ApiError') return explainAnswer(error, code);
    if (isSystemCode(code)) {
      const at = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
      return { exitCode: EXIT_CODE.badInput, message: `${at}${systemWords(code)}`, fatal: true };
    }
    if (code === 'ERR_MODULE_NOT_FOUND') {
      return {
        exitCode: EXIT_CODE.bug,
        message: `${error.message}\nThe clone is not built whole; run "make build".`,
        fatal: true,
      };
    }
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
      return {
        exitCode: EXIT_CODE.site,
        message: 'a worker ran out of memory; give fewer --workers',
        fatal: false,
      };
    }
    if (isDomainCode(code)) return { exitCode: EXIT_CODE.badInput, message: error.message, fatal: false };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { exitCode: EXIT_CODE.bug, message: `${message}\n${REPORT_REQUEST}`, fatal: false };
}

/** An error that a service answered with; its code is in its documentation. */
function explainAnswer(error: Error, code: string): Explanation {
  const status = 'status' in error ? Number(error.status) : 500;
  const exitCode = status >= 500 || status === 429 ? EXIT_CODE.site : EXIT_CODE.badInput;
  const advice = code === 'AUTH_REQUIRED' ? ' Log in again: imsim-od login' : '';
  return { exitCode, message: `${error.message}${advice} (${code})`, fatal: true };
}

/** Runs an action on a file and names the file in what the system refuses. */
export function atPath<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw systemErrorAt(path, error);
  }
}

/** An error about a file with its path; anything that is not a system error comes back as it is. */
export function systemErrorAt(path: string, error: unknown): unknown {
  const code = codeOf(error);
  return code !== undefined && isSystemCode(code) ? new HostFileError(code, path, { cause: error }) : error;
}

/** Whether the system refused at the bottom of it: a disk, a limit, a file that went away. Another attempt may succeed. */
export function isSystemTrouble(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof HostFileError || isSystemCode(codeOf(cause) ?? '')) return true;
  return false;
}

/** What is printed under an error that is ours. */
export const REPORT_REQUEST =
  'This is a bug in imsim-od, not in what you gave it. Please report it with the command, the request and the output of --debug.';

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; choose a place you may use',
  EBUSY: 'is in use by another program',
  EDQUOT: 'your disk quota is used up; free some space or give another --out',
  EEXIST: 'exists already and is not a folder',
  EFBIG: 'the file would be larger than this file system allows',
  EISDIR: 'is a folder; a file is expected',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
  ENAMETOOLONG: 'the name is too long for this file system',
  ENOENT: 'no such file or folder; check the path',
  ENOSPC: 'no space left on the disk; free some or give another --out',
  ENOTDIR: 'part of the path is a file, not a folder',
  EPERM: 'not permitted; choose a place you may use',
  EROFS: 'the file system is read-only; give another --out',
};

function systemWords(code: string): string {
  return SYSTEM_WORDS[code] ?? `the system refuses (${code})`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** `ENOENT`, `EACCES` …: POSIX error names have no underscore. */
function isSystemCode(code: string): boolean {
  return /^E[A-Z0-9]{2,}$/.test(code);
}

/** Codes of our packages, `REQUEST_INVALID`; neither Node's own `ERR_…` nor the kernel's, whose callers are all ours. */
function isDomainCode(code: string): boolean {
  return /^[A-Z0-9]+(_[A-Z0-9]+)+$/.test(code) && !code.startsWith('ERR_') && !code.startsWith('KERNEL_');
}
