/**
 * Stars: the UW catalog (`star`) and TRILEGAL, with proper motion and parallax at the epoch where the columns are there, and the
 * sinusoidal variability of the star catalogs of the operations rehearsals. Positions are of J2000.0.
 */
import { J2000_MJD_TAI, placeAtEpoch, type SkyPosition } from '@imsim-od/astro';
import { sin } from '@imsim-od/portable-math';
import { isDustInRange } from '../sed/dust.js';
import type { BandSed } from '../sed/sed-photometry.js';
import { MODEL, type SourceRow } from '../source-table.js';
import type { RowSkipReason } from '../tables/skipped-rows.js';
import type { CellJob } from './cell-job.js';
import { SkyCatalogError } from './errors.js';
import { FluxFile } from './flux-file.js';
import { noteUnknownCurves } from './galaxies.js';
import { CatalogParquet, type CatalogRow } from './parquet-rows.js';

/** Reads the stars of a cell. */
export async function readStars(job: CellJob): Promise<void> {
  const { folder, layout, cell, band, collector, region } = job;
  const source = await folder.open(cell.main);
  const fluxPath = job.fluxes === 'files' ? cell.flux : undefined;
  const fluxSource = fluxPath === undefined ? undefined : await folder.open(fluxPath);
  try {
    const objects = await CatalogParquet.open(source, {
      needed: { id: ['id'] },
      optional: {
        objectType: ['object_type'],
        magnorm: ['magnorm'],
        sedPath: ['sed_filepath'],
        av: ['MW_av'],
        rv: ['MW_rv'],
        pmRa: ['mura', 'pmracosd'],
        pmDec: ['mudec', 'pmdec'],
        parallax: ['parallax'],
        radialVelocity: ['radial_velocity', 'vrad'],
        isVariable: ['is_variable'],
        period: ['period'],
        amplitude: ['mag_amplitude'],
        phase: ['phase'],
      },
    });
    if (fluxSource === undefined && !(objects.has('magnorm') && objects.has('sedPath')))
      throw new SkyCatalogError(
        objects.name,
        `there is no file of fluxes for ${cell.main}, and magnorm and sed_filepath are not among its columns either; put the file of fluxes beside it`,
      );
    const flux = fluxSource && (await FluxFile.open(fluxSource, band));
    if (flux === undefined && job.fluxes === 'files')
      collector.note(
        `${layout.type}: no file of fluxes for cell ${cell.cell}; magnitudes come from magnorm, SED and Galactic dust.`,
      );
    if (flux !== undefined && job.throughputs === undefined && flux.statedThroughputs === undefined)
      noteUnknownCurves(job);
    for await (const block of objects.blocks(region, { partition: layout.partition, cell: cell.cell })) {
      collector.seen(block.rows);
      for (const { index, reason } of block.faulty) collector.skip(reason, objects.name, index + 1);
      const keys = block.wanted.map((row) => ({ index: row.index, id: row.text('id') }));
      const fluxes = await flux?.fluxes(block, keys);
      for (const [place, row] of block.wanted.entries()) {
        const sed = flux === undefined ? await sedOf(job, row) : undefined;
        const magnitude =
          sed === undefined ? magnitudeOfFlux(job, flux!, fluxes![place]!) : magnitudeOfSed(row, sed);
        const made = typeof magnitude === 'string' ? magnitude : starRow(job, row, magnitude, sed);
        if (typeof made === 'string') {
          collector.skip(made, objects.name, row.index + 1);
          continue;
        }
        const isAdded = collector.addObject([made], objects.name, row.index + 1);
        if (isAdded && sed !== undefined) collector.seds.add(sed, row.text('sedPath'), 0, row);
      }
    }
  } finally {
    await source.close();
    await fluxSource?.close();
  }
}

function magnitudeOfFlux(
  { band, throughputs }: CellJob,
  file: FluxFile,
  flux: number,
): number | RowSkipReason {
  if (Number.isNaN(flux)) return 'number';
  return flux > 0 ? file.magnitude(flux, band, throughputs) : 'faint';
}

/** A star's spectrum, from the library or by its family. */
async function sedOf({ light }: CellJob, row: CatalogRow): Promise<BandSed> {
  const name = row.text('sedPath');
  return light.known(name) ?? light.load(name);
}

function magnitudeOfSed(row: CatalogRow, sed: BandSed): number | RowSkipReason {
  const magnorm = row.number('magnorm');
  if (!Number.isFinite(magnorm)) return 'number';
  if (magnorm >= 50) return 'faint';
  const av = row.number('av');
  const rv = row.number('rv');
  if (!(av > 0)) return magnorm + sed.colourMag(0);
  if (!isDustInRange({ av, rv })) return 'dust';
  return magnorm + sed.colourMag(0, undefined, { law: 'F19', av, rv });
}

function starRow(
  job: CellJob,
  row: CatalogRow,
  magnitude: number,
  sed: BandSed | undefined,
): SourceRow | RowSkipReason {
  const objectId = job.layout.idPrefix + row.text('id');
  if (objectId.length > 64) return 'identifier';
  const total = magnitude + variation(row, job.time.midMjdTai);
  if (Number.isNaN(total)) return 'number';
  if (total >= 50) return 'faint';
  const { raDeg, decDeg } = movedStar(row, job.time.midMjdTai);
  return {
    objectId,
    model: MODEL.point,
    raDeg,
    decDeg,
    magnitude: total,
    sedApproximated: sed?.approximated === true ? 1 : 0,
  };
}

/** Where a star stands at a time; absent motions are 0. Proper motion in RA holds the cosine of the declination. */
function movedStar(row: CatalogRow, mjdTai: number): SkyPosition {
  const position = { raDeg: row.raDeg, decDeg: row.decDeg };
  const pmRaCosDecMasPerYr = finite(row.number('pmRa'));
  const pmDecMasPerYr = finite(row.number('pmDec'));
  const parallaxMas = finite(row.number('parallax'));
  if (pmRaCosDecMasPerYr === 0 && pmDecMasPerYr === 0 && parallaxMas === 0) return position;
  const radialVelocityKmPerS = finite(row.number('radialVelocity'));
  const motion = { pmRaCosDecMasPerYr, pmDecMasPerYr, parallaxMas, radialVelocityKmPerS };
  return placeAtEpoch(position, { epochMjdTai: J2000_MJD_TAI, ...motion }, mjdTai);
}

/** A sine in magnitudes of period (days), amplitude and phase (radians at MJD 0). */
function variation(row: CatalogRow, mjdTai: number): number {
  if (row.text('isVariable') !== 'true') return 0;
  const period = row.number('period');
  const amplitude = row.number('amplitude');
  if (!(period > 0) || !Number.isFinite(amplitude)) return NaN;
  const turns = mjdTai / period;
  return amplitude * sin(2 * Math.PI * (turns - Math.floor(turns)) + finite(row.number('phase')));
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
