/** What is done from time to time, each task on its own: trouble with one is told and tried again, and holds up nothing else. */
import { collectGarbage, sweepExpired, verifyNext } from '@imsim-od/archive';
import { sweepIdentity } from '@imsim-od/identity';
import { reconcile, sweepIncoming } from '@imsim-od/runs';
import { sweepDeletedRuns } from '@imsim-od/workflow';
import type { LibraryReader } from './library/library-reader.js';
import { runEndNotifier } from './notifications/run-end-notifier.js';
import type { Services } from './services.js';
import type { Uploads } from './uploads/uploads.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Transactions last far less; files younger than this may belong to one that is under way. */
const GARBAGE_GRACE_MS = HOUR_MS;
/** Content that was read within a week is not read again. */
const VERIFY_AGAIN_S = 7 * 86_400;

/** Starts everything. @returns ends it, waiting for what is under way */
export function startBackground(
  services: Services,
  uploads: Uploads,
  library: LibraryReader,
): () => Promise<void> {
  const { archive, identity, journal, log, runs, settings } = services;
  const stopping = new AbortController();
  const notifier = runEndNotifier(services);
  const jobs = [
    every(2 * SECOND_MS, 'reconcile', () => reconcile(runs)),
    every(2 * SECOND_MS, 'ends of runs', () => notifier.work()),
    every(10 * SECOND_MS, 'library', async () => library.begin()),
    every(MINUTE_MS, 'retention', () => sweepExpired(archive)),
    every(MINUTE_MS, 'incoming', () => sweepIncoming(runs)),
    every(MINUTE_MS, 'deleted runs', () => sweepDeletedRuns(journal)),
    every(10 * MINUTE_MS, 'accounts', () => sweepIdentity(identity)),
    every(10 * MINUTE_MS, 'garbage', () => collectGarbage(archive, GARBAGE_GRACE_MS)),
    every(HOUR_MS, 'uploads', () => uploads.sweep()),
    every(MINUTE_MS, 'integrity', async () => {
      for (;;) {
        const verdict = await verifyNext(archive, {
          bytesPerS: settings.crawlBytesPerS,
          signal: stopping.signal,
          olderThanS: VERIFY_AGAIN_S,
        });
        if (verdict === undefined || stopping.signal.aborted) return;
        if (verdict.isNews && verdict.state !== 'present')
          log.error({ verdict }, 'stored content is damaged');
      }
    }),
  ];

  function every(intervalMs: number, name: string, work: () => Promise<unknown>): Promise<void> {
    return (async () => {
      while (!stopping.signal.aborted) {
        try {
          await work();
        } catch (err) {
          if (!stopping.signal.aborted)
            log.warn({ err, job: name }, 'background work failed; it is tried again');
        }
        await sleep(intervalMs, stopping.signal);
      }
    })();
  }

  return async () => {
    stopping.abort();
    notifier.close();
    await Promise.all(jobs);
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
