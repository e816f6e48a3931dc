/**
 * The magnitude of one spectrum in one band against redshift and dust.
 *
 * Exactly: photons of each bin times throughput times both screens, summed. Quickly: on a grid in ln(1 + z) the logarithm of that sum is
 * kept together with its first three derivatives by the dust (its cumulants: means, variances and skews of the dust curves,
 * weighted by the light), and four grid points are joined by a cubic. All laws are A_V a + (A_V / R_V) b, so that no R_V
 * needs a grid of its own. A test bounds the difference of the two ways by 0.001 mag.
 */
import {
  type Band,
  type Dust,
  type DustLaw,
  abThroughputIntegral,
  dustTerms,
  throughputBins,
} from '@imsim-od/astro';
import { exp, log, log10, log1p } from '@imsim-od/portable-math';
import type { Spectrum } from './spectrum.js';

/** Steps of the grid in ln(1 + z). */
const STEP = 0.0025;
/** Grid points from one below z = 0 to beyond z = 20. */
const NODES = 1224;
/** 0.4 ln 10: how a magnitude enters an exponent. */
const C = 0.921_034_037_197_618_3;
/** Dust is expanded around whole A_V up to this; above, the sum is exact. */
const MAX_SERIES_AV = 6;
/** R_V of internal dust that the expansion begins from. */
const CENTRAL_RV = 3.1;
/** How far A_V / R_V may lie from where the expansion begins. */
const MAX_SERIES_RATIO = 0.4;
/** Coefficients of a grid point: value, 3 means, 6 second and 10 third cumulants. */
const TERMS = 20;
/** Third orders beyond this hint at a fourth that counts: light of u that comes half through the band and half through its leak in the red. */
const MAX_CUBES_MAG = 3e-4;
/** Combinations of dust kept for one spectrum. */
const MAX_PLANES = 24;
/** Grid points kept for one spectrum, 160 bytes each. */
const MAX_POINTS = 4000;
/** Bytes of a combination before its points. */
const PLANE_BYTES = 2 * NODES;
/** Bytes kept for all spectra together; beyond, all begin anew. */
const MAX_GRID_BYTES = 150_000_000;

/** Bins of a band with what every spectrum shares. */
interface BandBins {
  readonly edgesNm: Float64Array;
  readonly centresNm: Float64Array;
  readonly means: Float64Array;
  /** Photons of AB 0, flat, in the unit of `Spectrum`. */
  readonly abZero: number;
  /** Terms of internal dust at the bins, by law and grid point: a and b in turn. */
  readonly internal: Map<string, Float64Array>;
  /** A / A_V of Galactic screens at the bins by law and R_V. */
  readonly galactic: Map<string, Float64Array>;
}

const bandBins = new Map<Band, BandBins>();

function binsOf(band: Band): BandBins {
  const known = bandBins.get(band);
  if (known) return known;
  const bins = throughputBins(band);
  const made: BandBins = {
    ...bins,
    centresNm: Float64Array.from(bins.means, (_, k) => (bins.edgesNm[k]! + bins.edgesNm[k + 1]!) / 2),
    abZero: 500 * abThroughputIntegral(bins),
    galactic: new Map(),
    internal: new Map(),
  };
  bandBins.set(band, made);
  return made;
}

/** Most screens whose curves are kept; catalogs have one R_V. */
const MAX_SCREENS = 256;

function galacticCurve(bins: BandBins, law: DustLaw, rv: number): Float64Array {
  const key = `${law} ${rv}`;
  const known = bins.galactic.get(key);
  if (known) return known;
  if (bins.galactic.size >= MAX_SCREENS) bins.galactic.clear();
  const curve = Float64Array.from(bins.centresNm, (nm) => {
    const { a, b } = dustTerms(law, nm);
    return a + b / rv;
  });
  bins.galactic.set(key, curve);
  return curve;
}

