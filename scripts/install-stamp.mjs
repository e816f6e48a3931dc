// Which lock file node_modules was installed from: a hash written after an install and compared before the next one.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const stamp = join(root, 'node_modules/.imsim-od-installed');

function lockHash() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

/** True where node_modules holds what package-lock.json asks for on this platform. */
export function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();
}

/** Notes that node_modules now holds what package-lock.json asks for. */
export function markInstalled() {
  writeFileSync(stamp, lockHash());
}
