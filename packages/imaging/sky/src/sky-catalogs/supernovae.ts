/**
 * Supernovae and other transients made by SNANA (`snana`): one row each in Parquet, and light curves by identifier in HDF5. The flux
 * in the band goes straight from one time of the curve to the next, which is the flux of the spectrum that lies between the two spectra; the
 * corrections magcor_<band> are magnitudes and go straight likewise. Dust of the Milky Way is not in the curves.
 */
import { pow } from '@imsim-od/portable-math';
import { Hdf5File } from '../hdf5/hdf5-file.js';
import { galacticExtinctionMag, RV_RANGE } from '../sed/dust.js';
import { MODEL } from '../source-table.js';
import { TableColumnError } from '../tables/errors.js';
import type { RowSkipReason } from '../tables/skipped-rows.js';
import { fluxAt, magnitudeOfUnitFlux } from '../tracks/light-curve.js';
import type { CellJob } from './cell-job.js';
import { SkyCatalogError } from './errors.js';
import { nameOfCell } from './name-template.js';
import { CatalogParquet, type CatalogRow } from './parquet-rows.js';

/** Reads the transients of a cell. */
export async function readSupernovae(job: CellJob): Promise<void> {
  const { folder, layout, cell, collector, region, time } = job;
  if (cell.spectra === undefined)
    throw new SkyCatalogError(
      `${folder.name}/${cell.main}`,
      `the light curves of its objects, ${nameOfCell(layout.spectrumFiles!, cell.cell)}, are missing; put the file beside it`,
    );
  const source = await folder.open(cell.main);
  const curveSource = await folder.open(cell.spectra);
  try {
    const objects = await CatalogParquet.open(source, {
      needed: { id: ['id'], start: ['start_mjd'], end: ['end_mjd'] },
      optional: { av: ['MW_av'], rv: ['MW_rv'], redshift: ['z_CMB'], hasDust: ['mw_extinction_applied'] },
    });
    const curves = await Hdf5File.open(curveSource);
    try {
      for await (const block of objects.blocks(region, { partition: layout.partition, cell: cell.cell })) {
        collector.seen(block.rows);
        for (const { index, reason } of block.faulty) collector.skip(reason, objects.name, index + 1);
        for (const row of block.wanted) {
          if (!(time.midMjdTai >= row.number('start') && time.midMjdTai <= row.number('end'))) continue;
          const made = await magnitudeAt(job, row, curves);
          const objectId = layout.idPrefix + row.text('id');
          if (typeof made === 'string') collector.skip(made, objects.name, row.index + 1);
          else if (made < 50) {
            const redshift = row.number('redshift');
            const { raDeg, decDeg } = row;
            const place = { objectId, model: MODEL.point, raDeg, decDeg };
            const source = { ...place, magnitude: made, redshift: redshift > 0 ? redshift : 0 };
            collector.addObject([source], objects.name, row.index + 1);
          }
        }
      }
    } finally {
      curves.close();
    }
  } finally {
    await source.close();
    await curveSource.close();
  }
}

async function magnitudeAt(
  { band, time: { midMjdTai } }: CellJob,
  row: CatalogRow,
  curves: Hdf5File,
): Promise<number | RowSkipReason> {
  const id = row.text('id');
  const array = async (name: string) => (await curves.array(`${id}/${name}`))?.values;
  const times = await array('mjd');
  if (times === undefined) return 'curve';
  const spectrum = await array(`synmag_${band}`);
  const correction = await array(`magcor_${band}`);
  const magnitudes = spectrum ?? (await array(`mag_${band}`));
  if (magnitudes === undefined) {
    const names = (await curves.names(id)) ?? [];
    throw new TableColumnError(
      curves.name,
      'magnitude',
      `neither synmag_${band} nor mag_${band} is given for object ${id}`,
      names,
    );
  }
  if (magnitudes.length !== times.length) return 'curve';
  let flux = fluxAt(times, magnitudes, midMjdTai);
  if (spectrum !== undefined && correction?.length === times.length)
    flux *= pow(10, -0.4 * correctionAt(times, correction, midMjdTai));
  const av = row.number('av');
  const rv = row.number('rv');
  const dusty = av > 0 && row.text('hasDust') !== 'true';
  if (dusty && !(rv >= RV_RANGE.min && rv <= RV_RANGE.max)) return 'dust';
  return magnitudeOfUnitFlux(flux) + (dusty ? galacticExtinctionMag(band, av, rv) : 0);
}

/** The correction between two times; 0 where one of them has none. */
function correctionAt(times: ArrayLike<number>, corrections: ArrayLike<number>, mjdTai: number): number {
  let k = 0;
  while (k + 2 < times.length && times[k + 1]! <= mjdTai) k++;
  const [low, high] = [corrections[k]!, corrections[Math.min(k + 1, times.length - 1)]!];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 0;
  const step = times[Math.min(k + 1, times.length - 1)]! - times[k]!;
  return step > 0 ? low + ((high - low) * (mjdTai - times[k]!)) / step : low;
}
