/**
 * What is done on Ctrl-C (SIGINT) and SIGTERM: the registered clean-ups run, last registered first, then the process
 * ends with 130. A second signal does not wait for them.
 */
import { EXIT_CODE } from './exit-code.js';

type CleanUp = () => void | Promise<void>;

const cleanUps: CleanUp[] = [];
let interrupted = false;

/** Registers a clean-up for as long as something half made exists; returns the function that withdraws it. */
export function onInterruption(cleanUp: CleanUp): () => void {
  cleanUps.push(cleanUp);
  return () => {
    const index = cleanUps.indexOf(cleanUp);
    if (index >= 0) cleanUps.splice(index, 1);
  };
}

/** Starts listening for the signals; called once by the entry. */
export function listenForInterruption(): void {
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}

function handle(): void {
  if (interrupted) process.exit(EXIT_CODE.interrupted);
  interrupted = true;
  void cleanUpAndExit();
}

async function cleanUpAndExit(): Promise<void> {
  try {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  } finally {
    process.stderr.write(
      '\nimsim-od: interrupted; nothing half made is left. Run the same command again to go on.\n',
    );
    process.exit(EXIT_CODE.interrupted);
  }
}
