/**
 * Indexes of instance catalogs as files: found and held against the content of the catalog, made where none is of use.
 * A file appears under its name whole or not at all; what a killed process left is taken away by the next.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ByteSource } from '../byte-source.js';
import { CatalogIndexError, type IndexSummary } from '../catalog-index/index-layout.js';
import { CatalogIndex } from '../catalog-index/index-reader.js';
import { CatalogIndexWriter } from '../catalog-index/index-writer.js';
import {
  type InstanceCatalog,
  type InstanceCatalogOptions,
  readInstanceCatalog,
} from '../instance-catalog/instance-catalog.js';
import { openRangeFile } from './range-file.js';

/** An index and what it says of the catalog. */
export interface IndexFile {
  readonly path: string;
  readonly summary: IndexSummary;
}

/** The end of an index's name, after the catalog's. */
export const INDEX_SUFFIX = '.imsim-od-index';

const PARTIAL = '.partial';
/** What the system says of places that cannot be written, before and while. */
const NO_PLACE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG']);
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Opens an index; it stays open until `close`. Throws `CatalogIndexError` and what the file system refuses. */
export async function openCatalogIndex(path: string): Promise<CatalogIndex> {
  const source = await openRangeFile(path);
  try {
    return await CatalogIndex.open(source);
  } catch (cause) {
    await source.close();
    throw cause;
  }
}

/**
 * The first index among the paths that is of this version and of the catalog as it is now, by the SHA-256 of every file;
 * others are removed. @param isCurrent default: reads the catalog's files; a store that keeps files by content knows without,
 * and may have indexes of other contents beside it, which stay
 */
export async function findCatalogIndex(
  top: ByteSource,
  paths: readonly string[],
  version: string,
  isCurrent?: (summary: IndexSummary) => boolean,
): Promise<IndexFile | undefined> {
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const summary = await summaryOf(path);
    const isOurs = summary?.version === version;
    if (isOurs && (isCurrent?.(summary) ?? (await hasContent(top, summary)))) return { path, summary };
    if (!isOurs || isCurrent === undefined) removeQuietly(path);
  }
  return undefined;
}

/**
 * Reads the catalog once and makes its index at the first of the paths that can be written.
 * @returns undefined where none of them can
 *
 * Throws what `readInstanceCatalog` throws.
 */
export async function makeCatalogIndex(
  top: ByteSource,
  paths: readonly string[],
  version: string,
  options: Omit<InstanceCatalogOptions, 'checkOnly' | 'onLine' | 'keep'>,
): Promise<IndexFile | undefined> {
  for (const path of paths) {
    const made = await makeAt(path, top, version, options);
    if (made !== undefined) return made;
  }
  return undefined;
}

async function makeAt(
  path: string,
  top: ByteSource,
  version: string,
  options: InstanceCatalogOptions,
): Promise<IndexFile | undefined> {
  const partial = `${path}.${process.pid}-${randomUUID()}${PARTIAL}`;
  let file: number;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    removeAbandoned(path);
    file = openSync(partial, 'wx', 0o644);
  } catch (error) {
    if (NO_PLACE.has(codeOf(error)) || NO_ROOM.has(codeOf(error))) return undefined;
    throw error;
  }
  const remove = (): void => removeQuietly(partial);
  process.once('exit', remove);
  try {
    const writer = new CatalogIndexWriter({ write: (bytes) => writeAll(file, bytes) });
    const catalog = await readInstanceCatalog(top, {
      ...options,
      checkOnly: true,
      onLine: (line) => writer.take(line),
    });
    const summary = summaryOfCatalog(catalog, version);
    writer.finish(summary);
    closeSync(file);
    file = -1;
    renameSync(partial, path);
    return { path, summary };
  } catch (error) {
    // Gone from under its name: another machine that shares the folder took it for abandoned.
    if (NO_ROOM.has(codeOf(error)) || codeOf(error) === 'ENOENT') return undefined;
    throw error;
  } finally {
    if (file >= 0) closeSync(file);
    remove();
    process.off('exit', remove);
  }
}

function summaryOfCatalog(catalog: InstanceCatalog, version: string): IndexSummary {
  const { header, objectLines, skipped, firstFault, notes, sedNames, sedObjects, files } = catalog;
  return {
    version,
    header: { ...header, given: [...header.given] },
    objectLines,
    skipped,
    ...(firstFault ? { firstFault } : {}),
    notes,
    sedNames,
    sedObjects,
    files: files.map(({ name, path, bytes, sha256 }) => {
      if (sha256 === undefined) throw new TypeError(`${name} was not read to its end`);
      return { name, path, bytes, sha256 };
    }),
  };
}

async function summaryOf(path: string): Promise<IndexSummary | undefined> {
  try {
    const index = await openCatalogIndex(path);
    await index.close();
    return index.summary;
  } catch (error) {
    if (error instanceof CatalogIndexError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function hasContent(top: ByteSource, { files }: IndexSummary): Promise<boolean> {
  for (const [number, { path, bytes, sha256 }] of files.entries()) {
    let seen = 0;
    const hash = createHash('sha256');
    try {
      const source = number === 0 ? top : await top.sibling(path);
      for await (const chunk of source.stream()) {
        seen += chunk.length;
        if (seen > bytes) return false;
        hash.update(chunk);
      }
    } catch {
      return false; // What is wrong with the catalog is said when it is read anew.
    }
    if (seen !== bytes || hash.digest('hex') !== sha256) return false;
  }
  return true;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at);
}

/** Takes away what processes of this machine began and did not end. */
function removeAbandoned(path: string): void {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith(PARTIAL)) continue;
    if (!isRunning(parseInt(name.slice(prefix.length), 10))) removeQuietly(join(folder, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return; // Somebody else's, in a folder that is not ours: it is passed over each time.
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
