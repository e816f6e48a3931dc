/** Spectra with a service: what a plan says of SED files, and what a worker makes of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expandRequest, readRequest } from '@imsim-od/simulator';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { SED_LIBRARY_VARIABLE } from '../request/sed-library.js';
import { findRecipeInputs } from '../reproduce/recipe-inputs.js';
import { CatalogCache } from './catalog-cache.js';
import { planRequests } from './plan-requests.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-work-seds-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  delete process.env[SED_LIBRARY_VARIABLE];
});

/** A library of two spectra, of f_lambda as given at the ends of 10 to 5000 nm. */
function library(name: string, red: number): string {
  const place = join(folder, name);
  mkdirSync(join(place, 'mine'), { recursive: true });
  writeFileSync(join(place, 'mine/blue.spec'), '10 2\n5000 1\n');
  writeFileSync(join(place, 'mine/red.spec'), `10 1\n5000 ${red}\n`);
  return place;
}

const TABLE = 'id,ra,dec,magnorm,sed\nb,53,-27.4,18,mine/blue.spec\nr,53.01,-27.4,18,mine/red.spec\n';
const CATALOG = `rightascension 53
declination -27.4
filter 2
object b 53 -27.4 18 mine/blue.spec 0 0 0 0 0 0 point none none
object r 53.01 -27.4 18 mine/red.spec 0 0 0 0 0 0 point none none
`;
writeFileSync(join(folder, 't.csv'), TABLE);
writeFileSync(join(folder, 't.txt'), CATALOG);

describe.each([
  ['a table', 'table', 't.csv'],
  ['an instance catalog', 'instanceCatalog', 't.txt'],
])('the SED files of %s with a service', (_what, type, name) => {
  const { request } = readRequest([
    {
      origin: 'test',
      document: {
        pointing: { raDeg: 53.005, decDeg: -27.4 },
        band: 'r',
        sky: [{ type, path: name }],
        detectors: ['R22_S11', 'R01_S00'],
      },
    },
  ]);
  const stored = [{ name, files: [{ name, path: join(folder, name) }] }];
  const plan = async () => {
    const [visit] = await planRequests({ requests: [request], catalogs: [stored] }, () => undefined);
    // As a service keeps it: in JSON.
    const catalogs = JSON.parse(JSON.stringify(visit!.catalogs)) as typeof visit.catalogs;
    return expandRequest(request, catalogs).recipes;
  };

  it('stand in the recipes, and a worker with the same files draws by them', async () => {
    process.env[SED_LIBRARY_VARIABLE] = library('good', 3);
    const recipes = await plan();
    const seds = recipes.map(({ sky: [entry] }) =>
      entry && 'seds' in entry ? entry.seds?.files : undefined,
    );
    // R01 is a degree and a half away: rows of a table are not near it, and a catalog is read whole.
    expect(seds).toEqual(type === 'table' ? [undefined, 2] : [2, 2]);
    for (const recipe of recipes) {
      const [loaded] = await new CatalogCache().load(recipe, stored);
      expect([...loaded!.sources.sedApproximated].some((flag) => flag === 1)).toBe(false);
    }
  });

  it('stop a worker whose files are others, by name', async () => {
    process.env[SED_LIBRARY_VARIABLE] = library('planned', 3);
    const [recipe] = (await plan()).filter(({ detector }) => detector.name === 'R22_S11');
    process.env[SED_LIBRARY_VARIABLE] = library('changed', 4);
    await expect(new CatalogCache().load(recipe!, stored)).rejects.toMatchObject({
      code: 'WORK_CATALOG_CHANGED',
      message: expect.stringContaining('mine/red.spec is another file (2 files here, 2 recorded)') as string,
    });
    delete process.env[SED_LIBRARY_VARIABLE];
    await expect(new CatalogCache().load(recipe!, stored)).rejects.toThrow(
      /there were 2, and there is no library/,
    );
  });

  it('are not looked for where the plan knew of none', async () => {
    const [recipe] = await plan();
    process.env[SED_LIBRARY_VARIABLE] = library('later', 3);
    const [loaded] = await new CatalogCache().load(recipe!, stored);
    expect([...loaded!.sources.sedApproximated].every((flag) => flag === 1)).toBe(true);
  });
});

describe('the SED file of a streak of 3.5 deg', () => {
  const path = join(folder, 'trail.csv');
  // Due East through the boresight; 10080 deg a day for 30 s.
  writeFileSync(
    path,
    'id,ra,dec,magnorm,sed,rateRa [deg/d],rateDec [deg/d]\ntrail,53,-30,12,mine/red.spec,10080,0\n',
  );
  const stored = [{ name: 'trail.csv', files: [{ name: 'trail.csv', path }] }];
  const { request } = readRequest([
    {
      origin: 'test',
      document: {
        pointing: { raDeg: 53, decDeg: -30 },
        band: 'r',
        rotSkyPosDeg: 0,
        exposureS: 30,
        sky: [{ type: 'table', path: 'trail.csv' }],
        // At the middle of the streak, and 1.6 deg along it.
        detectors: ['R22_S11', 'R20_S10'],
      },
    },
  ]);

  it('stands in the recipe of every detector that it reaches, and draws it there, with a service and when reproduced', async () => {
    const sedDir = library('trail', 3);
    process.env[SED_LIBRARY_VARIABLE] = sedDir;
    const [visit] = await planRequests({ requests: [request], catalogs: [stored] }, () => undefined);
    const catalogs = JSON.parse(JSON.stringify(visit!.catalogs)) as typeof visit.catalogs;
    const { recipes } = expandRequest(request, catalogs);
    const found = [];
    for (const recipe of recipes) {
      const [entry] = recipe.sky;
      const [worked] = await new CatalogCache().load(recipe, stored);
      const document = { recipe, recipeHash: '', inputPaths: [path], sedDir } as never;
      const [again] = await findRecipeInputs(document, join(folder, 'recipe.json'), undefined);
      expect(again!.seds).toEqual(worked!.seds);
      found.push([
        recipe.detector.name,
        entry && 'seds' in entry ? entry.seds?.files : undefined,
        [...worked!.sources.sedApproximated],
        [...again!.sources.sedApproximated],
      ]);
    }
    expect(found.toSorted()).toEqual([
      ['R20_S10', 1, [0], [0]],
      ['R22_S11', 1, [0], [0]],
    ]);
  });
});
