/** Inputs of a sky on their way to a service: each with all that it includes, once, into a folder named for its content. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { type Client, uploadCatalog, type UploadSource } from '@imsim-od/api';
import type { LoadedCatalog } from '@imsim-od/simulator';
import { formatBytes } from '../text/quantity-text.js';

const PROGRESS_INTERVAL_MS = 2000;

/**
 * Uploads an input and its parts; what the service has already is not sent again. @param placeOf where a file of it lies
 * here, by its number among them; default: beside the first
 * @returns the dataset's id
 */
export async function uploadLoadedCatalog(
  client: Client,
  catalog: Pick<LoadedCatalog, 'path' | 'files'>,
  remark: (text: string) => void,
  placeOf: (name: string, index: number) => string = (name) => join(dirname(catalog.path), name),
): Promise<string> {
  const [top, ...parts] = catalog.files;
  if (top === undefined) throw new TypeError('a catalog without files');
  const content = createHash('sha256').update(JSON.stringify(catalog.files)).digest('hex').slice(0, 12);
  const folder = `/catalogs/${basename(catalog.path).replace(/[^A-Za-z0-9._-]+/g, '-')}-${content}`;
  // What is included must be there when the catalog itself is checked.
  for (const [index, part] of parts.entries())
    await uploadOnce(client, placeOf(part.name, index + 1), part, folder, remark);
  return uploadOnce(client, placeOf(top.name, 0), top, folder, remark);
}

/** Uploads a file of known content into a folder, unless it is there. @returns the dataset's id */
export async function uploadOnce(
  client: Client,
  path: string,
  { name, sha256 }: { readonly name: string; readonly sha256: string },
  folder: string,
  remark: (text: string) => void,
): Promise<string> {
  const target = posix.join(folder, posix.dirname(name));
  return (
    (await findUploaded(client, target, posix.basename(name), sha256)) ??
    (await uploadFile(client, path, target, remark))
  );
}

/** The user's own dataset of a name and a content in a folder; undefined where there is none. */
export async function findUploaded(
  client: Client,
  folder: string,
  name: string,
  sha256: string,
): Promise<string | undefined> {
  const { items } = await client.call('searchDatasets', {
    query: { folder, type: ['catalog'], from: 'mine', limit: 1000 },
  });
  return items.find((item) => item.name === name && item.sha256 === sha256)?.id;
}

/** Uploads one file; of a SQLite database what was last committed, its write-ahead log included. @returns the dataset's id */
export async function uploadFile(
  client: Client,
  path: string,
  folder: string,
  remark: (text: string) => void,
): Promise<string> {
  const file = await openUpload(path);
  try {
    const { bytes } = file;
    return await uploadSource(
      client,
      { name: basename(path), folder, bytes, read: (start, end) => file.read(start, end) },
      path,
      remark,
    );
  } finally {
    await file.close();
  }
}

/** Uploads bytes and tells how far it is. @param what how messages call them @returns the dataset's id */
export async function uploadSource(
  client: Client,
  source: UploadSource,
  what: string,
  remark: (text: string) => void,
): Promise<string> {
  let toldAtMs = performance.now();
  const result = await uploadCatalog(client, source, {
    onProgress: (sent) => {
      if (performance.now() - toldAtMs < PROGRESS_INTERVAL_MS) return;
      toldAtMs = performance.now();
      remark(`uploading ${what}: ${formatBytes(sent)} of ${formatBytes(source.bytes)}`);
    },
  });
  // Most remarks of the service begin with the file's name.
  for (const note of result.notes) remark(note.startsWith(`${source.name}: `) ? note : `${what}: ${note}`);
  if (result.datasetId === null) throw new TypeError('an upload without a dataset');
  return result.datasetId;
}

/** Bytes that are to be sent. */
interface Upload {
  readonly bytes: number;
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

const SQLITE = 'SQLite format 3\0';

/** Opens a file. A database may have its last commits in a log beside it: its pages are taken from where they are. */
async function openUpload(path: string): Promise<Upload> {
  const file = await open(path, 'r');
  const readFrom = async (start: number, end: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = new Uint8Array(end - start);
    await file.read(bytes, 0, bytes.length, start);
    return bytes;
  };
  try {
    const head = new TextDecoder('latin1').decode(await readFrom(0, SQLITE.length));
    if (head !== SQLITE)
      return { bytes: (await file.stat()).size, read: readFrom, close: () => file.close() };
    const { openPageSource } = await import('@imsim-od/survey/node');
    const database = openPageSource(path);
    await file.close();
    return {
      bytes: database.byteLength,
      read: (start, end) =>
        Promise.resolve().then(() => {
          const bytes = new Uint8Array(end - start);
          database.read(start, bytes);
          return bytes;
        }),
      close: () => Promise.resolve(database.close()),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
