/** A worker for as long as a screen is shown, and its answers to what the screen asks. */
import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import type {
  PixelAnswer,
  PixelQuestion,
  PreviewAnswer,
  PreviewQuestion,
  ReadingAnswer,
} from './preview-protocol.js';

type Listener = (answer: PreviewAnswer) => void;

/** Asks a worker. */
export class PreviewClient {
  private readonly worker = new Worker(new URL('./preview-worker.ts', import.meta.url), { type: 'module' });
  private readonly listeners = new Map<number, Listener>();
  private last = 0;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<PreviewAnswer>) => {
      this.listeners.get(data.number)?.(data);
      if (data.kind !== 'reading') this.listeners.delete(data.number);
    };
    this.worker.onerror = (event) => {
      const message = event.message || 'the preview could not be started';
      for (const [number, listener] of this.listeners) listener({ kind: 'fault', number, message });
      this.listeners.clear();
    };
  }

  /** @returns forgets the question */
  ask(question: OmitNumber<PreviewQuestion>, listener: Listener): () => void {
    const number = ++this.last;
    this.listeners.set(number, listener);
    this.worker.postMessage({ ...question, number });
    return () => void this.listeners.delete(number);
  }

  close(): void {
    this.worker.terminate();
  }
}

type OmitNumber<Q> = Q extends unknown ? Omit<Q, 'number'> : never;

/** A client that lives as long as the component. */
export function usePreviewClient(): PreviewClient | null {
  const [client, setClient] = useState<PreviewClient | null>(null);
  useEffect(() => {
    const made = new PreviewClient();
    setClient(made);
    return () => made.close();
  }, []);
  return client;
}

/** What is known of a picture. */
export interface PreviewState {
  /** The latest picture; an earlier one while another is drawn. */
  readonly answer: PixelAnswer | null;
  readonly fault: string | null;
  readonly isDrawing: boolean;
  /** The file that is being read before the next picture. */
  readonly reading: ReadingAnswer | null;
}

const NOTHING = { answer: null, fault: null, reading: null, answered: null };

/** Keeps a picture up to date. @param question null: none is wanted */
export function usePixels(
  client: PreviewClient | null,
  question: Omit<PixelQuestion, 'number' | 'kind'> | null,
): PreviewState {
  const [state, setState] = useState<Omit<PreviewState, 'isDrawing'> & { readonly answered: string | null }>(
    NOTHING,
  );
  const key = useMemo(() => JSON.stringify(question), [question]);
  // Before the browser paints: the worker begins meanwhile.
  useLayoutEffect(() => {
    const asked = JSON.parse(key) as typeof question;
    if (client === null || asked === null) {
      setState(NOTHING);
      return;
    }
    // At once: of questions that wait, the worker answers only the latest.
    return client.ask({ kind: 'pixels', ...asked }, (answer) => {
      if (answer.kind === 'pixels') setState({ ...NOTHING, answer, answered: key });
      else if (answer.kind === 'reading') setState((before) => ({ ...before, reading: answer }));
      else if (answer.kind === 'fault')
        setState((before) => ({ ...NOTHING, answer: before.answer, fault: answer.message, answered: key }));
    });
  }, [client, key]);
  const { answer, fault, reading, answered } = state;
  return { answer, fault, reading, isDrawing: client !== null && question !== null && answered !== key };
}

/** Objects of the synthetic sky by detector. @param document as JSON; null: not asked */
export function useCounts(
  client: PreviewClient | null,
  document: string | null,
): ReadonlyMap<number, number> {
  const [counts, setCounts] = useState<ReadonlyMap<number, number>>(new Map());
  useEffect(() => {
    if (client === null || document === null) return;
    let forget = (): unknown => undefined;
    const timer = setTimeout(() => {
      forget = client.ask({ kind: 'counts', document: JSON.parse(document) as unknown }, (answer) => {
        if (answer.kind === 'counts') setCounts(new Map(answer.counts));
      });
    }, 600);
    return () => {
      clearTimeout(timer);
      forget();
    };
  }, [client, document]);
  return counts;
}
