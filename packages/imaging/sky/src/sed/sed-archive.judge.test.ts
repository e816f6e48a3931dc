/** Archives of SED files against Python's tarfile: what we lay out it reads, and what it writes in any format we read. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPython, runPython } from '@imsim-od/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryRangeSource } from '../range-source.js';
import { type FileToPack, packSedFiles, readSedArchive, sedFileAt } from './sed-archive.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-sed-archive-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LONG = `galaxySED/${'deep/'.repeat(20)}${'a'.repeat(60)}.spec.gz`;
/** Sizes around a block of tar, and an empty file. */
const CONTENTS = new Map(
  [0, 1, 511, 512, 513, 70_000].map((size, i) => [
    ['é.spec', 'starSED/kurucz/km10.gz', 'a', 'agnSED/x y.spec', LONG, 'flatSED/flat.txt'][i] ?? '',
    Uint8Array.from({ length: size }, (_, at) => (at * 31 + size) % 251),
  ]),
);
const fileOf = (path: string, bytes: Uint8Array): FileToPack => ({
  path,
  bytes: bytes.length,
  read: (start, end) => Promise.resolve(bytes.slice(start, end)),
});
const files = [...CONTENTS].map(([path, bytes]) => fileOf(path, bytes));

async function contentsOf(archive: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const source = new MemoryRangeSource('seds.tar', archive);
  const contents = new Map<string, Uint8Array>();
  for (const [path, place] of await readSedArchive(source)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await sedFileAt(source, path, place)).stream()) chunks.push(chunk);
    contents.set(path, Buffer.concat(chunks));
  }
  return contents;
}
const asHex = (contents: ReadonlyMap<string, Uint8Array>): Record<string, string> =>
  Object.fromEntries(
    [...contents]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => [path, Buffer.from(bytes).toString('hex')]),
  );

describe.skipIf(!hasPython)('an archive of SED files', () => {
  it('is read by tarfile, in the order of the paths, whatever the order of the files', async () => {
    const packed = packSedFiles('seds', files);
    const bytes = await packed.read(0, packed.bytes);
    const other = packSedFiles('seds', [...files].reverse());
    expect(Buffer.from(bytes).equals(await other.read(0, other.bytes))).toBe(true);
    writeFileSync(join(folder, 'ours.tar'), bytes);
    const said = JSON.parse(
      runPython(
        `import json, sys, tarfile
with tarfile.open(${JSON.stringify(join(folder, 'ours.tar'))}) as tar:
    print(json.dumps([[m.name, m.mtime, m.uid, tar.extractfile(m).read().hex()] for m in tar]))`,
      ),
    ) as [string, number, number, string][];
    expect(said.map(([path]) => path)).toEqual([...CONTENTS.keys()].sort((a, b) => (a < b ? -1 : 1)));
    expect(said.every(([, mtime, uid]) => mtime === 0 && uid === 0)).toBe(true);
    expect(Object.fromEntries(said.map(([path, , , hex]) => [path, hex]))).toEqual(asHex(CONTENTS));
    expect(asHex(await contentsOf(bytes))).toEqual(asHex(CONTENTS));
  });

  it('is the same in parts of any size', async () => {
    const packed = packSedFiles('seds', files);
    const whole = await packed.read(0, packed.bytes);
    for (const size of [1000, 512, 777, 65_536]) {
      const parts: Uint8Array[] = [];
      for (let at = 0; at < packed.bytes; at += size)
        parts.push(await packed.read(at, Math.min(packed.bytes, at + size)));
      expect(Buffer.concat(parts).equals(whole)).toBe(true);
    }
  });

  it.each(['USTAR_FORMAT', 'GNU_FORMAT', 'PAX_FORMAT'])(
    'is read as tarfile writes it, %s',
    async (format) => {
      const path = join(folder, `${format}.tar`);
      writeFileSync(join(folder, 'contents.json'), JSON.stringify(asHex(CONTENTS)));
      runPython(
        `import io, json, tarfile
contents = json.load(open(${JSON.stringify(join(folder, 'contents.json'))}))
with tarfile.open(${JSON.stringify(path)}, 'w', format=tarfile.${format}) as tar:
    for name in ['starSED', 'starSED/kurucz']:
        entry = tarfile.TarInfo('./' + name); entry.type = tarfile.DIRTYPE; tar.addfile(entry)
    for name, text in contents.items():
        entry = tarfile.TarInfo('./' + name); entry.size = len(text) // 2; entry.mtime = 1.5
        tar.addfile(entry, io.BytesIO(bytes.fromhex(text)))
    hidden = tarfile.TarInfo('starSED/._km10.gz'); tar.addfile(hidden)`,
      );
      expect(asHex(await contentsOf(readFileSync(path)))).toEqual(asHex(CONTENTS));
    },
  );

  it.each([
    ["tarfile.TarInfo('../secret')", 'leads out of its folder'],
    ["tarfile.TarInfo('/etc/x')", 'leads out of its folder'],
    [
      "(lambda t: (setattr(t, 'type', tarfile.SYMTYPE), setattr(t, 'linkname', '/etc/passwd'), t)[2])(tarfile.TarInfo('link'))",
      'link or a device',
    ],
  ])('with %s is refused', async (entry, reason) => {
    const path = join(folder, 'bad.tar');
    runPython(
      `import tarfile
with tarfile.open(${JSON.stringify(path)}, 'w') as tar: tar.addfile(${entry})`,
    );
    await expect(contentsOf(readFileSync(path))).rejects.toMatchObject({
      code: 'SKY_SED_ARCHIVE',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('that is cut, damaged, empty or twice the same is refused', async () => {
    const packed = packSedFiles('seds', files);
    const bytes = await packed.read(0, packed.bytes);
    await expect(contentsOf(bytes.slice(0, bytes.length - 1024))).rejects.toThrow(/it was cut/);
    await expect(contentsOf(bytes.slice(0, 1000))).rejects.toThrow(/it ends within a/);
    const wrong = bytes.slice();
    wrong[3] = 0x41;
    await expect(contentsOf(wrong)).rejects.toThrow(/no header of tar at byte 0/);
    await expect(contentsOf(new Uint8Array(1024))).rejects.toThrow(/no files/);
    const one = packSedFiles('seds', [fileOf('a', new Uint8Array(3))]);
    const entry = (await one.read(0, one.bytes)).subarray(0, 1024);
    await expect(contentsOf(Buffer.concat([entry, entry]))).rejects.toThrow(/it has a twice/);
  });
});

describe('a folder that cannot be an archive', () => {
  it.each([
    [[], 'it has no files'],
    [[fileOf('x'.repeat(101), new Uint8Array(1))], 'is too long'],
    [[fileOf(`${'y/'.repeat(90)}${'x'.repeat(80)}`, new Uint8Array(1))], 'is too long'],
    [[{ ...fileOf('big', new Uint8Array(1)), bytes: 40_000_000 }], 'big has 40000000 bytes'],
  ])('is refused', (some, reason) => expect(() => packSedFiles('seds', some)).toThrow(reason));

  it('says which file became shorter', async () => {
    const packed = packSedFiles('seds', [{ ...fileOf('a', new Uint8Array(3)), bytes: 5 }]);
    await expect(packed.read(0, packed.bytes)).rejects.toThrow('a became shorter');
  });
});
