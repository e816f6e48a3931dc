// Small JSON files that are there whole or not at all, also after a crash of the machine: written beside, flushed, then named.

import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts the value there, in place of what was there. */
export async function replaceStateFile(path, value) {
  const beside = await writeBeside(path, value);
  await rename(beside, path);
  await flushFolder(dirname(path));
}

/** Puts the value there unless something is there already; returns whether it did. Of several callers exactly one does. */
export async function createStateFile(path, value) {
  const beside = await writeBeside(path, value);
  try {
    await link(beside, path);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
  await flushFolder(dirname(path));
  return true;
}

/** The value, or undefined where there is no such file. */
export async function readStateFile(path) {
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text);
}

/** Makes the names in the folder survive a crash of the machine. */
export async function flushFolder(path) {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeBeside(path, value) {
  const beside = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return beside;
}
