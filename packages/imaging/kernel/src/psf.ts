/**
 * PSFs as the kernel holds them: tables made once for each model, the light they leave outside square boxes, and the band
 * of waves they pass.
 */
import {
  checkPsfModel,
  makePsfRadialTable,
  makePsfRadiusTable,
  makePsfTransformTable,
  PSF_TRANSFORM_MIN_EXPONENT,
  scaleRadiusTable,
  type ProfileTables,
  type PsfModel,
} from './profiles/index.js';
import { MAX_STAMP_SIZE, MIN_STAMP_SIZE } from './memory-map.js';
import { binStart, readTable } from './float-bins.js';
import { RadiusBounds } from './radius-bounds.js';
import { lightOutsideSquare } from './table-tails.js';

/** Transform left at the edge of the covered band: aliases below this are not folded. About 3e-4 of the peak. */
const BAND_EDGE = 2e-4;
/** Transform below which a wave counts as nothing. */
const NOTHING = 1e-6;

/** A point-spread function, ready to draw with. Made by Kernel.preparePsf. */
export interface Psf {
  readonly model: PsfModel;
}

/** A Psf with what the kernel needs of it. */
export interface PreparedPsf extends Psf {
  /** Distinguishes the PSFs of one kernel. */
  readonly id: number;
  readonly radius: Float32Array;
  /** How far the radius table leads [px]. */
  readonly radiusBounds: RadiusBounds;
  readonly transform: Float32Array;
  readonly radial: Float32Array;
  /** Half width of the band to draw, in pi radians a pixel: 1, 2 or 4. */
  readonly zones: 1 | 2 | 4;
  /** Squared wave number [rad^2/px^2] beyond which nothing is left. */
  readonly cutK2: number;
  /** Fraction of the light outside a box of 2^i pixels a side, by i. */
  readonly outside: readonly number[];
}

/** Readies a model. Its tables and what follows from them are made when first asked for (tens of milliseconds). */
export function preparePsf(model: PsfModel, id: number, tables: ProfileTables): PreparedPsf {
  checkPsfModel(model);
  const waves = once(() => {
    const transform = makePsfTransformTable(model);
    return { transform, ...bandOf(transform) };
  });
  const radius = once(() =>
    model.kind === 'kolmogorov' && !model.gaussianSigmaPx
      ? scaleRadiusTable(tables.unitKolmogorovRadius, model.fwhmPx)
      : makePsfRadiusTable(model),
  );
  const radiusBounds = once(() => new RadiusBounds(radius()));
  const radial = once(() => makePsfRadialTable(model));
  const outside = once(() => {
    const fractions: number[] = [];
    for (let n = MIN_STAMP_SIZE; n <= MAX_STAMP_SIZE; n *= 2) {
      fractions[31 - Math.clz32(n)] = lightOutsideSquare(radius(), [1, 0, 0, 1], n / 2);
    }
    return fractions;
  });
  return {
    model,
    id,
    get transform() {
      return waves().transform;
    },
    get zones() {
      return waves().zones;
    },
    get cutK2() {
      return waves().cutK2;
    },
    get radius() {
      return radius();
    },
    get radiusBounds() {
      return radiusBounds();
    },
    get radial() {
      return radial();
    },
    get outside() {
      return outside();
    },
  };
}

/** The band of waves that a transform passes. */
function bandOf(transform: Float32Array): Pick<PreparedPsf, 'zones' | 'cutK2'> {
  const at = (k: number): number => Math.abs(readTable(transform, PSF_TRANSFORM_MIN_EXPONENT, k * k));
  const zones = at(3.141592653589793) < BAND_EDGE ? 1 : at(6.283185307179586) < BAND_EDGE ? 2 : 4;
  let bin = transform.length / 2 - 1;
  const start = (i: number): number => binStart(PSF_TRANSFORM_MIN_EXPONENT, i);
  while (bin > 0 && at(Math.sqrt(start(bin))) < NOTHING) bin--;
  return { zones, cutK2: start(bin + 1) };
}

/** A value made at the first call. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
