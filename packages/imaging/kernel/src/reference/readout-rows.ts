/**
 * Scalar twin of the read-out (src/readout.ts, assembly/readout.ts), pixel by pixel with the same bits. Used by tests.
 */
import { darkThresholds, type ReadoutConfig } from '../readout.js';
import { LaneWords, multiplyAdd, normals8 } from './random-lanes.js';

const f = Math.fround;

/** All raw rows [row][amplifier] of a chip whose counts are given as rows of nx. */
export function readOutScalar(config: ReadoutConfig, counts: Int32Array, nx: number): Int32Array[][] {
  const { amplifiers, dataNx, dataNy, prescanNx, segmentNx, segmentNy } = config;
  const thresholds = darkThresholds(config.darkElectron);
  let before = amplifiers.map(() => new Float32Array(dataNx));
  const raw: Int32Array[][] = [];
  for (let r = 0; r < segmentNy; r++) {
    let rows = amplifiers.map((amplifier, a) => {
      const row = new Float32Array(dataNx);
      if (r >= dataNy) return row;
      const scale = f(1 / amplifier.gainElectronPerAdu);
      const words = new LaneWords([config.darkKey[0], config.darkKey[1], a, r]);
      for (let d = 0; d < dataNx; d++) {
        const y = amplifier.y0 + (amplifier.flipY ? dataNy - 1 - r : r);
        const x = amplifier.x0 + (amplifier.flipX ? dataNx - 1 - d : d);
        row[d] = f((counts[y * nx + x] ?? 0) * scale);
      }
      for (let d = 0; d < dataNx && thresholds.length > 0; d += 4) {
        words.next().forEach((word, lane) => {
          const dark = thresholds.reduce((k, threshold) => k + (word >>> 0 > threshold ? 1 : 0), 0);
          if (d + lane < dataNx) row[d + lane] = multiplyAdd(dark, scale, row[d + lane] ?? 0);
        });
      }
      return row;
    });
    if (config.crosstalk !== null && r < dataNy) {
      const { crosstalk } = config;
      const sources = rows;
      rows = sources.map((row, a) =>
        row.map((value, d) =>
          sources.reduce(
            (sum, source, b) => multiplyAdd(crosstalk[16 * a + b] ?? 0, source[d] ?? 0, sum),
            value,
          ),
        ),
      );
    }
    const mixed = rows;
    if (config.parallelCti > 0) {
      const keep = f(1 - config.parallelCti * (r + 1));
      const give = f(config.parallelCti * r);
      const earlier = before;
      rows = mixed.map((row, a) =>
        row.map((value, d) => multiplyAdd(earlier[a]?.[d] ?? 0, give, f(value * keep))),
      );
    }
    before = mixed;
    raw.push(
      rows.map((row, a) => {
        const amplifier = amplifiers[a];
        if (amplifier === undefined) throw new RangeError('more rows than amplifiers');
        const segment = new Float32Array(segmentNx);
        for (let d = 0; d <= dataNx; d++) {
          if (config.serialCti > 0) {
            const kept = f((row[d] ?? 0) * f(1 - config.serialCti * (d + prescanNx + 1)));
            segment[prescanNx + d] = multiplyAdd(row[d - 1] ?? 0, config.serialCti * (d + prescanNx), kept);
          } else if (d < dataNx) segment[prescanNx + d] = row[d] ?? 0;
        }
        const words = new LaneWords([config.readNoiseKey[0], config.readNoiseKey[1], a, r]);
        const out = new Int32Array(segmentNx);
        const offset = f(amplifier.biasAdu + 0.5);
        const sigma = amplifier.readNoiseElectron / amplifier.gainElectronPerAdu;
        for (let c = 0; c < segmentNx; c += 8) {
          const [w1, w2] = [words.next(), words.next()];
          normals8(w1, w2, sigma).forEach((noise, j) => {
            if (c + j >= segmentNx) return;
            const value = f(noise + f((segment[c + j] ?? 0) + offset));
            out[c + j] = Math.floor(Math.min(Math.max(value, 0.5), 262143));
          });
        }
        return out;
      }),
    );
  }
  return raw;
}
