/**
 * Read-out of a frame's counts through sixteen amplifiers, row by row, as a camera shifts them out.
 *
 * Frames: raw row r and column c are 0-based in the order of read-out. Columns are prescan, data, serial overscan; rows
 * are data, then parallel overscan. Data pixel (r, d) of an amplifier is chip pixel (x0 + d, y0 + r), each axis counted
 * from its far end where flipped. Order of steps: dark electrons, gain, crosstalk, parallel then serial charge deferral,
 * bias, read noise, rounding half up, clamping to 0 .. 262143 (18 bits).
 *
 * Deferral is first order: a pixel that takes m transfers of inefficiency e leaves e m of its charge in the pixel that
 * follows it, for both directions; the first overscan row and column get what the last data row and column leave, so
 * charge is conserved.
 */
import { exp } from '@imsim-od/portable-math';
import { KernelInputError, KernelStateError, requireInteger, requireRange } from './errors.js';
import type { KernelCore } from './kernel-core.js';
import { READOUT_BYTES, riceBound, type FrameLayout } from './memory-map.js';

/** How many amplifiers a read-out has. */
export const AMPLIFIERS = 16;

/** One amplifier and the part of the chip that it reads. */
export interface AmplifierConfig {
  readonly gainElectronPerAdu: number;
  readonly readNoiseElectron: number;
  readonly biasAdu: number;
  /** Lowest chip column of its data, pixel0. */
  readonly x0: number;
  /** Lowest chip row of its data, pixel0. */
  readonly y0: number;
  /** Whether the highest column is read first. */
  readonly flipX: boolean;
  /** Whether the highest row is read first. */
  readonly flipY: boolean;
}

/** How a chip is read out. */
export interface ReadoutConfig {
  /** Sixteen, in the order in which rows are returned. */
  readonly amplifiers: readonly AmplifierConfig[];
  readonly dataNx: number;
  readonly dataNy: number;
  readonly prescanNx: number;
  readonly segmentNx: number;
  readonly segmentNy: number;
  /** Mean dark electrons a pixel, 0 .. 500. */
  readonly darkElectron: number;
  /** 16 x 16, row by row: ADU of amplifier j that appear in amplifier i; null for none. */
  readonly crosstalk: Float32Array | null;
  /** Fraction of charge left behind by one transfer between rows. */
  readonly parallelCti: number;
  /** Fraction of charge left behind by one transfer between columns. */
  readonly serialCti: number;
  /** Dark streams are keyed (a, b, amplifier, row). */
  readonly darkKey: readonly [a: number, b: number];
  /** Read-noise streams are keyed (a, b, amplifier, row). */
  readonly readNoiseKey: readonly [a: number, b: number];
}

/** A read-out under way. Rows are asked for from 0 on; the last one may be asked for again. */
export interface Readout {
  /** Raw row r [ADU] of each amplifier: views, valid until the next row is asked for. */
  row(r: number): readonly Int32Array[];
  /** Raw row r of each amplifier as a RICE_1 tile: views, valid until the next row is asked for. */
  compressedRow(r: number): readonly Uint8Array[];
}

/** Zeros before a row's first pixel, in floats. */
const MARGIN = 8;