/** The terms of a law at the bins for light from the redshift of a grid point: a, b, a, b ... */
function internalTerms(bins: BandBins, law: DustLaw, node: number): Float64Array {
  const key = `${law} ${node}`;
  let terms = bins.internal.get(key);
  if (terms === undefined) {
    terms = new Float64Array(2 * bins.centresNm.length);
    const stretch = exp(node * STEP);
    for (let k = 0; k < bins.centresNm.length; k++) {
      const { a, b } = dustTerms(law, bins.centresNm[k]! / stretch);
      terms[2 * k] = a;
      terms[2 * k + 1] = b;
    }
    bins.internal.set(key, terms);
  }
  return terms;
}

/** Bytes of all grids, and the number of the round since they were last forgotten. */
const grids = { bytes: 0, round: 0 };

/** Grid points of one combination of dust laws. Light without internal dust shares those of the first law at A_V 0. */
interface Plane {
  /** Which of the points in `terms` each grid point is; -1 where it is not worked out. */
  readonly places: Int16Array;
  terms: Float64Array;
  points: number;
  readonly internalLaw: DustLaw;
  readonly internalAv: number;
  readonly galacticAv: number;
  readonly galacticLaw: DustLaw | undefined;
  readonly galacticRv: number;
  readonly galactic: Float64Array | undefined;
}

/** A spectrum in a band. */
export class BandSpectrum {
  readonly #spectrum: Spectrum;
  readonly #bins: BandBins;
  #planes: Plane[] = [];
  #round = 0;
  readonly #photons: Float64Array;
  readonly #weights: Float64Array;
  #points = 0;
  /** Whether a value just read from the grid had a third order so large that the fourth counts. */
  #isRough = false;

  constructor(spectrum: Spectrum, band: Band) {
    this.#spectrum = spectrum;
    this.#bins = binsOf(band);
    const count = this.#bins.means.length;
    this.#photons = new Float64Array(count);
    this.#weights = new Float64Array(count);
  }

  /** True where the spectrum reaches over the whole band at a redshift. */
  covers(redshift: number): boolean {
    const { edgesNm } = this.#bins;
    const stretch = 1 + redshift;
    return (
      this.#spectrum.firstNm * stretch <= edgesNm[0]! &&
      this.#spectrum.lastNm * stretch >= edgesNm[edgesNm.length - 1]!
    );
  }

  /**
   * Band magnitude minus magnitude at 500 nm at rest; Infinity where no light comes through.
   * @param redshift 0 or more
   * @param internal dust in the source's rest frame
   * @param galactic dust of the Milky Way
   */
  colourMag(redshift: number, internal?: Dust, galactic?: Dust): number {
    const inside = internal !== undefined && internal.av !== 0 ? internal : undefined;
    const outside = galactic !== undefined && galactic.av !== 0 ? galactic : undefined;
    const centreAv = inside === undefined ? 0 : Math.round(inside.av);
    const ratio = inside === undefined ? 0 : inside.av / inside.rv - centreAv / CENTRAL_RV;
    const galacticAv = outside === undefined ? 0 : Math.round(outside.av);
    if (centreAv > MAX_SERIES_AV || galacticAv > MAX_SERIES_AV || Math.abs(ratio) > MAX_SERIES_RATIO)
      return this.exactColourMag(redshift, inside, outside);
    const plane = this.#planeOf(inside?.law ?? 'CCM89', centreAv, outside, galacticAv);
    const d1 = inside === undefined ? 0 : inside.av - centreAv;
    const av = outside === undefined ? 0 : outside.av - galacticAv;
    const x = redshift === 0 ? 0 : log1p(redshift) / STEP;
    const node = Math.floor(x);
    this.#isRough = false;
    if (node === x) {
      const value = this.#valueAt(plane, node, d1, ratio, av);
      return this.#isRough ? this.exactColourMag(redshift, inside, outside) : value;
    }
    // The cubic through the points around; below the first one a source would come closer, which is as well.
    const f = x - node;
    const y0 = this.#valueAt(plane, node - 1, d1, ratio, av);
    const y1 = this.#valueAt(plane, node, d1, ratio, av);
    const y2 = this.#valueAt(plane, node + 1, d1, ratio, av);
    const y3 = this.#valueAt(plane, node + 2, d1, ratio, av);
    const value =
      (-f * (f - 1) * (f - 2) * y0) / 6 +
      ((f + 1) * (f - 1) * (f - 2) * y1) / 2 -
      ((f + 1) * f * (f - 2) * y2) / 2 +
      ((f + 1) * f * (f - 1) * y3) / 6;
    return Number.isFinite(value) && !this.#isRough ? value : this.exactColourMag(redshift, inside, outside);
  }

