/**
 * Synthetic skies that were drawn, with a little sky around them: a cone inside of one is cut out of it. It holds the same
 * rows in the same order as if it were drawn, since objects have their places by cell and number.
 */
import { separationDeg, toUnitVector } from '@imsim-od/astro';
import { cos } from '@imsim-od/portable-math';
import { drawSyntheticSky, selectRows, type SourceTable } from '@imsim-od/sky';
import type { DrawSyntheticSky } from '../sky-input/gather-sources.js';

type Options = Parameters<DrawSyntheticSky>[0];

/** Sky around a cone that is drawn with it: turning the camera moves a detector's middle by less. */
const AROUND_DEG = 0.01;
/** Rounding of a separation, and of a cosine. */
const ROUNDING = 1e-9;
const MOST_KEPT = 4;
const RAD_PER_DEG = Math.PI / 180;

interface KeptSky {
  /** All but the cone. */
  readonly key: string;
  readonly centre: Options['centre'];
  readonly radiusDeg: number;
  readonly table: SourceTable;
  /** Unit vectors of the rows. */
  readonly vectors: Float64Array;
  /** What was cut last. */
  last?: { readonly cone: string; readonly rows: Int32Array; readonly table: SourceTable };
}

/** Draws synthetic skies, and keeps the latest. */
export class KeptSkies {
  private kept: readonly KeptSky[] = [];

  /** A synthetic sky; but for the catalog's column its table is not the caller's to change. */
  draw(options: Options): SourceTable {
    const { centre, radiusDeg, ...others } = options;
    const key = JSON.stringify(others);
    const found = this.kept.find(
      (sky) => sky.key === key && separationDeg(sky.centre, centre) + radiusDeg <= sky.radiusDeg - ROUNDING,
    );
    const sky = found ?? drawAround(options, key);
    this.kept = [sky, ...this.kept.filter((other) => other !== sky)].slice(0, MOST_KEPT);
    const cone = JSON.stringify([centre, radiusDeg]);
    if (sky.last?.cone !== cone) {
      const rows = rowsIn(sky, centre, radiusDeg);
      // A camera that turns moves the middle of a detector near the axis by next to nothing.
      const isSame =
        sky.last?.rows.length === rows.length && sky.last.rows.every((row, i) => row === rows[i]);
      sky.last = { cone, rows, table: isSame ? sky.last!.table : selectRows(sky.table, rows) };
    }
    // The caller writes the number of its entry into the table.
    return { ...sky.last.table, catalog: sky.last.table.catalog.slice() };
  }
}

function drawAround(options: Options, key: string): KeptSky {
  const { centre } = options;
  const radiusDeg = options.radiusDeg + AROUND_DEG;
  const table = drawSyntheticSky({ ...options, radiusDeg });
  const vectors = new Float64Array(3 * table.length);
  for (let row = 0; row < table.length; row++)
    vectors.set(toUnitVector({ raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! }), 3 * row);
  return { key, centre, radiusDeg, table, vectors };
}

/** The rows of a cone, by the rule of `drawSyntheticSky`; its separation is worked out where a cosine does not decide. */
function rowsIn({ table, vectors }: KeptSky, centre: Options['centre'], radiusDeg: number): Int32Array {
  const [x, y, z] = toUnitVector(centre);
  const edge = cos(radiusDeg * RAD_PER_DEG);
  const rows = new Int32Array(table.length);
  let count = 0;
  for (let row = 0; row < table.length; row++) {
    const cosine = x * vectors[3 * row]! + y * vectors[3 * row + 1]! + z * vectors[3 * row + 2]!;
    if (cosine < edge - ROUNDING) continue;
    const isInside =
      cosine > edge + ROUNDING ||
      separationDeg(centre, { raDeg: table.raDeg[row]!, decDeg: table.decDeg[row]! }) <= radiusDeg;
    if (isInside) rows[count++] = row;
  }
  return rows.slice(0, count);
}
