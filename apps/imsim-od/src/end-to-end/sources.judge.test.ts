/** Several sources of one sky through the built command line: the examples of the documentation, lenses measured in the image, stamps. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askPython, hasPython, pythonPath, repositoryRoot, runPython, runTool } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const FIELD = { raDeg: 53, decDeg: -28 };
const REQUEST = { pointing: FIELD, band: 'r', obsMjdTai: 61_041.1, seeingFwhm500Arcsec: 0.4 };
const BARE = { background: false, vignetting: false, bleed: false };

interface Report {
  readonly notes: readonly string[];
  readonly outputs: readonly { readonly path: string; readonly product: string }[];
}

/** Simulates and returns the report; paths in it are relative to the folder. */
function simulate(name: string, request: object, place = folder): Report {
  writeFileSync(join(place, `${name}.json`), JSON.stringify(request));
  return askCli<Report>(['simulate', `${name}.json`, '--out', name, '--json'], place);
}

const fileOf = ({ outputs }: Report, ending: string): string =>
  join(folder, outputs.find(({ path }) => path.endsWith(ending))?.path ?? '');

interface TruthRow {
  readonly id: string;
  readonly catalog: number;
  readonly component: string;
  readonly ra: number;
  readonly dec: number;
  readonly mag: number;
  readonly x: number;
  readonly y: number;
  readonly flags: number;
  readonly electrons: number;
}

function truthOf(report: Report): TruthRow[] {
  const path = fileOf(report, '.parquet');
  return askPython<TruthRow[]>(
    `
import json, sys
import pyarrow.parquet as pq
rows = pq.read_table(json.load(sys.stdin)).to_pylist()
print(json.dumps([dict(id=r['object_id'], catalog=r['catalog'], component=r['component'], ra=r['ra'], dec=r['dec'], mag=r['magnitude'], x=r['x'], y=r['y'], flags=r['flags'], electrons=r['expected_electrons']) for r in rows]))
`,
    path,
  );
}

/** Round galaxies on a grid around the field, 32 arcsec apart, those within 70 arcsec of the centre left out. */
const GRID = [...Array(23 * 23).keys()].flatMap((k) => {
  const [i, j] = [(k % 23) - 11, Math.floor(k / 23) - 11];
  if (Math.hypot(i, j) * 32 < 70) return [];
  const dec = FIELD.decDeg + (j * 32) / 3600;
  const ra = FIELD.raDeg + (i * 32) / 3600 / Math.cos((dec * Math.PI) / 180);
  return [`${k},${ra},${dec},19,0.8,1,1`];
});

/**
 * Adaptive moments (GalSim's HSM) of every galaxy, turned to the sky by astropy's reading of the header's WCS; the response is that
 * to a constant shear of 0.05. GalSim's halo says what is to be found.
 */
