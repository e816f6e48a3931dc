/** What a user has begun to upload: it counts against the quota before it is there. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface UploadRecord {
  readonly size?: number;
  readonly metadata?: { readonly ownerId?: string | null };
}

/** The whole sizes of a user's uploads that are received or checked, by their records in the folder. */
export async function openUploadBytes(folder: string, ownerId: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.json')) continue;
    // A record that is gone or half written is that of an upload that ends or begins.
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    try {
      const { size = 0, metadata } = JSON.parse(text) as UploadRecord;
      if (metadata?.ownerId === ownerId) bytes += size;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return bytes;
}
