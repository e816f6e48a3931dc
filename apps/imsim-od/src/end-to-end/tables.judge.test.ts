/** Tables of sources through the built command line: the examples of docs/inputs/tables.md, and the pixels that come of them. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasPython, pythonPath, repositoryRoot, runPython, runTool } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const page = readFileSync(join(repositoryRoot, 'docs/inputs/tables.md'), 'utf8');
const blocks = [...page.slice(page.indexOf('## Examples')).matchAll(/```(\w+)\n([\s\S]*?)```/g)];
const blocksOf = (language: string) =>
  blocks.filter((match) => match[1] === language).map((match) => match[2] ?? '');

const REQUEST = { pointing: { raDeg: 53.01, decDeg: -27.4 }, band: 'r', products: ['eimage'] };

/** Simulates a sky and returns the path of its e-image. */
function simulate(name: string, sky: readonly object[], ...more: string[]): string {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...REQUEST, sky }));
  const { status, stderr } = runCli(['simulate', `${name}.json`, '--out', name, ...more], folder);
  if (status !== 0) throw new Error(stderr);
  return join(folder, name, readdirSync(join(folder, name)).find((file) => file.startsWith('eimage')) ?? '');
}

const COMPARE = `
import sys
import numpy as np
from astropy.io import fits
one, two = (fits.open(path) for path in sys.argv[1:3])
same = [a.data is None or np.array_equal(a.data, b.data) for a, b in zip(one, two)]
print('same' if all(same) and len(one) == len(two) and sum(h.data is not None for h in one) > 0 else 'different')
`;

