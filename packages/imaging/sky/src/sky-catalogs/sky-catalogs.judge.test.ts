import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { separationDeg } from '@imsim-od/astro';
import { askPython, hasPython, runPython } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  COMPONENT,
  FilesFolder,
  MODEL,
  readSkyCatalog,
  SkyRegion,
  type SkyCatalogOptions,
} from '../index.js';
import { openCatalogFolder } from '../node/index.js';
import { haveSameRows } from '../source-table.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-sky-catalogs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** pyarrow, h5py and astropy write a folder with an object or two of each type, around RA 53, Dec -28 (nside 32: cell 9043). */
const WRITE = `
import sys, os
import numpy as np, h5py
import pyarrow as pa, pyarrow.parquet as pq
from astropy.table import Table
os.chdir(sys.argv[1])
CELL = 9043
def write(name, **columns):
    pq.write_table(pa.table(columns), '%s_%d.parquet' % (name, CELL), row_group_size=2)
flux = lambda *values: {'lsst_flux_' + b: pa.array(values, pa.float32()) for b in 'ugrizy'}
edges = np.array([1000,1246,1552,1933,2407,2998,3184,3381,3590,3812,4048,4299,4565,4848,5148,5467,5806,6166,6548,6954,7385,7843,8329,8846,9395,9978,11467,13177,15143,17402,19998.])
flat = [1.0] * 30
red = [float(k) for k in range(30)]
write('galaxy', galaxy_id=pa.array([9007199254740993, 2, 3]), ra=[53.0, 53.01, 53.02], dec=[-28.0, -28.01, -28.02],
      redshift=[0.5, 0.3, 0.1], shear_1=[0.05, 0.0, 0.0], shear_2=[0.02, -0.1, 0.0], convergence=[0.04, 0.0, 0.0],
      size_bulge_true=pa.array([0.5, 1.0, 1.0], pa.float32()), size_minor_bulge_true=pa.array([0.4, 1.0, 1.0], pa.float32()), sersic_bulge=pa.array([4.0, 4, 4], pa.float32()),
      size_disk_true=pa.array([1.2, 1.0, 1.0], pa.float32()), size_minor_disk_true=pa.array([0.6, 1.0, 1.0], pa.float32()), sersic_disk=pa.array([1.0, 1, 1], pa.float32()),
      ellipticity_1_disk_true=[0.2, 0.0, 0.0], ellipticity_2_disk_true=[-0.1, 0.0, 0.0], ellipticity_1_bulge_true=[0.0, 0.0, 0.0], ellipticity_2_bulge_true=[0.0, 0.0, 0.0],
      sed_val_bulge=[red, [0.0] * 30, flat], sed_val_disk=[flat, flat, flat], sed_val_knots=[flat, [0.0] * 30, [0.0] * 30],
      bulge_magnorm=[22.0, float('inf'), 23.0], disk_magnorm=[21.0, 20.0, 23.0], knots_magnorm=[21.0, float('inf'), float('inf')],
      n_knots=pa.array([12.0, 0, 0], pa.float32()), MW_av=pa.array([0.0, 0, 0], pa.float32()), MW_rv=pa.array([3.1] * 3, pa.float32()))
write('galaxy_flux', galaxy_id=pa.array([9007199254740993, 2, 3]), **flux(1e-3, 2e-3, 0.0))
write('pointsource', object_type=['star'] * 3, id=['a', 'b', 'c'], ra=[53.0, 53.1, 53.2], dec=[-28.1, -28.1, -28.1], magnorm=[18.0, 19.0, 20.0],
      sed_filepath=['starSED/kurucz/km10_5750.fits_g40_5790.gz'] * 3, MW_av=pa.array([0.1] * 3, pa.float32()), MW_rv=pa.array([3.1] * 3, pa.float32()),
      mura=[1000.0, 0.0, 0.0], mudec=[-500.0, 0.0, 0.0], radial_velocity=[20.0, 0.0, 0.0], parallax=[100.0, 0.0, 0.0],
      is_variable=[False, True, False], period=[0.0, 2.0, 0.0], mag_amplitude=[0.0, 0.5, 0.0], phase=[0.0, 0.0, 0.0])
# Fluxes in another order than the objects: they are found by their identifiers.
write('pointsource_flux', id=['c', 'a', 'b'], **flux(3e-3, 1e-3, 2e-3))
write('sso', id=['s1', 's1', 's2'], mjd=[60000.0, 60000.2, 60000.1], ra=[53.0, 53.05, 53.3], dec=[-28.3, -28.31, -28.3],
      trailed_source_mag=[20.0, 20.0, 21.0], ra_rate=[0.2201, 0.2199, -2.0], dec_rate=[-0.05, -0.05, 1.0])
write('sso_flux', id=['s1', 's1', 's2'], mjd=[60000.0, 60000.2, 60000.1], **flux(1e-3, 3e-3, 1e-4))
write('snana', id=pa.array([11, 12]), ra=[53.4, 53.41], dec=[-28.3, -28.3], start_mjd=pa.array([59990.0, 61000.0], pa.float32()), end_mjd=pa.array([60050.0, 61050.0], pa.float32()),
      z_CMB=pa.array([0.4, 0.5], pa.float32()), MW_av=pa.array([0.0, 0.0], pa.float32()), MW_rv=pa.array([3.1, 3.1], pa.float32()), mw_extinction_applied=[False, False])
with h5py.File('snana_%d.hdf5' % CELL, 'w') as f:
    for name in ('11', '12'):
        g = f.create_group(name)
        g['mjd'] = np.arange(59990, 60051, dtype='f4')
        g.create_dataset('synmag_r', data=(22 + 0.05 * np.arange(61)).astype('f4'), compression='gzip')
        g['magcor_r'] = np.full(61, -0.1, dtype='f4')
t = Table()
t['id'] = np.array([5, 6], dtype='int64')
t['coord_ra'] = np.radians([53.0, 53.05]); t['coord_ra'].unit = 'rad'
t['coord_dec'] = np.radians([-28.2, -28.25]); t['coord_dec'].unit = 'rad'
t['phot_bp_mean_flux'] = [1e6, 0.0]
t['phot_rp_mean_flux'] = [1e6, 1e5]
t['epoch'] = [57204.0, 57204.0]
t['pm_ra'] = np.radians([100.0 / 3.6e6, 0.0]); t['pm_dec'] = np.radians([0.0, 0.0]); t['parallax'] = [0.0, 0.0]
os.makedirs('gaia', exist_ok=True)
os.makedirs('diffsky', exist_ok=True)
write('diffsky/galaxy', galaxy_id=pa.array([10203040, 10203041]), ra=[53.0, 53.1], dec=[-28.0, -28.0], redshift=[0.8, 0.2], shear1=[0.03, 0.0], shear2=[-0.02, 0.0], convergence=[0.01, 0.0],
      spheroidHalfLightRadiusArcsec=pa.array([0.2, 0.2], pa.float32()), diskHalfLightRadiusArcsec=pa.array([0.6, 0.6], pa.float32()), diskEllipticity1=[0.1, 0.0], diskEllipticity2=[0.3, 0.0],
      spheroidEllipticity1=[0.0, 0.0], spheroidEllipticity2=[0.05, 0.0], um_source_galaxy_obs_sm=pa.array([1e10, 1e9], pa.float32()))
write('diffsky/galaxy_flux', galaxy_id=pa.array([10203040, 10203041]), **flux(4e-3, 1e-3))
with h5py.File('diffsky/galaxy_sed_%d.hdf5' % CELL, 'w') as f:
    f['meta/wave_list'] = np.linspace(500, 20000, 312)
    f['galaxy/102/10203040'] = (np.outer([1, 2, 1], np.ones(312)) * 1e-5).astype('f4')
    f['galaxy/102/10203041'] = (np.outer([0, 1, 0], np.ones(312)) * 1e-5).astype('f4')
t.write('gaia/gaia_dr2_20200414_%s_refcats.fits' % sys.argv[2], overwrite=True)
`;

