/**
 * Draws a scene without a telescope: the noiseless expectation integrated over pixels, or photons, or either with
 * Poisson noise.
 */
import type { Frame, FrameShape, Kernel, PhotonSources, Psf, PsfModel } from '@imsim-od/kernel';
import { shearMatrix } from '../detector/point-cloud.js';
import { COUNT_WORD } from '../detector/stream-keys.js';
import type { DrawSpec } from './draw-spec.js';
import { type SourceTable, toSourceTable } from './source-table.js';

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

/** The frame that a scene is drawn in. Photons with noise leave the mean image empty: it is then not held at all. */
export function sceneFrame({ nx, ny, photons, noise }: DrawSpec): FrameShape {
  return { nx, ny, counts: photons || noise, mean: !(photons && noise) };
}

/** Draws a scene with the given kernel. @param sources all of them, where there are more than the scene lists itself */
export function drawScene(
  spec: DrawSpec,
  kernel: Kernel,
  sources: SourceTable = toSourceTable(spec.sources),
): DrawnScene {
  const { counts, mean } = sceneFrame(spec);
  const frame = kernel.openFrame(spec.nx, spec.ny, { counts, mean });
  const psf = kernel.preparePsf(psfModel(spec));
  if (spec.photons) {
    frame.shootSources(psf, photonSources(spec, sources));
    if (!spec.noise) frame.saturate();
  } else {
    for (let i = 0; i < sources.length; i++) addSource(frame, psf, sources, i, spec);
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
function indicesByTile({ nx, ny }: DrawSpec, sources: SourceTable): Uint32Array {
  const across = Math.ceil(nx / TILE_PX);
  const down = Math.ceil(ny / TILE_PX);
  const tiles = new Uint32Array(sources.length);
  const next = new Uint32Array(across * down + 1);
  for (let i = 0; i < tiles.length; i++) {
    const column = Math.min(Math.max(Math.floor(sources.x(i) / TILE_PX), 0), across - 1);
    const row = Math.min(Math.max(Math.floor(sources.y(i) / TILE_PX), 0), down - 1);
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
function photonSources(spec: DrawSpec, sources: SourceTable): PhotonSources {
  const { seed, pixelScaleArcsec } = spec;
  const order = indicesByTile(spec, sources);
  return {
    count: order.length,
    countWord: COUNT_WORD,
    read(i, source) {
      const index = order[i]!;
      source.x = sources.x(index);
      source.y = sources.y(index);
      source.meanPhotons = sources.fluxElectrons(index);
      source.key0 = seed;
      source.key1 = SOURCE_WORD;
      source.key2 = index;
      source.key3 = 0;
      source.sersicIndex = sources.sersicIndex(index);
      if (source.sersicIndex === 0) return;
      const radiusPx = sources.halfLightRadiusArcsec(index) / pixelScaleArcsec;
      const [a, b, c] = shearMatrix(sources.g1(index), sources.g2(index));
      source.a11 = radiusPx * a;
      source.a12 = radiusPx * b;
      source.a21 = radiusPx * b;
      source.a22 = radiusPx * c;
    },
  };
}

function addSource(frame: Frame, psf: Psf, sources: SourceTable, i: number, spec: DrawSpec): void {
  const x = sources.x(i);
  const y = sources.y(i);
  const flux = sources.fluxElectrons(i);
  const sersicIndex = sources.sersicIndex(i);
  if (flux === 0) return;
  if (sersicIndex === 0) {
    const least = Math.max(LEAST_SURFACE_BRIGHTNESS, flux * RELATIVE_SURFACE_BRIGHTNESS);
    frame.addPointMean(psf, x, y, flux, least);
    return;
  }
  const radiusPx = sources.halfLightRadiusArcsec(i) / spec.pixelScaleArcsec;
  const [a, b, c] = shearMatrix(sources.g1(i), sources.g2(i));
  const limits = { maxOutside: MAX_FOLDED_FRACTION, maxSize: MAX_BOX_SIZE };
  // prettier-ignore
  frame.addSersicMean(psf, sersicIndex, x, y, radiusPx * a, radiusPx * b, radiusPx * b, radiusPx * c, flux, limits);
}
