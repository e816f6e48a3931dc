import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import {
  type LoadedSources,
  type Recipe,
  expandRequest,
  loadCatalog,
  readRequest,
  requestFromCatalogs,
  simulateDetector,
} from '@imsim-od/simulator';
import { openFileSource } from '@imsim-od/sky/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sedLibraryIn } from '../request/sed-library.js';
import { indexPlaces } from './index-places.js';
import { type CatalogFiles, openCatalog, sourcesNear } from './open-catalog.js';

const HEADER = [
  'rightascension 53',
  'declination -27.5',
  'filter 2',
  'mjd 61041.1',
  'obshistid 700',
  'seeing 0.7',
];

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-catalogs-'));
  path = join(folder, 'field.txt');
  let state = 11;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  const lines = Array.from({ length: 6000 }, (_, i) => {
    const place = `${53 + 4 * (random() - 0.5)} ${-27.5 + 4 * (random() - 0.5)}`;
    const shape = i % 3 === 0 ? 'sersic2d 1.2 0.7 33 1' : 'point';
    return `object ${i % 5000} ${place} ${i < 40 ? 4 + i / 4 : 17 + 9 * random()} starSED/kurucz/km20_6000.fits_g30_6020.gz 0 0 0 0 0 0 ${shape} none none`;
  });
  lines[100] = 'object 100 x y 20';
  writeFileSync(path, `${[...HEADER, ...lines].join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function filesAt(...places: string[]): Promise<CatalogFiles> {
  return { top: await openFileSource(path), places };
}

function recipesOf(
  catalog: Parameters<typeof requestFromCatalogs>[0][number] & Pick<LoadedSources, 'files'>,
) {
  const { document } = requestFromCatalogs([catalog]);
  const detectors = { detectors: ['R22_S11', 'R41_S20'], products: ['eimage', 'truth'] };
  return expandRequest(readRequest([{ origin: 'test', document: { ...document, ...detectors } }]).request, [
    catalog,
  ]).recipes;
}

async function digests(recipe: Recipe, catalogs: readonly LoadedSources[]): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  await simulateDetector(recipe, {
    kernel: await createKernel(await loadKernelAssets()),
    catalogs,
    products: ['eimage', 'truth'],
    openSink(name) {
      const hash = createHash('sha256');
      return {
        write: (bytes) => hash.update(bytes),
        close: () => {
          const sha256 = hash.digest('hex');
          if (!name.endsWith('.parquet')) made[name] = sha256;
          return Promise.resolve({ bytes: 0, sha256, adler32: '00000000' });
        },
        discard: () => Promise.resolve(),
      };
    },
  });
  return made;
}

describe('a catalog read by region', () => {
  it('makes the bytes that the whole catalog makes, also from an index that is damaged meanwhile', async () => {
    const whole = await loadCatalog(path, { open: openFileSource });
    const place = join(folder, 'own.index');
    const large = await openCatalog(path, await filesAt(place), {}, 1000);
    expect(large.index?.path).toBe(place);
    expect([large.files, large.skipped, large.header]).toEqual([whole.files, whole.skipped, whole.header]);
    const recipes = recipesOf(whole);
    expect(recipesOf(large)).toEqual(recipes);
    const ofSeds = ({ notes }: { notes: readonly string[] }) =>
      notes.filter((note) => note.includes('SED replaced'));
    expect(ofSeds(large)).toHaveLength(1);
    expect(ofSeds(large)).toEqual(ofSeds(whole));
    for (const [number, recipe] of recipes.entries()) {
      if (number === 1) {
        const bytes = readFileSync(place);
        for (let at = 16; at < bytes.length / 2; at += 97) bytes[at]! ^= 255;
        writeFileSync(place, bytes);
      }
      const near = await sourcesNear([large], recipe, () => filesAt(place));
      expect(near[0]?.sources.length).toBeLessThan(whole.sources.length / 4);
      const made = await digests(recipe, near);
      expect(Object.keys(made)).toHaveLength(2);
      expect(made).toEqual(await digests(recipe, [whole]));
    }
  });

  it('has the light of its SED files, and is refused where one of them changes while it is in use', async () => {
    const seds = join(folder, 'seds');
    mkdirSync(join(seds, 'starSED/kurucz'), { recursive: true });
    const spectrum = join(seds, 'starSED/kurucz/km20_6000.fits_g30_6020.gz');
    writeFileSync(spectrum, '100 0\n400 1\n500 2\n2000 1\n');
    const sedLibrary = await sedLibraryIn(seds);
    const whole = await loadCatalog(path, { open: openFileSource }, { sedLibrary });
    const place = join(folder, 'seds.index');
    const large = await openCatalog(path, await filesAt(place), { sedLibrary }, 1000);
    expect(large.index?.sedDir).toBe(seds);
    expect(large.seds).toEqual(whole.seds);
    expect(large.seds?.files).toBe(1);
    const recipes = recipesOf(whole);
    expect(recipesOf(large)).toEqual(recipes);
    const [recipe] = recipes;
    expect(recipe?.sky[0]).toMatchObject({ seds: whole.seds });
    const near = await sourcesNear([large], recipe!, () => filesAt(place));
    expect(near[0]!.sources.sedApproximated.every((flag) => flag === 0)).toBe(true);
    expect(await digests(recipe!, near)).toEqual(await digests(recipe!, [whole]));
    const other = { ...large, seds: { files: 1, sha256: 'f'.repeat(64) } };
    await expect(sourcesNear([other], recipe!, () => filesAt(place))).rejects.toThrow(
      /changed while it was in use/,
    );
  });

  it('is found again, and refused where the catalog changes while it is in use', async () => {
    const place = join(folder, 'again.index');
    const large = await openCatalog(path, await filesAt(place), {}, 1000);
    expect(existsSync(place)).toBe(true);
    const again = await openCatalog(path, await filesAt(place), { band: 'i' });
    expect(again.index).toMatchObject({ path: place, band: 'i' });
    await expect(openCatalog(path, await filesAt(place), { strict: true })).rejects.toThrow(
      /field\.txt, line 107: /,
    );
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `${text}object 9 53 -27.5 20 x 0 0 0 0 0 0 point none none\n`);
    const changed = await openCatalog(path, await filesAt(place), {}, 1000);
    expect(changed.objectLines).toBe(large.objectLines + 1);
    const [recipe] = recipesOf(large);
    await expect(sourcesNear([large], recipe!, () => filesAt(place))).rejects.toThrow(/changed while/);
    writeFileSync(path, text);
  });

  it('is held whole, and says so, where no index can be written', async () => {
    const large = await openCatalog(path, await filesAt(join(path, 'below.index')), {}, 1000);
    expect(large.index).toBeUndefined();
    expect(large.sources.length).toBe(5999);
    expect(large.notes.join()).toContain('no index can be written');
    expect(readdirSync(folder)).not.toContain('below.index');
  });

  it('keeps its index beside it, or in the user’s cache', () => {
    expect(indexPlaces('/data/field.txt', { IMSIM_OD_HOME: '/home/me/od' })).toEqual([
      '/data/field.txt.imsim-od-index',
      expect.stringMatching(/^\/home\/me\/od\/cache\/indexes\/[0-9a-f]{32}\.imsim-od-index$/),
    ]);
    expect(indexPlaces('/data/field.txt', { XDG_CACHE_HOME: '/c' })[1]).toMatch(/^\/c\/imsim-od\/indexes\//);
  });
});