const CONFIGURATION = `
catalog_dir: example
catalog_name: example
schema_version: 1.3.0
skycatalog_root: /somewhere/else
object_types:
  galaxy: !include galaxy.yaml
  star:
    area_partition: &cells { type: healpix, ordering: ring, nside: 32 }
    file_template: pointsource_(?P<healpix>\\d+).parquet
    flux_file_template: pointsource_flux_(?P<healpix>\\d+).parquet
  snana:
    area_partition: *cells
    file_template: snana_(?P<healpix>\\d+).parquet
  sso:
    area_partition: *cells
    file_template: sso_(?P<healpix>\\d+).parquet
    flux_file_template: sso_flux_(?P<healpix>\\d+).parquet
  gaia_star:
    area_partition: { type: htm, level: 7 }
    data_file_type: fits
    data_dir: example/gaia
    basename_template: gaia_dr2_20200414_(?P<htm>\\d+)_refcats.fits
    id_prefix: gaia_dr2_
`;
const GALAXY = `
area_partition: { type: healpix, ordering: ring, nside: 32 }
file_template: 'galaxy_(?P<healpix>\\d+).parquet'
flux_file_template: 'galaxy_flux_(?P<healpix>\\d+).parquet'
`;

const time = { midMjdTai: 60_000.1, exposureS: 30 };
const AB_ZERO_R = 666_593.9;

