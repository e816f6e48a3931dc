/**
 * Solar-system objects: rows of position, rate and magnitude at epochs (`sso`). A source stands where it is in the middle of the
 * exposure and is drawn as a streak of the length of its way during it.
 */
import { placeOfMover, type TrackPoint } from '../tracks/moving-object.js';
import { kuruczColourMag } from '../sed/star-colour.js';
import type { RowSkipReason } from '../tables/skipped-rows.js';
import type { CellJob } from './cell-job.js';
import { FluxFile } from './flux-file.js';
import { noteUnknownCurves } from './galaxies.js';
import { CatalogParquet } from './parquet-rows.js';
import { SkyRegion } from '../tables/sky-region.js';

/** Rows this far in time from the exposure tell nothing of it. */
const MAX_DAYS = 1;
/** Objects may come in from this far around the region between two rows. */
const MOVED_DEG = 3;
/** The Sun: what reflected light looks like. */
const SUN = { temperatureK: 5777, metallicity: 0, logGravity: 4.44 };

interface Row extends TrackPoint {
  readonly place: number;
}

/** Reads the moving objects of a cell. */
export async function readMovers(job: CellJob): Promise<void> {
  const { folder, layout, cell, band, collector, time } = job;
  const source = await folder.open(cell.main);
  const fluxPath = job.fluxes === 'files' ? cell.flux : undefined;
  const fluxSource = fluxPath === undefined ? undefined : await folder.open(fluxPath);
  try {
    const objects = await CatalogParquet.open(source, {
      needed: { id: ['id'], mjd: ['mjd'], ...(fluxSource ? {} : { magnitude: ['trailed_source_mag'] }) },
      optional: { rateRa: ['ra_rate'], rateDec: ['dec_rate'] },
    });
    const flux = fluxSource && (await FluxFile.open(fluxSource, band));
    if (flux === undefined && job.fluxes === 'files')
      collector.note(
        `${layout.type}: no file of fluxes for cell ${cell.cell}; trailed_source_mag is taken at 500 nm, with the colours of the Sun.`,
      );
    if (flux !== undefined && job.throughputs === undefined && flux.statedThroughputs === undefined)
      noteUnknownCurves(job);
    const sunlight = kuruczColourMag(band, SUN.temperatureK, SUN.metallicity, SUN.logGravity);
    const tracks = new Map<string, Row[]>();
    for await (const block of objects.blocks(wider(job.region), {
      partition: layout.partition,
      cell: cell.cell,
    })) {
      collector.seen(block.rows);
      for (const { index, reason } of block.faulty) collector.skip(reason, objects.name, index + 1);
      const near = block.wanted.filter((row) => !(Math.abs(row.number('mjd') - time.midMjdTai) > MAX_DAYS));
      const keys = near.map((row) => ({ index: row.index, id: row.text('id'), mjd: row.number('mjd') }));
      const fluxes = await flux?.fluxes(block, keys);
      near.forEach((row, k) => {
        const magnitude =
          flux === undefined
            ? row.number('magnitude') + sunlight
            : fluxes![k]! > 0
              ? flux.magnitude(fluxes![k]!, band, job.throughputs)
              : fluxes![k] === 0
                ? Infinity
                : NaN;
        const point = {
          mjdTai: row.number('mjd'),
          raDeg: row.raDeg,
          decDeg: row.decDeg,
          rateRaCosDecDegPerDay: row.number('rateRa'),
          rateDecDegPerDay: row.number('rateDec'),
          magnitude,
          place: row.index + 1,
        };
        const fault = faultOf(point);
        if (fault !== undefined) collector.skip(fault, objects.name, point.place);
        else {
          const id = layout.idPrefix + row.text('id');
          const track = tracks.get(id);
          if (track === undefined) tracks.set(id, [point]);
          else track.push(point);
        }
      });
    }
    for (const [objectId, track] of tracks) {
      const made = placeOfMover(objectId, track, time);
      if (made === undefined) continue;
      if (job.region === undefined || job.region.isReachedBy(made))
        collector.addObject([made], objects.name, track[0]!.place);
    }
  } finally {
    await source.close();
    await fluxSource?.close();
  }
}

function faultOf({ mjdTai, magnitude }: TrackPoint): RowSkipReason | undefined {
  if (!Number.isFinite(mjdTai) || Number.isNaN(magnitude)) return 'number';
  return magnitude >= 50 ? 'faint' : undefined;
}

function wider(region: SkyRegion | undefined): SkyRegion | undefined {
  return (
    region &&
    new SkyRegion(
      region.circles.map(({ centre, radiusDeg }) => ({ centre, radiusDeg: radiusDeg + MOVED_DEG })),
    )
  );
}
