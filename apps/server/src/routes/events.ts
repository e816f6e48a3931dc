/** The stream of events (WHATWG HTML, server-sent events). */
import { viewRun } from '@imsim-od/runs';
import type { FastifyInstance } from 'fastify';
import type { RunHub } from '../events/run-hub.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';

/** A proxy closes a stream that is silent for long. */
const BEAT_MS = 15_000;
/** Tokens may be revoked: after so long the client comes again with its own. */
const LONGEST_MS = 15 * 60_000;
/** A client that does not read is dropped before it fills the memory. */
const MAX_BUFFERED_BYTES = 4 << 20;

/** Registers the address. */
export function registerEvents(app: FastifyInstance, { runs }: Services, hub: RunHub): void {
  const open = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of open) end();
  });
  registerRoute(app, 'events', async ({ query, request, reply }) => {
    const viewer = viewerOf(request);
    const ids = [...new Set(query.runs.split(','))];
    for (const id of ids) await viewRun(runs, viewer, id);
    const headers = Object.fromEntries(
      Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    );
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const leave: (() => void)[] = [];
    const end = (): void => {
      open.delete(end);
      clearInterval(beat);
      clearTimeout(longest);
      for (const stop of leave.splice(0)) stop();
      raw.end();
    };
    const write = (text: string): void => {
      if (raw.writableLength > MAX_BUFFERED_BYTES) raw.destroy();
      else if (!raw.writableEnded) raw.write(text);
    };
    const beat = setInterval(() => write(': beat\n\n'), BEAT_MS);
    const longest = setTimeout(end, LONGEST_MS);
    open.add(end);
    raw.on('close', end);
    write('retry: 2000\n\n');
    try {
      for (const id of ids) {
        const stop = await hub.watch(id, write);
        if (open.has(end)) leave.push(stop);
        else stop();
      }
    } catch (err) {
      request.log.warn({ err }, 'a stream of events broke; the client comes again');
      end();
    }
    return reply;
  });
}
