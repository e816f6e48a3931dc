/**
 * One `object` line of an instance catalog as a row of the source table, with imSim's lensing: gamma2 negated,
 * g = gamma / (1 - kappa), long axis at beta = 90 deg - pa from +u (West) towards +v (North), half-light radius sqrt(a b)
 * times sqrt(mu), flux unchanged (instance catalogs hold magnified magnitudes). Not "corrected": it is the convention of
 * every catalog made for PhoSim and imSim. delta_ra and delta_dec are ignored, as imSim does. Internal dust counts as PhoSim
 * has it (imSim passes over it), Galactic dust by F19 whatever the name, as imSim has it; both may be chosen otherwise.
 */
import {
  type Dust,
  type DustLaw,
  type SkyPosition,
  separationDeg,
  wrapDeg180,
  wrapDeg360,
} from '@imsim-od/astro';
import { isDustInRange } from '../sed/dust.js';
import { composeShear, type Lensing, lensingFrom, shearOfEllipse } from '../lensing.js';
import { COMPONENT, MODEL, type SourceRow } from '../source-table.js';
import { sourceFault } from '../source-limits.js';
import { MAX_STAMP_PIXEL_ARCSEC } from '../stamp-limits.js';
import type { BandSed, SedPhotometry } from '../sed/sed-photometry.js';
import type { LineWords } from './line-words.js';
import { SKIP_REASONS, type SkipReason } from './skipped.js';

/** Spatial models that are drawn, as catalogs name them. */
export const SUPPORTED_MODELS = ['point', 'star', 'sersic2d', 'knots', 'streak', 'NAME.fits', 'NAME.fits.gz'];

/** Models that PhoSim knows and this simulator does not. */
export const KNOWN_UNSUPPORTED_MODELS = ['gauss', 'sersic', 'movingpoint', 'pinhole'];

/** A spatial model, and the number of fields after its name. */
interface LineModel {
  readonly name: 'point' | 'sersic2d' | 'knots' | 'streak' | 'stamp';
  readonly parameters: number;
}

const STAMP: LineModel = { name: 'stamp', parameters: 2 };
const MODELS: ReadonlyMap<string, LineModel> = new Map([
  ['point', { name: 'point', parameters: 0 }],
  ['star', { name: 'point', parameters: 0 }],
  ['sersic2d', { name: 'sersic2d', parameters: 4 }],
  ['knots', { name: 'knots', parameters: 4 }],
  ['streak', { name: 'streak', parameters: 3 }],
]);

function modelOf(word: string): LineModel | undefined {
  const model = MODELS.get(word);
  if (model !== undefined) return model;
  return word.endsWith('.fits') || word.endsWith('.fits.gz') ? STAMP : MODELS.get(word.toLowerCase());
}

/** Place of the identifier in an object line. */
export const IDENTIFIER_TOKEN = 1;
/** Places of the position and of the magnitude at 500 nm. */
export const RA_TOKEN = 2;
export const DEC_TOKEN = 3;
export const MAGNORM_TOKEN = 4;
/** Place of the SED file in an object line. */
export const SED_TOKEN = 5;
const REDSHIFT_TOKEN = 6;
const MODEL_TOKEN = 12;
const PARAMETER_TOKEN = 13;
/** Longest identifier, characters: truth tables give every row room for the longest. */
const MAX_IDENTIFIER = 64;
const RAD_PER_DEG = Math.PI / 180;
/** Fainter than this is no light: less than a photon in the age of the Universe. */
const FAINTEST_MAG = 90;
const MAX_KNOTS = 100_000;
const HALF_TURN_MARGIN_DEG = 89;

/** A row to draw, until the next line is read; what the line holds besides and is ignored. */
export interface ObjectRow {
  readonly kind: 'row';
  /** All but the identifier. */
  readonly row: Required<SourceRow>;
  sed: BandSed | undefined;
  /** The image the row draws, relative to the catalog's folder. */
  stampFile: string | undefined;
  hasInternalDust: boolean;
  hasGalacticDust: boolean;
  /** True where delta_ra or delta_dec is not 0. */
  hasOffset: boolean;
  /** True where words follow the dust blocks. */
  hasMore: boolean;
}

/** What a line turned out to be. */
export type ObjectOutcome =
  | Readonly<ObjectRow>
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
  /** Takes what is made of each line, one after the other: it holds until the next one is read. */
  readonly object: ObjectRow;
  /** Direction of the telescope: what lies behind its tangent plane is a fault. Undefined where nobody says. */
  readonly boresight: SkyPosition | undefined;
}

const OUTSIDE: ObjectOutcome = { kind: 'outside' };
/** The outcomes of all reasons to skip a line. */
const SKIPS = Object.fromEntries(
  Object.keys(SKIP_REASONS).map((reason) => [reason, { kind: 'skip', reason }]),
) as Readonly<Record<SkipReason, ObjectOutcome>>;

/**
 * Reads the words of an object line into `context.object`, but for its identifier. An object outside the footprint is told from its position
 * alone: the rest of such a line is not looked at. Words are asked for in their order: each byte is looked at once.
 */