/** Begins a read-out. @throws KernelInputError for a configuration that does not fit the chip */
export function openReadout(
  core: KernelCore,
  layout: FrameLayout,
  nx: number,
  ny: number,
  config: ReadoutConfig,
): Readout {
  checkConfig(config, nx, ny);
  const { wasm, map } = core;
  const { amplifiers, dataNx, dataNy, prescanNx, segmentNx, segmentNy } = config;
  const frameNumber = core.frameNumber;
  const pitch = Math.ceil((segmentNx + MARGIN + 24) / 16) * 16;
  const bank = 4 * pitch * AMPLIFIERS;
  const tileBytes = Math.ceil(riceBound(segmentNx) / 64) * 64;
  const thresholds = darkThresholds(config.darkElectron);
  let next = map.readout;
  const take = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 64) * 64;
    return at;
  };
  // two banks each, since parallel deferral needs the row before
  const gathered = [take(bank), take(bank)] as const;
  const mixed = [take(bank), take(bank)] as const;
  const shifted = take(bank);
  const segments = take(bank);
  const digits = take(bank);
  const tiles = take(tileBytes * AMPLIFIERS);
  const matrix = take(4 * AMPLIFIERS * AMPLIFIERS);
  const keep = take(4 * pitch);
  const give = take(4 * pitch);
  const dark = take(4 * thresholds.length);
  if (next > map.readout + READOUT_BYTES) {
    throw new KernelInputError(
      'segmentNx',
      segmentNx,
      'sixteen rows of it must fit the read-out memory: take fewer columns',
    );
  }
  core.bytes(map.readout, next - map.readout).fill(0);
  if (config.crosstalk) core.floats(matrix, AMPLIFIERS * AMPLIFIERS).set(config.crosstalk);
  core.integers(dark, thresholds.length).set(thresholds);
  const parallel = config.parallelCti > 0;
  const serial = config.serialCti > 0;
  const keeps = core.floats(keep, dataNx + 1);
  const gives = core.floats(give, dataNx + 1);
  for (let d = 0; d <= dataNx; d++) {
    keeps[d] = 1 - config.serialCti * (d + prescanNx + 1);
    gives[d] = config.serialCti * (d + prescanNx);
  }
  const at = (base: number, amplifier: number, column: number): number =>
    base + 4 * (amplifier * pitch + MARGIN + column);

  const gather = (r: number, target: number, column: number): void => {
    amplifiers.forEach((amplifier, a) => {
      const y = amplifier.y0 + (amplifier.flipY ? dataNy - 1 - r : r);
      const source = layout.counts + 4 * (layout.strideX * y + amplifier.x0);
      const scale = 1 / amplifier.gainElectronPerAdu;
      const out = at(target, a, column);
      wasm.gatherRow(source, out, dataNx, amplifier.flipX ? 1 : 0, scale);
      if (thresholds.length > 0) {
        wasm.seed(map.state, config.darkKey[0], config.darkKey[1], a, r);
        wasm.addDark(map.state, dark, thresholds.length, out, dataNx, scale);
      }
    });
  };

  /** Fills the segments with raw row r in ADU, before bias and noise. */
  const assemble = (r: number): void => {
    if (r > dataNy + 1) return; // deep in the parallel overscan: the segments hold zeros
    const bank0 = r & 1;
    const staged = config.crosstalk !== null || parallel || serial;
    if (r >= dataNy) {
      core.floats(segments, pitch * AMPLIFIERS).fill(0);
      if (r > dataNy || !parallel) return;
      core.floats(gathered[bank0], pitch * AMPLIFIERS).fill(0);
      core.floats(mixed[bank0], pitch * AMPLIFIERS).fill(0);
    } else gather(r, staged ? gathered[bank0] : segments, staged ? 0 : prescanNx);
    if (!staged) return;
    let base = gathered[bank0];
    let before = gathered[1 - bank0] ?? 0;
    if (config.crosstalk !== null) {
      const last = !parallel && !serial;
      const target = last ? at(segments, 0, prescanNx) : at(mixed[bank0], 0, 0);
      wasm.crosstalk(matrix, at(base, 0, 0), target, pitch, dataNx);
      if (last) return;
      base = mixed[bank0];
      before = mixed[1 - bank0] ?? 0;
    }
    if (parallel) {
      const kept = 1 - config.parallelCti * (r + 1);
      const given = config.parallelCti * r;
      for (let a = 0; a < AMPLIFIERS; a++) {
        const target = serial ? at(shifted, a, 0) : at(segments, a, prescanNx);
        wasm.parallelTransfer(at(base, a, 0), at(before, a, 0), target, dataNx, kept, given);
      }
      base = shifted;
    }
    if (serial) {
      for (let a = 0; a < AMPLIFIERS; a++) {
        wasm.serialTransfer(at(base, a, 0), keep, give, at(segments, a, prescanNx), dataNx);
      }
    }
  };

  const makeRow = (r: number): void => {
    assemble(r);
    amplifiers.forEach((amplifier, a) => {
      wasm.seed(map.state, config.readNoiseKey[0], config.readNoiseKey[1], a, r);
      const noise = amplifier.readNoiseElectron / amplifier.gainElectronPerAdu;
      wasm.digitize(
        map.state,
        at(segments, a, 0),
        digits + 4 * pitch * a,
        segmentNx,
        noise,
        amplifier.biasAdu,
      );
    });
  };

  let current = -1;
  const advance = (r: number): void => {
    core.requireFrame(frameNumber, 'reading out');
    if (r === current) return;
    if (r !== current + 1 || r >= segmentNy) {
      throw new KernelStateError(
        `raw row ${r}`,
        `rows come in order, next is ${current + 1} of ${segmentNy}`,
      );
    }
    makeRow(r);
    current = r;
  };
  return {
    row(r) {
      advance(r);
      return amplifiers.map((_, a) => core.integers(digits + 4 * pitch * a, segmentNx));
    },
    compressedRow(r) {
      advance(r);
      return amplifiers.map((_, a) => {
        const out = tiles + tileBytes * a;
        return core.bytes(out, wasm.riceEncode(digits + 4 * pitch * a, segmentNx, out, map.riceScratch));
      });
    },
  };
}

