/**
 * A synthetic sky of galaxies and stars, deterministic by position: neighbouring detectors, other bands, later epochs and
 * deeper or shallower limits see the same objects. Galaxies come in nested healpix cells of order 12 (0.74 arcmin^2, about 70
 * to i = 26), stars in order 10 (11.8 arcmin^2); in each cell every half magnitude has its own random stream and its own
 * Poisson number. Positions are exactly uniform within a cell (healpix keeps areas). Rows: galaxies, then stars, each by
 * cell, then by shell from bright to faint; a galaxy is a bulge row (n = 4) and a disk row (n = 1) under one objectId.
 *
 * No dust, no clustering, no proper motion. See galaxy-population.ts, star-population.ts and star-density.ts.
 */
import {
  type Band,
  pixelAreaDeg2,
  pixToAngNest,
  pointInPixNest,
  queryCone,
  separationDeg,
  type SkyPosition,
} from '@imsim-od/astro';
import { shearOfEllipse } from '../lensing.js';
import { COMPONENT, MODEL, type SourceTable, SourceTableBuilder } from '../source-table.js';
import {
  cellStream,
  FIRST_SHELL_MAG,
  POPULATION,
  SHELL_MAG,
  shellEdge,
  shellOf,
  syntheticObjectId,
} from './cell-stream.js';
import {
  drawGalaxy,
  galaxyCountPerArcmin2,
  galaxyMagnitudes,
  type SyntheticGalaxy,
} from './galaxy-population.js';
import { starCountsPerDeg2 } from './star-density.js';
import { drawStar, MAX_R_MINUS_I, starMagnitude } from './star-population.js';

/** What to draw of the synthetic sky. */
export interface SyntheticSkyOptions {
  /** Band of the magnitudes. */
  readonly band: Band;
  /** Centre of the cone, ICRS. */
  readonly centre: SkyPosition;
  /** Radius of the cone, above 0 to 10 degrees. */
  readonly radiusDeg: number;
  /** Whole number 0..2^53-1 that names the sky. Default 0. */
  readonly seed?: number;
  /**
   * Bright limit in i, 8..30. Default 14: brighter stars saturate over hundreds of pixels and come from real catalogs anyway.
   */
  readonly brightestMag?: number;
  /** Faint limit in i, above the bright limit to 30. Default 26. */
  readonly faintIMag?: number;
  /** Draw stars. Default true. */
  readonly stars?: boolean;
  /** Draw galaxies. Default true. */
  readonly galaxies?: boolean;
  /** Value of the `catalog` column. Default 0. */
  readonly catalog?: number;
  /** Keeps only positions for which it is true, besides the cone. */
  readonly keep?: (raDeg: number, decDeg: number) => boolean;
}

/** An option of the synthetic sky is impossible. */
export class SyntheticSkyOptionError extends Error {
  readonly code = 'SKY_SYNTHETIC_OPTION';
  readonly option: string;
  readonly value: unknown;
  constructor(option: string, value: unknown, rule: string) {
    super(`The synthetic sky's ${option} is ${String(value)}; ${rule}.`);
    this.name = 'SyntheticSkyOptionError';
    this.option = option;
    this.value = value;
  }
}

/** Healpix order of the galaxies' cells. */
export const GALAXY_CELL_ORDER = 12;
/** Healpix order of the stars' cells. */
export const STAR_CELL_ORDER = 10;

const FAINTEST = 30;

/** Draws the objects of a cone. Throws `SyntheticSkyOptionError`. */
export function drawSyntheticSky(options: SyntheticSkyOptions): SourceTable {
  const sky = checkOptions(options);
  const builder = new SourceTableBuilder(4096);
  if (options.galaxies ?? true) addGalaxies(sky, builder);
  if (options.stars ?? true) addStars(sky, builder);
  return builder.build();
}

interface CheckedSky {
  readonly band: Band;
  readonly centre: SkyPosition;
  readonly radiusDeg: number;
  readonly seed: number;
  readonly brightestMag: number;
  readonly faintIMag: number;
  readonly catalog: number;
  readonly inside: (position: SkyPosition) => boolean;
}

function checkOptions(options: SyntheticSkyOptions): CheckedSky {
  const { band, centre, radiusDeg, keep } = options;
  const seed = options.seed ?? 0;
  const brightestMag = options.brightestMag ?? 14;
  const faintIMag = options.faintIMag ?? 26;
  if (!Number.isFinite(centre.raDeg))
    throw new SyntheticSkyOptionError('centre raDeg', centre.raDeg, 'it must be a number');
  if (!(centre.decDeg >= -90 && centre.decDeg <= 90)) {
    throw new SyntheticSkyOptionError('centre decDeg', centre.decDeg, 'it must be from -90 to 90');
  }
  if (!(radiusDeg > 0 && radiusDeg <= 10)) {
    throw new SyntheticSkyOptionError('radiusDeg', radiusDeg, 'it must be above 0 and up to 10 degrees');
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SyntheticSkyOptionError('seed', seed, 'it must be a whole number from 0 to 2^53 - 1');
  }
  if (!(brightestMag >= FIRST_SHELL_MAG && brightestMag <= FAINTEST)) {
    throw new SyntheticSkyOptionError(
      'brightestMag',
      brightestMag,
      `it must be from ${FIRST_SHELL_MAG} to ${FAINTEST}`,
    );
  }
  if (!(faintIMag > brightestMag && faintIMag <= FAINTEST)) {
    throw new SyntheticSkyOptionError(
      'faintIMag',
      faintIMag,
      `it must be above brightestMag and up to ${FAINTEST}`,
    );
  }
  return {
    band,
    centre,
    radiusDeg,
    seed,
    brightestMag,
    faintIMag,
    catalog: options.catalog ?? 0,
    inside: (position) =>
      separationDeg(centre, position) <= radiusDeg && (keep?.(position.raDeg, position.decDeg) ?? true),
  };
}

