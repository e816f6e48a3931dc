/**
 * Stars of Gaia (`gaia_star`) from Rubin's reference catalogs: FITS tables, one for each triangle of the HTM mesh, angles in radians,
 * fluxes in nJy. A star has the colours of the black body that has its ratio of BP to RP, and its BP magnitude; it stands where its
 * proper motion and parallax take it from the epoch of its row.
 */
import { type Band, J2000_MJD_TAI, placeAtEpoch, wrapDeg360 } from '@imsim-od/astro';
import { log10 } from '@imsim-od/portable-math';
import { MODEL } from '../source-table.js';
import { TableColumnError, TableUnitError } from '../tables/errors.js';
import { openFitsTable } from '../tables/fits-table.js';
import type { CellColumn } from '../tables/table-reader.js';
import { conversionOf, magnitudeOfFlux, UNITS_OF_KIND } from '../tables/units.js';
import type { CellJob } from './cell-job.js';
import { numberOf, textOf } from './parquet-rows.js';

const NEEDED = ['id', 'coord_ra', 'coord_dec', 'phot_bp_mean_flux', 'phot_rp_mean_flux'] as const;
const OPTIONAL = ['epoch', 'pm_ra', 'pm_dec', 'parallax'] as const;
const MAS_PER_RAD = (180 / Math.PI) * 3_600_000;

/** BP - RP (AB) of the first column of `COLOURS`, and the step to the next. */
const FIRST_COLOUR = -0.75;
const COLOUR_STEP = 0.15;

/**
 * Magnitude in the band minus BP (AB) of black bodies from 29,400 K to 2,000 K, by BP - RP: photon integrals through the revised
 * passbands of Gaia DR2 (Evans et al. 2018, A&A 616, A4) and the baseline throughputs v1.9 of the Rubin Observatory.
 */
const COLOURS: Readonly<Record<Band, readonly number[]>> = {
  u: [
    -0.3748, -0.2697, -0.155, -0.0307, 0.1032, 0.2468, 0.4003, 0.5637, 0.737, 0.9202, 1.1135, 1.3166, 1.5296,
    1.7519, 1.9836, 2.2242, 2.4733, 2.7303, 2.9948, 3.266, 3.5435, 3.8268, 4.1153, 4.4084, 4.7051, 5.0055,
    5.3088,
  ],
  g: [
    -0.0271, -0.0346, -0.038, -0.0369, -0.031, -0.02, -0.0038, 0.0176, 0.0443, 0.0761, 0.1131, 0.155, 0.2018,
    0.2532, 0.3091, 0.3691, 0.4331, 0.5007, 0.5716, 0.6455, 0.7221, 0.8012, 0.8825, 0.9657, 1.0505, 1.1367,
    1.2242,
  ],
  r: [
    0.3977, 0.2969, 0.1978, 0.1007, 0.0059, -0.0863, -0.1758, -0.2625, -0.3461, -0.4266, -0.504, -0.5783,
    -0.6494, -0.7174, -0.7824, -0.8444, -0.9034, -0.9597, -1.0134, -1.0644, -1.1131, -1.1595, -1.2038,
    -1.2462, -1.2866, -1.3254, -1.3627,
  ],
  i: [
    0.7418, 0.5893, 0.4371, 0.2854, 0.1342, -0.0164, -0.1664, -0.3156, -0.4639, -0.611, -0.7572, -0.902,
    -1.0456, -1.1877, -1.3282, -1.4671, -1.6044, -1.7399, -1.8736, -2.0054, -2.1354, -2.2636, -2.3899,
    -2.5146, -2.6374, -2.7585, -2.878,
  ],
  z: [
    0.9973, 0.8148, 0.6321, 0.4491, 0.2656, 0.0814, -0.1034, -0.2888, -0.4747, -0.6609, -0.8475, -1.0342,
    -1.221, -1.4074, -1.5935, -1.779, -1.9638, -2.1476, -2.3304, -2.5118, -2.6919, -2.8706, -3.0479, -3.2237,
    -3.3976, -3.5699, -3.7406,
  ],
  y: [
    1.2144, 1.0109, 0.8069, 0.6021, 0.396, 0.1885, -0.0207, -0.2315, -0.444, -0.6578, -0.8732, -1.0899,
    -1.3077, -1.5263, -1.7456, -1.9652, -2.1851, -2.4048, -2.6242, -2.8429, -3.0609, -3.278, -3.494, -3.7089,
    -3.9222, -4.1342, -4.3447,
  ],
};