const read = async (options: Partial<SkyCatalogOptions> = {}) =>
  readSkyCatalog(await openCatalogFolder(folder), { band: 'r', time, ...options });

describe.skipIf(!hasPython)('a folder of sky catalogs', () => {
  beforeAll(async () => {
    const { htmCone } = await import('@imsim-od/astro');
    const [triangle] = htmCone({ raDeg: 53, decDeg: -28.2 }, 1e-9, 7);
    runPython(WRITE, [folder, String(triangle)]);
    writeFileSync(join(folder, 'skyCatalog.yaml'), CONFIGURATION);
    writeFileSync(join(folder, 'galaxy.yaml'), GALAXY);
  });

  it('says whether its sources belong to a time and to the length of an exposure', async () => {
    const told: Record<string, readonly [boolean, boolean]> = {};
    for (const type of ['galaxy', 'star', 'snana', 'sso', 'gaia_star']) {
      const objectTypes = [type];
      const { sources, isOfTime, isOfExposure } = await read({ objectTypes });
      expect(sources.length).toBeGreaterThan(0);
      told[type] = [isOfTime, isOfExposure];
      const later = await read({ objectTypes, time: { ...time, midMjdTai: time.midMjdTai + 0.01 } });
      const longer = await read({ objectTypes, time: { ...time, exposureS: 90 } });
      if (!isOfTime) expect(haveSameRows(later.sources, sources), type).toBe(true);
      if (!isOfExposure) expect(haveSameRows(longer.sources, sources), type).toBe(true);
    }
    expect(told).toEqual({
      galaxy: [false, false],
      star: [true, false],
      snana: [true, false],
      sso: [true, true],
      gaia_star: [true, false],
    });
  });

  it('gives all types that its configuration lists, counted', async () => {
    const { counts, files, notes } = await read();
    expect(counts.map(({ type, rows, objects }) => [type, rows, objects])).toEqual([
      ['galaxy', 3, 3],
      ['star', 3, 3],
      ['gaia_star', 2, 1],
      ['snana', 2, 1],
      ['sso', 3, 2],
    ]);
    expect(files.slice(0, 2).map(({ path }) => path)).toEqual(['skyCatalog.yaml', 'galaxy.yaml']);
    expect(files.map(({ path }) => path)).toContain('snana_9043.hdf5');
    expect(notes.join('\n')).toContain('galaxy 3 of 3 in 1 cell, star 3 of 3 in 1 cell');
  });

  it('is the same to a page that was given its files', async () => {
    const { files, sources } = await read();
    const bytes = new Map<string, Uint8Array>();
    for (const { path } of files) bytes.set(path, readFileSync(join(folder, path)));
    const page = await readSkyCatalog(new FilesFolder('dropped', bytes), { band: 'r', time });
    expect(page.sources).toEqual(sources);
  });

  it('shears galaxies by GalSim’s algebra, and shares the flux of the file among their parts', async () => {
    const { sources } = await read({ objectTypes: ['galaxy'] });
    const rows = [...sources.objectId.keys()].filter((row) => sources.objectId[row] === '9007199254740993');
    expect(rows.map((row) => sources.component[row])).toEqual([
      COMPONENT.bulge,
      COMPONENT.disk,
      COMPONENT.knots,
    ]);
    const judged = askPython<number[]>(
      `
import sys, json, galsim
asked = json.load(sys.stdin)
k, s1, s2 = asked['lens']
shape = galsim.Shear(g1=s1 / (1 - k), g2=s2 / (1 - k)) + galsim.Shear(g1=-asked['e'][0], g2=-asked['e'][1])
mu = 1 / ((1 - k) ** 2 - s1 ** 2 - s2 ** 2)
json.dump([shape.g1, shape.g2, mu], sys.stdout)
`,
      { lens: [0.04, 0.05, 0.02], e: [0.2, -0.1] },
    );
    const disk = rows[1]!;
    expect(sources.g1[disk]).toBeCloseTo(judged[0]!, 9);
    expect(sources.g2[disk]).toBeCloseTo(judged[1]!, 9);
    // Columns of 32 bits.
    expect(sources.halfLightRadiusArcsec[disk]).toBeCloseTo(Math.sqrt(1.2 * 0.6 * judged[2]!), 6);
    const fluxes = rows.map((row) => AB_ZERO_R * 10 ** (-0.4 * sources.magnitude[row]!));
    expect(fluxes.reduce((sum, flux) => sum + flux, 0) / 1e-3).toBeCloseTo(1, 6);
    expect(fluxes[1]! / fluxes[2]!).toBeCloseTo(1, 9); // disk and knots have the same spectrum
    // The red spectrum counts k in its k-th bin: r at redshift 0.5 sees 367 to 460 nm at rest, bins 8 to 12.
    expect(fluxes[0]! / fluxes[1]!).toBeGreaterThan(8);
    expect(fluxes[0]! / fluxes[1]!).toBeLessThan(12);
    expect(sources.knotCount[rows[2]!]).toBe(12);
  });

  it('applies the magnification to light from magnorm, which does not hold it', async () => {
    const { sources } = await read({ objectTypes: ['galaxy'], fluxes: 'spectra' });
    // Galaxy 2: a flat spectrum at redshift 0.3 of magnorm 20, mu = 1 / (1 - 0.1^2).
    const row = sources.objectId.indexOf('2');
    const expected = 20 - 2.5 * Math.log10(1.3) - 2.5 * Math.log10(1 / (1 - 0.01));
    expect(sources.magnitude[row]).toBeCloseTo(expected, 9);
    // Galaxy 3 has a flux of 0 in the file and light by its spectrum; so it has in both ways.
    expect((await read({ objectTypes: ['galaxy'] })).sources.objectId).toContain('3');
  });

  it('moves stars to the epoch as ERFA does, and finds fluxes by identifier', async () => {
    const { sources } = await read({ objectTypes: ['star'] });
    const [raDeg, decDeg] = askPython<[number, number]>(
      `
import json, sys, numpy as np, erfa
mjd = json.load(sys.stdin)
d = np.radians; mas = d(1 / 3.6e6)
pvh, pvb = erfa.epv00(2400000.5, mjd + 32.184 / 86400)
v = erfa.pmpx(d(53.0), d(-28.1), 1000 * mas / np.cos(d(-28.1)), -500 * mas, 0.1, 20.0, (mjd + 32.184 / 86400 - 51544.5) / 365.25, pvb['p'])
ra, dec = erfa.c2s(v)
json.dump([float(np.degrees(ra)), float(np.degrees(dec))], sys.stdout)
`,
      time.midMjdTai,
    );
    const place = { raDeg: sources.raDeg[0]!, decDeg: sources.decDeg[0]! };
    expect(separationDeg(place, { raDeg, decDeg }) * 3.6e6).toBeLessThan(0.5); // mas
    expect(sources.magnitude[0]).toBeCloseTo(-2.5 * Math.log10(1e-3 / AB_ZERO_R), 6);
    expect(sources.magnitude[2]).toBeCloseTo(-2.5 * Math.log10(3e-3 / AB_ZERO_R), 6);
    // A sine of half a magnitude with a period of two days: MJD 60000.1 is 0.05 turns after a whole number of them.
    const variation = 0.5 * Math.sin(2 * Math.PI * 0.05);
    expect(sources.magnitude[1]).toBeCloseTo(-2.5 * Math.log10(2e-3 / AB_ZERO_R) + variation, 6);
  });

  it('takes fluxes through the throughputs that are asked for, by GalSim’s own curves', async () => {
    const abZero = askPython<Record<string, number>>(
      `
import json, sys, galsim, numpy as np
out = {}
for band in json.load(sys.stdin):
    curve = galsim.Bandpass('LSST_%s.dat' % band, 'nm')
    nm = np.linspace(curve.blue_limit, curve.red_limit, 100001)
    out[band] = 3631e-23 / 6.62607015e-27 * float(np.trapezoid(curve(nm) / nm, nm))
json.dump(out, sys.stdout)
`,
      ['u', 'g', 'r', 'i', 'z', 'y'],
    );
    for (const band of ['u', 'g', 'r', 'i', 'z', 'y'] as const) {
      const { sources } = await read({ band, objectTypes: ['star'], fluxThroughputs: 'galsim' });
      expect(sources.magnitude[0]).toBeCloseTo(-2.5 * Math.log10(1e-3 / abZero[band]!), 4);
    }
    // What the files do not say is taken to be the baseline, and said aloud; what was asked for is not.
    const { notes } = await read({ objectTypes: ['star'] });
    expect(notes.join('\n')).toContain('do not say through which throughputs');
    const asked = await read({ objectTypes: ['star'], fluxThroughputs: 'galsim' });
    expect(asked.notes.join('\n')).not.toContain('do not say through which throughputs');
  });

  it('places moving objects in the middle of the exposure, trailed by their rate', async () => {
    const { sources } = await read({ objectTypes: ['sso'] });
    const [first, second] = [sources.objectId.indexOf('s1'), sources.objectId.indexOf('s2')];
    // Half way in time between two points whose rates are those of a uniform motion: half way between them.
    const [a, b] = [
      { raDeg: 53, decDeg: -28.3 },
      { raDeg: 53.05, decDeg: -28.31 },
    ];
    const place = { raDeg: sources.raDeg[first]!, decDeg: sources.decDeg[first]! };
    expect(separationDeg(place, a)).toBeCloseTo(separationDeg(a, b) / 2, 5);
    expect(separationDeg(place, b)).toBeCloseTo(separationDeg(a, b) / 2, 5);
    expect(sources.model[first]).toBe(MODEL.streak);
    // 0.22 deg a day East and 0.05 South, for 30 s; the flux is half way between 1e-3 and 3e-3.
    expect(sources.lengthArcsec[first]).toBeCloseTo((Math.hypot(0.22, 0.05) * 3600 * 30) / 86_400, 2);
    expect(sources.magnitude[first]).toBeCloseTo(-2.5 * Math.log10(2e-3 / AB_ZERO_R), 6);
    // One point, at the very time: West and North, so along +u and +v.
    expect(sources.raDeg[second]).toBeCloseTo(53.3, 12);
    expect(sources.lengthArcsec[second]).toBeCloseTo((Math.hypot(2, 1) * 3600 * 30) / 86_400, 9);
    expect(sources.orientationRad[second]).toBeCloseTo(Math.atan2(1, 2), 12);
  });

  it('follows light curves in HDF5 straight in flux, corrections included', async () => {
    const { sources } = await read({ objectTypes: ['snana'], time: { midMjdTai: 60_000.25, exposureS: 30 } });
    expect(sources.objectId).toEqual(['11']);
    const flux = 0.75 * 10 ** (-0.4 * 22.5) + 0.25 * 10 ** (-0.4 * 22.55);
    expect(sources.magnitude[0]).toBeCloseTo(-2.5 * Math.log10(flux) - 0.1, 5); // columns of 32 bits
    const later = await read({ objectTypes: ['snana'], time: { midMjdTai: 60_100, exposureS: 30 } });
    expect(later.sources.length).toBe(0);
  });

  it('takes the parts of diffsky’s galaxies by their spectra in HDF5: bulge, disk, knots', async () => {
    const { sources, counts } = await readSkyCatalog(await openCatalogFolder(join(folder, 'diffsky')), {
      band: 'r',
      time,
    });
    expect(counts).toEqual([{ type: 'diffsky_galaxy', cells: 1, rows: 2, objects: 2 }]);
    const fluxes = [...sources.magnitude].map((magnitude) => AB_ZERO_R * 10 ** (-0.4 * magnitude));
    for (const [row, flux] of [1e-3, 2e-3, 1e-3, 1e-3].entries())
      expect(fluxes[row]! / flux).toBeCloseTo(1, 6);
    expect([...sources.component]).toEqual([
      COMPONENT.bulge,
      COMPONENT.disk,
      COMPONENT.knots,
      COMPONENT.disk,
    ]);
    expect([...sources.sersicIndex]).toEqual([4, 1, 0, 1]);
    const [g1, g2] = askPython<[number, number]>(
      `
import sys, json, galsim
shape = galsim.Shear(g1=0.03 / 0.99, g2=-0.02 / 0.99) + galsim.Shear(g1=0.1, g2=0.3)
json.dump([shape.g1, shape.g2], sys.stdout)
`,
      null,
    );
    expect(sources.g1[1]).toBeCloseTo(g1, 9);
    expect(sources.g2[1]).toBeCloseTo(g2, 9);
    expect(sources.knotCount[2]).toBeGreaterThanOrEqual(1);
    expect(sources.knotCount[2]).toBeLessThanOrEqual(35); // 3 + 47 / 6 for each decade above 1e6
  });

  it('takes Gaia’s stars with the colours of black bodies', async () => {
    const { sources } = await read({ objectTypes: ['gaia_star'] });
    expect(sources.objectId).toEqual(['gaia_dr2_5']);
    // BP - RP is 0 at 8725 K. By Planck's law at the effective wavelengths r - BP is -0.09 mag; Gaia's BP is near 510 nm.
    const planck = (nm: number) => 1 / (nm ** 3 * Math.expm1(1.438_777e7 / (nm * 8725)));
    const expected = 31.4 - 2.5 * Math.log10(1e6) - 2.5 * Math.log10(planck(622) / planck(513));
    expect(Math.abs(sources.magnitude[0]! - expected)).toBeLessThan(0.1); // BP is 300 nm broad
    // 100 mas a year East from MJD 57204 on, 7.66 years.
    expect((sources.raDeg[0]! - 53) * 3.6e6 * Math.cos((-28.2 * Math.PI) / 180)).toBeCloseTo(
      100 * (2796.1 / 365.25),
      1,
    );
  });

  it('reads only the cells that the region touches', async () => {
    const region = new SkyRegion([{ centre: { raDeg: 10, decDeg: 10 }, radiusDeg: 0.5 }]);
    const { counts, files, sources } = await read({ region });
    expect(sources.length).toBe(0);
    expect(counts.every(({ cells }) => cells === 0)).toBe(true);
    expect(files.map(({ path }) => path)).toEqual(['skyCatalog.yaml', 'galaxy.yaml']);
  });

  describe('is refused by name where', () => {
    const copy = join(folder, 'spoilt');
    const spoil = (names: readonly string[], change: Readonly<Record<string, Uint8Array | string>>) => {
      rmSync(copy, { recursive: true, force: true });
      mkdirSync(copy);
      for (const name of names) writeFileSync(join(copy, name), readFileSync(join(folder, name)));
      for (const [name, content] of Object.entries(change)) writeFileSync(join(copy, name), content);
    };
    const failure = async (options: Partial<SkyCatalogOptions> = {}): Promise<string> =>
      readSkyCatalog(await openCatalogFolder(copy), { band: 'r', time, ...options }).then(
        () => 'nothing failed',
        (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
      );

    it('a type is unknown, asked for or listed', async () => {
      spoil(['galaxy_9043.parquet'], {});
      expect(await failure({ objectTypes: ['galxy'] })).toMatch(
        /SKY_CATALOG_TYPE: .*'galxy'.*did you mean galaxy/,
      );
      spoil(['galaxy_9043.parquet'], {
        'skyCatalog.yaml': 'object_types: { quasar: { file_template: "q_(?P<healpix>\\\\d+).parquet" } }',
      });
      expect(await failure()).toMatch(/SKY_CATALOG_TYPE: .*'quasar' are not read/);
    });

    it('light curves, or the spectra of a component, are missing', async () => {
      spoil(['snana_9043.parquet'], {});
      expect(await failure()).toMatch(/SKY_CATALOG: .*snana_9043.hdf5, are missing/);
    });

    it('a file is cut off or damaged', async () => {
      const parquet = readFileSync(join(folder, 'galaxy_9043.parquet'));
      spoil([], { 'galaxy_9043.parquet': parquet.subarray(0, parquet.length / 2) });
      expect(await failure()).toMatch(/SKY_TABLE_FORMAT: .*galaxy_9043.parquet/);
      const hdf5 = readFileSync(join(folder, 'snana_9043.hdf5'));
      spoil(['snana_9043.parquet'], { 'snana_9043.hdf5': hdf5.subarray(0, hdf5.length / 3) });
      expect(await failure()).toMatch(/SKY_TABLE_FORMAT: .*snana_9043.hdf5/);
      spoil(['snana_9043.parquet'], { 'snana_9043.hdf5': 'no HDF5 at all' });
      expect(await failure()).toMatch(/does not begin as HDF5 does/);
    });

    it('positions are radians, or columns are missing', async () => {
      runPython(
        `
import sys, numpy as np, pyarrow.parquet as pq, pyarrow as pa
t = pq.read_table(sys.argv[1] + '/pointsource_9043.parquet')
radians = t.set_column(t.schema.get_field_index('ra'), 'ra', pa.array(np.radians(t['ra'].to_numpy())))
pq.write_table(radians, sys.argv[1] + '/radians.parquet')
pq.write_table(t.drop(['id']), sys.argv[1] + '/no-id.parquet')
`,
        [folder],
      );
      spoil([], { 'pointsource_9043.parquet': readFileSync(join(folder, 'radians.parquet')) });
      expect(await failure()).toMatch(/SKY_CATALOG: .*outside cell 9043.*Are ra and dec degrees/);
      spoil([], { 'pointsource_9043.parquet': readFileSync(join(folder, 'no-id.parquet')) });
      expect(await failure()).toMatch(/SKY_TABLE_COLUMN: .*column id is missing/);
    });

    it('the configuration is no YAML, or includes itself', async () => {
      spoil(['galaxy_9043.parquet'], { 'skyCatalog.yaml': 'object_types: [' });
      expect(await failure()).toMatch(/SKY_CATALOG: .*no YAML that can be read/);
      spoil(['galaxy_9043.parquet'], { 'skyCatalog.yaml': 'object_types: !include skyCatalog.yaml' });
      expect(await failure()).toMatch(/SKY_CATALOG: .*in a circle/);
      const bomb = [
        'a: &a [1,1,1,1,1,1,1,1,1,1]',
        ...[...'bcdefgh'].map(
          (name, k) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[k]}`).join(',')}]`,
        ),
      ];
      spoil(['galaxy_9043.parquet'], { 'skyCatalog.yaml': `${bomb.join('\n')}\nobject_types: {}` });
      expect(await failure()).toMatch(/SKY_CATALOG: /);
    });
  });

  it('never fails but with a coded error, whatever the bytes of its HDF5', async () => {
    const original = readFileSync(join(folder, 'snana_9043.hdf5'));
    const parquet = readFileSync(join(folder, 'snana_9043.parquet'));
    let state = 7;
    const next = (most: number): number => (state = (state * 48271) % 2147483647) % most;
    for (let k = 0; k < 60; k++) {
      const bytes = Uint8Array.from(original);
      for (let change = 0; change < 4; change++) bytes[next(bytes.length)] = next(256);
      const files = new Map([
        ['snana_9043.parquet', Uint8Array.from(parquet)],
        ['snana_9043.hdf5', bytes],
      ]);
      const code = await readSkyCatalog(new FilesFolder('damaged', files), { band: 'r', time }).then(
        () => 'SKY_READ',
        (error: { code?: string; message: string }) => error.code ?? error.message,
      );
      expect(code).toMatch(/^SKY_/);
    }
  });
});
