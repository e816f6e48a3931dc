/** How the server's programs end: with an exit code, and words that a person can use. */
import { isDatabaseAway } from '@imsim-od/database';
import { SettingsError } from './settings.js';

/** Exit codes, as of the command line. */
export const EXIT = { done: 0, bug: 1, usage: 2, refused: 3, partly: 4, site: 5 } as const;

/** The machine or the database could not: no room, no memory, a broken disk, a server that does not start, a folder that is away. */
const MACHINE =
  /^(ENOSPC|EDQUOT|EIO|ENOMEM|EMFILE|ENFILE|EROFS|ESTALE|ETIMEDOUT|53...|DATABASE_EMBEDDED|SITE_UNAVAILABLE)$/;

/** Runs a program to its end. */
export async function runProgram(program: () => Promise<keyof typeof EXIT>): Promise<void> {
  try {
    process.exitCode = EXIT[await program()];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    process.stderr.write(`imsim-od: ${error instanceof Error ? error.message : String(error)}\n`);
    if (code === undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exit(EXIT[kindOf(error, code)]);
  }
}

function kindOf(error: unknown, code: string | undefined): keyof typeof EXIT {
  if (code?.startsWith('ERR_PARSE_ARGS') === true) return 'usage';
  if (error instanceof SettingsError || code === 'SERVER_HOME_IN_USE' || code === 'EADDRINUSE')
    return 'refused';
  if (code === undefined) return 'bug';
  return MACHINE.test(code) || isDatabaseAway(error) ? 'site' : 'refused';
}
