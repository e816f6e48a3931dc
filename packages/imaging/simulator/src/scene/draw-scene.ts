/**
 * Draws a scene without a telescope: the noiseless expectation integrated over pixels, or photons, or either with
 * Poisson noise.
 */
import type { Frame, Kernel, Psf, PsfModel, StreamKey } from '@imsim-od/kernel';
import { shearMatrix } from '../detector/point-cloud.js';
import { photonCount } from '../detector/stream-keys.js';
import type { DrawSource, DrawSpec } from './draw-spec.js';

/** A drawn scene; rows may be read until the kernel opens its next frame. */
export interface DrawnScene {
  readonly nx: number;
  readonly ny: number;
  /** Row y (0-based) in electrons; a view or a copy, valid until the next call. */
  row(y: number): Float32Array;
}

const FWHM_PER_SIGMA = 2.354_820_045_030_949_3;
/** Words that keep the streams of scenes apart from those of detectors. */
const SOURCE_WORD = 0x7363656e;
const NOISE_WORD = 0x6e6f6973;
/** Fraction of a galaxy that may fold, and the largest box, where the expectation itself is the product. */
const MAX_FOLDED_FRACTION = 2e-4;
const MAX_BOX_SIZE = 2048;
/** Where a point's stamp ends in an expectation, as a fraction of its flux per pixel. */
const RELATIVE_SURFACE_BRIGHTNESS = 1e-9;
/** The least end that the kernel takes, electrons per pixel. */
const LEAST_SURFACE_BRIGHTNESS = 1e-12;

/** Draws a scene with the given kernel. */
export function drawScene(spec: DrawSpec, kernel: Kernel): DrawnScene {
  const frame = kernel.openFrame(spec.nx, spec.ny, { counts: spec.photons || spec.noise });
  const psf = kernel.preparePsf(psfModel(spec));
  if (spec.photons) {
    // photons are whole counts: the order changes nothing but how well the memory is used
    for (const index of indicesByTile(spec.sources)) {
      shootSource(frame, psf, spec.sources[index]!, spec, [spec.seed, SOURCE_WORD, index, 0]);
    }
    if (!spec.noise) frame.saturate();
  } else {
    for (const source of spec.sources) addSource(frame, psf, source, spec);
  }
  if (spec.photons && spec.noise) {
    frame.realiseUniform(spec.skyElectrons, [spec.seed, NOISE_WORD, 0]);
  } else {
    if (spec.skyElectrons > 0) frame.addUniform(spec.skyElectrons);
    if (spec.noise) frame.realise([spec.seed, NOISE_WORD, 0]);
  }
  const sum = new Float32Array(spec.nx);
  return {
    nx: spec.nx,
    ny: spec.ny,
    row(y) {
      if (!spec.photons && !spec.noise) return frame.meanRow(y);
      const counts = frame.countsRow(y);
      if (spec.noise) {
        for (let x = 0; x < spec.nx; x++) sum[x] = counts[x]!;
      } else {
        const mean = frame.meanRow(y);
        for (let x = 0; x < spec.nx; x++) sum[x] = counts[x]! + mean[x]!;
      }
      return sum;
    },
  };
}

function psfModel({ psf, pixelScaleArcsec }: DrawSpec): PsfModel {
  const fwhmPx = psf.fwhmArcsec / pixelScaleArcsec;
  if (psf.kind === 'gaussian') return { kind: 'gaussian', sigmaPx: fwhmPx / FWHM_PER_SIGMA };
  if (psf.kind === 'moffat') return { kind: 'moffat', fwhmPx, beta: psf.beta ?? 3.5 };
  return { kind: 'kolmogorov', fwhmPx };
}

/** The sources' indices, tile of 256 pixels by tile. */
function indicesByTile(sources: readonly DrawSource[]): Uint32Array {
  const tiles = Float64Array.from(sources, ({ x, y }) => Math.floor(y / 256) * 65_536 + Math.floor(x / 256));
  return Uint32Array.from(sources, (_, index) => index).sort((a, b) => tiles[a]! - tiles[b]! || a - b);
}

function shootSource(frame: Frame, psf: Psf, source: DrawSource, spec: DrawSpec, key: StreamKey): void {
  const photons = photonCount(source.fluxElectrons, key);
  const matrix = profileMatrix(source, spec);
  if (matrix) frame.shootSersic(psf, source.n ?? 1, source.x, source.y, ...matrix, photons, key);
  else frame.shootPoint(psf, source.x, source.y, photons, key);
}

function addSource(frame: Frame, psf: Psf, source: DrawSource, spec: DrawSpec): void {
  const { x, y, fluxElectrons } = source;
  if (fluxElectrons === 0) return;
  const matrix = profileMatrix(source, spec);
  if (matrix) {
    const options = { maxOutside: MAX_FOLDED_FRACTION, maxSize: MAX_BOX_SIZE };
    frame.addSersicMean(psf, source.n ?? 1, x, y, ...matrix, fluxElectrons, options);
  } else {
    const least = Math.max(LEAST_SURFACE_BRIGHTNESS, fluxElectrons * RELATIVE_SURFACE_BRIGHTNESS);
    frame.addPointMean(psf, x, y, fluxElectrons, least);
  }
}

/** From the round profile in half-light radii to pixels; undefined for a point. */
function profileMatrix(
  source: DrawSource,
  { pixelScaleArcsec }: DrawSpec,
): [number, number, number, number] | undefined {
  const radiusPx = (source.halfLightRadiusArcsec ?? 0) / pixelScaleArcsec;
  if (source.kind === 'point' || radiusPx === 0) return undefined;
  const [a, b, c] = shearMatrix(source.g1 ?? 0, source.g2 ?? 0);
  return [radiusPx * a, radiusPx * b, radiusPx * b, radiusPx * c];
}
