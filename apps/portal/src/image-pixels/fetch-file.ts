/** Fetching a file's bytes from the archive; one whose pixels were dropped is waited for while it is made again. */
import { ApiError } from '@imsim-od/api';
import { LookError } from './pixel-work.js';

/** How far it is. */
export type FetchProgress =
  | { readonly stage: 'loading'; readonly bytes: number; readonly total: number }
  | { readonly stage: 'making' };

const COME_AGAIN_S = 3;

/** The bytes of a dataset. @throws LookError, ApiError */
export async function fetchFile(
  id: string,
  onProgress: (progress: FetchProgress) => void,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  for (;;) {
    const answer = await fetch(`/api/v1/datasets/${encodeURIComponent(id)}/content`, { signal });
    if (answer.status === 202) {
      onProgress({ stage: 'making' });
      await pause(Number(answer.headers.get('retry-after') ?? COME_AGAIN_S) * 1000, signal);
      continue;
    }
    if (!answer.ok || answer.body === null) throw new LookError(await reasonOf(answer));
    return readAll(answer.body, Number(answer.headers.get('content-length') ?? 0), onProgress);
  }
}

async function readAll(
  body: ReadableStream<Uint8Array>,
  total: number,
  onProgress: (progress: FetchProgress) => void,
): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.length;
    onProgress({ stage: 'loading', bytes, total });
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.buffer;
}

async function reasonOf(answer: Response): Promise<string> {
  try {
    const problem = (await answer.json()) as { detail?: unknown; title?: unknown };
    return String(problem.detail ?? problem.title);
  } catch {
    return `The service answered ${answer.status}.`;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException('Left', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** What to tell a person about a failure. */
export function problemText(error: unknown): string {
  if (error instanceof ApiError || error instanceof Error) return error.message;
  return String(error);
}