/** Reads the stars of a triangle. */
export async function readGaiaStars({
  folder,
  layout,
  cell,
  band,
  region,
  time,
  collector,
}: CellJob): Promise<void> {
  const source = await folder.open(cell.main);
  try {
    const table = await openFitsTable(source, undefined);
    const names = table.columns.map(({ name }) => name);
    for (const name of NEEDED)
      if (!names.includes(name))
        throw new TableColumnError(source.name, name, `column ${name} is missing`, names);
    const columns = [...NEEDED, ...OPTIONAL.filter((name) => names.includes(name))];
    const indices = columns.map((name) => names.indexOf(name));
    const factor = degreesOf(source.name, 'coord_ra', table.columns[names.indexOf('coord_ra')]!.unit);
    const decFactor = degreesOf(source.name, 'coord_dec', table.columns[names.indexOf('coord_dec')]!.unit);
    for await (const block of table.blocks({ columns: indices })) {
      collector.seen(block.rows);
      const column = (name: (typeof columns)[number]): CellColumn | undefined =>
        block.columns[columns.indexOf(name)];
      const value = (name: (typeof columns)[number], row: number): number => numberOf(column(name)?.[row]);
      for (let row = 0; row < block.rows; row++) {
        const raDeg = value('coord_ra', row) * factor;
        const decDeg = value('coord_dec', row) * decFactor;
        const place = block.place(row).row;
        if (!Number.isFinite(raDeg) || !Number.isFinite(decDeg)) collector.skip('number', source.name, place);
        else if (decDeg < -90 || decDeg > 90) collector.skip('position', source.name, place);
        else if (region === undefined || region.holds(raDeg, decDeg)) {
          const magnitude = bandMagnitude(
            band,
            value('phot_bp_mean_flux', row),
            value('phot_rp_mean_flux', row),
          );
          if (magnitude === undefined) {
            // Stars without both fluxes have no temperature; imSim leaves them out as well.
            collector.skip('faint', source.name, place);
            continue;
          }
          const motion = {
            epochMjdTai: finiteOr(value('epoch', row), J2000_MJD_TAI),
            pmRaCosDecMasPerYr: finiteOr(value('pm_ra', row), 0) * MAS_PER_RAD,
            pmDecMasPerYr: finiteOr(value('pm_dec', row), 0) * MAS_PER_RAD,
            parallaxMas: finiteOr(value('parallax', row), 0) * MAS_PER_RAD,
          };
          const at = placeAtEpoch({ raDeg: wrapDeg360(raDeg), decDeg }, motion, time.midMjdTai);
          const objectId = layout.idPrefix + textOf(column('id')?.[row]);
          const star = { objectId, model: MODEL.point, ...at, magnitude, sedApproximated: 1 };
          collector.addObject([star], source.name, place);
        }
      }
    }
  } finally {
    await source.close();
  }
}

/** The AB magnitude in a band of the black body with a flux in BP and RP (nJy); undefined where there is none. */
export function bandMagnitude(band: Band, bpNjy: number, rpNjy: number): number | undefined {
  if (!(bpNjy > 0 && rpNjy > 0)) return undefined;
  const colours = COLOURS[band];
  const place = (-2.5 * log10(bpNjy / rpNjy) - FIRST_COLOUR) / COLOUR_STEP;
  const inside = Math.max(0, Math.min(colours.length - 1, place));
  const k = Math.min(colours.length - 2, Math.floor(inside));
  const colour = colours[k]! + (inside - k) * (colours[k + 1]! - colours[k]!);
  return magnitudeOfFlux(bpNjy) + colour;
}

function degreesOf(file: string, column: string, unit: string): number {
  const conversion = conversionOf('angle', unit === '' ? 'rad' : unit);
  if (conversion === undefined) throw new TableUnitError(file, column, column, unit, UNITS_OF_KIND.angle);
  return conversion.factor;
}

function finiteOr(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}
