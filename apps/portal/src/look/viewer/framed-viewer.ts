/** The viewer in its sandboxed frame: an origin of its own, no cookies, no storage, no way out but this channel. */
import { type ImageViewer, ViewerError } from './image-viewer.js';
import {
  type AnswerMessage,
  GREETING,
  type RequestMessage,
  type RequestName,
  type ViewerEvent,
  type ViewerRequests,
} from './protocol.js';

/** After so long without an answer a request counts as refused. */
const PATIENCE_MS = 60_000;

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly late: ReturnType<typeof setTimeout>;
}

/** Connects with the viewer that a frame shows or is about to show. */
export function framedViewer(frame: HTMLIFrameElement): ImageViewer {
  const { port1: port, port2: theirs } = new MessageChannel();
  const waiting = new Map<number, Waiting>();
  const watchers = new Set<(event: ViewerEvent) => void>();
  let count = 0;
  let isClosed = false;

  let stopListening = (): void => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    const onGreeting = ({ source, origin, data }: MessageEvent): void => {
      if (source !== frame.contentWindow || origin !== 'null' || data !== GREETING) return;
      stopListening();
      // A sandboxed frame has no origin to name; its window is known to be the right one.
      frame.contentWindow?.postMessage(GREETING, '*', [theirs]);
      resolve();
    };
    const late = setTimeout(() => {
      stopListening();
      reject(new ViewerError('The viewer did not start. Load the page again.'));
    }, PATIENCE_MS);
    stopListening = () => {
      clearTimeout(late);
      window.removeEventListener('message', onGreeting);
    };
    window.addEventListener('message', onGreeting);
  });
  ready.catch(() => undefined);

  port.onmessage = ({ data }: MessageEvent<AnswerMessage | ViewerEvent>) => {
    if ('event' in data) {
      for (const callback of watchers) callback(data);
      return;
    }
    const request = waiting.get(data.n);
    if (request === undefined) return;
    waiting.delete(data.n);
    clearTimeout(request.late);
    if ('problem' in data) request.reject(new ViewerError(data.problem));
    else request.resolve(data.answers as never);
  };

  const ask = async <N extends RequestName>(
    name: N,
    takes: ViewerRequests[N]['takes'],
    handedOver: readonly Transferable[] = [],
  ): Promise<ViewerRequests[N]['answers']> => {
    await ready;
    if (isClosed) throw new ViewerError('The viewer is closed.');
    const n = ++count;
    return new Promise<ViewerRequests[N]['answers']>((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(n);
        reject(new ViewerError(`The viewer did not answer to ${name} within a minute.`));
      }, PATIENCE_MS);
      waiting.set(n, { resolve: resolve as (value: never) => void, reject, late });
      port.postMessage({ n, name, takes } satisfies RequestMessage, [...handedOver]);
    });
  };

  return {
    ready,
    open: async (name, bytes) => (await ask('open', { name, bytes }, [bytes])).image,
    show: async (image) => void (await ask('show', { image })),
    stretch: async (stretch, range) => void (await ask('stretch', { stretch, range })),
    colourMap: async (name) => void (await ask('colourMap', { name })),
    zoom: async (zoom) => void (await ask('zoom', { zoom })),
    pan: async (x, y) => void (await ask('pan', { x, y })),
    watch: (callback) => {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
    close: () => {
      isClosed = true;
      stopListening();
      port.close();
      for (const { reject, late } of waiting.values()) {
        clearTimeout(late);
        reject(new ViewerError('The viewer is closed.'));
      }
      waiting.clear();
    },
  };
}
