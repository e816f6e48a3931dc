/** Each package says the same three times: what its sources import, what its package.json lists, what its tsconfig.json refers to. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface CompilerConfig {
  readonly references?: readonly { readonly path: string }[];
}

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(repositoryRoot, ...path), 'utf8')) as T;
}

const parents = ['packages/imaging', 'packages/execution', 'packages/service', 'apps'];
const folders = [
  'packages/database',
  ...parents.flatMap((parent) =>
    readdirSync(join(repositoryRoot, parent)).map((name) => `${parent}/${name}`),
  ),
];

/** The names of our packages that a folder's sources import, tests left out. */
function importedPackages(folder: string): string[] {
  const source = join(repositoryRoot, folder, 'src');
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|^testing\//.test(file))
    .flatMap((file) => [...readFileSync(join(source, file), 'utf8').matchAll(/from '@imsim-od\/([a-z-]+)/g)])
    .map((match) => String(match[1]));
  return [...new Set(names)].sort();
}

describe.each(folders)('%s', (folder) => {
  const listed = Object.keys(readJson<Manifest>(folder, 'package.json').dependencies ?? {})
    .filter((name) => name.startsWith('@imsim-od/'))
    .map((name) => name.slice('@imsim-od/'.length))
    .sort();

  it('lists every package of ours that it imports', () => {
    expect(listed).toEqual(expect.arrayContaining(importedPackages(folder)));
  });

  it('refers in tsconfig.json to the packages that it lists', () => {
    const references = readJson<CompilerConfig>(folder, 'tsconfig.json').references ?? [];
    expect(references.map(({ path }) => basename(path)).sort()).toEqual(listed);
  });
});
