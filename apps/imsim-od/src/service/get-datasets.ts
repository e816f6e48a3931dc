/** `get`: sets of files, several at a time, each checked by its SHA-256; what was cut goes on, what is there already is left. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CallInput, Client } from '@imsim-od/api';
import { CliError } from '../errors.js';
import { countOf, formatBytes } from '../text/quantity-text.js';
import { pathsOf } from './get-paths.js';

/** A line of a manifest. */
export interface ManifestLine {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What came of it. */
export interface GetReport {
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly known: boolean;
  }[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  readonly text: string;
}

const AT_A_TIME = 4;
const ATTEMPTS = 5;
/** How long dropped pixels may take to be made again. */
const REMAKE_PATIENCE_MS = 2 * 3_600_000;
const REMARK_INTERVAL_MS = 5000;

/** Fetches everything that fits a search. */
export async function getDatasets(
  client: Client,
  search: NonNullable<CallInput<'manifest'>['query']>,
  out: string,
  remark: (text: string) => void,
): Promise<GetReport> {
  const response = await client.open('manifest', { query: search });
  return getManifest(
    client,
    parseManifest(await response.text(), 'the manifest of the service'),
    out,
    remark,
  );
}

/** Reads a manifest: lines of JSON. @throws CliError naming the line that is none */
export function parseManifest(text: string, origin: string): ManifestLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      try {
        const entry = JSON.parse(line) as ManifestLine;
        if (
          typeof entry.id === 'string' &&
          /^[\w-]{1,64}$/.test(entry.id) &&
          typeof entry.name === 'string' &&
          typeof entry.folder === 'string' &&
          /^[0-9a-f]{64}$/.test(entry.sha256) &&
          Number.isInteger(entry.bytes)
        )
          return entry;
      } catch {
        // Told below.
      }
      throw new CliError(
        `${origin}:${index + 1}: not a line of a manifest: id, name, folder, bytes and sha256 as JSON are expected`,
      );
    });
}

/** Fetches the files of a manifest into a folder, each dataset once. Where names meet, folders and ids keep them apart. */
export async function getManifest(
  client: Client,
  manifest: readonly ManifestLine[],
  out: string,
  remark: (text: string) => void,
): Promise<GetReport> {
  const lines = [...new Map(manifest.map((line) => [line.id, line])).values()];
  const paths = pathsOf(lines, out);
  await mkdir(out, { recursive: true });
  const files: { path: string; bytes: number; sha256: string; known: boolean }[] = [];
  const failed: { name: string; message: string }[] = [];
  const totalBytes = lines.reduce((sum, { bytes }) => sum + bytes, 0);
  let doneBytes = 0;
  const timer = setInterval(
    () =>
      remark(
        `${files.length} of ${countOf(lines.length, 'file')}, ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
      ),
    REMARK_INTERVAL_MS,
  );
  const queue = lines.map((line, index) => ({ line, path: paths[index]! }));
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { line, path } = next;
      try {
        const known = await fetchFile(client, line, path, remark);
        files.push({ path, bytes: line.bytes, sha256: line.sha256, known });
        doneBytes += line.bytes;
      } catch (error) {
        failed.push({ name: line.name, message: error instanceof Error ? error.message : String(error) });
        remark(`${line.name}: ${failed.at(-1)!.message}`);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  } finally {
    clearInterval(timer);
  }
  const known = files.filter((file) => file.known).length;
  const text = `${countOf(files.length, 'file')} in ${out}, ${formatBytes(doneBytes)}, checked by SHA-256${known === 0 ? '' : ` (${known} there already)`}`;
  return { files, failed, text };
}

/** @returns whether the file was there already */
async function fetchFile(
  client: Client,
  line: ManifestLine,
  path: string,
  remark: (text: string) => void,
): Promise<boolean> {
  if ((await sizeOf(path)) === line.bytes && (await sha256Of(path)) === line.sha256) return true;
  await mkdir(join(path, '..'), { recursive: true });
  const partial = `${path}.partial`;
  for (let attempt = 1; ; attempt++) {
    try {
      await receive(client, line, partial, remark);
      if ((await sha256Of(partial)) === line.sha256) {
        await rename(partial, path);
        return false;
      }
      await rm(partial, { force: true });
      throw new CliError(
        `${line.name}: what came is not what the service promised (SHA-256); it was thrown away`,
      );
    } catch (error) {
      const isFinal = error instanceof Error && 'status' in error && Number(error.status) < 500;
      if (isFinal || attempt >= ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
    }
  }
}

/** Receives what is missing of a file. */
async function receive(
  client: Client,
  { id, name, bytes, sha256 }: ManifestLine,
  partial: string,
  remark: (text: string) => void,
): Promise<void> {
  const deadline = performance.now() + REMAKE_PATIENCE_MS;
  for (let isTold = false; ;) {
    const have = Math.min((await sizeOf(partial)) ?? 0, bytes);
    if (have === bytes && bytes > 0) return;
    const response = await client.open('download', {
      params: { id },
      headers: have > 0 ? { range: `bytes=${have}-`, 'if-range': `"${sha256}"` } : {},
    });
    if (response.status === 202) {
      await response.body?.cancel();
      if (performance.now() > deadline) throw new CliError(`${name}: it was not made again in time`);
      if (!isTold) remark(`${name}: its pixels were dropped and are being made again`);
      isTold = true;
      const afterS = Number(response.headers.get('retry-after')) || 2;
      await new Promise((resolve) => setTimeout(resolve, afterS * 1000));
      continue;
    }
    if (response.body === null) throw new CliError(`${name}: the answer is empty`);
    await pipeline(
      Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
      createWriteStream(partial, { flags: response.status === 206 ? 'a' : 'w' }),
    );
    return;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
