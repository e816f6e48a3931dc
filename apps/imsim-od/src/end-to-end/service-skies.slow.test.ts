/** Every kind of file of a sky through a service, uploaded by `submit`: what comes back is what `simulate` makes here, byte by byte. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallOutput } from '@imsim-od/api';
import { ByteCollector, FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { sharedPath } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceProcess, startService } from './service-process.js';

const skyCatalogs = sharedPath('data/skycatalogs');

let service: ServiceProcess;
beforeAll(async () => {
  service = await startService(writeFiles, ['--sed-dir', 'library']);
});
afterAll(() => service.close());

interface RecipeDocument {
  readonly recipe: {
    readonly sky: readonly {
      readonly files: readonly { readonly name: string }[];
      readonly seds?: object;
      readonly lensing?: { readonly map?: { readonly files: readonly { readonly name: string }[] } };
    }[];
  };
  readonly recipeHash: string;
}

const filesOf = (folder: string): string[] => readdirSync(join(service.folder, folder)).sort();
const sha256 = (...path: readonly string[]): string =>
  createHash('sha256')
    .update(readFileSync(join(service.folder, ...path)))
    .digest('hex');
const recipesOf = (folder: string): RecipeDocument[] =>
  filesOf(folder)
    .filter((name) => name.startsWith('recipe'))
    .map((name) => JSON.parse(readFileSync(join(service.folder, folder, name), 'utf8')) as RecipeDocument);

/** Makes a request here and with the service, and compares. @param submitted default: the same without SED files @returns the recipes */
async function bothWays(
  name: string,
  args: readonly string[],
  submitted = args.filter((arg, i) => arg !== '--sed-dir' && args[i - 1] !== '--sed-dir'),
): Promise<RecipeDocument[]> {
  for (const place of ['here', 'there'])
    rmSync(join(service.folder, `${name}-${place}`), { recursive: true, force: true });
  await service.must(['simulate', `${name}.yaml`, ...args, '--out', `${name}-here`]);
  await service.must(['submit', `${name}.yaml`, ...submitted, '--out', `${name}-there`]);
  const products = filesOf(`${name}-here`).filter((file) => /^(eimage|truth).*\.fits$/.test(file));
  expect(products.length).toBeGreaterThanOrEqual(2);
  for (const file of products)
    expect([file, sha256(`${name}-there`, file)]).toEqual([file, sha256(`${name}-here`, file)]);
  const recipes = recipesOf(`${name}-here`);
  expect(recipesOf(`${name}-there`).map(({ recipeHash }) => recipeHash)).toEqual(
    recipes.map(({ recipeHash }) => recipeHash),
  );
  return recipes;
}

const VISIT = 'pointing: { raDeg: 53, decDeg: -27.5 }\nband: r\nproducts: [eimage, truth]\n';