export function readObject(words: LineWords, context: ObjectContext): ObjectOutcome {
  words.readNumbers(RA_TOKEN, MAGNORM_TOKEN);
  const ra = words.values[RA_TOKEN]!;
  const dec = words.values[DEC_TOKEN]!;
  if (Number.isFinite(ra) && Number.isFinite(dec)) {
    if (dec < -90 || dec > 90 || ra < -360 || ra > 720)
      return words.has(MODEL_TOKEN) ? SKIPS.position : SKIPS.fields;
    if (context.keep !== undefined && !context.keep(wrapDeg360(ra), dec)) return OUTSIDE;
  }
  words.readNumbers(MAGNORM_TOKEN, SED_TOKEN);
  const name = words.word(SED_TOKEN) ?? '';
  words.readNumbers(REDSHIFT_TOKEN, MODEL_TOKEN);
  const modelWord = words.word(MODEL_TOKEN);
  if (modelWord === undefined) return SKIPS.fields;
  const model = modelOf(modelWord);
  if (model === undefined) return { kind: 'unsupported', model: modelWord };

  const { parameters } = model;
  const dustToken = PARAMETER_TOKEN + parameters;
  words.readNumbers(PARAMETER_TOKEN, dustToken);
  const { values } = words;
  let sum = values[MAGNORM_TOKEN]!;
  for (let i = REDSHIFT_TOKEN; i < MODEL_TOKEN; i++) sum += values[i]!;
  for (let i = PARAMETER_TOKEN; i < dustToken; i++) sum += values[i]!;
  const dust = readDust(words, dustToken, context.dust);
  if (!words.has(dustToken + 1)) return SKIPS.fields;
  if (!Number.isFinite(sum + ra + dec)) return words.includes('inf') ? SKIPS.infinite : SKIPS.number;
  if (words.isLonger(IDENTIFIER_TOKEN, MAX_IDENTIFIER)) return SKIPS.identifier;
  const magnorm = values[MAGNORM_TOKEN]!;
  const redshift = values[REDSHIFT_TOKEN]!;
  if (magnorm >= 50) return SKIPS.faint;
  if (!(redshift >= 0 && redshift <= 20)) return SKIPS.redshift;
  if (dust !== undefined) return dust === 'number' && words.includes('inf') ? SKIPS.infinite : SKIPS[dust];

  const lens = lensingFrom(values[7]!, -values[8]!, values[9]!);
  if (lens === undefined) return SKIPS.lens;

  const sed = context.light.known(name);
  if (sed === undefined) return { kind: 'needsSed', name };
  const { internal, galactic, next } = lineDust;
  const magnitude =
    magnorm + sed.colourMag(redshift, context.dust.internalDust ? internal : undefined, galactic);
  if (!(magnitude < FAINTEST_MAG)) return SKIPS.dark;
  const { object } = context;
  const { row } = object;
  clear(row);
  row.catalog = context.catalog;
  row.raDeg = wrapDeg360(ra);
  row.decDeg = dec;
  row.magnitude = magnitude;
  row.redshift = redshift;
  row.sedApproximated = sed.approximated ? 1 : 0;
  const shaped = shape(row, model, lens, values);
  if (shaped !== undefined) return SKIPS[shaped];
  const fault = sourceFault(row);
  if (fault !== undefined) return SKIPS[fault];
  if (context.boresight && isBehind(row, context.boresight)) return SKIPS.behind;
  object.sed = sed;
  object.stampFile = model === STAMP ? words.copy(MODEL_TOKEN) : undefined;
  object.hasInternalDust = internal !== undefined;
  object.hasGalacticDust = galactic !== undefined;
  object.hasOffset = values[10] !== 0 || values[11] !== 0;
  object.hasMore = words.has(next) && words.word(next)?.startsWith('#') !== true;
  return object;
}

/** Room for `ObjectContext`. */
export function emptyObject(): ObjectRow {
  return {
    kind: 'row',
    row: emptyRow(),
    sed: undefined,
    stampFile: undefined,
    hasInternalDust: false,
    hasGalacticDust: false,
    hasOffset: false,
    hasMore: false,
  };
}

