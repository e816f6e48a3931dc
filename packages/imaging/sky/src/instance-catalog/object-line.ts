/**
 * One `object` line of an instance catalog as a row of the source table, with imSim's lensing: gamma2 negated,
 * g = gamma / (1 - kappa), long axis at beta = 90 deg - pa from +u (West) towards +v (North), half-light radius sqrt(a b)
 * times sqrt(mu), flux unchanged (instance catalogs hold magnified magnitudes). Not "corrected": it is the convention of
 * every catalog made for PhoSim and imSim. delta_ra and delta_dec are ignored, as imSim does. Internal dust counts as PhoSim
 * has it (imSim passes over it), Galactic dust by F19 whatever the name, as imSim has it; both may be chosen otherwise.
 */
import { type Dust, type SkyPosition, separationDeg, wrapDeg180, wrapDeg360 } from '@imsim-od/astro';
import { dustLawOf, isDustInRange } from '../sed/dust.js';
import { composeShear, type Lensing, lensingFrom, shearOfEllipse } from '../lensing.js';
import { COMPONENT, MODEL, POINT_SPACING_ARCSEC, type SourceRow } from '../source-table.js';
import { MAX_STAMP_PIXEL_ARCSEC } from '../stamp-limits.js';
import type { BandSed, SedPhotometry } from '../sed/sed-photometry.js';
import type { LineWords } from './line-words.js';
import type { SkipReason } from './skipped.js';

/** Spatial models that are drawn, as catalogs name them. */
export const SUPPORTED_MODELS = ['point', 'star', 'sersic2d', 'knots', 'streak', 'NAME.fits', 'NAME.fits.gz'];

/** Models that PhoSim knows and this simulator does not. */
export const KNOWN_UNSUPPORTED_MODELS = ['gauss', 'sersic', 'movingpoint', 'pinhole'];

/** Number of fields after the model's name, by model. */
const PARAMETERS: Readonly<Record<string, number>> = {
  point: 0,
  star: 0,
  sersic2d: 4,
  knots: 4,
  streak: 3,
  stamp: 2,
};

/** Place of the SED file in an object line. */
export const SED_TOKEN = 5;
const MODEL_TOKEN = 12;
/** Longest identifier, characters: truth tables give every row room for the longest. */
const MAX_IDENTIFIER = 64;
const RAD_PER_DEG = Math.PI / 180;
/** Brightest magnitude that is drawn; Sirius is -1.5. */
const BRIGHTEST_MAG = -5;
/** Fainter than this is no light: less than a photon in the age of the Universe. */
const FAINTEST_MAG = 90;
/** Largest half-light radius along the long axis, arcsec. */
const MAX_RADIUS_ARCSEC = 3600;
const MAX_KNOTS = 100_000;
const MAX_STREAK_ARCSEC = 72_000;
/** Ten million points, 0.1 arcsec apart. */
const MAX_STREAK_ARCSEC2 = 100_000;
const HALF_TURN_MARGIN_DEG = 89;

/** A row to draw, until the next line is read; what the line holds besides and is ignored. */
export interface ObjectRow {
  readonly kind: 'row';
  readonly row: Required<SourceRow>;
  readonly sed: BandSed;
  /** The image the row draws, relative to the catalog's folder. */
  readonly stampFile: string | undefined;
  readonly hasInternalDust: boolean;
  /** True where delta_ra or delta_dec is not 0. */
  readonly hasOffset: boolean;
  /** True where words follow the dust blocks. */
  readonly hasMore: boolean;
}

/** What a line turned out to be. */
export type ObjectOutcome =
  | ObjectRow
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'outside' }
  /** Nothing yet: the SED of this name must be loaded first. */
  | { readonly kind: 'needsSed'; readonly name: string }
  | { readonly kind: 'unsupported'; readonly model: string };

/** How the dust of a catalog is taken. */
export interface CatalogDust {
  /** Dust inside the sources dims them; false: it is passed over, as imSim does. */
  readonly internalDust: boolean;
  /** The curve of Galactic dust: F19 whatever the catalog names, as imSim does, or the one that is named. */
  readonly galacticDust: 'F19' | 'named';
}

