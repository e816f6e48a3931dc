/**
 * One row of a table as a row of the source table. Frames and signs are those of `source-table.ts`: shear components in the
 * tangent frame +u West, +v North; position angles run from North through East, so the long axis lies at 90 deg + PA from +u.
 * Magnitudes are of the visit's band as observed above the atmosphere; where a row has none, they come of its SED.
 */
import {
  type Band,
  type Dust,
  type DustLaw,
  J2000_MJD_TAI,
  placeAtEpoch,
  type SkyPosition,
  wrapDeg360,
} from '@imsim-od/astro';
import { log10 } from '@imsim-od/portable-math';
import { composeShear, type Lensing, lensingFrom, type Shear, shearOfEllipse } from '../lensing.js';
import { dustLawOf, isDustInRange, screenMag } from '../sed/dust.js';
import type { BandSed, SedPhotometry } from '../sed/sed-photometry.js';
import { MODEL, type SourceRow } from '../source-table.js';
import type { ExposureTime } from '../tracks/exposure-time.js';
import type { TrackPoint } from '../tracks/moving-object.js';
import { sourceFault } from '../source-limits.js';
import { MAX_STAMP_PIXEL_ARCSEC } from '../stamp-limits.js';
import type { MappedColumn } from './column-mapping.js';
import type { Quantity } from './quantities.js';
import type { LightCurves } from './read-light-curves.js';
import type { RowSkipReason } from './skipped-rows.js';
import type { Cell, CellColumn, TableBlock } from './table-reader.js';
import { magnitudeOfFlux, parseSexagesimal } from './units.js';

const RAD_PER_DEG = Math.PI / 180;
/** Longest identifier, characters: truth tables give every row room for the longest. */
const MAX_IDENTIFIER = 64;
const STANDARD_RV = 3.1;
/** What `abMagnitude` gives for a cell that is no number. */
const NO_NUMBER = -Infinity;
/** Fainter than this is no light: less than a photon in the age of the Universe. */
const FAINTEST_MAG = 90;

/** A magnitude, with the SED that gave it; or why there is none. */
type BandLight = { readonly magnitude: number; readonly sed?: BandSed } | 'needsSed' | RowSkipReason;

/** What rows are made with. */
export interface RowContext {
  readonly band: Band;
  /** Value of the `catalog` column. */
  readonly catalog: number;
  /** Magnitudes are those before lensing: the flux is multiplied by the magnification. */
  readonly unlensedMagnitudes: boolean;
  /** When positions hold whose row does not say: MJD TAI, or a Julian year from 1900 to 2100. */
  readonly epoch: number | undefined;
  /** The exposure that sources are placed for. */
  readonly time: ExposureTime | undefined;
  /** Spectra in the band. */
  readonly light: SedPhotometry;
  /** Rows with magnorm and SED take their light from these, also where they have a magnitude. */
  readonly spectraFirst: boolean;
  /** Curves that give magnitudes. */
  readonly lightCurves: LightCurves | undefined;
  /** Keeps only positions for which it is true; degrees, RA in [0, 360). */
  readonly keep: ((raDeg: number, decDeg: number) => boolean) | undefined;
}

/**
 * What a row turned out to be: a source, outside of what is wanted, a point of a track, or the reason to skip it; `needsSed`: nothing
 * yet, the SED `sedName` must be loaded first.
 */
export type RowOutcome = SourceRow | 'outside' | 'track' | 'needsSed' | RowSkipReason;

/** What a row's light came from, where that is an SED. */
export interface RowSed {
  readonly name: string;
  readonly sed: BandSed;
  /** Where the row's table has it, before proper motion. */
  readonly raDeg: number;
  readonly decDeg: number;
}

/** A column of the block at hand and what makes its values ours. */
interface Reading {
  readonly place: number;
  readonly factor: number;
  readonly isFlux: boolean;
  readonly isHours: boolean;
}

