/**
 * How bright and how large a source may be. Nothing of the sky goes beyond; what does is a slip of units, and is counted as a fault where it
 * is read, or left out with a remark where a lens made it so.
 */
import { MODEL, POINT_SPACING_ARCSEC, type SourceRow, type SourceTable } from './source-table.js';

/** Brightest magnitude that is drawn; Sirius is -1.5. */
const BRIGHTEST_MAG = -5;
/** Largest half-light radius along the long axis, arcsec. */
const MAX_RADIUS_ARCSEC = 3600;
const MAX_STREAK_ARCSEC = 72_000;
/** Ten million points, 0.1 arcsec apart. */
const MAX_STREAK_ARCSEC2 = 100_000;

/** Why a source cannot be drawn. */
export type SourceFault = 'bright' | 'large';

/** What the limits look at; a row of a table of sources has all of it. */
type LimitedRow = Pick<
  SourceRow,
  'model' | 'magnitude' | 'halfLightRadiusArcsec' | 'g1' | 'g2' | 'lengthArcsec' | 'widthArcsec'
>;

/** What is wrong with a source as it is to be drawn, lensing included; undefined where it is within the limits. */
export function sourceFault(row: LimitedRow): SourceFault | undefined {
  if (row.model === MODEL.streak && isLargeStreak(row)) return 'large';
  if ((row.model === MODEL.sersic || row.model === MODEL.knots) && isLargeGalaxy(row)) return 'large';
  return row.magnitude < BRIGHTEST_MAG ? 'bright' : undefined;
}

/** Rows of a table that are within the limits, in order. */
export function drawableRows(table: SourceTable): number[] {
  const { model, magnitude, halfLightRadiusArcsec, g1, g2, lengthArcsec, widthArcsec } = table;
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const fault = sourceFault({
      model: model[row]!,
      magnitude: magnitude[row]!,
      halfLightRadiusArcsec: halfLightRadiusArcsec[row]!,
      g1: g1[row]!,
      g2: g2[row]!,
      lengthArcsec: lengthArcsec[row]!,
      widthArcsec: widthArcsec[row]!,
    });
    if (fault === undefined) rows.push(row);
  }
  return rows;
}

function isLargeGalaxy({ g1 = 0, g2 = 0, halfLightRadiusArcsec: radius = 0 }: LimitedRow): boolean {
  const g = Math.sqrt(g1 * g1 + g2 * g2);
  return !(g < 1 && radius * Math.sqrt((1 + g) / (1 - g)) <= MAX_RADIUS_ARCSEC);
}

function isLargeStreak({ lengthArcsec: length = 0, widthArcsec: width = 0 }: LimitedRow): boolean {
  const area = Math.max(length, POINT_SPACING_ARCSEC) * Math.max(width, POINT_SPACING_ARCSEC);
  return !(length <= MAX_STREAK_ARCSEC && width <= MAX_STREAK_ARCSEC && area <= MAX_STREAK_ARCSEC2);
}
