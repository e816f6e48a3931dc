/** Progress of a run on stderr: a bar on a terminal, else a line every few seconds. */
import { countOf, formatDuration } from '../text/quantity-text.js';

/** A run's progress as it is told. */
export interface ProgressReport {
  started(name: string): void;
  progressed(name: string, fraction: number): void;
  ended(name: string): void;
  /** Ends the telling; the bar stays as it is. */
  stop(): void;
}

/** Seconds between lines where stderr is no terminal. */
const LINE_INTERVAL_S = 5;
/** Names of detectors in the making that are shown. */
const MAX_NAMES = 4;

/** The state that both kinds of report are drawn from. */
class RunProgress {
  readonly total: number;
  readonly running = new Map<string, number>();
  done = 0;
  private readonly startedMs = performance.now();

  constructor(total: number) {
    this.total = total;
  }

  get elapsedS(): number {
    return (performance.now() - this.startedMs) / 1000;
  }

  /** Detectors made, parts of those in the making counted. */
  get amount(): number {
    let amount = this.done;
    for (const fraction of this.running.values()) amount += fraction;
    return amount;
  }

  /** `1.2 s each, 3 min 20 s left`. */
  get rate(): string {
    const { amount, elapsedS } = this;
    if (amount <= 0) return 'starting';
    const each = elapsedS / amount;
    return `${formatDuration(each)} each, ${formatDuration(each * Math.max(0, this.total - amount))} left`;
  }

  /** `R22_S11 40 %, R22_S12 5 %`. */
  get names(): string {
    const names = [...this.running].map(([name, fraction]) => `${name} ${Math.floor(fraction * 100)} %`);
    return names.length > MAX_NAMES ? `${names.slice(0, MAX_NAMES).join(', ')}, …` : names.join(', ');
  }
}

/** Starts telling the progress of `total` detectors on `stream`. */
export async function startProgressReport(
  total: number,
  stream: NodeJS.WriteStream,
): Promise<ProgressReport> {
  const progress = new RunProgress(total);
  const show = stream.isTTY ? await showBar(progress, stream) : showLines(progress, stream);
  return {
    started(name) {
      progress.running.set(name, 0);
      show.update();
    },
    progressed(name, fraction) {
      progress.running.set(name, Math.min(1, fraction));
      show.update();
    },
    ended(name) {
      progress.running.delete(name);
      progress.done++;
      show.update();
    },
    stop: show.stop,
  };
}

interface Shower {
  update(): void;
  stop(): void;
}

async function showBar(progress: RunProgress, stream: NodeJS.WriteStream): Promise<Shower> {
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {done}/{total} detectors, {rate}  {names}',
      stream,
      hideCursor: false,
      clearOnComplete: true,
      barsize: 24,
      fps: 5,
    },
    cliProgress.Presets.shades_classic,
  );
  const payload = () => ({ done: progress.done, rate: progress.rate, names: progress.names });
  bar.start(progress.total, 0, payload());
  return { update: () => bar.update(progress.amount, payload()), stop: () => bar.stop() };
}

function showLines(progress: RunProgress, stream: NodeJS.WriteStream): Shower {
  const line = () => {
    const names = progress.names === '' ? '' : `; drawing ${progress.names}`;
    stream.write(
      `${progress.done} of ${countOf(progress.total, 'detector')} made, ${progress.rate}${names}\n`,
    );
  };
  const timer = setInterval(line, LINE_INTERVAL_S * 1000);
  timer.unref();
  return { update: () => undefined, stop: () => clearInterval(timer) };
}