/** Makes sources of the rows of blocks whose columns are `mapped`, in that order. */
export class RowMaker {
  private readonly context: RowContext;
  private readonly readings: Readonly<Partial<Record<Quantity, Reading>>>;
  private readonly hasShear: boolean;
  /** True where columns tell of motion. */
  readonly moves: boolean;
  /** Tracks of the objects that move during an exposure, by identifier, and what their sources hold besides. */
  readonly tracks = new Map<
    string,
    {
      readonly track: TrackPoint[];
      readonly source: SourceRow;
      readonly sed: RowSed | undefined;
      /** Number of the row that came first. */
      readonly firstRow: number;
    }
  >();
  private readonly hasRates: boolean;
  private columns: readonly CellColumn[] = [];
  /** The file of the source last made, where it is a stamp: its image is the caller's to add. */
  stampFile: string | undefined;
  /** The SED of the source last made; undefined where its magnitude came otherwise. */
  sed: RowSed | undefined;
  /** The first position that was not wanted. */
  firstOutside: SkyPosition | undefined;
  /** The SED that is needed, of the row last looked at. */
  sedName = '';

  constructor(mapped: readonly MappedColumn[], context: RowContext) {
    this.context = context;
    const readings: Partial<Record<Quantity, Reading>> = {};
    mapped.forEach(({ quantity, factor, isFlux, unit }, place) => {
      readings[quantity] = { place, factor, isFlux, isHours: quantity === 'ra' && unit !== 'rad' };
    });
    this.readings = readings;
    this.hasRates = readings.rateRa !== undefined || readings.rateDec !== undefined;
    this.moves =
      this.hasRates || (['pmRa', 'pmDec', 'parallax'] as const).some((name) => readings[name] !== undefined);
    this.hasShear = readings.g1 !== undefined || readings.g2 !== undefined;
  }

  /** Takes a block; `make` reads its rows. */
  open(block: TableBlock): void {
    this.columns = block.columns;
  }

  /** The source of a row; `rowNumber` gives its identifier where no column does. */
  make(row: number, rowNumber: () => number): RowOutcome {
    const { context } = this;
    this.stampFile = undefined;
    this.sed = undefined;
    const ra = this.number('ra', row);
    const dec = this.number('dec', row);
    if (!Number.isFinite(ra) || !Number.isFinite(dec)) return 'number';
    if (dec < -90 || dec > 90) return 'position';
    const raDeg = wrapDeg360(ra);
    const tracked = this.hasRates && context.time !== undefined;
    if (!tracked && context.keep !== undefined && !context.keep(raDeg, dec)) {
      this.firstOutside ??= { raDeg, decDeg: dec };
      return 'outside';
    }

    const objectId = this.identifier(row, rowNumber);
    if (objectId.length > MAX_IDENTIFIER) return 'identifier';
    const place = tracked ? { raDeg, decDeg: dec } : this.moved(row, { raDeg, decDeg: dec });
    if (place === undefined) return 'number';
    const redshift = this.numberOr('redshift', row, 0);
    if (redshift === Infinity) return 'number';
    if (!(redshift >= 0 && redshift <= 20)) return 'redshift';
    const light = this.magnitude(row, objectId, redshift);
    if (typeof light === 'string') return light;
    const { sed } = light;
    let { magnitude } = light;
    if (magnitude >= 50) return 'faint';

    const lens = this.lens(row);
    if (typeof lens === 'string') return lens;
    if (context.unlensedMagnitudes) magnitude -= 2.5 * log10(lens.magnification);
    const source: SourceRow = {
      objectId,
      catalog: context.catalog,
      model: MODEL.point,
      ...place,
      magnitude,
      redshift,
      sedApproximated: sed?.approximated === true ? 1 : 0,
    };
    if (sed !== undefined) this.sed = { name: this.sedName, sed, raDeg, decDeg: dec };
    if (tracked) return sourceFault(source) ?? this.track(row, source, rowNumber());
    return this.shape(source, row, lens) ?? sourceFault(source) ?? source;
  }