const MEASURE = `
import json, sys, warnings
import numpy as np, galsim
from astropy.io import fits
from astropy.wcs import WCS
import pyarrow.parquet as pq
warnings.simplefilter('ignore')
asked = json.load(sys.stdin)
def measure(image, truth):
    hdu = next(h for h in fits.open(image) if h.data is not None)
    data, wcs = hdu.data.astype(float), WCS(hdu.header)
    out = {}
    for r in pq.read_table(truth).to_pylist():
        x, y = int(round(r['x'])), int(round(r['y']))
        if not (40 < x < data.shape[1] - 40 and 40 < y < data.shape[0] - 40): continue
        stamp = galsim.Image(data[y - 32:y + 33, x - 32:x + 33].copy(), scale=1)
        m = galsim.hsm.FindAdaptiveMom(stamp, strict=False)
        if m.error_message: continue
        # the image's x axis on the sky, as an angle from West towards North
        ra, dec = wcs.all_pix2world([x, x + 1], [y, y], 0)
        west, north = -(ra[1] - ra[0]) * np.cos(np.radians(dec[0])), dec[1] - dec[0]
        # y stands counter-clockwise of x seen from the inside of the sphere, as North of West, or the other way round
        ra2, dec2 = wcs.all_pix2world([x, x], [y, y + 1], 0)
        west2, north2 = -(ra2[1] - ra2[0]) * np.cos(np.radians(dec[0])), dec2[1] - dec2[0]
        parity = np.sign(west * north2 - west2 * north)
        turn = np.exp(2j * np.arctan2(north, west))
        e = (m.observed_shape.e1 + 1j * parity * m.observed_shape.e2) * turn
        out[r['object_id']] = (e.real, e.imag, data[y - 32:y + 33, x - 32:x + 33].sum(), r['ra'], r['dec'])
    return out
plain, constant, halo = (measure(*paths) for paths in asked['runs'])
c = np.mean([(constant[k][0] - plain[k][0], constant[k][1] - plain[k][1]) for k in constant if k in plain], axis=0)
h = asked['halo']
nfw = galsim.NFWHalo(mass=h['massM200c'] * 0.7, conc=h['concentration'], redshift=h['redshift'], halo_pos=galsim.PositionD(0, 0), omega_m=0.3, omega_lam=0.7)
response = c[0] / 0.05
found, wanted, cross, flux, mu = [], [], [], [], []
for k, (e1, e2, f, ra, dec) in halo.items():
    if k not in plain: continue
    u, v = -(ra - h['raDeg']) * np.cos(np.radians(dec)) * 3600, (dec - h['decDeg']) * 3600
    r = np.hypot(u, v)
    turn = np.exp(-2j * np.arctan2(v, u))
    e = (e1 - plain[k][0] + 1j * (e2 - plain[k][1])) / response * turn
    found.append(-e.real); cross.append(-e.imag)
    g1, g2 = nfw.getShear((u, v), 1.0)
    wanted.append(-((g1 + 1j * g2) * turn).real)
    flux.append(f / plain[k][2]); mu.append(nfw.getMagnification((u, v), 1.0))
found, wanted, cross, flux, mu = map(np.array, (found, wanted, cross, flux, mu))
print(json.dumps(dict(n=len(found), constant=list(c / response), response=response, slope=float((found * wanted).sum() / (wanted ** 2).sum()),
                      cross=float(np.mean(cross)), strongest=float(wanted.max()), flux=float(np.mean(flux / mu)), largest=float(mu.max()))))
`;

describe.skipIf(!hasPython)('the shear of a halo', () => {
  writeFileSync(join(folder, 'grid.csv'), `id,ra,dec,mag,hlr,n,redshift\n${GRID.join('\n')}\n`);
  const halo = { ...FIELD, redshift: 0.3, massM200c: 8e14, concentration: 5, deflect: false };

  it.each([40, 130])('is found in the image, the camera turned by %d deg', (rotTelPosDeg) => {
    const run = (name: string, lensing?: object): readonly [string, string] => {
      const report = simulate(`${name}${rotTelPosDeg}`, {
        ...REQUEST,
        rotTelPosDeg,
        effects: BARE,
        products: ['eimage', 'truth'],
        sky: [{ type: 'table', path: 'grid.csv', ...(lensing ? { lensing } : {}) }],
      });
      return [fileOf(report, '.fits'), fileOf(report, '.parquet')];
    };
    const runs = [run('plain'), run('constant', { gamma1: 0.05 }), run('halo', { halos: [halo] })];
    const found = askPython<
      Record<'n' | 'slope' | 'cross' | 'strongest' | 'flux' | 'largest', number> & { constant: number[] }
    >(MEASURE, { runs, halo });
    expect(found.n).toBeGreaterThan(350);
    // 160,000 electrons a galaxy: an error of 0.005 in each ellipticity, 0.0003 in the mean, on a response of about 1
    expect(Math.abs(found.constant[1]!)).toBeLessThan(0.002);
    expect(Math.abs(found.cross)).toBeLessThan(0.002);
    // the response at g = 0.2 differs by a few per cent from that at 0.05
    expect(found.strongest).toBeGreaterThan(0.12);
    expect(Math.abs(found.slope - 1)).toBeLessThan(0.05);
    // flux times mu: 2 % is what leaves the measuring window as galaxies grow
    expect(found.largest).toBeGreaterThan(1.3);
    expect(Math.abs(found.flux - 1)).toBeLessThan(0.02);
  });
});