function writeFiles(folder: string): void {
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  for (const below of ['images', 'library', 'library/starSED']) mkdirSync(join(folder, below));

  // Two detectors 1.4 degrees apart, each with a stamp of its own; a row far away names one that is not there.
  write(
    'stamps.yaml',
    `${VISIT}detectors: [R22_S11, R42_S11]\nsky: [{ type: table, path: stamps.csv, stampFolder: images }]\n`,
  );
  write(
    'stamps.csv',
    'id,ra,dec,mag_r,stamp,stampPixelScale\na,53.0,-27.5,17,one.fits,0.2\nb,54.58,-27.5,17,two.fits,0.2\nc,51.42,-27.5,17,two.fits,0.2\nd,53,-28.9,17,two.fits,0.2\ne,53,-26.1,17,two.fits,0.2\nfar,90,10,17,gone.fits,0.2\n',
  );
  write('images/one.fits', image(7));
  write('images/two.fits', image(9));

  write(
    'curves.yaml',
    `${VISIT}obsMjdTai: 61041.1\ndetectors: R22_S11\nsky: [{ type: table, path: curves.csv, lightCurves: light.csv }]\n`,
  );
  write('curves.csv', 'id,ra,dec,mag_r\nsteady,53.01,-27.5,18\nsn,53,-27.5,25\n');
  write('light.csv', 'id,mjd,band,mag\nsn,61031,r,21\nsn,61051,r,19\n');

  const map = '{ path: map.csv, nside: 1, ordering: nested }';
  write(
    'map.yaml',
    `${VISIT}visitId: 77\ndetectors: R22_S11\nsky: [{ type: table, path: galaxies.csv, lensing: { map: ${map} } }]\n`,
  );
  const cells = Array.from({ length: 12 }, (_, cell) => `${cell},0.1,0.05,-0.02`);
  write('map.csv', `pixel,kappa,gamma1,gamma2\n${cells.join('\n')}\n`);
  write(
    'galaxies.csv',
    'id,ra,dec,mag_r,half_light_radius,sersic\ng,53,-27.5,18,1,1\nh,53.01,-27.51,19,2,4\n',
  );

  write('spectra.yaml', `${VISIT}detectors: R22_S11\nsky: [{ type: instanceCatalog, path: spectra.txt }]\n`);
  write(
    'spectra.txt',
    `${HEADER}${star(1, 53, -27.5, 'starSED/steep.txt')}${star(2, 53.01, -27.5, 'starSED/absent.txt')}`,
  );
  // Above 200,000 objects; a detector sees a few hundred of them.
  write(
    'large.yaml',
    `${VISIT}detectors: [R22_S11, R01_S00]\nsky: [{ type: instanceCatalog, path: large.txt }]\n`,
  );
  const lines = Array.from({ length: 200_500 }, (_, i) => {
    const [x, y] = [(i * 0.754_877_666) % 1, (i * 0.569_840_29) % 1];
    return star(i, 50.5 + 5 * x, -29.5 + 4 * y, 'starSED/steep.txt');
  });
  write('large.txt', `${HEADER}${lines.join('')}`);
  const steep = Array.from({ length: 181 }, (_, i) => `${300 + 5 * i} ${((300 + 5 * i) / 500) ** 3}`);
  write('library/starSED/steep.txt', `${steep.join('\n')}\n`);
  // Another library, with a spectrum that the service's own has not, and one that is another there.
  mkdirSync(join(folder, 'blue/starSED'), { recursive: true });
  const blue = Array.from({ length: 181 }, (_, i) => `${300 + 5 * i} ${((300 + 5 * i) / 500) ** -4}`);
  write('blue/starSED/steep.txt', `${blue.join('\n')}\n`);
  write('blue/absent.dat', `${blue.join('\n')}\n`);
  symlinkSync('../absent.dat', join(folder, 'blue/starSED/absent.txt'));
}

const HEADER =
  'rightascension 53\ndeclination -27.5\nmjd 61200.1\nfilter 2\nrotskypos 0\nobshistid 7\nseeing 0.7\nvistime 30\n';
const star = (id: number, ra: number, dec: number, sed: string): string =>
  `object ${id} ${ra} ${dec} 19 ${sed} 0 0 0 0 0 0 point none CCM 0.1 3.1\n`;

function image(side: number): Uint8Array {
  const collector = new ByteCollector();
  const rows = Float32Array.from({ length: side * side }, (_, i) => 1 + (i % side));
  new FitsFileWriter(collector.sink).writeImage(new HeaderBuilder(), {
    pixelType: 'float32',
    nx: side,
    ny: side,
    rows,
  });
  return collector.bytes();
}

