/** Watching a run to its end: a bar on a terminal, lines elsewhere; a stream that breaks is taken up again. */
import { ApiError, type Client, readEvents, type Run, type RunEvent } from '@imsim-od/api';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { formatCount, formatDuration } from '../text/quantity-text.js';
import { ServiceUnreachableError } from './connection.js';

const ENDED = new Set(['succeeded', 'failed', 'cancelled']);
const PAUSE_MS = 2000;
/** How long a service may be away before watching is given up. */
const PATIENCE_MS = 10 * 60_000;
const LINE_INTERVAL_MS = 5000;

/** Watches until the run has ended. @returns the run */
export async function watchRun(client: Client, id: string, stream: NodeJS.WriteStream): Promise<Run> {
  const show = stream.isTTY ? await bar(stream) : lines(stream);
  let reachedAtMs = performance.now();
  try {
    for (;;) {
      try {
        const answer = await client.open('events', { query: { runs: id } });
        reachedAtMs = performance.now();
        if (answer.body !== null) {
          for await (const event of readEvents(answer.body)) {
            reachedAtMs = performance.now();
            show.update(event);
            if (ENDED.has(event.state)) return await client.call('readRun', { params: { id } });
          }
        }
      } catch (error) {
        const mayPass =
          error instanceof ServiceUnreachableError ||
          (error instanceof TypeError && /terminated|fetch|network/i.test(error.message)) ||
          (error instanceof ApiError && error.status >= 500);
        if (!mayPass || performance.now() - reachedAtMs > PATIENCE_MS) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } finally {
    show.stop();
  }
}

/** How a run's end is told to the shell. */
export function exitCodeOf({ state, counts }: Run): ExitCode {
  if (state === 'succeeded') return EXIT_CODE.done;
  return state === 'failed' && counts.succeeded === 0 ? EXIT_CODE.site : EXIT_CODE.partly;
}

interface Shower {
  update(event: RunEvent): void;
  stop(): void;
}

function wordsOf({ state, counts, timeLeftS }: RunEvent): string {
  const { running = 0, failed = 0 } = counts;
  return [
    state,
    `${formatCount(running)} running`,
    ...(failed === 0 ? [] : [`${formatCount(failed)} failed`]),
    ...(timeLeftS === null ? [] : [`${formatDuration(timeLeftS)} left`]),
  ].join(', ');
}

async function bar(stream: NodeJS.WriteStream): Promise<Shower> {
  const { default: cliProgress } = await import('cli-progress');
  const single = new cliProgress.SingleBar(
    { format: '{bar} {value}/{total} tasks, {words}', stream, clearOnComplete: true, barsize: 24, fps: 5 },
    cliProgress.Presets.shades_classic,
  );
  let isStarted = false;
  return {
    update: (event) => {
      const { total = 0, succeeded = 0, failed = 0, cancelled = 0 } = event.counts;
      const words = wordsOf(event);
      if (!isStarted) single.start(total, 0, { words });
      isStarted = true;
      single.update(succeeded + failed + cancelled, { words });
    },
    stop: () => single.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): Shower {
  let toldAtMs = -Infinity;
  return {
    update: (event) => {
      if (performance.now() - toldAtMs < LINE_INTERVAL_MS && !ENDED.has(event.state)) return;
      toldAtMs = performance.now();
      stream.write(
        `${formatCount(event.counts['succeeded'] ?? 0)} of ${formatCount(event.counts['total'] ?? 0)} tasks done, ${wordsOf(event)}\n`,
      );
    },
    stop: () => undefined,
  };
}