describe.skipIf(!hasPython)('tables of sources', () => {
  it('draw the same pixels as the same objects of an instance catalog', () => {
    // A flat spectrum at redshift 0 makes magnorm the band's magnitude; pa and gamma2 change sign (object-line.ts).
    const rows = [
      ['p', 53.0, -27.4, 17.5, 'point', '', '', '', '', '', '', ''],
      ['s', 53.02, -27.39, 18.5, 'sersic', 1.5, 0.6, -30, 4, 0.03, 0.02, 0.05],
      ['d', 53.01, -27.41, 19, 'sersic', 1.1, 1.1, 0, 1, '', '', ''],
    ] as const;
    const csv = rows.map((row) => row.join(',')).join('\n');
    writeFileSync(join(folder, 'same.csv'), `id,ra,dec,mag_r,kind,a,b,pa,n,gamma1,gamma2,kappa\n${csv}\n`);
    const lines = rows.map(([id, ra, dec, mag, kind, a, b, pa, n, g1, g2, k]) => {
      const shape = kind === 'point' ? 'point' : `sersic2d ${a} ${b} ${-Number(pa)} ${n}`;
      return `object ${id} ${ra} ${dec} ${mag} flatSED/sed_flat.txt 0 ${g1 || 0} ${-(g2 || 0)} ${k || 0} 0 0 ${shape} none none`;
    });
    writeFileSync(
      join(folder, 'same.txt'),
      `rightascension 53.01\ndeclination -27.4\nfilter 2\n${lines.join('\n')}\n`,
    );
    const byTable = simulate('by-table', [{ type: 'table', path: 'same.csv' }]);
    const byCatalog = simulate('by-catalog', [{ type: 'instanceCatalog', path: 'same.txt' }]);
    expect(runPython(COMPARE, [byTable, byCatalog]).trim()).toBe('same');
  });

  it('point where astropy says: a position angle of 45 deg is long from South-West to North-East', () => {
    writeFileSync(join(folder, 'pa.csv'), 'ra,dec,mag,a,b,pa\n53.01,-27.4,17,3,0.6,45\n');
    const image = simulate('pa', [{ type: 'table', path: 'pa.csv' }], '--set', 'effects.background=false');
    const angle = Number(
      runPython(
        `
import sys
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
hdu = next(h for h in fits.open(sys.argv[1]) if h.data is not None)
y, x = np.nonzero(hdu.data)
flux = hdu.data[y, x].astype(float)
ra, dec = WCS(hdu.header).all_pix2world(x, y, 0)
east, north = (ra - 53.01) * np.cos(np.radians(-27.4)) * 3600, (dec + 27.4) * 3600
near = np.hypot(east, north) < 8
e, n, f = east[near], north[near], flux[near]
print(np.degrees(0.5 * np.arctan2(2 * (f * e * n).sum(), (f * (n * n - e * e)).sum())))
`,
        [image],
      ),
    );
    // 0.5 deg: half a million electrons in an ellipse of axis ratio 1/5.
    expect(Math.abs(angle - 45)).toBeLessThan(0.5);
  });

  it('are by SED files as the page says, the same as an instance catalog, and refused by the name of a changed file', () => {
    const place = join(folder, 'spectra');
    mkdirSync(place);
    const library = blocksOf('python').find((program) => program.includes('library/'));
    writeFileSync(join(place, 'library.py'), library ?? '');
    runTool(pythonPath, ['library.py'], place);
    writeFileSync(
      join(place, 'spectra.csv'),
      blocksOf('csv').find((text) => text.includes('sun.spec')) ?? '',
    );
    writeFileSync(
      join(place, 'spectra.yaml'),
      blocksOf('yaml').find((text) => text.includes('sedDir')) ?? '',
    );
    writeFileSync(
      join(place, 'spectra.txt'),
      `rightascension 53.01
declination -27.4
filter 2
object bare 53.00 -27.40 18 starSED/mine/sun.spec 0 0 0 0 0 0 point none none
object dimmed 53.01 -27.40 18 starSED/mine/sun.spec 0 0 0 0 0 0 point none CCM 0.5 3.1
object galaxy 53.02 -27.41 20 galaxySED/Exp.20E09.02Z.spec.gz 0.3 0 0 0 0 0 point CCM 0.4 3.1 CCM 0.1 3.1
`,
    );
    const truthOf = (input: string, ...more: string[]): string[][] => {
      const out = input.replace('.', '-');
      const { status, stdout, stderr } = runCli(['simulate', input, '--out', out, ...more], place);
      expect([status, stderr]).toEqual([0, expect.anything()]);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('2 are by their spectrum');
      const name = readdirSync(join(place, out)).find(
        (file) => file.startsWith('truth') && file.endsWith('fits'),
      );
      return runPython(
        `
import sys
from astropy.io import fits
table = next(h for h in fits.open(sys.argv[1]) if h.data is not None)
for row in zip(table.data['object_id'], table.data['magnitude'], table.data['flags']): print(row[0].strip(), repr(float(row[1])), row[2] & 8)
`,
        [join(place, out, name ?? '')],
      )
        .trim()
        .split('\n')
        .map((line) => line.split(' '))
        .sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
    };
    const byTable = truthOf('spectra.yaml');
    expect(byTable.map(([id, , flag]) => [id, flag])).toEqual([
      ['bare', '0'],
      ['dimmed', '0'],
      ['galaxy', '8'],
    ]);
    expect(truthOf('spectra.txt', '--sed-dir', 'library', '--products', 'truth')).toEqual(byTable);
    const [bare, dimmed] = byTable.map(([, magnitude]) => Number(magnitude).toFixed(2));
    const said = page.replaceAll('\n', ' ');
    expect(said).toContain(`The truth has r = ${bare} for the first and ${dimmed} for the second`);
    const [note = ''] = /1 object\(s\) have their SED replaced[^`]*by their spectrum/.exec(said) ?? [];
    expect(runCli(['plan', 'spectra.yaml'], place).stdout.replaceAll(/\s+/g, ' ')).toContain(note);

    const recipe = readdirSync(join(place, 'spectra-yaml')).find((name) => name.startsWith('recipe')) ?? '';
    expect(runCli(['reproduce', join('spectra-yaml', recipe)], place).status).toBe(0);
    const spectrum = join(place, 'library/starSED/mine/sun.spec');
    writeFileSync(spectrum, `${readFileSync(spectrum, 'utf8')}# changed\n`);
    const changed = runCli(['reproduce', join('spectra-yaml', recipe)], place);
    expect([changed.status, changed.stderr]).toEqual([
      3,
      expect.stringContaining('starSED/mine/sun.spec is another file'),
    ]);
  });

  it('reproduce from their recipe, and not from a table that was changed', () => {
    const [recipe = ''] = readdirSync(join(folder, 'by-table')).filter((name) => name.startsWith('recipe'));
    expect(runCli(['reproduce', join('by-table', recipe)], folder).status).toBe(0);
    const path = join(folder, 'same.csv');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('17.5', '17.6'));
    const changed = runCli(['reproduce', join('by-table', recipe)], folder);
    expect([changed.status, changed.stderr]).toEqual([
      3,
      expect.stringContaining('same.csv is not the file'),
    ]);
    writeFileSync(path, text);
  });

  it('of the documentation hold the same three sources in every format', () => {
    const place = join(folder, 'docs');
    mkdirSync(place);
    const [csv = ''] = blocksOf('csv');
    writeFileSync(join(place, 'sources.csv'), csv);
    for (const program of blocksOf('python')) {
      writeFileSync(join(place, 'write.py'), program);
      runTool(pythonPath, ['write.py'], place);
    }
    writeFileSync(join(place, 'own.yaml'), blocksOf('yaml')[0] ?? '');
    writeFileSync(join(place, 'request.yaml'), 'pointing: { raDeg: 53.01, decDeg: -27.4 }\nband: r\n');
    const inputs = [
      ['request.yaml', '--table', 'sources.csv'],
      ['request.yaml', '--table', 'sources.fits'],
      ['request.yaml', '--table', 'sources.vot'],
      ['own.yaml'],
    ];
    for (const input of inputs) {
      const plan = askCli<{ total: { objects: number }; notes: string[] }>(
        ['plan', ...input, '--json'],
        place,
      );
      expect([input, plan.total.objects]).toEqual([input, 3]);
      expect([input, plan.notes.join()]).toEqual([input, expect.not.stringContaining('skipped')]);
      const shown = askCli<{ values: { key: string; value: unknown; origin: string }[] }>(
        ['show', ...input, '--json'],
        place,
      );
      expect(shown.values).toContainEqual(
        expect.objectContaining({
          key: 'sky.0.type',
          value: 'table',
          origin: input.length > 1 ? '--table' : 'own.yaml',
        }),
      );
    }
    const images = inputs.map((input, i) => {
      const { status, stderr } = runCli(
        ['simulate', ...input, '--products', 'truth', '--out', `out${i}`],
        place,
      );
      expect([input, status, stderr]).toEqual([input, 0, expect.anything()]);
      return join(place, `out${i}`);
    });
    const magnitudes = runPython(
      `
import sys, glob
from astropy.table import Table
for folder in sys.argv[1:]:
    t = Table.read(glob.glob(folder + '/truth*.fits')[0])
    t.sort('object_id')
    print(' '.join(f"{str(i)}:{m:.2f}:{r:.3f}" for i, m, r in zip(t['object_id'], t['magnitude'], t['ra'])))
`,
      images,
    );
    const [first, ...others] = magnitudes.trim().split('\n');
    expect(first).toBe('long:20.50:53.020 round:20.00:53.010 star:18.50:53.000');
    expect(others).toEqual([first, first, first]);
  });

  it('add up with other entries, and bad ones end with exit code 3 and one clear line', () => {
    writeFileSync(join(folder, 'ok.json'), JSON.stringify(REQUEST));
    const plan = askCli<{ total: { objects: number } }>(
      ['plan', 'ok.json', '--catalog', 'same.txt', '--table', 'same.csv', '--table', 'pa.csv', '--json'],
      folder,
    );
    expect(plan.total.objects).toBe(7);
    writeFileSync(join(folder, 'bad.csv'), 'ra,dec,magg\n1,2,3\n');
    const bad = runCli(['plan', 'ok.json', '--table', 'bad.csv'], folder);
    expect([bad.status, bad.stderr]).toEqual([
      3,
      expect.stringContaining('The table has the columns ra, dec, magg.'),
    ]);
    const absent = runCli(['plan', 'ok.json', '--table', 'absent.csv'], folder);
    expect([absent.status, absent.stderr]).toEqual([3, expect.stringContaining('absent.csv does not exist')]);
    const key = runCli(['plan', 'ok.json', '--table', 'same.csv', '--set', 'sky.0.columns.shear1=a'], folder);
    expect([key.status, key.stderr]).toEqual([3, expect.stringContaining('unknown key columns.shear1')]);
  });
});
