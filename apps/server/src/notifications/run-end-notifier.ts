/**
 * Tells of the ends of runs: by mail to owners who want it, and to one address of the operator's choice. What does not get through is tried
 * again for a while, and then given up and logged: a run does not wait for a mail server.
 */
import { createHmac } from 'node:crypto';
import { readUser } from '@imsim-od/identity';
import { type RunEnd, takeEndedRuns } from '@imsim-od/runs';
import { createTransport } from 'nodemailer';
import type { Services } from '../services.js';
import { runEndDocument, runEndMail } from './run-end-text.js';

const AT_ONCE = 20;
const PATIENCE_MS = 10_000;
/** Waits between tries; after the last it is given up. */
const PAUSES_MS = [2000, 15_000, 60_000, 300_000];

/** The notifier. */
export interface RunEndNotifier {
  /** Takes runs that have ended and begins to tell of them. */
  work(): Promise<void>;
  /** Gives up what was not yet delivered. */
  close(): void;
}

/** Makes one. */
export function runEndNotifier({ identity, log, runs, settings }: Services): RunEndNotifier {
  const { smtpUrl, mailFrom, webhookUrl, webhookSecret } = settings;
  const portal = settings.publicUrl?.replace(/\/+$/, '');
  const mail =
    smtpUrl === undefined
      ? undefined
      : createTransport(
          {
            url: smtpUrl,
            connectionTimeout: PATIENCE_MS,
            greetingTimeout: PATIENCE_MS,
            socketTimeout: PATIENCE_MS,
          },
          { from: mailFrom },
        );
  const stopping = new AbortController();

  /** Tries until it is through, or for as long as there is patience. */
  async function deliver(what: string, run: RunEnd, send: () => Promise<unknown>): Promise<void> {
    for (const pauseMs of [...PAUSES_MS, null]) {
      try {
        await send();
        return;
      } catch (err) {
        if (stopping.signal.aborted) return;
        log.warn(
          { err, run: run.id },
          pauseMs === null ? `${what} is given up` : `${what} did not get through`,
        );
        if (pauseMs !== null) await pause(pauseMs, stopping.signal);
      }
    }
  }

  async function tell(run: RunEnd): Promise<void> {
    const owner = await readUser(identity, run.ownerId);
    const isWanted = owner.notifyByEmail && owner.email !== null && !owner.disabled;
    await Promise.all([
      mail !== undefined && isWanted
        ? deliver('a mail', run, () =>
            mail.sendMail({
              to: owner.email ?? '',
              ...runEndMail(run, portal),
              disableFileAccess: true,
              disableUrlAccess: true,
            }),
          )
        : undefined,
      webhookUrl === undefined
        ? undefined
        : deliver('a call of the webhook', run, () =>
            post(webhookUrl, JSON.stringify(runEndDocument(run, owner.name, portal)), webhookSecret),
          ),
    ]);
  }

  return {
    work: async () => {
      for (const run of await takeEndedRuns(runs, AT_ONCE))
        tell(run).catch((err: unknown) =>
          log.warn({ err, run: run.id }, 'the end of a run could not be told'),
        );
    },
    close: () => {
      stopping.abort();
      mail?.close();
    },
  };
}

async function post(url: string, body: string, secret: string | undefined): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'imsim-od',
      ...(secret === undefined
        ? {}
        : { 'x-imsim-od-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }),
    },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the webhook answered ${answer.status}`);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    timer.unref();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
