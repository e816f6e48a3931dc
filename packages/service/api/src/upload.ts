/**
 * Uploading a catalog by tus 1.0 (core and creation): the bytes go in chunks, and an upload that was cut goes on where the service says it
 * stands.
 */
import { type Client, pause, toApiError } from './client.js';
import type { UploadResult } from './schemas.js';
import { API_PREFIX } from './routes.js';

/** A file to upload. */
export interface UploadSource {
  /** Plain name. */
  readonly name: string;
  /** Folder in the archive, from `/`. */
  readonly folder: string;
  readonly bytes: number;
  /** The bytes from `start` up to `end`. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** How an upload goes. */
export interface UploadOptions {
  /** Bytes of a request; default: as many as go in about a second, 256 kB to 8 MB. */
  readonly chunkBytes?: number;
  /** How often in a row a request may fail before the upload does; default 8, over a minute and a half. */
  readonly maxFailures?: number;
  readonly signal?: AbortSignal;
  onProgress?(sentBytes: number): void;
  /** Told where the upload lies, to go on with it later. */
  onStarted?(location: string): void;
  /** Where an earlier upload of the same file lies. */
  readonly location?: string;
}

const TUS = { 'tus-resumable': '1.0.0' };
const LEAST_CHUNK_BYTES = 1 << 18;
const FIRST_CHUNK_BYTES = 1 << 20;
const MOST_CHUNK_BYTES = 8 << 20;
/** A request that takes longer is followed by one of half the bytes, one that takes less than a third of it by twice as many. */
const CHUNK_MS = 1500;
const MAX_FAILURES = 8;
/**
 * An upload that was received whole and checked is there no more: where the answer to its last chunk was lost, its result tells what came of
 * it, or that there never was one.
 */
const GONE = 404;

/** Uploads a file and waits until it has been checked. @returns the dataset @throws ApiError */
export async function uploadCatalog(
  client: Client,
  source: UploadSource,
  options: UploadOptions = {},
): Promise<UploadResult> {
  const { signal, maxFailures = MAX_FAILURES } = options;
  const location = options.location ?? (await begin(client, source));
  options.onStarted?.(location);
  let chunkBytes = options.chunkBytes ?? FIRST_CHUNK_BYTES;
  let offset = options.location === undefined ? 0 : await offsetOf(client, location, source.bytes, signal);
  options.onProgress?.(offset);
  for (let failures = 0; offset < source.bytes;) {
    signal?.throwIfAborted();
    const sentAtMs = performance.now();
    const chunk = await source.read(offset, Math.min(source.bytes, offset + chunkBytes));
    try {
      const response = await client.send(location, {
        method: 'PATCH',
        headers: {
          ...TUS,
          'content-type': 'application/offset+octet-stream',
          'upload-offset': String(offset),
        },
        body: chunk,
        ...(signal === undefined ? {} : { signal }),
      });
      if (response.status !== 204) throw await toApiError(response);
      offset = Number(response.headers.get('upload-offset'));
      failures = 0;
      if (options.chunkBytes === undefined)
        chunkBytes = nextChunkBytes(chunkBytes, performance.now() - sentAtMs);
    } catch (error) {
      const status = statusOf(error);
      if (status === GONE) break;
      const isOurs = status !== undefined && status < 500 && status !== 409;
      if (isOurs || signal?.aborted === true || ++failures >= maxFailures) throw error;
      if (options.chunkBytes === undefined) chunkBytes = LEAST_CHUNK_BYTES;
      await pause(250 * 2 ** failures, signal);
      offset = await offsetOf(client, location, source.bytes, signal).catch(() => offset);
    }
    options.onProgress?.(offset);
  }
  return untilChecked(client, location, signal);
}

/** Gives an upload up: the service forgets what it has of it. @throws ApiError, and the signal's reason */
export async function endUpload(client: Client, location: string, signal?: AbortSignal): Promise<void> {
  const response = await client.send(location, {
    method: 'DELETE',
    headers: TUS,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok && response.status !== GONE) throw await toApiError(response);
}

function nextChunkBytes(chunkBytes: number, tookMs: number): number {
  if (tookMs > CHUNK_MS) return Math.max(LEAST_CHUNK_BYTES, chunkBytes / 2);
  return tookMs < CHUNK_MS / 3 ? Math.min(MOST_CHUNK_BYTES, 2 * chunkBytes) : chunkBytes;
}

/** No signal stops it: an upload whose place nobody knows could not be given up. */
async function begin(client: Client, source: UploadSource): Promise<string> {
  const metadata = Object.entries({ filename: source.name, folder: source.folder })
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(',');
  const response = await client.send(`${API_PREFIX}/uploads`, {
    method: 'POST',
    headers: { ...TUS, 'upload-length': String(source.bytes), 'upload-metadata': metadata },
  });
  const location = response.headers.get('location');
  if (response.status !== 201 || location === null) throw await toApiError(response);
  return new URL(location, client.baseUrl).pathname;
}

/** How many bytes the service has: all `bytes` where it looks after the upload no more. */
async function offsetOf(
  client: Client,
  location: string,
  bytes: number,
  signal?: AbortSignal,
): Promise<number> {
  const response = await client.send(location, {
    method: 'HEAD',
    headers: TUS,
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.status === GONE) return bytes;
  if (!response.ok) throw await toApiError(response);
  return Number(response.headers.get('upload-offset'));
}

async function untilChecked(client: Client, location: string, signal?: AbortSignal): Promise<UploadResult> {
  const upload = location.slice(location.lastIndexOf('/') + 1);
  for (let waitMs = 50; ; waitMs = Math.min(2000, waitMs * 1.5)) {
    const result = await client.call('uploadResult', {
      params: { upload },
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.state === 'ready') return result;
    await pause(waitMs, signal);
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
