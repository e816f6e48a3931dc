/** Sends the files of a folder, those that the service does not have yet. */
import { packSedFiles, sha256OfSource } from '@imsim-od/sky';
import { client } from '../service/client.js';
import type { FileBelow, GivenFolder } from './given-folder.js';
import { bytesOfFile, sendFile, type SendProgress } from './send-file.js';

/** What a folder holds. */
export type FolderKind = 'skyCatalogs' | 'seds';

/** How it is sent. */
export interface FolderSending {
  readonly kind: FolderKind;
  /** In the archive, from `/`; the folder gets one of its own below it, named for its content. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Told the share of the bytes that were looked through, before any is sent. */
  onRead(share: number): void;
  /** @param progress with all bytes that are to be sent @param wasThere what was added was at the service before */
  onProgress(
    progress: SendProgress & { readonly bytes: number; readonly part?: string },
    wasThere: boolean,
  ): void;
}

/** What came of it. */
export interface SentFolder {
  readonly datasetId: string;
  readonly sentFiles: number;
  readonly knownFiles: number;
  /** What the service says of the files. */
  readonly notes: readonly string[];
}

/** Some of the files are there, and the others are not. */
export class FolderSendError extends Error {
  /** What to do. */
  readonly goOn: string;
  constructor(path: string, done: number, all: number, cause: unknown) {
    super(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'FolderSendError';
    this.goOn = `${done} of ${all} files are there. Mend the file or take it out of the folder, and choose the folder again: only what is missing is sent.`;
  }
}

/** As many as a folder of sky catalogs may have. */
const MOST_FILES = 20_000;
const CONFIGURATION = /^skyCatalog\.ya?ml$/i;

/** Sends a folder. @throws FolderSendError, what `sendFile` throws, SedArchiveError, and the signal's reason */
export async function sendFolder({ name, files }: GivenFolder, sending: FolderSending): Promise<SentFolder> {
  const below = files
    // What systems keep in folders, as .DS_Store, is nobody's catalog.
    .filter(({ path }) => path !== '' && !path.split('/').some((part) => part.startsWith('.')))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (below.length === 0) throw new Error(`${name} has no files.`);
  return sending.kind === 'seds' ? sendSeds(name, below, sending) : sendCatalogs(name, below, sending);
}

async function sendSeds(
  name: string,
  below: readonly FileBelow[],
  { folder, signal, onRead, onProgress }: FolderSending,
): Promise<SentFolder> {
  const packed = packSedFiles(
    name,
    below.map(({ path, file }) => ({ path, bytes: file.size, read: bytesOfFile(file) })),
  );
  const sha256 = await sha256OfSource(packed, (bytes) => {
    signal.throwIfAborted();
    onRead(bytes / packed.bytes);
  });
  const target = `${folder}/${plain(name)}-${sha256.slice(0, 12)}`;
  const archive = `${plain(name)}.tar`;
  const known = (await uploadedBelow(target)).get(`${archive} ${sha256}`);
  if (known !== undefined) return { datasetId: known, sentFiles: 0, knownFiles: below.length, notes: [] };
  const { datasetId, notes } = await sendFile(
    { ...packed, key: `${target} ${sha256}`, name: archive, folder: target },
    signal,
    (progress) => onProgress({ ...progress, bytes: packed.bytes }, false),
  );
  return { datasetId: datasetId ?? '', sentFiles: below.length, knownFiles: 0, notes };
}

async function sendCatalogs(
  name: string,
  below: readonly FileBelow[],
  { folder, signal, onRead, onProgress }: FolderSending,
): Promise<SentFolder> {
  if (below.length >= MOST_FILES)
    throw new Error(
      `${name} has ${below.length} files; a folder of sky catalogs has fewer than ${MOST_FILES}.`,
    );
  const empty = below.find(({ file }) => file.size === 0);
  if (empty !== undefined)
    throw new Error(`${empty.path} is empty. Take it out of the folder, and choose it again.`);
  const allBytes = below.reduce((sum, { file }) => sum + file.size, 0);
  const digested: (FileBelow & { readonly sha256: string })[] = [];
  let readBytes = 0;
  for (const { path, file } of below) {
    const sha256 = await sha256OfSource({ bytes: file.size, read: bytesOfFile(file) }, (bytes) => {
      signal.throwIfAborted();
      onRead((readBytes + bytes) / allBytes);
    });
    digested.push({ path, file, sha256 });
    readBytes += file.size;
  }
  const content = JSON.stringify(digested.map(({ path, sha256 }) => [path, sha256]));
  const digest = await sha256OfSource(bytesOfText(content));
  const target = `${folder}/${plain(name)}-${digest.slice(0, 12)}`;
  const known = await uploadedBelow(target);
  // What the configuration names must be there when it is checked.
  const isTop = ({ path }: FileBelow): boolean => CONFIGURATION.test(path);
  const ordered = [...digested.filter((one) => !isTop(one)), ...digested.filter(isTop)];
  let [sentBytes, sentFiles, datasetId] = [0, 0, ''];
  for (const [index, { path, file, sha256 }] of ordered.entries()) {
    const part = `file ${index + 1} of ${ordered.length}`;
    const before = known.get(`${path} ${sha256}`);
    if (before !== undefined) datasetId = before;
    else {
      const slash = path.lastIndexOf('/');
      try {
        const result = await sendFile(
          {
            key: `${target} ${path} ${sha256}`,
            name: path.slice(slash + 1),
            folder: slash < 0 ? target : `${target}/${path.slice(0, slash)}`,
            bytes: file.size,
            read: bytesOfFile(file),
          },
          signal,
          (progress) =>
            onProgress(
              {
                isWaiting: progress.isWaiting,
                sentBytes: sentBytes + progress.sentBytes,
                bytes: allBytes,
                part,
              },
              false,
            ),
        );
        datasetId = result.datasetId ?? '';
      } catch (error) {
        signal.throwIfAborted();
        throw new FolderSendError(path, index, ordered.length, error);
      }
      sentFiles++;
    }
    sentBytes += file.size;
    onProgress({ sentBytes, isWaiting: false, bytes: allBytes, part }, before !== undefined);
  }
  return { datasetId, sentFiles, knownFiles: ordered.length - sentFiles, notes: [] };
}

/** The user's own files in a folder of the archive and below, by path from there and content. */
async function uploadedBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let after: string | undefined;
  do {
    const { items, next } = await client.call('searchDatasets', {
      query: { folder, type: ['catalog'], from: 'mine', limit: 1000, ...(after ? { after } : {}) },
    });
    for (const item of items)
      if (item.state === 'present')
        found.set(`${`${item.folder}/${item.name}`.slice(folder.length + 1)} ${item.sha256}`, item.id);
    after = next ?? undefined;
  } while (after !== undefined);
  return found;
}

/** A name as a folder of the archive may have it. */
const plain = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, '-') || 'folder';

function bytesOfText(text: string) {
  const bytes = new TextEncoder().encode(text);
  return {
    bytes: bytes.length,
    read: (start: number, end: number) => Promise.resolve(bytes.slice(start, end)),
  };
}
