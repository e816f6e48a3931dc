/** A folder of SED files on its way to a service: as one archive, which is made while it is sent. */
import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@imsim-od/api';
import { type FileToPack, type PackedSeds, packSedFiles } from '@imsim-od/sky';
import { CliError, systemErrorAt } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
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
  const packed = packSedFiles(folder, await filesToPack(folder));
  const sha256 = await digestOf(packed);
  const target = `/library/${name}-${sha256.slice(0, 12)}`;
  const archive = `${name}.tar`;
  return (
    (await findUploaded(client, target, archive, sha256)) ??
    (await uploadSource(client, { ...packed, name: archive, folder: target }, folder, remark))
  );
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

async function digestOf(packed: PackedSeds): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < packed.bytes; at += CHUNK_BYTES)
    hash.update(await packed.read(at, Math.min(packed.bytes, at + CHUNK_BYTES)));
  return hash.digest('hex');
}