/**
 * Thresholds of a Poisson deviate by inversion: it is the number of these (ascending, unsigned) that a 32-bit word
 * exceeds. Empty for a mean of zero. Exact to 2^-32.
 */
export function darkThresholds(mean: number): Uint32Array {
  const thresholds: number[] = [];
  let p = exp(-mean);
  let below = p;
  for (let k = 1; mean > 0; k++) {
    const threshold = Math.round(below * 4294967296) - 1;
    if (threshold >= 4294967295) break;
    thresholds.push(Math.max(threshold, 0));
    p *= mean / k;
    if (p < 1e-12 && k > mean) break;
    below += p;
  }
  return Uint32Array.from(thresholds);
}

function checkConfig(config: ReadoutConfig, nx: number, ny: number): void {
  const { amplifiers, dataNx, dataNy, prescanNx, segmentNx, segmentNy } = config;
  if (amplifiers.length !== AMPLIFIERS) {
    throw new KernelInputError('number of amplifiers', amplifiers.length, `it must be ${AMPLIFIERS}`);
  }
  requireInteger('dataNx', dataNx, 1, nx);
  requireInteger('dataNy', dataNy, 1, ny);
  requireInteger('prescanNx', prescanNx, 0, segmentNx);
  requireInteger('segmentNx', segmentNx, prescanNx + dataNx + 1, 4096);
  requireInteger('segmentNy', segmentNy, dataNy, 65_536);
  requireRange('darkElectron', config.darkElectron, 0, 500);
  requireRange('parallelCti', config.parallelCti, 0, 1 / (dataNy + 1));
  requireRange('serialCti', config.serialCti, 0, 1 / (dataNx + prescanNx + 1));
  if (config.crosstalk !== null && config.crosstalk.length !== AMPLIFIERS * AMPLIFIERS) {
    throw new KernelInputError('crosstalk length', config.crosstalk.length, 'it must be 16 x 16 = 256');
  }
  for (const amplifier of amplifiers) {
    requireRange('gainElectronPerAdu', amplifier.gainElectronPerAdu, 1e-3, 1e6);
    requireRange('readNoiseElectron', amplifier.readNoiseElectron, 0, 1e6);
    requireRange('biasAdu', amplifier.biasAdu, -1e6, 1e6);
    requireInteger('x0', amplifier.x0, 0, nx - dataNx);
    requireInteger('y0', amplifier.y0, 0, ny - dataNy);
  }
}
