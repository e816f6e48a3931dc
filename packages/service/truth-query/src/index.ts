/** SQL over truth tables in a locked-down child process. */
export {};