  /** The magnitude with its dust: of the light curve, else of the row, else of its SED. */
  private magnitude(row: number, objectId: string, redshift: number): BandLight {
    const { context } = this;
    const galactic = this.dust(row, 'av', 'rv', 'dustLaw', 'F19');
    if (typeof galactic === 'string') return galactic;
    const onCurve = context.time && context.lightCurves?.magnitudeAt(objectId, context.time.midMjdTai);
    if (onCurve !== undefined && Number.isNaN(onCurve)) return 'number';
    let magnitude = onCurve ?? NaN;
    const hasSed = this.readings.sed !== undefined && this.readings.magnorm !== undefined;
    const bySed = hasSed && context.spectraFirst && !Number.isNaN(this.number('magnorm', row));
    if (Number.isNaN(magnitude) && !bySed) magnitude = this.abMagnitude('mag', row);
    if (Number.isNaN(magnitude)) return hasSed ? this.ofSed(row, redshift, galactic) : 'number';
    if (magnitude === NO_NUMBER) return 'number';
    if (magnitude === Infinity) return 'faint';
    return galactic === undefined
      ? { magnitude }
      : { magnitude: magnitude + screenMag(context.band, galactic) };
  }

  private ofSed(row: number, redshift: number, galactic: Dust | undefined): BandLight {
    const magnorm = this.abMagnitude('magnorm', row);
    if (magnorm === NO_NUMBER || Number.isNaN(magnorm)) return 'number';
    if (magnorm >= 50) return 'faint';
    const internal = this.dust(row, 'internalAv', 'internalRv', 'internalDustLaw', 'CCM89');
    if (typeof internal === 'string') return internal;
    this.sedName = this.text('sed', row);
    if (this.sedName === '') return 'sed';
    const sed = this.context.light.known(this.sedName);
    if (sed === undefined) return 'needsSed';
    const magnitude = magnorm + sed.colourMag(redshift, internal, galactic);
    return magnitude < FAINTEST_MAG ? { magnitude, sed } : 'dark';
  }

  /** A magnitude, or one made of a flux: NaN where there is none, `NO_NUMBER` where it is no number, Infinity for no light. */
  private abMagnitude(quantity: 'mag' | 'magnorm', row: number): number {
    const value = this.number(quantity, row);
    if (value === Infinity) return NO_NUMBER;
    if (this.readings[quantity]?.isFlux !== true || Number.isNaN(value)) return value;
    return value > 0 ? magnitudeOfFlux(value) : Infinity;
  }

  /** A screen of dust; undefined where there is none. */
  private dust(
    row: number,
    avName: Quantity,
    rvName: Quantity,
    lawName: Quantity,
    usual: DustLaw,
  ): Dust | RowSkipReason | undefined {
    const av = this.numberOr(avName, row, 0);
    const rv = this.numberOr(rvName, row, STANDARD_RV);
    if (!Number.isFinite(av) || !Number.isFinite(rv)) return 'number';
    if (av === 0) return undefined;
    const named = this.text(lawName, row);
    if (named.toLowerCase() === 'none') return undefined;
    const law = named === '' ? usual : dustLawOf(named);
    return law !== undefined && isDustInRange({ av, rv }) ? { law, av, rv } : 'dust';
  }

  /** Where a star stands in the middle of the exposure; undefined where a motion is no number. */
  private moved(row: number, position: SkyPosition): SkyPosition | undefined {
    const { time } = this.context;
    if (!this.moves || time === undefined) return position;
    const motion = {
      epochMjdTai: this.epoch(row, J2000_MJD_TAI),
      pmRaCosDecMasPerYr: this.numberOr('pmRa', row, 0),
      pmDecMasPerYr: this.numberOr('pmDec', row, 0),
      parallaxMas: this.numberOr('parallax', row, 0),
      radialVelocityKmPerS: this.numberOr('radialVelocity', row, 0),
    };
    if (!Object.values(motion).every((value) => Number.isFinite(value))) return undefined;
    return placeAtEpoch(position, motion, time.midMjdTai);
  }