/** What an object line is read with. */
export interface ObjectContext {
  /** Spectra in the band of the magnitudes. */
  readonly light: SedPhotometry;
  readonly dust: CatalogDust;
  /** Value of the `catalog` column. */
  readonly catalog: number;
  /** Keeps only the positions for which it is true. */
  readonly keep: ((raDeg: number, decDeg: number) => boolean) | undefined;
  /** Takes the row of each line, one after the other: what is made of a line holds until the next one is read. */
  readonly row: Required<SourceRow>;
  /** Direction of the telescope: what lies behind its tangent plane is a fault. Undefined where nobody says. */
  readonly boresight: SkyPosition | undefined;
}

const OUTSIDE: ObjectOutcome = { kind: 'outside' };

function skip(reason: SkipReason): ObjectOutcome {
  return { kind: 'skip', reason };
}

/**
 * Reads the words of an object line. An object outside the footprint is told from its position alone: the rest of such a
 * line is not looked at.
 */
export function readObject(words: LineWords, context: ObjectContext): ObjectOutcome {
  const ra = words.number(2);
  const dec = words.number(3);
  if (Number.isFinite(ra) && Number.isFinite(dec)) {
    if (dec < -90 || dec > 90 || ra < -360 || ra > 720)
      return skip(words.length > MODEL_TOKEN ? 'position' : 'fields');
    if (context.keep !== undefined && !context.keep(wrapDeg360(ra), dec)) return OUTSIDE;
  }
  const modelWord = words.word(MODEL_TOKEN);
  if (modelWord === undefined) return skip('fields');
  const isStamp = modelWord.endsWith('.fits') || modelWord.endsWith('.fits.gz');
  const model = isStamp ? 'stamp' : modelWord.toLowerCase();
  const parameters = PARAMETERS[model];
  if (parameters === undefined) return { kind: 'unsupported', model: modelWord };

  const magnorm = words.number(4);
  const redshift = words.number(6);
  const gamma1 = words.number(7);
  const gamma2 = words.number(8);
  const kappa = words.number(9);
  const deltaRa = words.number(10);
  const deltaDec = words.number(11);
  const p0 = parameters > 0 ? words.number(13) : 0;
  const p1 = parameters > 1 ? words.number(14) : 0;
  const p2 = parameters > 2 ? words.number(15) : 0;
  const p3 = parameters > 3 ? words.number(16) : 0;
  const sum =
    ra + dec + magnorm + redshift + gamma1 + gamma2 + kappa + deltaRa + deltaDec + p0 + p1 + p2 + p3;
  if (words.length < MODEL_TOKEN + 1 + parameters + 2) return skip('fields');
  if (!Number.isFinite(sum)) return skip(words.includes('inf') ? 'infinite' : 'number');
  if (words.wordLength(1) > MAX_IDENTIFIER) return skip('identifier');
  if (magnorm >= 50) return skip('faint');
  if (!(redshift >= 0 && redshift <= 20)) return skip('redshift');

  const dust = readDust(words, MODEL_TOKEN + 1 + parameters, context.dust);
  if (typeof dust === 'string') return skip(dust === 'number' && words.includes('inf') ? 'infinite' : dust);

  const lens = lensingFrom(gamma1, -gamma2, kappa);
  if (lens === undefined) return skip('lens');

  const name = words.word(SED_TOKEN) ?? '';
  const sed = context.light.known(name);
  if (sed === undefined) return { kind: 'needsSed', name };
  const internal = context.dust.internalDust ? dust.internal : undefined;
  const magnitude = magnorm + sed.colourMag(redshift, internal, dust.galactic);
  if (!(magnitude < FAINTEST_MAG)) return skip('dark');
  const { row } = context;
  clear(row);
  row.objectId = words.copy(1);
  row.catalog = context.catalog;
  row.raDeg = wrapDeg360(ra);
  row.decDeg = dec;
  row.magnitude = magnitude;
  row.redshift = redshift;
  row.sedApproximated = sed.approximated ? 1 : 0;
  const shaped = isStamp
    ? shapeStamp(row, lens, p0, p1)
    : model === 'sersic2d'
      ? shapeSersic(row, lens, p0, p1, p2, p3)
      : model === 'knots'
        ? shapeKnots(row, lens, p0, p1, p2, p3)
        : model === 'streak'
          ? shapeStreak(row, p0, p1, p2)
          : undefined;
  if (shaped !== undefined) return skip(shaped);
  if (row.magnitude < BRIGHTEST_MAG) return skip('bright');
  if (context.boresight && isBehind(row, context.boresight)) return skip('behind');
  return {
    kind: 'row',
    row,
    sed,
    stampFile: isStamp ? words.copy(MODEL_TOKEN) : undefined,
    hasInternalDust: dust.internal !== undefined,
    hasOffset: deltaRa !== 0 || deltaDec !== 0,
    hasMore: words.length > dust.next && words.word(dust.next)?.startsWith('#') !== true,
  };
}

