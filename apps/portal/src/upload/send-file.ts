/**
 * Sends a file to the service, however long that takes: a lost connection is waited for, and a page that was loaded anew goes on where the same
 * file stands, for as long as the service keeps what it has of it (a week).
 */
import { ApiError, uploadCatalog, type UploadResult, type UploadSource } from '@imsim-od/api';
import { client } from '../service/client.js';
import { connection } from '../service/connection.js';
import { giveUpUpload } from './given-up-uploads.js';

/** A file to send. */
export interface FileToSend extends UploadSource {
  /** The same for the same bytes on their way to the same place, also after the page is loaded anew. */
  readonly key: string;
}

/** How far it is. */
export interface SendProgress {
  readonly sentBytes: number;
  /** The service is not reached just now. */
  readonly isWaiting: boolean;
}

/** The browser cannot read the file any more. */
export class FileGoneError extends Error {
  constructor(name: string, cause: unknown) {
    super(
      `${name} cannot be read any more: it was changed, moved or removed since it was chosen. Choose it again.`,
      { cause },
    );
    this.name = 'FileGoneError';
  }
}

/** The bytes of a file of the user. */
export const bytesOfFile =
  (file: File) =>
  async (start: number, end: number): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      return new Uint8Array(await file.slice(start, end).arrayBuffer());
    } catch (cause) {
      throw new FileGoneError(file.name, cause);
    }
  };

/** Answers of a service in trouble in a row before it is given up. */
const MOST_TROUBLES = 8;
const TROUBLE_MS = 2000;
const NOT_FOUND = 404;
const CONFLICT = 409;

/**
 * Sends a file and waits until it has been checked. An aborted one is given up at the service as well, as soon as that is reached.
 * @throws ApiError where the service refuses it, FileGoneError, and the signal's reason
 */
export async function sendFile(
  file: FileToSend,
  signal: AbortSignal,
  onProgress: (progress: SendProgress) => void,
): Promise<UploadResult> {
  let location: string | undefined = kept()[file.key];
  let isResumed = location !== undefined;
  let sentBytes = 0;
  for (let troubles = 0; ;) {
    try {
      const result = await uploadCatalog(client, file, {
        signal,
        maxFailures: 1,
        ...(location === undefined ? {} : { location }),
        onStarted: (started) => keep(file.key, (location = started)),
        onProgress: (sent) => {
          if (sent > sentBytes) troubles = 0;
          sentBytes = sent;
          onProgress({ sentBytes, isWaiting: false });
        },
      });
      keep(file.key, undefined);
      return result;
    } catch (error) {
      if (signal.aborted) {
        keep(file.key, undefined);
        if (location !== undefined) void giveUpUpload(client, location);
        throw error;
      }
      if (error instanceof FileGoneError) throw error;
      if (error instanceof ApiError && error.status < 500 && error.status !== CONFLICT) {
        keep(file.key, undefined);
        // What was begun before this page was loaded may be kept no more.
        if (!isResumed || error.status !== NOT_FOUND) throw error;
        location = undefined;
        isResumed = false;
        continue;
      }
      if (error instanceof ApiError && ++troubles >= MOST_TROUBLES) throw error;
      onProgress({ sentBytes, isWaiting: true });
      await (error instanceof ApiError ? pause(TROUBLE_MS, signal) : untilReached(signal));
    }
  }
}

/** Waits until the service answers again, or the signal is aborted. */
async function untilReached(signal: AbortSignal): Promise<void> {
  connection.reportLost();
  while (connection.state() !== 'connected' && !signal.aborted) await pause(200, signal);
}

/** Ends early, without an error, where the signal is aborted: who asks next is told by it. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    if (signal.aborted) resolve();
  });
}

const KEY = 'imsim-od.uploads';
/** Uploads that are remembered; the oldest are forgotten. */
const MOST_KEPT = 100;

/** Where uploads lie that were not ended, by their files' keys. */
function kept(): Readonly<Record<string, string>> {
  try {
    const said: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}');
    return typeof said === 'object' && said !== null && !Array.isArray(said)
      ? (said as Record<string, string>)
      : {};
  } catch {
    return {};
  }
}

function keep(key: string, location: string | undefined): void {
  const others = Object.entries(kept()).filter(([other]) => other !== key);
  const next = location === undefined ? others : [...others, [key, location]];
  try {
    window.localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(next.slice(-MOST_KEPT))));
  } catch {
    // Without room the upload goes on all the same; it begins anew when the page is loaded anew.
  }
}
