/** The whole server: services, background work and HTTP, begun in order and ended in reverse. */
import { hasAdmin, newSetupSecret } from '@imsim-od/identity';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { startBackground } from './background.js';
import { LibraryReader } from './library/library-reader.js';
import { RunHub } from './events/run-hub.js';
import { createApp, type HttpPatience } from './http/app.js';
import { openServices, type SchedulerChanges, type Services } from './services.js';
import type { Settings } from './settings.js';
import { Uploads } from './uploads/uploads.js';

/** A server that listens. */
export interface RunningServer {
  /** As `http://127.0.0.1:8470`. */
  readonly url: string;
  readonly services: Services;
  /** One-time link of the first administrator; null where there is one. */
  readonly setupUrl: string | null;
  /** Ends it: takes no more requests, ends those under way, puts down the work. */
  close(): Promise<void>;
}

/** Ports tried where the one wanted is taken by another program. */
const PORTS_TRIED = 20;

/** How to start. */
export interface StartOptions {
  /** Another port will do where the one wanted is taken. */
  readonly mayMovePort?: boolean;
  readonly scheduler?: SchedulerChanges;
  readonly patience?: HttpPatience;
}

/** Starts a server. */
export async function startServer(
  settings: Settings,
  log: Logger,
  { mayMovePort = false, scheduler = {}, patience }: StartOptions = {},
): Promise<RunningServer> {
  const services = await openServices(settings, log, scheduler);
  const closing: (() => Promise<unknown>)[] = [() => services.close()];
  const close = async (): Promise<void> => {
    for (let end = closing.pop(); end !== undefined; end = closing.pop())
      await end().catch((err: unknown) => log.warn({ err }, 'could not close a part'));
  };
  try {
    const uploads = await Uploads.open(services);
    closing.push(() => uploads.close());
    const hub = new RunHub(services);
    closing.push(() => hub.close());
    const library = new LibraryReader(services);
    closing.push(() => Promise.resolve(library.close()));
    const app = await createApp({ services, hub, uploads, library }, patience);
    closing.push(startBackground(services, uploads, library));
    closing.push(() => app.close());
    await listen(settings, mayMovePort, (port) => app.listen({ host: settings.host, port }));
    const { port } = app.server.address() as AddressInfo;
    const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
    const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host === '[::]' ? '[::1]' : host}:${port}`;
    const secret = (await hasAdmin(services.identity)) ? null : await newSetupSecret(services.identity);
    return {
      url,
      services,
      setupUrl: secret === null ? null : `${url}/setup#${secret}`,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(
  { port }: Settings,
  mayMove: boolean,
  open: (port: number) => Promise<unknown>,
): Promise<void> {
  for (let tried = 0; ; tried++) {
    try {
      await open(port === 0 ? 0 : port + tried);
      return;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || !mayMove || tried >= PORTS_TRIED) throw error;
    }
  }
}
