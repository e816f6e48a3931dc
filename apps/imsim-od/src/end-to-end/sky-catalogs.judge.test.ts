/** Sky catalogs and moving sources through the built command line: the examples of their pages. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasPython, repositoryRoot, runPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.js';

const top = temporaryFolder();

/** Puts the blocks of a page's example into files of a new folder, by the names before them; gives the Python in it. */
function unpack(page: string, name: string): { readonly folder: string; readonly python: string } {
  const text = readFileSync(join(repositoryRoot, 'docs/inputs', page), 'utf8');
  const example = text.slice(text.indexOf('## Example'));
  const folder = join(top, name);
  mkdirSync(folder);
  for (const [, file, content] of example.matchAll(/`([\w.]+)`:\n\n```\w+\n([\s\S]*?)```/g))
    writeFileSync(join(folder, file!), content!);
  const [, python = ''] = /```python\n([\s\S]*?)```/.exec(example) ?? [];
  return { folder, python };
}

interface TruthRow {
  readonly id: string;
  readonly component: string;
  readonly ra: number;
  readonly dec: number;
  readonly mag: number;
}

function truthOf(folder: string): TruthRow[] {
  const file = readdirSync(folder).find((name) => name.startsWith('truth') && name.endsWith('.fits'));
  return JSON.parse(
    runPython(
      `
import sys, json
from astropy.table import Table
rows = [{'id': str(r['object_id']).strip(), 'component': str(r['component']).strip(), 'ra': float(r['ra']), 'dec': float(r['dec']), 'mag': float(r['magnitude'])} for r in Table.read(sys.argv[1])]
print(json.dumps(rows))
`,
      [join(folder, file ?? '')],
    ),
  ) as TruthRow[];
}

function run(folder: string, out: string): TruthRow[] {
  const { status, stderr } = runCli(['simulate', 'request.yaml', '--out', out], folder);
  if (status !== 0) throw new Error(stderr);
  return truthOf(join(folder, out));
}

describe.skipIf(!hasPython)('the example of sky catalogs', () => {
  it('draws its galaxy and its star, and is made again byte by byte', () => {
    const { folder, python } = unpack('sky-catalogs.md', 'sky');
    runPython(`import os\nos.chdir(${JSON.stringify(folder)})\n${python}`, []);
    const truth = run(folder, 'sky');
    expect(truth.map(({ id, component }) => `${id} ${component}`).sort()).toEqual([
      '17 bulge',
      '17 disk',
      's1 single',
    ]);
    // Bulge and disk have the same spectrum; 2e-3 photons are 21.3072 mag in r, through the baseline.
    const total = -2.5 * Math.log10(2e-3 / 666_593.9);
    for (const { id, mag } of truth)
      expect(mag).toBeCloseTo(id === '17' ? total + 2.5 * Math.log10(2) : total, 5);
    const recipe = readdirSync(join(folder, 'sky')).find((name) => name.startsWith('recipe')) ?? '';
    expect(runCli(['reproduce', join('sky', recipe)], folder).stdout).toContain('Every file is the same');
    writeFileSync(join(folder, 'galaxy_flux_9043.parquet'), 'changed');
    const changed = runCli(['reproduce', join('sky', recipe)], folder);
    expect(changed.status).toBe(3);
    expect(changed.stderr).toContain('galaxy_flux_9043.parquet');
  });

  it('is refused with exit code 3 and one clear line where the folder is not there or has a type that is unknown', () => {
    const { folder } = unpack('sky-catalogs.md', 'refused');
    const missing = runCli(['plan', 'request.yaml', '--sky-catalog', 'nowhere'], folder);
    expect(missing.status).toBe(3);
    const unknown = runCli(['plan', 'request.yaml', '--set', 'sky.0.objectTypes=[stars]'], folder);
    expect(unknown.status).toBe(3);
    expect(unknown.stderr).toContain("objects of type 'stars' are not read");
  });
});

describe.skipIf(!hasPython)('the example of moving and variable sources', () => {
  it('places star, asteroid and supernova as astropy and closed forms do', () => {
    const { folder } = unpack('moving-and-variable.md', 'moving');
    const truth = new Map(run(folder, 'moving').map((row) => [row.id, row]));
    const [ra, dec] = JSON.parse(
      runPython(
        `
import json, numpy as np, astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.time import Time
import erfa
start = Time(2000.0, format='jyear', scale='tt')
end = Time(61200.25, format='mjd', scale='tai')
star = SkyCoord(269.452 * u.deg, 4.693 * u.deg, distance=1000 / 546.98 * u.pc, pm_ra_cosdec=-801.6 * u.mas / u.yr, pm_dec=10362.4 * u.mas / u.yr, radial_velocity=0 * u.km / u.s, obstime=start)
moved = star.apply_space_motion(new_obstime=end)
earth = erfa.epv00(end.tdb.jd1, end.tdb.jd2)[1]['p'] * u.au
seen = moved.cartesian.xyz.to(u.au) - earth
ra, dec = erfa.c2s(seen.value)
print(json.dumps([float(np.degrees(ra) % 360), float(np.degrees(dec))]))
`,
        [],
      ),
    ) as [number, number];
    const star = truth.get('barnard')!;
    // astropy's light time and our Earth: a milliarcsecond.
    expect(Math.abs(star.ra - ra) * 3.6e6).toBeLessThan(2);
    expect(Math.abs(star.dec - dec) * 3.6e6).toBeLessThan(2);
    expect(truth.get('rock')!.ra).toBeCloseTo(269.46, 9);
    const t = (61200.25 - 61190) / 20;
    const flux = (1 - t) * 10 ** (-0.4 * 21) + t * 10 ** (-0.4 * 19);
    expect(truth.get('sn')!.mag).toBeCloseTo(-2.5 * Math.log10(flux), 5);
  });
});
