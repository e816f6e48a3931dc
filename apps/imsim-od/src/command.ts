/** What a command is to the program: a function that adds it to the command tree. */
import type { Command } from 'commander';
import type { ExitCode } from './exit-code.js';

/** Where a command that ends in order says how it ended, when that is not "done". */
export type SetExitCode = (code: ExitCode) => void;

/** Adds one command to the program. */
export type AddCommand = (program: Command, setExitCode: SetExitCode) => void;
