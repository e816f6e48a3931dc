/**
 * Draws placed sources into a frame's charge, each realised on its own stream, and writes what it did to the truth.
 */
import type { DetectorProjection } from '@imsim-od/camera';
import type { Frame, Kernel, Psf, StreamKey } from '@imsim-od/kernel';
import type { SourceTable } from '@imsim-od/sky';
import { visitCloud } from './cloud-points.js';
import {
  type DrawingMethod,
  PHOTON_LIMIT_ELECTRON,
  extendedMethod,
  minSurfaceBrightness,
  pointMethod,
} from './drawing-method.js';
import { StreamWords } from './located-sources.js';
import { HEADROOM, MOST_WITH_HEADROOM, type WindowSieve } from './photon-reaches.js';
import type { PlacedSources, SourcePhotometry } from './place-sources.js';
import { boxLimits, sersicDrawing } from './sersic-drawing.js';
import { mostScalePx, type ProfileMatrix, scaleOf, shapeOf, type SourceShape } from './source-shape.js';
import { COUNT_WORD, type StreamPrefix, photonCount } from './stream-keys.js';

/** What was drawn of each placed source. */
export interface DrawnSources {
  /** Electrons that landed on the chip. */
  readonly realisedElectrons: Float64Array;
  /** Mean electrons of all of the source, on the chip or off it, vignetting included. */
  readonly expectedElectrons: Float64Array;
  readonly method: readonly DrawingMethod[];
  /** 1 where more of the light than the drawing's tolerance lies off the chip or outside the drawing box. */
  readonly clipped: Uint8Array;
}

/** Where to draw: the kernel, its frame, the PSF, and the streams' prefix. */
export interface DrawingContext {
  readonly kernel: Kernel;
  readonly frame: Frame;
  readonly psf: Psf;
  readonly prefix: StreamPrefix;
  readonly size: { readonly nx: number; readonly ny: number };
  readonly projection: DetectorProjection;
  readonly photometry: SourcePhotometry;
  readonly onProgress?: (fraction: number) => void;
  /** The words of each placed source's stream as {@link StreamWords} gives them; default: worked out here. */
  readonly words?: Uint32Array;
  /** Of a window alone that is drawn. */
  readonly sieve?: WindowSieve;
}

/** Share of the light that must be off the chip, or folded, for a source to count as clipped: what an FFT box may fold at most. */
const CLIPPED_FRACTION = 0.005;

/** Draws every placed source. */
export function drawSources(
  table: SourceTable,
  placed: PlacedSources,
  context: Omit<DrawingContext, 'sieve'>,
): DrawnSources {
  const realisedElectrons = new Float64Array(placed.length);
  const expectedElectrons = new Float64Array(placed.length);
  const method: DrawingMethod[] = new Array<DrawingMethod>(placed.length);
  const clipped = new Uint8Array(placed.length);
  const words = context.words ?? new StreamWords(table).of(placed.row);
  for (let i = 0; i < placed.length; i++) {
    const key: StreamKey = [...context.prefix, words[2 * i]!, words[2 * i + 1]!];
    const drawn = drawOne(table, placed, i, key, context);
    realisedElectrons[i] = drawn.electrons;
    expectedElectrons[i] = drawn.expected;
    method[i] = drawn.method;
    clipped[i] = drawn.lost > CLIPPED_FRACTION ? 1 : 0;
    if ((i & 1023) === 0) context.onProgress?.(i / placed.length);
  }
  return { realisedElectrons, expectedElectrons, method, clipped };
}

/** Draws the placed sources that may come into a window: its pixels are then those of {@link drawSources}. */
export function drawInWindow(
  table: SourceTable,
  placed: PlacedSources,
  context: DrawingContext & Required<Pick<DrawingContext, 'sieve' | 'words'>>,
): void {
  const { sieve, words, prefix } = context;
  learnFaint(table, placed, context);
  for (const i of sieve.candidates(table.model)) {
    drawOne(table, placed, i, [...prefix, words[2 * i]!, words[2 * i + 1]!], context);
  }
}

interface Drawn {
  /** Electrons that landed on the chip. */
  readonly electrons: number;
  /** Mean electrons of all of the source, vignetting included. */
  readonly expected: number;
  /** Estimated share of the light that is off the chip or folded into its box. */
  readonly lost: number;
  readonly method: DrawingMethod;
}