/** A row for `ObjectContext`. Its numbers are no whole ones, so that engines make room for any from the start. */
export function emptyRow(): Required<SourceRow> {
  return {
    objectId: '',
    catalog: 0,
    component: COMPONENT.single,
    model: MODEL.point,
    raDeg: 0.5,
    decDeg: 0.5,
    magnitude: 0.5,
    sersicIndex: 0.5,
    halfLightRadiusArcsec: 0.5,
    g1: 0.5,
    g2: 0.5,
    knotCount: 0,
    lengthArcsec: 0.5,
    widthArcsec: 0.5,
    orientationRad: 0.5,
    stamp: -1,
    stampRotationDeg: 0.5,
    stampPixelArcsec: 0.5,
    redshift: 0.5,
    sedApproximated: 0,
    lensLimited: 0,
  };
}

/** What does not apply to every model takes the value that says so. */
function clear(row: Required<SourceRow>): void {
  row.component = COMPONENT.single;
  row.model = MODEL.point;
  row.sersicIndex = 0;
  row.halfLightRadiusArcsec = 0;
  row.g1 = 0;
  row.g2 = 0;
  row.knotCount = 0;
  row.lengthArcsec = 0;
  row.widthArcsec = 0;
  row.orientationRad = 0;
  row.stamp = -1;
  row.stampRotationDeg = 0;
  row.stampPixelArcsec = 0;
}

/** True 90 deg or more from the boresight. No separation is larger than the differences of both coordinates together. */
function isBehind({ raDeg, decDeg }: SkyPosition, boresight: SkyPosition): boolean {
  const most = Math.abs(wrapDeg180(raDeg - boresight.raDeg)) + Math.abs(decDeg - boresight.decDeg);
  return most > HALF_TURN_MARGIN_DEG && separationDeg({ raDeg, decDeg }, boresight) >= 90;
}

function shapeEllipse(
  row: SourceRow,
  lens: Lensing,
  a: number,
  b: number,
  paDeg: number,
): SkipReason | undefined {
  if (a < b) return 'axes';
  if (!(b > 0)) return 'size';
  const total = composeShear(lens, shearOfEllipse(b / a, (90 - paDeg) * RAD_PER_DEG));
  row.g1 = total.g1;
  row.g2 = total.g2;
  row.halfLightRadiusArcsec = Math.sqrt(a * b) * Math.sqrt(lens.magnification);
  const g = Math.sqrt(total.g1 * total.g1 + total.g2 * total.g2);
  const longest = row.halfLightRadiusArcsec * Math.sqrt((1 + g) / (1 - g));
  if (!(g < 1 && longest <= MAX_RADIUS_ARCSEC)) return 'large';
  return undefined;
}

