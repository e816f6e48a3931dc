/**
 * Hearing that something changed, through LISTEN. A wake-up carries nothing and may be lost or come twice: whoever is woken reads the
 * journal, and reads it from time to time unwoken.
 */
import pg from 'pg';

/** A connection that listens. */
export interface Wakeups {
  close(): Promise<void>;
}

const RECONNECT_MS = 1000;

/**
 * Listens on a channel of its own connection and makes a new one when that breaks; after each new connection it calls `onWake` once, since
 * something may have been missed.
 */
export function listenForWakeups(url: string, channel: string, onWake: () => void): Wakeups {
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const attempt = new pg.Client({ connectionString: url });
    client = attempt;
    attempt.on('error', () => again(attempt));
    attempt.on('end', () => again(attempt));
    attempt.on('notification', onWake);
    try {
      await attempt.connect();
      await attempt.query(`listen ${pg.escapeIdentifier(channel)}`);
      onWake();
    } catch {
      again(attempt);
    }
  };

  const again = (broken: pg.Client): void => {
    if (closed || client !== broken) return;
    client = undefined;
    broken.end().catch(() => undefined);
    timer = setTimeout(() => void connect(), RECONNECT_MS);
  };

  void connect();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