  /** The same by summing over the bins. */
  exactColourMag(redshift: number, internal?: Dust, galactic?: Dust): number {
    const { edgesNm, centresNm, means, abZero } = this.#bins;
    this.#spectrum.photonsInBins(edgesNm, redshift, this.#photons);
    const screen = galactic === undefined ? undefined : galacticCurve(this.#bins, galactic.law, galactic.rv);
    let sum = 0;
    for (let k = 0; k < means.length; k++) {
      let dimming = 0;
      if (internal !== undefined) {
        const { a, b } = dustTerms(internal.law, centresNm[k]! / (1 + redshift));
        dimming += internal.av * (a + b / internal.rv);
      }
      if (galactic !== undefined && screen !== undefined) dimming += galactic.av * screen[k]!;
      const light = this.#photons[k]! * means[k]!;
      sum += dimming === 0 ? light : light * exp(-C * dimming);
    }
    return sum > 0 ? -2.5 * log10(sum / abZero) : Infinity;
  }

  #planeOf(internalLaw: DustLaw, internalAv: number, galactic: Dust | undefined, galacticAv: number): Plane {
    const galacticLaw = galactic?.law;
    const galacticRv = galactic?.rv ?? 0;
    if (this.#round !== grids.round) this.#forget();
    for (const plane of this.#planes) {
      if (
        plane.internalLaw === internalLaw &&
        plane.internalAv === internalAv &&
        plane.galacticAv === galacticAv &&
        plane.galacticLaw === galacticLaw &&
        plane.galacticRv === galacticRv
      )
        return plane;
    }
    const made: Plane = {
      places: new Int16Array(NODES).fill(-1),
      terms: new Float64Array(TERMS),
      points: 0,
      internalLaw,
      internalAv,
      galacticAv,
      galacticLaw,
      galacticRv,
      galactic: galactic && galacticCurve(this.#bins, galactic.law, galactic.rv),
    };
    if (this.#planes.length >= MAX_PLANES) this.#forget();
    this.#planes.push(made);
    grids.bytes += PLANE_BYTES;
    return made;
  }

  #forget(): void {
    this.#planes = [];
    this.#points = 0;
    this.#round = grids.round;
  }

  #valueAt(plane: Plane, node: number, d1: number, d2: number, d3: number): number {
    const known = plane.places[node + 1]!;
    const i = TERMS * (known >= 0 ? known : this.#addPoint(plane, node));
    const t = plane.terms;
    let value = t[i]!;
    let cubes = 0;
    if (d3 !== 0) {
      value += d3 * (t[i + 3]! + d3 * t[i + 9]!);
      cubes += d3 * d3 * d3 * t[i + 19]!;
    }
    if (d1 !== 0 || d2 !== 0) {
      value +=
        d1 * (t[i + 1]! + d1 * t[i + 4]! + d2 * t[i + 5]! + d3 * t[i + 6]!) +
        d2 * (t[i + 2]! + d2 * t[i + 7]! + d3 * t[i + 8]!);
      cubes +=
        d1 *
          (d1 * (d1 * t[i + 10]! + d2 * t[i + 11]! + d3 * t[i + 12]!) +
            d2 * (d2 * t[i + 13]! + d3 * t[i + 14]!)) +
        d3 * d3 * (d1 * t[i + 15]! + d2 * t[i + 18]!) +
        d2 * d2 * (d2 * t[i + 16]! + d3 * t[i + 17]!);
    }
    if (Math.abs(cubes) > MAX_CUBES_MAG) this.#isRough = true;
    return value + cubes;
  }

  /** Works out the value and the cumulants at a grid point; returns its place. */
  #addPoint(plane: Plane, node: number): number {
    const { edgesNm, means, abZero } = this.#bins;
    this.#spectrum.photonsInBins(edgesNm, exp(node * STEP) - 1, this.#photons);
    const { internalLaw, internalAv, galacticAv, galactic } = plane;
    const law = internalTerms(this.#bins, internalLaw, node);
    const count = means.length;
    const w = this.#weights;
    let sum = 0;
    let meanA = 0;
    let meanB = 0;
    let meanG = 0;
    for (let k = 0; k < count; k++) {
      const a = law[2 * k]!;
      const b = law[2 * k + 1]!;
      const g = galactic === undefined ? 0 : galactic[k]!;
      const dimming = internalAv * (a + b / CENTRAL_RV) + galacticAv * g;
      let light = this.#photons[k]! * means[k]!;
      if (dimming !== 0) light *= exp(-C * dimming);
      w[k] = light;
      sum += light;
      meanA += light * a;
      meanB += light * b;
      meanG += light * g;
    }
    const t = new Float64Array(TERMS);
    if (!(sum > 0)) {
      t[0] = Infinity;
      return this.#keep(plane, node, t);
    }
    meanA /= sum;
    meanB /= sum;
    meanG /= sum;
    for (let k = 0; k < count; k++) {
      const light = w[k]! / sum;
      const a = law[2 * k]! - meanA;
      const b = law[2 * k + 1]! - meanB;
      const g = galactic === undefined ? 0 : galactic[k]! - meanG;
      const aa = light * a * a;
      const ab = light * a * b;
      const bb = light * b * b;
      const gg = light * g * g;
      t[4]! += aa;
      t[5]! += ab;
      t[6]! += light * a * g;
      t[7]! += bb;
      t[8]! += light * b * g;
      t[9]! += gg;
      t[10]! += aa * a;
      t[11]! += aa * b;
      t[12]! += aa * g;
      t[13]! += ab * b;
      t[14]! += ab * g;
      t[15]! += gg * a;
      t[16]! += bb * b;
      t[17]! += bb * g;
      t[18]! += gg * b;
      t[19]! += gg * g;
    }
    t[0] = -log(sum / abZero) / C;
    t[1] = meanA;
    t[2] = meanB;
    t[3] = meanG;
    // -C/2 of each square, -C of each product; C^2/6 of each cube, three times for a square by another, six for all three.
    for (const i of [4, 7, 9]) t[i]! *= -C / 2;
    for (const i of [5, 6, 8]) t[i]! *= -C;
    for (const i of [10, 16, 19]) t[i]! *= (C * C) / 6;
    for (const i of [11, 12, 13, 15, 17, 18]) t[i]! *= (C * C) / 2;
    t[14]! *= C * C;
    return this.#keep(plane, node, t);
  }

  #keep(plane: Plane, node: number, terms: Float64Array): number {
    if (this.#points >= MAX_POINTS || grids.bytes > MAX_GRID_BYTES) {
      if (grids.bytes > MAX_GRID_BYTES) {
        grids.round++;
        grids.bytes = 0;
      }
      this.#forget();
      plane.places.fill(-1);
      plane.points = 0;
      this.#planes.push(plane);
    }
    const start = plane.points * TERMS;
    if (start === plane.terms.length) {
      const larger = new Float64Array(2 * start);
      larger.set(plane.terms);
      plane.terms = larger;
    }
    plane.terms.set(terms, start);
    plane.places[node + 1] = plane.points;
    this.#points++;
    grids.bytes += 8 * TERMS;
    return plane.points++;
  }
}
