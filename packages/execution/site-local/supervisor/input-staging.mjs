// Brings the inputs of a job into its folder: copies, so that a job cannot change what it was given; named when whole.

import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An input that cannot be had, or is not what it should be. */
export class InputError extends Error {
  code = 'SITE_LOCAL_INPUT';
}

/** Copies one input, `{ source, path, sha256? }`, into the folder. Throws `InputError` where it is absent, unreadable or differs. */
export async function stageInput(input, folder) {
  const source = input.source.startsWith('file:') ? fileURLToPath(input.source) : input.source;
  const destination = join(folder, input.path);
  const part = `${destination}.part`;
  await mkdir(dirname(destination), { recursive: true });
  try {
    await copyFile(source, part, constants.COPYFILE_FICLONE);
    if (input.sha256 !== undefined) {
      const found = await hashFile(part);
      if (found !== input.sha256)
        throw new InputError(`Input ${input.path} from ${source} has SHA-256 ${found}, not ${input.sha256}`);
    }
    await rename(part, destination);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof InputError) throw error;
    throw new InputError(`Input ${input.path} cannot be copied from ${source}: ${error.message}`, {
      cause: error,
    });
  }
}

/** SHA-256 of a file, hexadecimal. */
export async function hashFile(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
