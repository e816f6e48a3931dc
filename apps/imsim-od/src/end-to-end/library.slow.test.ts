/** `imsim-od library`, and requests that name what is in it, against a service of its own. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallOutput } from '@imsim-od/api';
import { sharedPath } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceProcess, startService } from './service-process.js';

const skyCatalogs = sharedPath('data/skycatalogs');
const HEADER =
  'rightascension 53\ndeclination -27.5\nmjd 61200.1\nfilter 2\nrotskypos 0\nobshistid 7\nseeing 0.7\nvistime 30\n';
const star = (id: number): string =>
  `object ${id} ${53 + 0.002 * id} -27.5 19 starSED/x.txt 0 0 0 0 0 0 point none CCM 0.1 3.1\n`;
const VISIT = 'pointing: { raDeg: 53, decDeg: -27.5 }\nband: r\nproducts: [truth]\ndetectors: R22_S11\n';

let service: ServiceProcess;
beforeAll(async () => {
  service = await startService((folder) => {
    const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
    write('part.txt', star(2));
    write('deep.txt', `${HEADER}${star(1)}includeobj part.txt\n`);
    write('own.csv', 'id,ra,dec,mag_r\na,53.01,-27.5,18\n');
    const map = 'lensing: { map: { path: "library:map", nside: 1, ordering: nested } }';
    write(
      'both.yaml',
      `${VISIT}sky: [{ type: instanceCatalog, path: "library:deep" }, { type: table, path: own.csv, ${map} }]\n`,
    );
    write(
      'map.csv',
      `pixel,kappa,gamma1,gamma2\n${Array.from({ length: 12 }, (_, cell) => `${cell},0.1,0,0\n`).join('')}`,
    );
    write(
      'folder.yaml',
      `${VISIT.replace('53, decDeg: -27.5', '54.83, decDeg: -35.7')}sky: [{ type: skyCatalogs, path: "library:dc2" }]\n`,
    );
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'none'));
    write('none/notes.csv', 'id,ra,dec,mag_r\na,53.01,-27.5,18\n');
    if (skyCatalogs !== undefined) cpSync(skyCatalogs, join(folder, 'dc2'), { recursive: true });
  });
});
afterAll(() => service.close());

type Entries = CallOutput<'listLibrary'>['items'];
const entries = async (): Promise<Entries> =>
  JSON.parse(await service.must(['library', 'list', '--json'])) as Entries;

describe('the library on the command line', { sequential: true }, () => {
  it('is empty, then offers a file with what it includes', async () => {
    expect(await service.must(['library', 'list'])).toContain('The library is empty.');
    expect(
      await service.must(['library', 'add', 'deep', 'part.txt', 'deep.txt', '--description', 'two stars']),
    ).toContain('library:deep');
    await service.must(['library', 'add', 'map', 'map.csv']);
    expect(await entries()).toMatchObject([
      { name: 'deep', state: 'ready', kind: 'catalog', objects: 2, description: 'two stars' },
      { name: 'map', state: 'ready', kind: 'table' },
    ]);
    expect(await service.must(['library', 'list'])).toMatch(/deep +catalog +2 .* ready +two stars/);
    const again = await service.run(['library', 'add', 'deep', 'deep.txt']);
    expect([again.status, again.stderr]).toEqual([3, expect.stringContaining('deep is taken')]);
  });

  it('is fetched, whole', async () => {
    await service.must(['library', 'get', 'deep', '--out', 'got']);
    const files = readdirSync(join(service.folder, 'got'), { recursive: true, encoding: 'utf8' });
    const deep = files.find((name) => name.endsWith('deep.txt'))!;
    expect(readFileSync(join(service.folder, 'got', deep), 'utf8')).toContain('includeobj part.txt');
    expect(existsSync(join(service.folder, 'got', deep.replace('deep.txt', 'part.txt')))).toBe(true);
    const unknown = await service.run(['library', 'get', 'nothing']);
    expect(unknown.status).toBe(3);
    expect(unknown.stderr).toContain('the library has nothing called nothing; it has deep, map');
  });

  it('is named by requests that are submitted here, beside files of this machine', async () => {
    const estimate = JSON.parse(
      await service.must(['estimate', 'both.yaml', '--json']),
    ) as CallOutput<'estimate'>;
    expect(estimate.sky?.entries.map(({ objects }) => objects)).toEqual([2, 1]);
    await service.must(['submit', 'both.yaml', '--out', 'both']);
    const csv = await service.must([
      'query',
      'select count(*) as n from truth',
      '--datasets',
      "type = 'truth'",
      '--csv',
    ]);
    expect(csv.trim().split('\n').at(-1)).toBe('3');
  });

  it.skipIf(skyCatalogs === undefined)(
    'takes a folder of sky catalogs, of which a visit reads its part',
    async () => {
      const added = await service.run(['library', 'add', 'dc2', 'dc2']);
      expect(added.stderr).toContain('4 of 4 files are there');
      expect(added.status).toBe(0);
      expect((await entries()).find(({ name }) => name === 'dc2')).toMatchObject({
        kind: 'skyCatalogs',
        // 500 galaxies and 495 point sources, as pyarrow counts the rows.
        objects: 995,
      });
      await service.must(['submit', 'folder.yaml', '--out', 'folder']);
      const recipe = readdirSync(join(service.folder, 'folder')).find((name) => name.startsWith('recipe'))!;
      expect(readFileSync(join(service.folder, 'folder', recipe), 'utf8')).toContain('galaxy_9683.parquet');
    },
  );

  it('says what is no folder of sky catalogs, and gives up what it held', async () => {
    const none = await service.run(['library', 'add', 'none', 'none']);
    expect([none.status, none.stderr]).toEqual([
      3,
      expect.stringContaining('none cannot be offered: the folder of notes.csv: no files of sky catalogs'),
    ]);
    const empty = await service.run(['library', 'add', 'empty', 'empty']);
    expect([empty.status, empty.stderr]).toEqual([3, expect.stringContaining('has no files')]);
    await service.must(['library', 'remove', 'none']);
    await service.must(['library', 'remove', 'deep']);
    const gone = await service.run(['submit', 'both.yaml']);
    expect(gone.status).toBe(3);
    expect(gone.stderr).toContain('the library has nothing called deep');
  });
});