describe('skies from files, through a service', { sequential: true }, () => {
  it.skipIf(skyCatalogs === undefined)('folders of sky catalogs', async () => {
    writeFileSync(
      join(service.folder, 'folder.yaml'),
      'pointing: { raDeg: 54.83, decDeg: -35.7 }\nband: i\ndetectors: [R22_S11, R22_S12, R01_S00]\nproducts: [eimage, truth]\nsky: []\n',
    );
    const recipes = await bothWays('folder', ['--sky-catalog', skyCatalogs!]);
    const [first] = recipes.map(({ recipe }) => recipe.sky[0]!.files.map(({ name }) => name));
    expect(first).toEqual([
      'galaxy_9683.parquet',
      'galaxy_flux_9683.parquet',
      'pointsource_9683.parquet',
      'pointsource_flux_9683.parquet',
    ]);
  });

  it('stamps that rows of tables name: each detector reads its own', async () => {
    const recipes = await bothWays('stamps', []);
    expect(recipes.map(({ recipe }) => recipe.sky[0]!.files.map(({ name }) => name)).sort()).toEqual([
      ['stamps.csv', 'one.fits'],
      ['stamps.csv', 'two.fits'],
    ]);
  });

  it('light curves of tables', async () => {
    const [one] = await bothWays('curves', []);
    expect(one!.recipe.sky[0]!.files.map(({ name }) => name)).toEqual(['curves.csv', 'light.csv']);
  });

  it('maps of lensing', async () => {
    const [one] = await bothWays('map', []);
    expect(one!.recipe.sky[0]!.lensing?.map?.files.map(({ name }) => name)).toEqual(['map.csv']);
    const truth = 'select magnitude from truth order by object_id';
    const csv = await service.must(['query', truth, '--datasets', 'visit = 77', '--csv']);
    const brighter = 2.5 * Math.log10(1 / ((1 - 0.1) ** 2 - 0.05 ** 2 - 0.02 ** 2));
    const [, g, h] = csv.split('\n').map(Number);
    expect(g).toBeCloseTo(18 - brighter, 5);
    expect(h).toBeCloseTo(19 - brighter, 5);
  });

  it('instance catalogs by an index, made once beside the content and used by planning and workers', async () => {
    const indexes = (): string[] =>
      readdirSync(join(service.folder, 'home/archive/indexes'), { recursive: true, encoding: 'utf8' }).filter(
        (name) => name.endsWith('.imsim-od-index'),
      );
    await service.must(['upload', 'large.txt', '--folder', '/catalogs/large']);
    const [index, ...others] = indexes();
    expect([index, others]).toEqual([expect.stringContaining(sha256('large.txt')), []]);
    const made = statSync(join(service.folder, 'home/archive/indexes', index!)).mtimeMs;
    const [one] = await bothWays('large', ['--sed-dir', 'library']);
    expect(one!.recipe.sky[0]!.seds).toMatchObject({ files: 1 });
    expect(indexes()).toEqual([index]);
    expect(statSync(join(service.folder, 'home/archive/indexes', index!)).mtimeMs).toBe(made);
  });

  it('counts of a catalog with an index for the whole focal plane, from some of its detectors', async () => {
    const text = await service.must(['estimate', 'large.yaml', '--detectors', 'all', '--json']);
    const { sky, tasks } = JSON.parse(text) as CallOutput<'estimate'>;
    expect(tasks).toBe(189);
    const { objects, magnitudes, countedDetectors } = sky!.entries[0]!;
    expect(countedDetectors).toBe(25);
    expect(sky!.detectors).toHaveLength(25);
    // 200,500 stars over 5 by 4 degrees of right ascension and declination, towards the middle of the focal plane.
    const perDeg2 = 200_500 / 20 / Math.cos((27.5 * Math.PI) / 180);
    // Of the two vendors' chips the mean, at 0.2 arcsec a pixel.
    const detectorDeg2 = (((4096 + 4072) / 2) * ((4004 + 4000) / 2) * 0.2 ** 2) / 3600 ** 2;
    // 3 %: vendors of the sample, scale and cos(declination) over the field; even points leave no Poisson noise.
    expect(Math.abs(objects / (189 * perDeg2 * detectorDeg2) - 1)).toBeLessThan(0.03);
    expect(magnitudes.counts.reduce((sum, count) => sum + count, 0)).toBeCloseTo(objects, -2);
  });

  it('spectra of the library of the service; the recipe makes the same again', async () => {
    const [one] = await bothWays('spectra', ['--sed-dir', 'library']);
    expect(one!.recipe.sky[0]!.seds).toMatchObject({ files: 1 });
    // The service's own document says of no place where files lay: with the catalog's, `reproduce` has what it needs.
    const name = filesOf('spectra-there').find((file) => file.startsWith('recipe'))!;
    const path = join(service.folder, 'spectra-there', name);
    const document = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...document, inputPaths: ['spectra.txt'] }));
    const again = await service.must(['reproduce', join('spectra-there', name), '--sed-dir', 'library']);
    expect(again).toContain('Every file is the same');
  });

  it('spectra of a folder that the library has by name: by option, by request, from an index, and from the fetched archive', async () => {
    const added = await service.run(['library', 'add', 'blue', 'blue', '--seds', '--description', 'a test']);
    expect([added.status, added.stdout]).toEqual([0, expect.stringContaining('--sed-dir library:blue')]);
    expect(await service.must(['library', 'list'])).toMatch(/blue +seds +3 .*ready +a test/);
    const [plain] = await bothWays('spectra', ['--sed-dir', 'library']);
    const [named] = await bothWays('spectra', ['--sed-dir', 'blue'], ['--sed-dir', 'library:blue']);
    expect(named!.recipe.sky[0]!.seds).toMatchObject({ files: 2 });
    expect(named!.recipeHash).not.toBe(plain!.recipeHash);
    const [large] = await bothWays('large', ['--sed-dir', 'blue'], ['--sed-dir', 'library:blue']);
    expect(large!.recipe.sky[0]!.seds).toMatchObject({ files: 1 });

    const request = readFileSync(join(service.folder, 'spectra.yaml'), 'utf8');
    writeFileSync(join(service.folder, 'named.yaml'), `${request}sedDir: library:blue\n`);
    const estimate = JSON.parse(
      await service.must(['estimate', 'named.yaml', '--json']),
    ) as CallOutput<'estimate'>;
    expect(estimate.tasks).toBe(1);
    await service.must(['submit', 'named.yaml', '--out', 'named']);
    expect(recipesOf('named').map(({ recipeHash }) => recipeHash)).toEqual([named!.recipeHash]);

    // What the library has is fetched as one file, which stands for the folder; here the name alone is refused.
    await service.must(['library', 'get', 'blue', '--out', 'got']);
    const archive = readdirSync(join(service.folder, 'got'), { recursive: true, encoding: 'utf8' }).find(
      (name) => name.endsWith('blue.tar'),
    )!;
    const path = join('got', archive);
    await bothWays('spectra', ['--sed-dir', path], ['--sed-dir', 'library:blue']);
    const recipe = join(
      'spectra-here',
      filesOf('spectra-here').find((file) => file.startsWith('recipe'))!,
    );
    expect(await service.must(['reproduce', recipe, '--sed-dir', 'blue'])).toContain(
      'Every file is the same',
    );
    const refused = await service.run(['simulate', 'named.yaml', '--out', 'never']);
    expect([refused.status, refused.stderr]).toEqual([
      3,
      expect.stringContaining('imsim-od library get blue fetches it'),
    ]);
  });

  it('says what cannot be a library of SED files', async () => {
    for (const [args, reason] of [
      [['spectra.txt', '--seds'], 'a folder of SED files, and spectra.txt is none'],
      [['images', '--seds'], 'none of its files is a spectrum'],
      [['nowhere', '--seds'], 'nowhere is none'],
    ] as const) {
      const { status, stderr } = await service.run(['library', 'add', 'bad', ...args]);
      expect(status).toBeGreaterThan(0);
      expect(stderr).toContain(reason);
    }
  });

  it('spectra of a folder of this machine: the files that are named, sent once, make the same bytes', async () => {
    const sent = async (): Promise<string[]> => {
      const found = JSON.parse(
        await service.must(['ls', "folder like '/seds/%'", '--json']),
      ) as CallOutput<'searchDatasets'>['items'];
      return found.map(({ id }) => id);
    };
    const before = await sent();
    const [one] = await bothWays('spectra', ['--sed-dir', 'blue'], ['--sed-dir', 'blue']);
    expect(one!.recipe.sky[0]!.seds).toMatchObject({ files: 2 });
    const [id, ...others] = (await sent()).filter((dataset) => !before.includes(dataset));
    expect(others).toEqual([]);
    // blue has a third file, which the catalog does not name.
    await service.must(['get', `id = '${id}'`, '--out', 'sent-seds']);
    const archive = readdirSync(join(service.folder, 'sent-seds'), {
      recursive: true,
      encoding: 'utf8',
    }).find((name) => name.endsWith('.tar'))!;
    const packed = execFileSync('tar', ['-tf', join(service.folder, 'sent-seds', archive)], {
      encoding: 'utf8',
    });
    expect(packed.trim().split('\n')).toEqual(['starSED/absent.txt', 'starSED/steep.txt']);

    const request = readFileSync(join(service.folder, 'spectra.yaml'), 'utf8');
    writeFileSync(join(service.folder, 'own-folder.yaml'), `${request}sedDir: blue\n`);
    const again = await service.run(['submit', 'own-folder.yaml', '--out', 'own-folder-there']);
    expect(again.stderr).toContain('blue: the service has these SED files already');
    expect(recipesOf('own-folder-there').map(({ recipeHash }) => recipeHash)).toEqual([one!.recipeHash]);
    expect(await sent()).toHaveLength(before.length + 1);

    // Another content under the same names is sent anew; a large catalog gives its names by its index.
    const changed = readFileSync(join(service.folder, 'blue/starSED/steep.txt'), 'utf8');
    mkdirSync(join(service.folder, 'green/starSED'), { recursive: true });
    writeFileSync(join(service.folder, 'green/starSED/steep.txt'), `# green\n${changed}`);
    await bothWays('large', ['--sed-dir', 'green'], ['--sed-dir', 'green']);
    expect(await sent()).toHaveLength(before.length + 2);
    const none = await service.run(['estimate', 'spectra.yaml', '--sed-dir', 'images']);
    expect(none.stderr).toContain('images has none of the 2 SED files that are named');
    expect(none.status).toBe(0);
  });

  it('says which SED files it cannot know to send', async () => {
    const uploaded = await service.must(['upload', 'spectra.txt', '--json']);
    const { id } = JSON.parse(uploaded) as { id: string };
    const request = readFileSync(join(service.folder, 'spectra.yaml'), 'utf8');
    writeFileSync(
      join(service.folder, 'stored.yaml'),
      `${request.replace(/path: [^ }\n]+/, `path: "dataset:${id}"`)}sedDir: blue\n`,
    );
    const { status, stderr } = await service.run(['estimate', 'stored.yaml']);
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining(`which SED files dataset:${id} names is known to the service alone`),
    ]);
  });
});
