/**
 * Photons of many sources in few calls of the compiled code: it draws each source's photon number and shoots them, from the
 * same streams and to the same counts as poissonCount() and shootPoint() or shootSersic() source by source.
 */
import { RandomStream } from '@imsim-od/portable-math';
import { requireRange } from './errors.js';
import type { KernelCore } from './kernel-core.js';
import { PHOTON_BATCH, PHOTON_RECORD_BYTES, type FrameLayout } from './memory-map.js';
import type { PreparedPsf } from './psf.js';
import { placeOnGrid } from './sersic-grid.js';

/** A source to shoot; filled anew for each. */
export interface PhotonSource {
  /** Place, pixel0 [px]. */
  x: number;
  y: number;
  /** Mean photons, 0 .. 2e9: the number is Poisson. */
  meanPhotons: number;
  /** Key of the photons' stream. */
  key0: number;
  key1: number;
  key2: number;
  key3: number;
  /** Sersic index of a galaxy, 0.3 .. 6.2; 0 for a point. */
  sersicIndex: number;
  /** Matrix of a galaxy, from circular coordinates in which the half-light radius is 1 to pixels. */
  a11: number;
  a12: number;
  a21: number;
  a22: number;
}

/** A list of sources that can be read in any order. */
export interface PhotonSources {
  readonly count: number;
  /** Set the first word of a key apart to get that of the stream of the photon number: by exclusive or. */
  readonly countWord: number;
  /** Fills `source` with source i. */
  read(i: number, source: PhotonSource): void;
}

/** Most mean photons of a source: a Poisson number of them stays below 2^31. */
const MOST_MEAN_PHOTONS = 2e9;
/** Largest matrix element [px]. */
const MOST_STRETCH = 1e6;
/** Floats of 8 bytes and words of 4 of a record. */
const DOUBLES = PHOTON_RECORD_BYTES / 8;
const WORDS = PHOTON_RECORD_BYTES / 4;

/** What the frame brings to a batch. */
export interface BatchFrame {
  readonly layout: FrameLayout;
  readonly nx: number;
  readonly ny: number;
  /** Farther from the chip than this [px] nothing is drawn. */
  readonly far: number;
  /** Largest mean of which the compiled code draws single counts. */
  readonly mostQuickCount: number;
}

/** Shoots all sources into the counts of a frame. @throws KernelInputError for a source that cannot be drawn */
export function shootSources(
  core: KernelCore,
  psf: PreparedPsf,
  sources: PhotonSources,
  frame: BatchFrame,
): void {
  const radius = core.addressOf(psf, 'radius');
  for (let first = 0; first < sources.count; first += PHOTON_BATCH) {
    const last = Math.min(first + PHOTON_BATCH, sources.count);
    shootRecords(core, radius, writeRecords(core, sources, first, last, frame.far), sources.countWord, frame);
  }
}

/** Writes the records of sources first .. last - 1 that have light near the chip; returns how many. */
function writeRecords(
  core: KernelCore,
  sources: PhotonSources,
  first: number,
  last: number,
  far: number,
): number {
  const doubles = core.doubles(core.map.photonRecords, DOUBLES * PHOTON_BATCH);
  const floats = core.floats(core.map.photonRecords, WORDS * PHOTON_BATCH);
  const words = core.integers(core.map.photonRecords, WORDS * PHOTON_BATCH);
  const source: PhotonSource = {
    ...{ x: 0.5, y: 0.5, meanPhotons: 0.5, key0: 0, key1: 0, key2: 0, key3: 0 },
    ...{ sersicIndex: 0.5, a11: 0.5, a12: 0.5, a21: 0.5, a22: 0.5 },
  };
  let records = 0;
  for (let i = first; i < last; i++) {
    sources.read(i, source);
    const { x, y, meanPhotons, sersicIndex, a11, a12, a21, a22 } = source;
    requireRange('x', x, -Number.MAX_VALUE, Number.MAX_VALUE);
    requireRange('y', y, -Number.MAX_VALUE, Number.MAX_VALUE);
    requireRange('mean photons', meanPhotons, 0, MOST_MEAN_PHOTONS);
    const d = DOUBLES * records;
    const w = WORDS * records;
    words[w + 16] = 0;
    if (sersicIndex !== 0) {
      requireRange('matrix element [px]', Math.max(a11, a12, a21, a22), -MOST_STRETCH, MOST_STRETCH);
      requireRange('matrix element [px]', Math.min(a11, a12, a21, a22), -MOST_STRETCH, MOST_STRETCH);
      const { lower, upperShare } = placeOnGrid(sersicIndex);
      floats[w + 12] = a11;
      floats[w + 13] = a12;
      floats[w + 14] = a21;
      floats[w + 15] = a22;
      words[w + 16] = core.radiusTableOf(lower);
      words[w + 17] = upperShare > 0 ? core.radiusTableOf(lower + 1) : 0;
      doubles[d + 9] = upperShare;
    }
    if (meanPhotons === 0 || !(Math.abs(x) < far && Math.abs(y) < far)) continue;
    doubles[d] = x;
    doubles[d + 1] = y;
    doubles[d + 2] = UNDRAWN;
    doubles[d + 3] = meanPhotons;
    words[w + 8] = source.key0;
    words[w + 9] = source.key1;
    words[w + 10] = source.key2;
    words[w + 11] = source.key3;
    records++;
  }
  return records;
}

/** Stands for the photon number of a record that has none yet. */
const UNDRAWN = -1;

function shootRecords(
  core: KernelCore,
  radius: number,
  records: number,
  countWord: number,
  { layout, nx, ny, mostQuickCount }: BatchFrame,
): void {
  const { map, wasm } = core;
  const { counts, strideX } = layout;
  for (let done = 0; ;) {
    const at = map.photonRecords + PHOTON_RECORD_BYTES * done;
    // prettier-ignore
    done += wasm.shootBatch(at, records - done, map.state, countWord, mostQuickCount, radius, counts, strideX, nx, ny, strideX * ny);
    if (done >= records) return;
    const key = core.integers(map.photonRecords + PHOTON_RECORD_BYTES * done + 32, 4);
    const record = core.doubles(map.photonRecords + PHOTON_RECORD_BYTES * done, DOUBLES);
    record[2] = new RandomStream(key[0]! ^ countWord, key[1]!, key[2]!, key[3]!).poisson(record[3]!);
  }
}
