/** SED files on their way to a service, a folder or those that catalogs name: as one archive, which is made while it is sent. */
import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Client } from '@imsim-od/api';
import { type FileToPack, packSedFiles } from '@imsim-od/sky';
import { CliError, systemErrorAt } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { sedLibraryIn } from '../request/sed-library.js';
import { formatBytes, formatCount } from '../text/quantity-text.js';
import { findUploaded, uploadSource } from './upload-catalogs.js';

const CHUNK_BYTES = 8 << 20;
/** Folders within folders; links that lead in a circle end here. */
const MOST_LEVELS = 16;

/** Uploads a folder, unless its content is there already. @returns the dataset's id @throws SedArchiveError, CliError */
export async function uploadSedFolder(
  client: Client,
  name: string,
  folder: string,
  remark: (text: string) => void,
): Promise<string> {
  return uploadPacked(client, `/library/${name}`, folder, await filesToPack(folder), remark);
}

/**
 * Uploads those files of a library of this machine that names mean, unless the service has this archive already, and says so.
 * @returns the dataset's id; undefined where the library has none of them @throws SedArchiveError, SedFileError
 */
export async function uploadNamedSeds(
  client: Client,
  sedDir: string,
  names: ReadonlySet<string>,
  remark: (text: string) => void,
): Promise<string | undefined> {
  const files = await (await sedLibraryIn(sedDir)).filesToPack(names);
  if (files.length === 0) {
    if (names.size > 0)
      remark(
        `note: ${sedDir} has none of the ${formatCount(names.size)} SED files that are named; the service takes its own where it has them`,
      );
    return undefined;
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  remark(
    `SED files of ${sedDir}: ${formatCount(files.length)} of the ${formatCount(names.size)} that are named are there (${formatBytes(bytes)})`,
  );
  return uploadPacked(client, '/seds/seds', sedDir, files, remark);
}

/** Uploads files as one archive, into a folder named for its content. @param place the folder's name before that; the archive has its last part */
async function uploadPacked(
  client: Client,
  place: string,
  folder: string,
  files: readonly FileToPack[],
  remark: (text: string) => void,
): Promise<string> {
  const packed = packSedFiles(folder, files);
  const hash = createHash('sha256');
  for (let at = 0; at < packed.bytes; at += CHUNK_BYTES)
    hash.update(await packed.read(at, Math.min(packed.bytes, at + CHUNK_BYTES)));
  const sha256 = hash.digest('hex');
  const target = `${place}-${sha256.slice(0, 12)}`;
  const name = `${posix.basename(place)}.tar`;
  const known = await findUploaded(client, target, name, sha256);
  if (known !== undefined) remark(`${folder}: the service has these SED files already`);
  return known ?? uploadSource(client, { ...packed, name, folder: target }, folder, remark);
}

/** The files of a folder and below, links followed, without hidden ones. */
async function filesToPack(folder: string, below = '', level = 0): Promise<readonly FileToPack[]> {
  if (level > MOST_LEVELS)
    throw new CliError(
      `${join(folder, below)}: folders lie more than ${MOST_LEVELS} deep; a link may lead in a circle`,
      EXIT_CODE.badInput,
    );
  const files: FileToPack[] = [];
  for (const entry of await readdir(join(folder, below)).catch((error: unknown) => {
    throw systemErrorAt(join(folder, below), error);
  })) {
    if (entry.startsWith('.')) continue;
    const inside = below === '' ? entry : `${below}/${entry}`;
    const path = join(folder, inside);
    const facts = await stat(path).catch((error: unknown) => {
      throw systemErrorAt(path, error);
    });
    if (facts.isDirectory()) files.push(...(await filesToPack(folder, inside, level + 1)));
    else if (facts.isFile())
      files.push({ path: inside, bytes: facts.size, read: (start, end) => readPart(path, start, end) });
  }
  return files;
}

async function readPart(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw systemErrorAt(path, error);
  });
  try {
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
