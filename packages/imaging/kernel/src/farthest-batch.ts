/**
 * How far the photons of many faint sources get, in few calls of the compiled code: for each the number of poissonCount() and the
 * draws of farthestDraws().
 */
import { RandomStream } from '@imsim-od/portable-math';
import { requireRange } from './errors.js';
import type { KernelCore } from './kernel-core.js';
import { PHOTON_BATCH } from './memory-map.js';
import { type FarthestDraws, galaxyRadiusOf } from './photon-reach.js';
import { placeOnGrid } from './sersic-grid.js';

/** A source whose photons are asked for; filled anew for each. */
export interface FaintSource {
  /** Mean photons, 0 .. 1e6: the number is Poisson. */
  meanPhotons: number;
  /** Photons of which their draws are known already; below 0: of none. */
  knownPhotons: number;
  /** Key of the photons' stream. */
  key0: number;
  key1: number;
  key2: number;
  key3: number;
  /** Sersic index of a galaxy, 0.3 .. 6.2; 0 for a point. */
  sersicIndex: number;
}

/** A list of sources, read in order. */
export interface FaintSources {
  readonly count: number;
  /** Set the first word of a key apart to get that of the stream of the photon number: by exclusive or. */
  readonly countWord: number;
  /** A source of which fewer photons are known than it sends is looked at for so many times as many; at first for what it sends. */
  readonly headroom: number;
  /** Fills `source` with source i. */
  read(i: number, source: FaintSource): void;
  /** Takes what leads farthest among `photons` photons of source i. @param draws undefined: it sends no more than are known */
  learn(i: number, photons: number, draws: FarthestDraws | undefined): void;
}

/** Bytes of a record, and its floats of 8 bytes and words of 4. */
const RECORD_BYTES = 64;
const DOUBLES = RECORD_BYTES / 8;
const WORDS = RECORD_BYTES / 4;
const MOST_MEAN_PHOTONS = 1e6;
/** Stands for the photon number of a record that has none yet. */
const UNDRAWN = -1;

/** Looks at all sources. @throws KernelInputError for one that is not faint */
export function farthestOfAll(core: KernelCore, sources: FaintSources): void {
  const source: FaintSource = {
    meanPhotons: 0,
    knownPhotons: 0,
    key0: 0,
    key1: 0,
    key2: 0,
    key3: 0,
    sersicIndex: 0,
  };
  for (let first = 0; first < sources.count; first += PHOTON_BATCH) {
    const count = Math.min(PHOTON_BATCH, sources.count - first);
    const doubles = core.doubles(core.map.photonRecords, DOUBLES * count);
    const words = core.integers(core.map.photonRecords, WORDS * count);
    const places = Array.from({ length: count }, (_, i) => {
      sources.read(first + i, source);
      requireRange('mean photons', source.meanPhotons, 0, MOST_MEAN_PHOTONS);
      doubles[DOUBLES * i] = source.meanPhotons;
      doubles[DOUBLES * i + 1] = source.knownPhotons;
      doubles[DOUBLES * i + 2] = UNDRAWN;
      words[WORDS * i + 8] = source.key0;
      words[WORDS * i + 9] = source.key1;
      words[WORDS * i + 10] = source.key2;
      words[WORDS * i + 11] = source.key3;
      const place = source.sersicIndex === 0 ? undefined : placeOnGrid(source.sersicIndex);
      words[WORDS * i + 12] = place === undefined ? 0 : place.upperShare > 0 ? 2 : 1;
      return place;
    });
    lookAtRecords(core, sources, count);
    places.forEach((place, i) => {
      if (words[WORDS * i + 15] !== 0) {
        sources.learn(first + i, 0, undefined);
        return;
      }
      const [word, second] = [words[WORDS * i + 13]!, words[WORDS * i + 14]!];
      const draws =
        place === undefined
          ? { galaxyRadius: 0, psfWord: Math.min(word, second) }
          : { galaxyRadius: galaxyRadiusOf(core, place, word), psfWord: second };
      sources.learn(first + i, doubles[DOUBLES * i + 1]!, draws);
    });
  }
}

function lookAtRecords(core: KernelCore, { countWord, headroom }: FaintSources, count: number): void {
  const { map, wasm } = core;
  for (let done = 0; ;) {
    const at = map.photonRecords + RECORD_BYTES * done;
    done += wasm.leastWordsBatch(at, count - done, map.state, countWord, headroom);
    if (done >= count) return;
    const [a, b, c, d] = core.integers(map.photonRecords + RECORD_BYTES * done + 32, 4);
    const record = core.doubles(map.photonRecords + RECORD_BYTES * done, DOUBLES);
    record[2] = new RandomStream(a! ^ countWord, b!, c!, d!).poisson(record[0]!);
  }
}