/** Learns of all faint sources at once how far their photons get: looked at one by one they take twice the time. */
function learnFaint(
  table: SourceTable,
  placed: PlacedSources,
  {
    kernel,
    sieve,
    words,
    prefix,
  }: Pick<DrawingContext, 'kernel' | 'prefix'> & Required<Pick<DrawingContext, 'sieve' | 'words'>>,
): void {
  const faint = sieve.unknown(table.model);
  const scalesPx = new Float64Array(faint.length);
  kernel.farthestOfAll({
    count: faint.length,
    countWord: COUNT_WORD,
    headroom: HEADROOM,
    read(k, source) {
      const i = faint[k]!;
      const row = placed.row[i]!;
      const most = mostScalePx(table, row) ?? scaleOf(shapeOf(table, row, placed.jacobianOf(i)));
      source.meanPhotons = placed.electrons[i]!;
      source.knownPhotons = sieve.knownPhotons(i);
      source.key0 = prefix[0];
      source.key1 = prefix[1];
      source.key2 = words[2 * i]!;
      source.key3 = words[2 * i + 1]!;
      source.sersicIndex = most > 0 ? table.sersicIndex[row]! : 0;
      scalesPx[k] = most;
    },
    learn(k, photons, draws) {
      const i = faint[k]!;
      if (draws === undefined) sieve.recall(i);
      else sieve.learn(i, draws.galaxyRadius * scalesPx[k]!, draws.psfWord, photons);
    },
  });
}

/** Draws source i. With a sieve, what is drawn of it and what is lost of it mean nothing. */
function drawOne(
  table: SourceTable,
  placed: PlacedSources,
  i: number,
  key: StreamKey,
  context: DrawingContext,
): Drawn {
  const row = placed.row[i]!;
  const x = placed.x[i]!;
  const y = placed.y[i]!;
  const electrons = placed.electrons[i]!;
  const shape = shapeOf(table, row, placed.jacobianOf(i));
  switch (shape.kind) {
    case 'point':
      return drawStar(x, y, electrons, key, i, context);
    case 'sersic':
      return drawSersic(shape.sersicIndex, x, y, shape.matrix, electrons, key, i, context);
    case 'cloud':
      return drawCloud(shape, placed, i, key, context);
    case 'none':
      return { electrons: 0, expected: 0, lost: 0, method: 'none' };
  }
}

function drawStar(
  x: number,
  y: number,
  electrons: number,
  key: StreamKey,
  i: number,
  context: DrawingContext,
): Drawn {
  const { frame, psf, sieve } = context;
  const expected = { expected: electrons, lost: sieve ? 0 : frame.lightOffChip(psf, x, y) };
  if (pointMethod(electrons) !== 'photons')
    return { ...drawBrightPoint(x, y, electrons, key, context), ...expected };
  const photons = photonsOf({ x, y, electrons, sersicIndex: 0, scalePx: 0 }, key, i, context);
  return { method: 'photons', electrons: frame.shootPoint(psf, x, y, photons, key), ...expected };
}

function drawBrightPoint(
  x: number,
  y: number,
  electrons: number,
  key: StreamKey,
  { frame, psf }: DrawingContext,
): Pick<Drawn, 'electrons' | 'method'> {
  const drawn = frame.drawPoint(psf, x, y, electrons, minSurfaceBrightness(electrons), key);
  return { method: 'radial', electrons: drawn };
}

/** A source to shoot; its Sersic index is 0 for a point, and a half-light radius has at most `scalePx` pixels. */
interface ShotSource {
  readonly x: number;
  readonly y: number;
  readonly electrons: number;
  readonly sersicIndex: number;
  readonly scalePx: number;
}

/** How many photons source i sends; 0 where none of them can come into the window that is looked at. */
function photonsOf(
  source: ShotSource,
  key: StreamKey,
  i: number,
  { kernel, frame, sieve }: DrawingContext,
): number {
  const { x, y, electrons, sersicIndex, scalePx } = source;
  if (sieve?.keepsOut(i)) return 0;
  const photons = photonCount(frame, electrons, key);
  if (!sieve || sieve.knows(i) || sieve.holds(x, y)) return photons;
  const known = sieve.knownPhotons(i);
  if (photons <= known) sieve.recall(i);
  else {
    const learned = known < 0 || photons > MOST_WITH_HEADROOM ? photons : HEADROOM * photons;
    const { galaxyRadius, psfWord } = kernel.farthestDraws(learned, key, sersicIndex);
    sieve.learn(i, galaxyRadius * scalePx, psfWord, learned);
  }
  return sieve.keepsOut(i) ? 0 : photons;
}