describe.skipIf(!hasPython)('several sources in one sky', () => {
  const page = (name: string): string => readFileSync(join(repositoryRoot, 'docs/inputs', name), 'utf8');
  const blocksOf = (name: string, language: string): string[] =>
    [...page(name).matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, kind, text]) =>
      kind === language ? [text ?? ''] : [],
    );

  it('of the documentation add up, are told apart, limited, displaced, and counted where they stand twice', () => {
    const [stars = '', cluster = ''] = blocksOf('appending-sources.md', 'csv');
    writeFileSync(join(folder, 'stars.csv'), stars);
    writeFileSync(join(folder, 'cluster.csv'), cluster);
    writeFileSync(join(folder, 'append.yaml'), blocksOf('appending-sources.md', 'yaml')[0] ?? '');
    const report = askCli<Report>(
      ['simulate', 'append.yaml', '--products', 'truth', '--out', 'append', '--json'],
      folder,
    );
    const truth = truthOf(report);
    const of = (catalog: number) =>
      truth.filter((row) => row.catalog === catalog).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(of(0).length).toBeGreaterThan(50);
    expect(of(1).map(({ id }) => id)).toEqual(['2', '3']);
    expect(of(2).map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(of(3).map(({ id, mag }) => [id, mag])).toEqual([
      ['1', 18],
      ['2', 19.2],
      ['3', 19.5],
    ]);
    // arcsec, East and North, to 1 mas
    const apart = (a: TruthRow, ra: number, dec: number): number[] => [
      (a.ra - ra) * 3600 * Math.cos((dec * Math.PI) / 180),
      (a.dec - dec) * 3600,
    ];
    expect(apart(of(2)[1]!, 53.02, -28)).toEqual([expect.closeTo(0.1, 3), expect.closeTo(0, 3)]);
    // 0.01 arcsec: the tangent at the place, and the parallel, which bends away from it
    expect(apart(of(3)[0]!, 53, -28)).toEqual([expect.closeTo(30, 1), expect.closeTo(-30, 1)]);
    expect(report.notes).toContain(
      '2 objects of sky.2 stand in sky.1, too: in the same place, and as bright (drawn twice unless duplicates.drop is true)',
    );
    // The same is said before anything is drawn.
    const { notes: planned } = askCli<Report>(['plan', 'append.yaml', '--json'], folder);
    expect(planned.filter((note) => note.includes('stand in'))).toEqual(
      report.notes.filter((note) => note.includes('stand in')),
    );
    const dropped = askCli<Report>(
      [
        'simulate',
        'append.yaml',
        '--products',
        'truth',
        '--set',
        'duplicates.drop=true',
        '--out',
        'dropped',
        '--json',
      ],
      folder,
    );
    const left = truthOf(dropped);
    expect(left.filter(({ catalog }) => catalog === 2).map(({ id }) => id)).toEqual(['1']);
    expect(left).toHaveLength(truth.length - 2);
  });

  it('are told of identifiers that stand twice in one', () => {
    writeFileSync(join(folder, 'twice.csv'), 'id,ra,dec,mag\n7,53,-28,20\n7,53.01,-28,20\n8,53.02,-28,20\n');
    const { notes } = simulate('twice', {
      ...REQUEST,
      products: ['truth'],
      sky: [{ type: 'table', path: 'twice.csv' }],
    });
    expect(notes.join()).toContain(
      '1 row of sky.0 repeats the identifier and component of another, such as 7; all are drawn',
    );
  });

  it('of the documentation are lensed, by a halo and by a map', () => {
    const place = join(folder, 'lensing');
    mkdirSync(place);
    const [program = ''] = blocksOf('lensing.md', 'python');
    writeFileSync(join(place, 'write.py'), program);
    runTool(pythonPath, ['write.py'], place);
    blocksOf('lensing.md', 'yaml').forEach((text, index) => {
      writeFileSync(join(place, `lens${index}.yaml`), text);
      const run = (name: string, ...more: string[]): Report => {
        const report = askCli<Report>(
          [
            'simulate',
            `lens${index}.yaml`,
            '--products',
            'truth',
            '--out',
            `${name}${index}`,
            '--json',
            ...more,
          ],
          place,
        );
        return {
          ...report,
          outputs: report.outputs.map((output) => ({ ...output, path: join('lensing', output.path) })),
        };
      };
      const lensed = truthOf(run('lensed'));
      expect(lensed.length).toBeGreaterThan(100);
      // the same galaxies without their magnification: some are fainter by more than 5 %, none is brighter
      const before = new Map(
        truthOf(run('plain', '--set', 'sky.0.lensing.magnifyFlux=false')).map((row) => [
          `${row.id} ${row.component}`,
          row.mag,
        ]),
      );
      const brighter = lensed.flatMap(({ id, component, mag }) => {
        const was = before.get(`${id} ${component}`);
        return was === undefined ? [] : [was - mag];
      });
      expect(brighter.length).toBeGreaterThan(100);
      expect(Math.max(...brighter)).toBeGreaterThan(0.05);
      expect(Math.min(...brighter)).toBeGreaterThan(-1e-3);
    });
    // a map that was changed is not the recipe's
    const [recipe = ''] = readdirSync(join(place, 'lensed1')).filter((name) => name.startsWith('recipe'));
    expect(runCli(['reproduce', join('lensed1', recipe)], place).status).toBe(0);
    writeFileSync(join(place, 'write.py'), program.replace('kappa = 3 /', 'kappa = 2 /'));
    runTool(pythonPath, ['write.py'], place);
    const changed = runCli(['reproduce', join('lensed1', recipe)], place);
    expect([changed.status, changed.stderr]).toEqual([
      3,
      expect.stringContaining('sis.fits is not the file'),
    ]);
  });

  it.each([
    [{ halos: [{ ...FIELD, redshift: 0.3, concentration: 5 }] }, /lensing\.halos\.0\.massM200c is missing/],
    [
      { halos: [{ ...FIELD, redshift: 0.3, massM200c: 1e20, concentration: 5 }] },
      /massM200c is 1.*from 1000000000 to/,
    ],
    [{ map: { path: 'gone.fits' } }, /gone\.fits does not exist/],
    [{ map: { path: 'grid.csv' } }, /grid\.csv: it is no FITS file of images/],
    [{ map: { path: 'grid.csv', nside: 3, ordering: 'ring' } }, /nside is 3; it must be a power of two/],
    [{ gamma1: 0.6, gamma2: 0.8 }, /reduced shear .* of 1; it must be below 1/],
    [{ map: { path: 'grid.csv', nside: 4 } }, /needs both nside and ordering/],
  ])('refuse the lens %j', (lensing, message) => {
    writeFileSync(
      join(folder, 'bad.json'),
      JSON.stringify({ ...REQUEST, sky: [{ type: 'table', path: 'stars.csv', lensing }] }),
    );
    const { status, stderr } = runCli(['simulate', 'bad.json', '--out', 'bad'], folder);
    expect([status, stderr]).toEqual([3, expect.stringMatching(message)]);
    expect(readdirSync(folder)).not.toContain('bad');
  });
});

