/** The portal built from the sources as they are, once for all test files that want it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';

const READ = ['apps/portal', 'packages/service/api/src', 'packages/imaging'];
const NOT_SOURCES = /(^|\/)(node_modules|dist|\.cache|benchmarks)(\/|$)|\.test\.tsx?$/;

/** The folder of the built portal. */
export function builtPortal(): string {
  const folder = join(repositoryRoot, '.cache/portal-site', sourcesHash());
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const script = join(repositoryRoot, 'apps/portal/scripts/build-portal.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, partial], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the portal does not build:\n${stderr}`);
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Another test file was quicker.
    if (!existsSync(folder)) throw error;
    rmSync(partial, { recursive: true });
  }
  return folder;
}

function sourcesHash(): string {
  const hash = createHash('sha256').update(readFileSync(join(repositoryRoot, 'package-lock.json')));
  for (const folder of READ) {
    const root = join(repositoryRoot, folder);
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !NOT_SOURCES.test(path.slice(root.length + 1)))
      .sort();
    for (const path of files) hash.update(path).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 20);
}