function shapeSersic(
  row: SourceRow,
  lens: Lensing,
  a: number,
  b: number,
  paDeg: number,
  index: number,
): SkipReason | undefined {
  const rounded = Math.round(index * 20) / 20;
  if (!(rounded >= 0.3 && rounded <= 6.2)) return 'index';
  row.model = MODEL.sersic;
  row.sersicIndex = rounded;
  return shapeEllipse(row, lens, a, b, paDeg);
}

function shapeKnots(
  row: SourceRow,
  lens: Lensing,
  a: number,
  b: number,
  paDeg: number,
  knots: number,
): SkipReason | undefined {
  if (!Number.isInteger(knots) || knots <= 0 || knots > MAX_KNOTS) return 'knots';
  row.model = MODEL.knots;
  row.component = COMPONENT.knots;
  row.knotCount = knots;
  return shapeEllipse(row, lens, a, b, paDeg);
}

function shapeStreak(row: SourceRow, length: number, width: number, paDeg: number): SkipReason | undefined {
  if (!(length > 0 && width > 0)) return 'size';
  const area = Math.max(length, POINT_SPACING_ARCSEC) * Math.max(width, POINT_SPACING_ARCSEC);
  if (length > MAX_STREAK_ARCSEC || width > MAX_STREAK_ARCSEC || area > MAX_STREAK_ARCSEC2) return 'large';
  row.model = MODEL.streak;
  row.lengthArcsec = length;
  row.widthArcsec = width;
  row.orientationRad = (90 - paDeg) * RAD_PER_DEG;
  return undefined;
}

function shapeStamp(
  row: SourceRow,
  lens: Lensing,
  pixelArcsec: number,
  rotationDeg: number,
): SkipReason | undefined {
  if (!(pixelArcsec > 0)) return 'size';
  row.model = MODEL.stamp;
  row.g1 = lens.g1;
  row.g2 = lens.g2;
  row.stampPixelArcsec = pixelArcsec * Math.sqrt(lens.magnification);
  row.stampRotationDeg = -rotationDeg;
  if (!(row.stampPixelArcsec <= MAX_STAMP_PIXEL_ARCSEC)) return 'large';
  return undefined;
}

interface DustOfLine {
  readonly internal: Dust | undefined;
  readonly galactic: Dust | undefined;
  /** Index of the word after the blocks. */
  readonly next: number;
}

interface DustBlock {
  /** Undefined where there is none. */
  readonly dust: Dust | undefined;
  /** Index of the word after the block. */
  readonly next: number;
}

/** The rest-frame block, then the Galactic one. */
function readDust(words: LineWords, start: number, { galacticDust }: CatalogDust): DustOfLine | SkipReason {
  const internal = readDustBlock(words, start);
  if (typeof internal === 'string') return internal;
  const galactic = readDustBlock(words, internal.next);
  if (typeof galactic === 'string') return galactic;
  for (const { dust } of [internal, galactic]) if (dust !== undefined && !isDustInRange(dust)) return 'dust';
  const screen = galactic.dust;
  return {
    internal: internal.dust,
    galactic: screen === undefined || galacticDust === 'named' ? screen : { ...screen, law: 'F19' },
    next: galactic.next,
  };
}

const NO_DUST = ['none', 'NONE', 'None'];
/** As PhoSim and imSim know them; F19 is no name of theirs. */
const DUST_NAMES = ['CCM', 'ccm', 'calzetti', 'CALZETTI', 'Calzetti'];

function readDustBlock(words: LineWords, at: number): DustBlock | SkipReason {
  const name = words.word(at);
  if (name === undefined) return 'fields';
  if (NO_DUST.includes(name)) return { dust: undefined, next: at + 1 };
  const law = DUST_NAMES.includes(name) ? dustLawOf(name) : undefined;
  if (law === undefined) return 'dust';
  if (words.length <= at + 2) return 'fields';
  const av = words.number(at + 1);
  const rv = words.number(at + 2);
  if (!Number.isFinite(av + rv)) return 'number';
  return { dust: av === 0 ? undefined : { law, av, rv }, next: at + 3 };
}