describe.skipIf(!hasPython)('stamps of a table', () => {
  const STAMP = `
import sys
import numpy as np
from astropy.io import fits
# a bright blob 2 arcsec above a faint one: light of 3 to 1
image = np.zeros((61, 61), 'f4')
image[30, 30] = 1
image[50, 30] = 3
fits.PrimaryHDU(image).writeto(sys.argv[1], overwrite=True)
`;
  const CENTROID = `
import json, sys, warnings
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
warnings.simplefilter('ignore')
hdu = next(h for h in fits.open(json.load(sys.stdin)) if h.data is not None)
y, x = np.nonzero(hdu.data)
f = hdu.data[y, x].astype(float)
ra, dec = WCS(hdu.header).all_pix2world(x, y, 0)
east, north = (ra - 53) * np.cos(np.radians(-28)) * 3600, (dec + 28) * 3600
near = np.hypot(east, north) < 12
e, n, f = east[near], north[near], f[near]
print(json.dumps([float((f * e).sum() / f.sum()), float((f * n).sum() / f.sum()), float(f.sum())]))
`;

  it('stand as their position angle says, with the light of their magnitude, wherever the camera is turned', () => {
    mkdirSync(join(folder, 'images'));
    runPython(STAMP, [join(folder, 'images', 'spiral.fits')]);
    const [head, row] = [
      ...readFileSync(join(repositoryRoot, 'docs/inputs/appending-sources.md'), 'utf8').matchAll(
        /^(?:id,ra,dec,mag_r,stamp|spiral,).*$/gm,
      ),
    ].map(([line]) => line);
    for (const [pa, rotTelPosDeg] of [
      [0, 0],
      [90, 0],
      [30, 70],
    ] as const) {
      writeFileSync(
        join(folder, 'stamps.csv'),
        `${head}\n${row!.replace(/30$/, String(pa))}\nother,10,10,18,gone.fits,0.1,0\n`,
      );
      const report = simulate(`stamp${pa}`, {
        ...REQUEST,
        rotTelPosDeg,
        effects: BARE,
        products: ['eimage', 'truth'],
        sky: [{ type: 'table', path: 'stamps.csv', stampFolder: 'images' }],
      });
      const [east, north, sum] = askPython<number[]>(CENTROID, fileOf(report, '.fits'));
      // 3/4 of the light 2 arcsec along the position angle; 418,000 electrons give 0.001, the wings beyond 12 arcsec 0.01 arcsec
      const angle = (pa * Math.PI) / 180;
      expect(Math.abs(east! - 1.5 * Math.sin(angle))).toBeLessThan(0.03);
      expect(Math.abs(north! - 1.5 * Math.cos(angle))).toBeLessThan(0.03);
      const [truth] = truthOf(report);
      // 1 % of a Kolmogorov profile of 0.6 arcsec lies beyond 12 arcsec
      expect(Math.abs(sum! / truth!.electrons - 1)).toBeLessThan(0.015);
    }
  });

  it('are known by content: made again from the recipe, and not from another image', () => {
    const [name = ''] = readdirSync(join(folder, 'stamp30')).filter((file) => file.startsWith('recipe'));
    const { recipe } = JSON.parse(readFileSync(join(folder, 'stamp30', name), 'utf8')) as {
      recipe: { sky: { files: { name: string }[] }[] };
    };
    // the stamp of the row far away was neither needed nor missed
    expect(recipe.sky[0]!.files.map((file) => file.name)).toEqual(['stamps.csv', 'spiral.fits']);
    expect(runCli(['reproduce', join('stamp30', name)], folder).status).toBe(0);
    runPython(STAMP.replace('= 3', '= 2'), [join(folder, 'images', 'spiral.fits')]);
    const changed = runCli(['reproduce', join('stamp30', name)], folder);
    expect([changed.status, changed.stderr]).toEqual([
      3,
      expect.stringContaining('spiral.fits is not the file'),
    ]);
  });

  it.each([
    ['gone.fits', 0.1, /row|line 2 names the stamp gone\.fits: .*does not exist/],
    ['../grid.csv', 0.1, /\.\.\/grid\.csv lies outside/],
    ['words.fits', 0.1, /line 2 names the stamp words\.fits: /],
  ])('are refused where %s cannot be read', (stamp, scale, message) => {
    writeFileSync(join(folder, 'images', 'words.fits'), 'no image');
    writeFileSync(join(folder, 'bad.csv'), `ra,dec,mag,stamp,stampPixelScale\n53,-28,18,${stamp},${scale}\n`);
    writeFileSync(
      join(folder, 'bad-stamp.json'),
      JSON.stringify({ ...REQUEST, sky: [{ type: 'table', path: 'bad.csv', stampFolder: 'images' }] }),
    );
    const { status, stderr } = runCli(['simulate', 'bad-stamp.json', '--out', 'bad-stamp'], folder);
    expect([status, stderr]).toEqual([3, expect.stringMatching(message)]);
  });
});
