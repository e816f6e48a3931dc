/**
 * The traps in which PhoSim, imSim and the schedulers differ, by their numbers in docs/inputs/from-dc2-imsim-phosim.md. What a scheduler's
 * database needs (1, 10) is in packages/imaging/survey/src/read-survey.test.ts as well.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DETECTORS } from '@imsim-od/camera';
import {
  expandRequest,
  fileNames,
  formatRecipeDocument,
  loadCatalog,
  readRequest,
  recipeHash,
  requestFromCatalogs,
} from '@imsim-od/simulator';
import { readInstanceCatalog } from '@imsim-od/sky';
import { openFileSource } from '@imsim-od/sky/node';
import { repositoryRoot } from '@imsim-od/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { findDetector } from '../simulate/finished-detector.js';
import { openOutputFolder } from '../simulate/output-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-traps-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = {
  rightascension: 53,
  declination: -27.5,
  filter: 2,
  mjd: 61_041.1,
  obshistid: 700,
  seeing: 0.7,
};
const POINT = 'point none none';

/** A catalog file with a header and objects. */
function write(name: string, header: object, objects: readonly string[] = []): string {
  const lines = [...Object.entries({ ...HEADER, ...header }).map((pair) => pair.join(' ')), ...objects];
  const path = join(folder, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(`${lines.join('\n')}\n`) : `${lines.join('\n')}\n`);
  return path;
}

/** An object: id, magnorm, six numbers of lensing and offset, then the model. */
const object = (id: string, model: string, gamma2 = 0): string =>
  `object ${id} 53 -27.5 20 flatSED/sed_flat.txt 0 0 ${gamma2} 0 0 0 ${model}`;

const readObjects = async (name: string, objects: readonly string[]) =>
  readInstanceCatalog(await openFileSource(write(name, {}, objects)));

async function visitOf(name: string, header: object) {
  const { document, notes } = requestFromCatalogs([
    await loadCatalog(write(name, header), { open: openFileSource }),
  ]);
  const { request } = readRequest([{ origin: name, document: { ...document, sky: [] } }]);
  const { visit } = expandRequest(request, [], name);
  return { visit, request, notes: notes.join('\n') };
}

const recipeOf = (more: object = {}) => {
  const document = { pointing: { raDeg: 53, decDeg: -27.5 }, band: 'r', skyModel: 'dark', sky: [], ...more };
  return expandRequest(readRequest([{ origin: 'test', document }]).request, []).recipes;
};

