/** What became of an upload, kept beside it until it is swept. */
import type { UploadResult } from '@imsim-od/api';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { v7 } from 'uuid';

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

/**
 * Writes the last word, whole. Two servers may have checked one upload, and the later one may not have found what the other took away: a
 * refusal never takes the place of another word.
 */
export async function writeEnd(path: string, end: UploadEnd): Promise<void> {
  const partial = `${path}.${v7()}.partial`;
  await writeFile(partial, JSON.stringify(end));
  if (end.kind === 'ready') return rename(partial, path);
  try {
    await link(partial, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(partial, { force: true });
  }
}
