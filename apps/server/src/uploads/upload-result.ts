/** What became of an upload, kept beside it until it is swept. */
import type { UploadResult } from '@imsim-od/api';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** The last word on an upload: a dataset, or why it is none. */
export type UploadEnd = { readonly ownerId: string } & (
  | { readonly kind: 'ready'; readonly result: UploadResult }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
);

/** Reads the last word; undefined before there is one. */
export async function readEnd(path: string): Promise<UploadEnd | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as UploadEnd;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the last word, whole. */
export async function writeEnd(path: string, end: UploadEnd): Promise<void> {
  await writeFile(`${path}.partial`, JSON.stringify(end));
  await rename(`${path}.partial`, path);
}
