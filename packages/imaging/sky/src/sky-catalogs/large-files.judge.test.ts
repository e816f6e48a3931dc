/** Sky catalogs as large as real ones in one row group, and rows that no telescope could draw; pyarrow writes them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPython, runPython } from '@imsim-od/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { readSkyCatalog, SkyRegion } from '../index.js';
import { openCatalogFolder } from '../node/index.js';

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-large-sky-catalogs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Stars of cell 9043 (nside 32, ring) in row groups of pyarrow's own size; the flux of each tells its number. */
const MANY = `
import os, sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
os.makedirs(sys.argv[1]); os.chdir(sys.argv[1])
n = 300_000
ra, dec = np.meshgrid(np.linspace(52.8, 53.2, 600), np.linspace(-28.2, -27.8, 500))
pq.write_table(pa.table({'id': np.arange(n), 'ra': ra.ravel(), 'dec': dec.ravel()}), 'pointsource_9043.parquet')
flux = {'lsst_flux_' + b: 1e-6 * np.arange(1, n + 1) for b in 'ugrizy'}
pq.write_table(pa.table({'id': np.arange(n), **flux}), 'pointsource_flux_9043.parquet')
`;

const BEYOND = `
import os, sys
import pyarrow as pa, pyarrow.parquet as pq
os.makedirs(sys.argv[1]); os.chdir(sys.argv[1])
flux = lambda *values: {'lsst_flux_' + b: values for b in 'ugrizy'}
pq.write_table(pa.table({'id': ['sun', 'star'], 'ra': [53.0, 53.0], 'dec': [-28.0, -28.0]}), 'pointsource_9043.parquet')
pq.write_table(pa.table({'id': ['sun', 'star'], **flux(1e15, 1.0)}), 'pointsource_flux_9043.parquet')
ones = [1.0, 1.0]
pq.write_table(pa.table({
    'galaxy_id': [1, 2], 'ra': [53.0, 53.0], 'dec': [-28.0, -28.0], 'redshift': [0.5, 0.5], 'shear_1': [0.0, 0.0], 'shear_2': [0.0, 0.0],
    'convergence': [0.0, 0.0], 'size_bulge_true': [1.0, 4000.0], 'size_minor_bulge_true': [1.0, 4000.0], 'sersic_bulge': [4.0, 4.0],
    'size_disk_true': [1.0, 4000.0], 'size_minor_disk_true': ones, 'sersic_disk': ones, 'position_angle_unlensed': ones,
    'sed_val_bulge': [[1.0] * 30] * 2, 'sed_val_disk': [[1.0] * 30] * 2}), 'galaxy_9043.parquet')
pq.write_table(pa.table({'galaxy_id': [1, 2], **flux(1e-3, 1e-3)}), 'galaxy_flux_9043.parquet')
`;

const time = { midMjdTai: 61_000, exposureS: 30 };
const read = async (name: string, region?: SkyRegion) =>
  readSkyCatalog(await openCatalogFolder(join(folder, name)), { band: 'r', time, region });

describe.skipIf(!hasPython)('sky catalogs', () => {
  it('of several hundred thousand rows in a group have the flux of every row', async () => {
    runPython(MANY, [join(folder, 'many')]);
    const region = new SkyRegion([{ centre: { raDeg: 53, decDeg: -28 }, radiusDeg: 0.05 }]);
    const { sources, counts } = await read('many', region);
    expect(counts).toMatchObject([{ type: 'star', rows: 300_000 }]);
    expect(sources.length).toBeGreaterThan(1000);
    // The fluxes of two stars are as their numbers.
    const [first, last] = [0, sources.length - 1];
    const ratio = (Number(sources.objectId[last]) + 1) / (Number(sources.objectId[first]) + 1);
    expect(10 ** (0.4 * (sources.magnitude[first]! - sources.magnitude[last]!))).toBeCloseTo(ratio, 9);
  });

  it('have what is brighter or larger than anything of the sky counted as faults', async () => {
    runPython(BEYOND, [join(folder, 'beyond')]);
    const { sources, skipped } = await read('beyond');
    expect(new Set(sources.objectId)).toEqual(new Set(['1', 'star']));
    expect(skipped).toMatchObject({
      bright: { count: 1, fault: true, firstLines: [{ row: 1 }] },
      large: { count: 1, fault: true, firstLines: [{ row: 2 }] },
    });
  });
});