/** A row to fill. Its numbers are no whole ones, so that engines make room for any from the start. */
function emptyRow(): Required<SourceRow> {
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

/** Puts the model and what its parameters say into a row. */
function shape(
  row: Required<SourceRow>,
  { name }: LineModel,
  lens: Lensing,
  values: Float64Array,
): SkipReason | undefined {
  switch (name) {
    case 'sersic2d':
      return shapeSersic(row, lens, values);
    case 'knots':
      return shapeKnots(row, lens, values);
    case 'streak':
      return shapeStreak(row, values);
    case 'stamp':
      return shapeStamp(row, lens, values);
    case 'point':
      return undefined;
  }
}

/** Of both galaxies and knots: semi-axes in arcsec and position angle in degrees. */
function shapeEllipse(row: SourceRow, lens: Lensing, values: Float64Array): SkipReason | undefined {
  const a = values[PARAMETER_TOKEN]!;
  const b = values[PARAMETER_TOKEN + 1]!;
  const paDeg = values[PARAMETER_TOKEN + 2]!;
  if (a < b) return 'axes';
  if (!(b > 0)) return 'size';
  const total = composeShear(lens, shearOfEllipse(b / a, (90 - paDeg) * RAD_PER_DEG));
  row.g1 = total.g1;
  row.g2 = total.g2;
  row.halfLightRadiusArcsec = Math.sqrt(a * b) * Math.sqrt(lens.magnification);
  return undefined;
}

function shapeSersic(row: SourceRow, lens: Lensing, values: Float64Array): SkipReason | undefined {
  const index = values[PARAMETER_TOKEN + 3]!;
  const rounded = Math.round(index * 20) / 20;
  if (!(rounded >= 0.3 && rounded <= 6.2)) return 'index';
  row.model = MODEL.sersic;
  row.sersicIndex = rounded;
  return shapeEllipse(row, lens, values);
}

function shapeKnots(row: SourceRow, lens: Lensing, values: Float64Array): SkipReason | undefined {
  const knots = values[PARAMETER_TOKEN + 3]!;
  if (!Number.isInteger(knots) || knots <= 0 || knots > MAX_KNOTS) return 'knots';
  row.model = MODEL.knots;
  row.component = COMPONENT.knots;
  row.knotCount = knots;
  return shapeEllipse(row, lens, values);
}

function shapeStreak(row: SourceRow, values: Float64Array): SkipReason | undefined {
  const length = values[PARAMETER_TOKEN]!;
  const width = values[PARAMETER_TOKEN + 1]!;
  const paDeg = values[PARAMETER_TOKEN + 2]!;
  if (!(length > 0 && width > 0)) return 'size';
  row.model = MODEL.streak;
  row.lengthArcsec = length;
  row.widthArcsec = width;
  row.orientationRad = (90 - paDeg) * RAD_PER_DEG;
  return undefined;
}

function shapeStamp(row: SourceRow, lens: Lensing, values: Float64Array): SkipReason | undefined {
  const pixelArcsec = values[PARAMETER_TOKEN]!;
  const rotationDeg = values[PARAMETER_TOKEN + 1]!;
  if (!(pixelArcsec > 0)) return 'size';
  row.model = MODEL.stamp;
  row.g1 = lens.g1;
  row.g2 = lens.g2;
  row.stampPixelArcsec = pixelArcsec * Math.sqrt(lens.magnification);
  row.stampRotationDeg = -rotationDeg;
  if (!(row.stampPixelArcsec <= MAX_STAMP_PIXEL_ARCSEC)) return 'large';
  return undefined;
}

/** The dust of the line that was read last. */
const lineDust: { internal: Dust | undefined; galactic: Dust | undefined; next: number } = {
  internal: undefined,
  galactic: undefined,
  /** Index of the word after the blocks. */
  next: 0,
};
/** The dust of the block that was read last; undefined where there is none. */
let blockDust: Dust | undefined;

/** Reads the rest-frame block, then the Galactic one, into `lineDust`; returns what is wrong with them. */
function readDust(words: LineWords, start: number, { galacticDust }: CatalogDust): DustFault | undefined {
  const between = readDustBlock(words, start, undefined);
  if (typeof between === 'string') return between;
  const internal = blockDust;
  const next = readDustBlock(words, between, galacticDust === 'named' ? undefined : 'F19');
  if (typeof next === 'string') return next;
  const galactic = blockDust;
  if (internal !== undefined && !isDustInRange(internal)) return 'dust';
  if (galactic !== undefined && !isDustInRange(galactic)) return 'dust';
  lineDust.internal = internal;
  lineDust.galactic = galactic;
  lineDust.next = next;
  return undefined;
}

type DustFault = 'fields' | 'number' | 'dust';

/** As PhoSim and imSim know them; F19 is no name of theirs. */
const DUST_NAMES: ReadonlyMap<string, DustLaw | 'none'> = new Map([
  ...['none', 'NONE', 'None'].map((name) => [name, 'none'] as const),
  ...['CCM', 'ccm'].map((name) => [name, 'CCM89'] as const),
  ...['calzetti', 'CALZETTI', 'Calzetti'].map((name) => [name, 'C00'] as const),
]);

/** Reads a block into `blockDust`, with a law that stands for the named one; returns the index of the word after it, or what is wrong. */
function readDustBlock(words: LineWords, at: number, instead: DustLaw | undefined): number | DustFault {
  const name = words.word(at);
  if (name === undefined) return 'fields';
  const law = DUST_NAMES.get(name);
  if (law === undefined) return 'dust';
  blockDust = undefined;
  if (law === 'none') return at + 1;
  words.readNumbers(at + 1, at + 3);
  if (!words.has(at + 2)) return 'fields';
  const av = words.values[at + 1]!;
  const rv = words.values[at + 2]!;
  if (!Number.isFinite(av + rv)) return 'number';
  if (av !== 0) blockDust = { law: instead ?? law, av, rv };
  return at + 3;
}