function drawSersic(
  n: number,
  x: number,
  y: number,
  matrix: ProfileMatrix,
  electrons: number,
  key: StreamKey,
  i: number,
  context: DrawingContext,
): Drawn {
  const { kernel, frame, psf, sieve } = context;
  const limits = boxLimits(electrons);
  const [a11, a12, a21, a22] = matrix;
  const shape = { sersicIndex: n, matrix };
  if (sieve && electrons >= PHOTON_LIMIT_ELECTRON) {
    const { maxOutside } = limits;
    const isMissed = sieve.missesBox(
      i,
      (size) => extendedMethod(electrons, { size, outside: maxOutside }) === 'fft',
      (size) => kernel.mostPsfOutside(shape, maxOutside, size),
    );
    if (isMissed) return { electrons: 0, expected: electrons, lost: 0, method: 'fft' };
  }
  const { method, box } = sersicDrawing(frame, psf, n, matrix, electrons);
  const offChip = sieve ? 0 : frame.lightOffChip(psf, x, y, shape);
  const expected = {
    expected: electrons,
    lost: Math.max(offChip, box && method === 'fft' ? box.outside : 0),
  };
  if (method !== 'photons') {
    const drawn = frame.drawSersic(psf, n, x, y, a11, a12, a21, a22, electrons, limits, key);
    return { method, electrons: drawn, ...expected };
  }
  const scalePx = scaleOf({ kind: 'sersic', sersicIndex: n, matrix });
  const photons = photonsOf({ x, y, electrons, sersicIndex: n, scalePx }, key, i, context);
  return {
    method,
    electrons: frame.shootSersic(psf, n, x, y, a11, a12, a21, a22, photons, key),
    ...expected,
  };
}

/**
 * Draws a cloud point by point: each point has its own place, its own vignetting and a stream of its own. Patches of sky that
 * are too far from the chip to matter are counted but not drawn.
 */
function drawCloud(
  shape: Extract<SourceShape, { readonly kind: 'cloud' }>,
  placed: PlacedSources,
  i: number,
  key: StreamKey,
  context: DrawingContext,
): Drawn {
  const { frame, psf } = context;
  const reach = cloudReach(placed, i, context);
  let landed = 0;
  let method: DrawingMethod = 'photons';
  const { expected, onChip } = visitCloud(shape, placed, i, context, (k, x, y, electrons) => {
    const pointKey: StreamKey = [key[0], (key[1] + 0x9e3779b9 * (k + 1)) >>> 0, key[2], key[3]];
    if (pointMethod(electrons) === 'photons') {
      const photons = photonCount(frame, electrons, pointKey);
      if (reach?.add(x, y, photons, pointKey)) return;
      landed += frame.shootPoint(psf, x, y, photons, pointKey);
    } else {
      const drawn = drawBrightPoint(x, y, electrons, pointKey, context);
      landed += drawn.electrons;
      method = drawn.method;
    }
  });
  if (method === 'photons') reach?.learn();
  return { electrons: landed, expected, lost: expected > 0 ? 1 - onChip / expected : 0, method };
}

/** How far the photons of a cloud get, point by point. */
interface CloudReach {
  /** Adds the photons of a point. @returns whether none of them comes into the window */
  add(x: number, y: number, photons: number, key: StreamKey): boolean;
  /** Keeps what was added for the whole cloud. */
  learn(): void;
}

/** For cloud i, where there is a window to come into. */
function cloudReach(
  placed: PlacedSources,
  i: number,
  { sieve, kernel }: DrawingContext,
): CloudReach | undefined {
  if (!sieve) return undefined;
  let extent2 = 0;
  let farthest = 0x7fffffff;
  return {
    add(x, y, photons, key) {
      const { psfWord } = kernel.farthestDraws(photons, key, 0);
      const [dx, dy] = [x - placed.x[i]!, y - placed.y[i]!];
      extent2 = Math.max(extent2, dx * dx + dy * dy);
      farthest = Math.min(farthest, psfWord);
      return sieve.isBeyond(x, y, 0, psfWord);
    },
    learn: () => sieve.learn(i, Math.sqrt(extent2), farthest, 0),
  };
}