  /** Takes the row as a point of the track of its object. */
  private track(row: number, source: SourceRow, firstRow: number): 'track' | RowSkipReason {
    const mjdTai = this.epoch(row, this.context.time!.midMjdTai);
    const rateRaCosDecDegPerDay = this.numberOr('rateRa', row, 0);
    const rateDecDegPerDay = this.numberOr('rateDec', row, 0);
    if (![mjdTai, rateRaCosDecDegPerDay, rateDecDegPerDay].every((value) => Number.isFinite(value)))
      return 'number';
    const { raDeg, decDeg, magnitude } = source;
    const point = { mjdTai, raDeg, decDeg, magnitude, rateRaCosDecDegPerDay, rateDecDegPerDay };
    const known = this.tracks.get(source.objectId);
    if (known === undefined)
      this.tracks.set(source.objectId, { track: [point], source, sed: this.sed, firstRow });
    else known.track.push(point);
    return 'track';
  }

  /** The epoch of a row, else of the table, MJD TAI; numbers from 1900 to 2100 are Julian years. */
  private epoch(row: number, otherwise: number): number {
    const value = this.numberOr('epoch', row, this.context.epoch ?? otherwise);
    return value >= 1900 && value <= 2100 ? J2000_MJD_TAI + (value - 2000) * 365.25 : value;
  }

  private shape(source: SourceRow, row: number, lens: Lensing): RowSkipReason | undefined {
    const a = this.number('semiMajor', row);
    const radius = this.number('halfLightRadius', row);
    const kind = kindOf(this.cell('kind', row));
    if (kind === 'unknown') return 'kind';
    if (kind === 'point') return undefined;
    const stamp = this.text('stamp', row);
    if (kind === 'stamp' || (kind === undefined && stamp !== ''))
      return this.stampShape(source, row, lens, stamp);
    if (Number.isNaN(a) && Number.isNaN(radius)) return kind === 'sersic' ? 'size' : undefined;
    if (kind === undefined && !(a > 0) && !(radius > 0)) return undefined;
    const index = Math.round(this.numberOr('sersicIndex', row, 1) * 20) / 20;
    if (!(index >= 0.3 && index <= 6.2)) return 'index';
    const ellipse = this.ellipse(row, a, radius);
    if (typeof ellipse === 'string') return ellipse;
    const total = composeShear(lens, ellipse.shear);
    source.model = MODEL.sersic;
    source.sersicIndex = index;
    source.g1 = total.g1;
    source.g2 = total.g2;
    source.halfLightRadiusArcsec = ellipse.radiusArcsec * Math.sqrt(lens.magnification);
    return undefined;
  }

  private stampShape(source: SourceRow, row: number, lens: Lensing, file: string): RowSkipReason | undefined {
    const pixelArcsec = this.number('stampPixelScale', row) * Math.sqrt(lens.magnification);
    if (file === '' || !(pixelArcsec > 0)) return 'stamp';
    if (!(pixelArcsec <= MAX_STAMP_PIXEL_ARCSEC)) return 'large';
    const angleDeg = this.numberOr('positionAngle', row, 0);
    if (!Number.isFinite(angleDeg)) return 'number';
    source.model = MODEL.stamp;
    source.g1 = lens.g1;
    source.g2 = lens.g2;
    source.stampPixelArcsec = pixelArcsec;
    // From North through East is from +v towards -u: counter-clockwise in (u, v).
    source.stampRotationDeg = angleDeg;
    this.stampFile = file;
    return undefined;
  }

