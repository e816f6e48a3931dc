/** Large catalogs through the built command line: the example of docs/inputs/large-catalogs.md, and what the page says of its index. */
import {
  appendFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { askPython, hasPython, repositoryRoot, runPython } from '@imsim-od/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const page = readFileSync(join(repositoryRoot, 'docs/inputs/large-catalogs.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
const commands = block('sh')
  .trim()
  .split('\n')
  .map((line) => line.replace(/^npx imsim-od /, '').split(' '));
const index = join(folder, 'large.txt.imsim-od-index');

/** Runs a command that must end in order; returns all that it said. */
function run(args: readonly string[]): string {
  const { status, stdout, stderr } = runCli(args, folder);
  if (status !== 0) throw new Error(`imsim-od ${args.join(' ')} exited ${status}\n${stderr}`);
  return stdout + stderr;
}

const madeAt = (): number => statSync(index).mtimeMs;
const image = (name: string): string => {
  const [file] = readdirSync(join(folder, name)).filter((entry) => entry.startsWith('eimage_'));
  return join(folder, name, file!);
};
/** Whether two images have the same pixels; headers name the catalog. */
const EQUAL = `
import sys, json, numpy as np
from astropy.io import fits
one, other = (fits.getdata(name) for name in json.load(sys.stdin))
print(json.dumps(bool(one.max() > 1000 and np.array_equal(one, other))))
`;

describe.skipIf(!hasPython)('the page on large catalogs', () => {
  beforeAll(() => {
    runPython(`import os\nos.chdir(${JSON.stringify(folder)})\n${block('python')}`);
  });

  it('has an example that makes an index, and then finds it', () => {
    const [plan, simulate] = commands;
    const said = /`(large\.txt: \d+ objects, read by region from the index) …/.exec(page)?.[1];
    expect(run(plan!)).toContain(said);
    const first = madeAt();
    expect(run(simulate!)).toContain(said);
    expect(madeAt()).toBe(first);
    // The lines themselves, and little besides.
    expect(statSync(index).size).toBeGreaterThan(0.9 * statSync(join(folder, 'large.txt')).size);
    expect(statSync(index).size).toBeLessThan(1.3 * statSync(join(folder, 'large.txt')).size);
  });

  it('tells true of where an index goes, and of what is made without one: the same bytes, and a note', () => {
    // A name as long as names may be leaves no room for the index beside it.
    const long = `${'l'.repeat(250)}.txt`;
    linkSync(join(folder, 'large.txt'), join(folder, long));
    const [simulate, , ...options] = commands[1]!.slice(0, -1);
    const before = process.env['IMSIM_OD_HOME'];
    try {
      process.env['IMSIM_OD_HOME'] = join(folder, 'home');
      expect(run(['plan', long])).toContain('read by region from the index');
      expect(readdirSync(join(folder, 'home/cache/indexes'))).toHaveLength(1);
      // No folder can be below a file.
      process.env['IMSIM_OD_HOME'] = join(folder, 'large.txt');
      expect(run([simulate!, long, ...options, 'whole'])).toContain('no index can be written');
    } finally {
      if (before === undefined) delete process.env['IMSIM_OD_HOME'];
      else process.env['IMSIM_OD_HOME'] = before;
    }
    expect(askPython(EQUAL, [image('whole'), image('large')])).toBe(true);
  });

  it('tells true of what makes an index anew: another content, damage, and its removal', () => {
    run(commands[0]!);
    const star = 'object new 53 -27.5 18 flatSED/sed_flat.txt 0 0 0 0 0 0 point none none\n';
    appendFileSync(join(folder, 'large.txt'), star);
    expect(run(commands[0]!)).toContain('large.txt: 250002 objects, read by region');
    const bytes = readFileSync(index);
    bytes.fill(0x2a, Math.floor(bytes.length / 10), Math.floor((9 * bytes.length) / 10));
    writeFileSync(index, bytes);
    const again = run([...commands[1]!.slice(0, -1), 'damaged']);
    expect(again).toContain('250002 objects');
    expect(readFileSync(index).includes(Buffer.alloc(1000, 0x2a))).toBe(false);
    rmSync(index);
    run(commands[0]!);
    expect(existsSync(index)).toBe(true);
  });

  it('tells true of the bound: 200,000 objects have no index, packed or not, and one more has', () => {
    const lines = readFileSync(join(folder, 'large.txt'), 'utf8').split('\n');
    const first = lines.findIndex((line) => line.startsWith('object'));
    const [held] = /up to ([\d,]+) objects is held/
      .exec(page)!
      .slice(1)
      .map((text) => text.replace(/,/g, ''));
    const cut = (objects: number): string => `${lines.slice(0, first + objects).join('\n')}\n`;
    writeFileSync(join(folder, 'held.txt.gz'), gzipSync(cut(Number(held))));
    writeFileSync(join(folder, 'more.txt.gz'), gzipSync(cut(Number(held) + 1)));
    expect(run(['plan', 'held.txt.gz'])).not.toContain('read by region');
    expect(run(['plan', 'more.txt.gz'])).toContain('more.txt.gz: 200001 objects, read by region');
    expect(existsSync(join(folder, 'held.txt.gz.imsim-od-index'))).toBe(false);
    const unpacked = cut(Number(held) + 1).length;
    expect(statSync(join(folder, 'more.txt.gz.imsim-od-index')).size).toBeGreaterThan(0.9 * unpacked);
  });
});