function addGalaxies(sky: CheckedSky, builder: SourceTableBuilder): void {
  const areaArcmin2 = pixelAreaDeg2(GALAXY_CELL_ORDER) * 3600;
  const first = shellOf(sky.brightestMag);
  const means: number[] = [];
  for (let shell = first; shellEdge(shell) < sky.faintIMag; shell++) {
    const count =
      galaxyCountPerArcmin2(shellEdge(shell) + SHELL_MAG) - galaxyCountPerArcmin2(shellEdge(shell));
    means.push(count * areaArcmin2);
  }
  for (const cell of queryCone(sky.centre.raDeg, sky.centre.decDeg, sky.radiusDeg, GALAXY_CELL_ORDER)) {
    means.forEach((mean, index) => {
      const shell = first + index;
      const stream = cellStream(sky.seed, POPULATION.galaxies, cell, shell);
      const count = stream.poisson(mean);
      for (let item = 0; item < count; item++) {
        const position = pointInPixNest(cell, GALAXY_CELL_ORDER, stream.uniform(), stream.uniform());
        const galaxy = drawGalaxy(stream, shell);
        if (galaxy.iMag < sky.brightestMag || galaxy.iMag > sky.faintIMag || !sky.inside(position)) continue;
        addGalaxy(sky, builder, syntheticObjectId(POPULATION.galaxies, cell, shell, item), position, galaxy);
      }
    });
  }
}

function addGalaxy(
  sky: CheckedSky,
  builder: SourceTableBuilder,
  objectId: string,
  position: SkyPosition,
  galaxy: SyntheticGalaxy,
): void {
  const magnitudes = galaxyMagnitudes(galaxy, sky.band);
  const addComponent = (
    component: number,
    index: number,
    magnitude: number,
    major: number,
    q: number,
  ): void => {
    const shape = shearOfEllipse(q, galaxy.axisRad);
    builder.add({
      objectId,
      catalog: sky.catalog,
      component,
      model: MODEL.sersic,
      raDeg: position.raDeg,
      decDeg: position.decDeg,
      magnitude,
      sersicIndex: index,
      halfLightRadiusArcsec: major * Math.sqrt(q),
      g1: shape.g1,
      g2: shape.g2,
      redshift: galaxy.redshift,
      sedApproximated: 1,
    });
  };
  addComponent(COMPONENT.bulge, 4, magnitudes.bulge, galaxy.bulgeMajorArcsec, galaxy.bulgeAxisRatio);
  addComponent(COMPONENT.disk, 1, magnitudes.disk, galaxy.diskMajorArcsec, galaxy.diskAxisRatio);
}

function addStars(sky: CheckedSky, builder: SourceTableBuilder): void {
  const areaDeg2 = pixelAreaDeg2(STAR_CELL_ORDER);
  const first = shellOf(sky.brightestMag);
  const end = shellOf(sky.faintIMag + MAX_R_MINUS_I) + 1;
  for (const cell of queryCone(sky.centre.raDeg, sky.centre.decDeg, sky.radiusDeg, STAR_CELL_ORDER)) {
    const middle = pixToAngNest(cell, STAR_CELL_ORDER);
    const counts = starCountsPerDeg2(middle.raDeg, middle.decDeg, end);
    for (let shell = first; shell < end; shell++) {
      const stream = cellStream(sky.seed, POPULATION.stars, cell, shell);
      const count = stream.poisson((counts[shell] ?? 0) * areaDeg2);
      for (let item = 0; item < count; item++) {
        const position = pointInPixNest(cell, STAR_CELL_ORDER, stream.uniform(), stream.uniform());
        const star = drawStar(stream, shell);
        const iMag = starMagnitude(star, 'i');
        if (iMag < sky.brightestMag || iMag > sky.faintIMag || !sky.inside(position)) continue;
        builder.add({
          objectId: syntheticObjectId(POPULATION.stars, cell, shell, item),
          catalog: sky.catalog,
          model: MODEL.point,
          raDeg: position.raDeg,
          decDeg: position.decDeg,
          magnitude: starMagnitude(star, sky.band),
          sedApproximated: 1,
        });
      }
    }
  }
}
