import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedPath } from '@imsim-od/testing';
import { MODEL, readInstanceCatalog } from '../index.js';
import { openFileSource } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-sky-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'visit/sub'), { recursive: true });
const header = 'rightascension 10\ndeclination 5\nfilter 2\n';
const star = 'object 1 10 5 20 flatSED/sed_flat.txt 0 0 0 0 0 0 point none none\n';
writeFileSync(join(folder, 'secret.txt'), star);
writeFileSync(join(folder, 'visit/sub/stars.txt.gz'), gzipSync(star));
writeFileSync(join(folder, 'visit/cat.txt'), `${header}includeobj sub/stars.txt.gz\n`);
symlinkSync('../secret.txt', join(folder, 'visit/link.txt'));
symlinkSync('sub/stars.txt.gz', join(folder, 'visit/inner.txt'));
symlinkSync('loop.txt', join(folder, 'visit/loop.txt'));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  );
}

describe('files as byte sources', () => {
  it('reads a catalog with its includes and gives their SHA-256', async () => {
    const { sources, files } = await readInstanceCatalog(await openFileSource(join(folder, 'visit/cat.txt')));
    expect(sources.length).toBe(1);
    expect(files[1]?.sha256).toBe(createHash('sha256').update(gzipSync(star)).digest('hex'));
    expect(files[1]?.bytes).toBe(gzipSync(star).length);
  });

  it('tells missing files, folders and link loops apart', async () => {
    expect(await codeOf(openFileSource(join(folder, 'none.txt')))).toBe('SKY_FILE_MISSING');
    expect(await codeOf(openFileSource(join(folder, 'visit/cat.txt/x')))).toBe('SKY_FILE_MISSING');
    expect(await codeOf(openFileSource(folder))).toBe('SKY_FILE_UNREADABLE');
    expect(await codeOf(openFileSource(join(folder, 'visit/loop.txt')))).toBe('SKY_FILE_UNREADABLE');
  });

  it("stays inside the catalog's folder, symbolic links followed", async () => {
    const top = await openFileSource(join(folder, 'visit/cat.txt'));
    expect(await codeOf(top.sibling('inner.txt'))).toBe('none');
    expect(await codeOf(top.sibling('sub/../inner.txt'))).toBe('none');
    expect(await codeOf(top.sibling('link.txt'))).toBe('SKY_FILE_OUTSIDE_FOLDER');
    expect(await codeOf(top.sibling('../secret.txt'))).toBe('SKY_FILE_OUTSIDE_FOLDER');
    expect(await codeOf(top.sibling('../absent.txt'))).toBe('SKY_FILE_OUTSIDE_FOLDER');
    expect(await codeOf(top.sibling('/etc/hostname'))).toBe('SKY_FILE_OUTSIDE_FOLDER');
    const below = await top.sibling('sub/stars.txt.gz');
    expect(await codeOf(below.sibling('../cat.txt'))).toBe('none');
  });
});

const real = sharedPath('data/instance-catalogs/dc2-398414-r22s11.txt');

describe.skipIf(real === undefined)('the DC2 catalog of visit 398414, R22_S11', () => {
  it('holds 998 stars and 997 galaxies, and three components without light', async () => {
    const { header, sources, skipped, notes } = await readInstanceCatalog(await openFileSource(real ?? ''));
    expect(header).toMatchObject({
      band: 'r',
      visitId: 398414,
      rotTelPosDeg: 40.0386345,
      snaps: 1,
      exposureS: 30,
    });
    const stars = sources.model.filter((model) => model === MODEL.point).length;
    // The file has 998 point lines and 1000 sersic2d lines; awk '$5 >= 50' finds three of the latter.
    expect([stars, sources.length - stars]).toEqual([998, 997]);
    expect(skipped).toEqual({ faint: expect.objectContaining({ count: 3 }) });
    expect(notes).toEqual([
      expect.stringContaining('change nothing here: dist2moon, moonra, moondec'),
      expect.stringContaining('608 object(s) are dimmed by their internal'),
      expect.stringContaining('1995 object(s) have Galactic dust by F19, whatever law they name'),
      expect.stringContaining('1995 object(s) have their SED replaced'),
    ]);
    expect(sources.objectId[0]).toBe('32166136206340');
    expect(sources.raDeg[0]).toBe(60.35106868564643);
    expect(sources.g1.every((g1, i) => g1 * g1 + (sources.g2[i] ?? 0) ** 2 < 1)).toBe(true);
    expect(new Set(sources.sersicIndex)).toEqual(new Set([0, 1, 4]));
  });
});
