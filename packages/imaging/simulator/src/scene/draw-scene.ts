/**
 * Draws a scene without a telescope: the noiseless expectation integrated over pixels, or photons, or either with
 * Poisson noise.
 */
import type { Frame, Kernel, PhotonSources, Psf, PsfModel } from '@imsim-od/kernel';
import { shearMatrix } from '../detector/point-cloud.js';
import { COUNT_WORD } from '../detector/stream-keys.js';
import type { DrawSource, DrawSpec } from './draw-spec.js';

/** A drawn scene; rows may be read until the kernel opens its next frame. */
export interface DrawnScene {
  readonly nx: number;
  readonly ny: number;
  /** Most rows that `encoded` gives at a time. */
  readonly most: number;
  /**
   * `count` rows from y (0-based) on, in electrons, as float32 in the byte order of FITS; a view, valid until the next call. The
   * sky's noise may be drawn as the rows are first asked for.
   */
  encoded(y: number, count: number): Uint8Array;
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
    frame.shootSources(psf, photonSources(spec));
    if (!spec.noise) frame.saturate();
  } else {
    for (const source of spec.sources) addSource(frame, psf, source, spec);
  }
  const noise: readonly [number, number, number] = [spec.seed, NOISE_WORD, 0];
  const skyOnTheWay = spec.photons && spec.noise;
  if (!skyOnTheWay) {
    if (spec.skyElectrons > 0) frame.addUniform(spec.skyElectrons);
    if (spec.noise) frame.realise(noise);
  }
  let realised = 0;
  const held = spec.noise ? 'counts' : spec.photons ? 'sum' : 'mean';
  return {
    nx: spec.nx,
    ny: spec.ny,
    most: frame.bigEndianRowLimit,
    encoded(y, count) {
      // rows that were just written are read from the processor's own memory
      if (skyOnTheWay && y + count > realised) {
        frame.realiseUniform(spec.skyElectrons, noise, realised, y + count - realised);
        realised = y + count;
      }
      return frame.bigEndianRows(held, y, count);
    },
  };
}

function psfModel({ psf, pixelScaleArcsec }: DrawSpec): PsfModel {
  const fwhmPx = psf.fwhmArcsec / pixelScaleArcsec;
  if (psf.kind === 'gaussian') return { kind: 'gaussian', sigmaPx: fwhmPx / FWHM_PER_SIGMA };
  if (psf.kind === 'moffat') return { kind: 'moffat', fwhmPx, beta: psf.beta ?? 3.5 };
  return { kind: 'kolmogorov', fwhmPx };
}

const TILE_PX = 256;

/** The sources' indices, tile of 256 pixels by tile; what lies off the frame goes with the tiles at its edge. */
function indicesByTile({ sources, nx, ny }: DrawSpec): Uint32Array {
  const across = Math.ceil(nx / TILE_PX);
  const down = Math.ceil(ny / TILE_PX);
  const tiles = new Uint32Array(sources.length);
  const next = new Uint32Array(across * down + 1);
  for (let i = 0; i < tiles.length; i++) {
    const { x, y } = sources[i]!;
    const column = Math.min(Math.max(Math.floor(x / TILE_PX), 0), across - 1);
    const row = Math.min(Math.max(Math.floor(y / TILE_PX), 0), down - 1);
    const tile = row * across + column;
    tiles[i] = tile;
    next[tile + 1]!++;
  }
  for (let tile = 0; tile < across * down; tile++) next[tile + 1]! += next[tile]!;
  const order = new Uint32Array(sources.length);
  for (let i = 0; i < tiles.length; i++) order[next[tiles[i]!]!++] = i;
  return order;
}

/** The sources as the kernel shoots them. Photons are whole counts: the order changes nothing but how well memory is used. */
function photonSources(spec: DrawSpec): PhotonSources {
  const order = indicesByTile(spec);
  return {
    count: order.length,
    countWord: COUNT_WORD,
    read(i, source) {
      const index = order[i]!;
      const {
        kind,
        n,
        halfLightRadiusArcsec = 0,
        g1 = 0,
        g2 = 0,
        x,
        y,
        fluxElectrons,
      } = spec.sources[index]!;
      source.x = x;
      source.y = y;
      source.meanPhotons = fluxElectrons;
      source.key0 = spec.seed;
      source.key1 = SOURCE_WORD;
      source.key2 = index;
      source.key3 = 0;
      source.sersicIndex = 0;
      const radiusPx = halfLightRadiusArcsec / spec.pixelScaleArcsec;
      if (kind === 'point' || radiusPx === 0) return;
      const [a, b, c] = shearMatrix(g1, g2);
      source.sersicIndex = n ?? 1;
      source.a11 = radiusPx * a;
      source.a12 = radiusPx * b;
      source.a21 = radiusPx * b;
      source.a22 = radiusPx * c;
    },
  };
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