  /** The half-light radius sqrt(a b) and the intrinsic shape. */
  private ellipse(
    row: number,
    a: number,
    radius: number,
  ): { readonly radiusArcsec: number; readonly shear: Shear } | RowSkipReason {
    const b = this.number('semiMinor', row);
    let ratio = this.numberOr('axisRatio', row, 1 - this.numberOr('ellipticity', row, 0));
    if (!Number.isNaN(a) && !Number.isNaN(b)) {
      if (a < b) return 'axes';
      ratio = b / a;
    }
    if (!(ratio > 0 && ratio <= 1)) return b <= 0 || a <= 0 ? 'size' : 'shape';
    let radiusArcsec = radius;
    if (!Number.isNaN(a)) radiusArcsec = Math.sqrt(a * (Number.isNaN(b) ? a * ratio : b));
    if (!(radiusArcsec > 0) || radiusArcsec === Infinity) return 'size';
    if (this.hasShear) {
      const g1 = this.numberOr('g1', row, 0);
      const g2 = this.numberOr('g2', row, 0);
      return g1 * g1 + g2 * g2 < 1 ? { radiusArcsec, shear: { g1, g2 } } : 'shape';
    }
    const angleDeg = this.numberOr('positionAngle', row, 0);
    if (!Number.isFinite(angleDeg)) return 'number';
    return { radiusArcsec, shear: shearOfEllipse(ratio, (90 + angleDeg) * RAD_PER_DEG) };
  }

  private lens(row: number): Lensing | RowSkipReason {
    const gamma1 = this.numberOr('gamma1', row, 0);
    const gamma2 = this.numberOr('gamma2', row, 0);
    const mu = this.number('mu', row);
    let kappa = this.numberOr('kappa', row, 0);
    if (!Number.isNaN(mu)) {
      if (!(mu > 0)) return 'lens';
      // mu = 1 / ((1 - kappa)^2 - gamma^2), solved for the kappa below 1.
      kappa = 1 - Math.sqrt(1 / mu + gamma1 * gamma1 + gamma2 * gamma2);
    }
    return lensingFrom(gamma1, gamma2, kappa) ?? 'lens';
  }

  private identifier(row: number, rowNumber: () => number): string {
    const text = this.text('id', row);
    return text === '' ? String(rowNumber()) : text;
  }

  /** The text of a cell, empty where there is none. */
  private text(quantity: Quantity, row: number): string {
    const cell = this.cell(quantity, row);
    return cell === null || cell === undefined ? '' : String(cell).trim();
  }

  private cell(quantity: Quantity, row: number): Cell {
    const reading = this.readings[quantity];
    return reading === undefined ? undefined : this.columns[reading.place]?.[row];
  }

  /** The value in our units; NaN where there is none, Infinity where it is no number. */
  private number(quantity: Quantity, row: number): number {
    const reading = this.readings[quantity];
    if (reading === undefined) return NaN;
    const cell = this.columns[reading.place]?.[row];
    if (typeof cell === 'number') return cell * reading.factor;
    if (typeof cell !== 'string') return typeof cell === 'bigint' ? Number(cell) * reading.factor : NaN;
    const value = numberOfText(cell);
    if (value !== Infinity) return value * reading.factor;
    const turned = parseSexagesimal(cell.trim());
    if (turned === undefined) return Infinity;
    return reading.isHours ? turned * 15 : turned;
  }

  private numberOr(quantity: Quantity, row: number, fallback: number): number {
    const value = this.number(quantity, row);
    return Number.isNaN(value) ? fallback : value;
  }
}

/** The number of a text; NaN where it says that there is none, Infinity where it is something else. */
function numberOfText(text: string): number {
  const value = Number(text);
  if (value === value && (value !== 0 || text.trim() !== '')) return value === -Infinity ? Infinity : value;
  return /^\s*(?:|nan|null|none|n\/a|na|-+|\\n|masked)\s*$/i.test(text) ? NaN : Infinity;
}

function kindOf(cell: Cell): 'point' | 'sersic' | 'stamp' | 'unknown' | undefined {
  if (cell === null || cell === undefined) return undefined;
  if (typeof cell !== 'string') return 'unknown';
  switch (cell.trim().toLowerCase()) {
    case '':
      return undefined;
    case 'point':
    case 'star':
    case 'psf':
      return 'point';
    case 'sersic':
    case 'sersic2d':
    case 'galaxy':
      return 'sersic';
    case 'stamp':
      return 'stamp';
    default:
      return 'unknown';
  }
}
