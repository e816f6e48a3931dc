/** The two streams of every command: results on stdout, progress and remarks on stderr. */

/** Keeps a reader that goes away (`imsim-od detectors | head`) from being an error. */
export function guardStandardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Writes lines of a result to stdout. */
export function printResult(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes one JSON document to stdout. */
export function printJson(document: unknown): void {
  printResult(JSON.stringify(document, null, 2));
}

/** Writes a remark to stderr. */
export function printRemark(text: string): void {
  process.stderr.write(`${text}\n`);
}
