/** Where each file of a set goes: no two to one path, and none out of the folder. */
import { extname, join, sep } from 'node:path';
import { CliError } from '../errors.js';

/** What decides where a file goes. */
export interface NamedFile {
  readonly id: string;
  readonly name: string;
  /** In the archive. */
  readonly folder: string;
}

/** The end of an id that tells it from others; the beginning of a UUID of version 7 is a time. */
const ID_END = 8;

/**
 * The path of each file below `out`, in their order. Where names meet, the folders of the archive keep all files apart; where those meet, too,
 * the end of the id goes before the suffix: `stars.1f2e3d4c.txt`. Case does not keep names apart everywhere.
 * @throws CliError for a name that would leave the folder
 */
export function pathsOf(files: readonly NamedFile[], out: string): string[] {
  const isFlat = countsOf(files.map(({ name }) => inside(name))).size === files.length;
  const paths = files.map(({ name, folder }) => join(isFlat ? '' : inside(folder), fileName(name)));
  const counts = countsOf(paths);
  return files.map(({ id }, index) => {
    const path = paths[index]!;
    if (counts.get(path.toLowerCase()) === 1) return join(out, path);
    const suffix = extname(path);
    return join(out, `${path.slice(0, path.length - suffix.length)}.${id.slice(-ID_END)}${suffix}`);
  });
}

function countsOf(paths: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(path.toLowerCase(), (counts.get(path.toLowerCase()) ?? 0) + 1);
  return counts;
}

function fileName(name: string): string {
  const path = inside(name);
  if (path === '') throw new CliError(`${JSON.stringify(name)}: a file needs a name`);
  return path;
}

/** A name as part of a path that stays in the folder. */
function inside(name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => part !== '');
  if (parts.some((part) => part === '..' || part === '.' || part.includes('\0')))
    throw new CliError(`${JSON.stringify(name)}: this name would leave the folder`);
  return parts.join(sep);
}