describe('trap', () => {
  it('1: a catalog’s mjd is the middle of the visit, in TAI', async () => {
    expect((await visitOf('t1.txt', {})).visit.obsMjdTai).toBe(HEADER.mjd);
  });

  it('2: the exposure is exptime, else 30 s; what PhoSim makes of vistime and nsnap is told', async () => {
    expect((await visitOf('t2.txt', { exptime: 15 })).visit.exposureS).toBe(15);
    const { visit, notes } = await visitOf('t2b.txt', { vistime: 43, nsnap: 2 });
    expect(visit.exposureS).toBe(30);
    // 43 - 3 s: PhoSim's exposures of both snaps together
    const read = await readInstanceCatalog(await openFileSource(join(folder, 't2b.txt')));
    expect([notes, ...read.notes].join('\n')).toContain('PhoSim would expose 40 s in 2 snap(s)');
    expect((await visitOf('t2c.txt', {})).visit.exposureS).toBe(30);
  });

  it('3: a catalog without seqnum takes the number of its visit', async () => {
    expect((await visitOf('t3.txt', {})).visit.sequenceNumber).toBe(700);
    expect((await visitOf('t3b.txt', { seqnum: 41 })).visit.sequenceNumber).toBe(41);
  });

  it('4: seeing 0 is no seeing: it is told, and left to the request', async () => {
    const { request } = await visitOf('t4.txt', { seeing: 0 });
    expect(request.seeingFwhm500Arcsec).toBe(0.65);
    const { notes } = await readInstanceCatalog(await openFileSource(join(folder, 't4.txt')));
    expect(notes.join()).toContain('seeing is 0, which PhoSim takes as no turbulence');
  });

  it('5: gamma2 changes its sign, and position angles run from North through West', async () => {
    const { sources } = await readObjects('t5.txt', [
      object('a', 'sersic2d 1 1 0 1 none none', 0.1),
      object('b', 'sersic2d 1 0.5 0 1 none none'),
      object('c', 'sersic2d 1 0.5 45 1 none none'),
    ]);
    expect(sources.g2[0]).toBeCloseTo(-0.1, 12);
    // Long towards North: along +v, g1 = -(1 - q) / (1 + q). At 45 deg towards West (+u): along the diagonal, g2 = +.
    expect([sources.g1[1], sources.g2[1]]).toEqual([expect.closeTo(-1 / 3, 12), expect.closeTo(0, 12)]);
    expect([sources.g1[2], sources.g2[2]]).toEqual([expect.closeTo(0, 12), expect.closeTo(1 / 3, 12)]);
  });

  it('6: ids are texts: digits beyond 2^53 and names come through whole', async () => {
    const ids = ['9007199254740993', '9007199254740992', 'star_7a'];
    const { sources } = await readObjects(
      't6.txt',
      ids.map((id) => object(id, POINT)),
    );
    expect(sources.objectId).toEqual(ids);
  });

  it('7: a model that is not known is an error, and no point', async () => {
    await expect(readObjects('t7.txt', [object('a', 'blob none none')])).rejects.toThrow(/blob/);
    await expect(readObjects('t7b.txt', [object('a', 'movingpoint none none')])).rejects.toThrow(/PhoSim/);
  });

  it('8: Galactic dust is F19 whatever its name, internal dust counts, and both may be otherwise', async () => {
    const lines = [
      object('a', 'point none CCM 1 3.1'),
      object('b', 'point none calzetti 1 3.1'),
      object('c', 'point CCM 1 3.1 none'),
    ];
    const source = () => openFileSource(write('t8.txt', {}, lines));
    const { magnitude } = (await readInstanceCatalog(await source())).sources;
    // A flat spectrum of magnitude 20; Fitzpatrick et al. 2019 has some 0.84 A_V in r, the others 0.87 and more.
    expect(magnitude[0]).toBe(magnitude[1]);
    expect(magnitude[0]! - 20).toBeGreaterThan(0.75);
    expect(magnitude[2]! - 20).toBeGreaterThan(0.75);
    const named = await readInstanceCatalog(await source(), { galacticDust: 'named', internalDust: false });
    expect(named.sources.magnitude[0]).not.toBe(named.sources.magnitude[1]);
    expect(named.sources.magnitude[2]).toBe(20);
  });

  it('9: the top file may be gzip', async () => {
    const { visit } = await visitOf('t9.txt.gz', {});
    expect(visit.obsMjdTai).toBe(HEADER.mjd);
  });

  it('11: rafts and CCDs are named and lie as in obs_lsst, and not transposed as in PhoSim', () => {
    const centre = (name: string) => DETECTORS.find((detector) => detector.name === name)!.centreMm;
    // The first digit counts along y, the second along x; obs_lsst: R03_S00 lies at +x, -y; R30_S00 at -x, +y.
    expect(centre('R03_S11')).toEqual({ x: 127, y: -254 });
    expect(centre('R30_S11')).toEqual({ x: -254, y: 127 });
    expect(centre('R22_S01').x).toBe(0);
    expect(centre('R22_S01').y).toBeLessThan(0);
    expect(centre('R22_S10').x).toBeLessThan(0);
    expect(centre('R22_S10').y).toBe(0);
  });

  it('12: two jobs cannot write into one folder, and visits, snaps and detectors have names of their own', () => {
    const held = openOutputFolder(join(folder, 'held'));
    expect(() => openOutputFolder(join(folder, 'held'))).toThrow(/held|in use|process/);
    held.close();
    const all = [1, 2].flatMap((visitId) =>
      recipeOf({ visitId, snaps: 2, detectors: ['R22_S10', 'R22_S11'] }),
    );
    const names = all.flatMap((recipe) => Object.values(fileNames(recipe)));
    expect(new Set(names).size).toBe(names.length);
  });

  it('13: sparse detectors are drawn, whatever minsource says', async () => {
    const { notes, sources } = await readInstanceCatalog(
      await openFileSource(write('t13.txt', { minsource: 100 }, [object('a', POINT)])),
    );
    expect([notes.join().includes('minsource is not used'), sources.length]).toEqual([true, 1]);
  });

  it('14: one detector is made where none is named, and never all 189', () => {
    expect(recipeOf().map(({ detector }) => detector.name)).toEqual(['R22_S11']);
    expect(recipeOf({ detectors: 'all' })).toHaveLength(189);
  });

  it('15: what was made with other settings does not count as made', async () => {
    const [recipe] = recipeOf();
    const place = mkdtempSync(join(folder, 'made-'));
    const document = { recipe: recipe!, recipeHash: recipeHash(recipe!), inputPaths: [], outputs: [] };
    writeFileSync(join(place, fileNames(recipe!).recipe), formatRecipeDocument(document));
    expect((await findDetector(place, recipe!, [])).state).toBe('made');
    for (const more of [
      { exposureS: 31 },
      { seed: 5 },
      { effects: { bleed: false } },
      { seeingFwhm500Arcsec: 0.7 },
    ]) {
      const [other] = recipeOf(more);
      expect([more, (await findDetector(place, other!, [])).state]).toEqual([more, 'other']);
    }
  });
});

describe('the table of traps', () => {
  it('names for each of the fifteen a test that names it', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/inputs/from-dc2-imsim-phosim.md'), 'utf8');
    const table = page.slice(page.indexOf('## Traps'));
    const rows = [...table.matchAll(/^\| +(\d+) \|.*\| `([^`]+)` +\|$/gm)];
    expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 15 }, (_, k) => k + 1));
    for (const [, number = '', file = ''] of rows) {
      const path = join(repositoryRoot, file);
      expect([file, existsSync(path)]).toEqual([file, true]);
      expect([
        file,
        number,
        new RegExp(`it\\('(trap )?${number}[:)]`).test(readFileSync(path, 'utf8')),
      ]).toEqual([file, number, true]);
    }
  });
});
