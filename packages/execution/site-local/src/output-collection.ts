/**
 * What an ended job left in its folder: every regular file with its size and SHA-256; moved, where asked, by a list put down before the
 * first move, so that a collection cut short is finished by the next and gives the same answer.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SiteError, type CollectedFile, type CollectedOutputs, type JobSpec } from '@imsim-od/site';
import { createStateFile, flushFolder, readStateFile } from '../supervisor/state-file.mjs';
import { hasErrno } from './state-folder.js';

/** Where the files of the job are, or were before they were moved. */
export interface CollectedJob {
  readonly spec: JobSpec;
  readonly workingFolder: string;
  /** collected.json of the job: written before the first move. */
  readonly listFile: string;
}

/** Lists the files, and moves them into `into` unless it is undefined. Throws `SITE_BAD_JOB`, `SITE_BROKEN`. */
export async function collectOutputs(job: CollectedJob, into: string | undefined): Promise<CollectedOutputs> {
  const moved = (await readStateFile(job.listFile)) as CollectedOutputs | undefined;
  if (moved !== undefined) {
    if (into !== undefined && into !== moved.location) {
      throw new SiteError(
        'SITE_BAD_JOB',
        `The outputs of job ${job.spec.key} were moved to ${moved.location} before, not to ${into}.`,
        {
          key: job.spec.key,
        },
      );
    }
    await moveFiles(job, moved);
    return moved;
  }
  const outputs = await listOutputs(job, into ?? job.workingFolder);
  if (into === undefined) return outputs;
  if (!into.startsWith('/')) {
    throw new SiteError(
      'SITE_BAD_JOB',
      `The folder ${into} for the outputs of job ${job.spec.key} is not an absolute path.`,
      {
        key: job.spec.key,
      },
    );
  }
  if (!(await createStateFile(job.listFile, outputs))) return collectOutputs(job, into);
  await moveFiles(job, outputs);
  return outputs;
}

async function listOutputs(
  { spec, workingFolder }: CollectedJob,
  location: string,
): Promise<CollectedOutputs> {
  const staged = new Set(spec.inputs.map(({ path }) => path));
  const expected = new Set(spec.outputs.map(({ path }) => path));
  const files: CollectedFile[] = [];
  for (const path of await walk(workingFolder, '')) {
    if (staged.has(path)) continue;
    files.push({ path, ...(await measureFile(join(workingFolder, path))), expected: expected.has(path) });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const there = new Set(files.map(({ path }) => path));
  const missing = spec.outputs
    .filter(({ path, required }) => required && !there.has(path))
    .map(({ path }) => path);
  return { files, missing, location };
}

/** Paths of regular files below the folder, relative to it. */
async function walk(root: string, below: string): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(join(root, below), { withFileTypes: true });
  } catch (error) {
    if (hasErrno(error, 'ENOENT') && below === '') return [];
    throw error;
  }
  const paths: string[] = [];
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await walk(root, path)));
    else if (entry.isFile()) paths.push(path);
  }
  return paths;
}

async function moveFiles(
  { spec, workingFolder }: CollectedJob,
  { files, location }: CollectedOutputs,
): Promise<void> {
  const folders = new Set<string>();
  for (const file of files) {
    const source = join(workingFolder, file.path);
    const destination = join(location, file.path);
    await mkdir(dirname(destination), { recursive: true });
    if (await isRegularFile(source)) {
      await moveFile(source, destination);
      folders.add(dirname(destination));
    } else {
      const there = (await isRegularFile(destination)) ? await measureFile(destination) : undefined;
      if (there?.bytes === file.bytes && there.sha256 === file.sha256) continue;
      throw new SiteError(
        'SITE_BROKEN',
        `Output ${file.path} of job ${spec.key} is neither in ${workingFolder} nor whole in ${location}.`,
        {
          key: spec.key,
        },
      );
    }
  }
  for (const folder of folders) await flushFolder(folder);
}

/** In one step, or, between file systems, by a copy that gets its name when it is whole. */
async function moveFile(source: string, destination: string): Promise<void> {
  await flushFile(source);
  try {
    await rename(source, destination);
  } catch (error) {
    if (!hasErrno(error, 'EXDEV')) throw error;
    const part = `${destination}.part`;
    await copyFile(source, part, constants.COPYFILE_FICLONE);
    await flushFile(part);
    await rename(part, destination);
    await rm(source);
  }
}

async function measureFile(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for await (const chunk of file.createReadStream({
      highWaterMark: 1 << 20,
      autoClose: false,
    }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function isRegularFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
