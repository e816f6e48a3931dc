/**
 * Keys of the random streams: (visit, seed and purpose; visit, detector and snap; item), so that nothing depends on the order
 * in which anything is drawn, nor on what else is drawn. Two visits share no stream, whatever their seeds: number, band and
 * time are in the key.
 */
import { BANDS } from '@imsim-od/astro';
import type { Frame, StreamKey } from '@imsim-od/kernel';
import { hashString32, hashWords, highWord, lowWord } from '@imsim-od/portable-math';
import type { Recipe } from '../recipe/recipe.js';

/** What a stream is for. */
export type StreamPurpose = 'objects' | 'sky' | 'dark' | 'readNoise';

const PURPOSE_WORDS: Readonly<Record<StreamPurpose, number>> = {
  objects: 0x6f626a01,
  sky: 0x736b7902,
  dark: 0x64726b03,
  readNoise: 0x726e6f04,
};

/** The first two words of a stream's key. */
export type StreamPrefix = readonly [number, number];

/** The prefix for a purpose on a recipe's detector and snap. */
export function streamPrefix(
  { seed, detector, visit }: Pick<Recipe, 'seed' | 'detector' | 'visit'>,
  purpose: StreamPurpose,
): StreamPrefix {
  const { visitId, band, obsMjdTai, snap } = visit;
  // Numbers of 32 bits are one word, larger ones two.
  const high = Math.floor(visitId / 0x1_0000_0000);
  const numberWords = high === 0 ? [visitId] : [visitId % 0x1_0000_0000, high];
  const visitWords = [...numberWords, BANDS.indexOf(band), highWord(obsMjdTai), lowWord(obsMjdTai)];
  return [
    hashWords(seed, PURPOSE_WORDS[purpose], ...visitWords),
    hashWords(detector.id, snap, ...visitWords),
  ];
}

/** A row of the source table, as far as it tells sources apart. */
export interface SourceIdentity {
  readonly catalog: number;
  readonly objectId: string;
  /** Tells the rows of one object apart. */
  readonly component: number;
  readonly raDeg: number;
  readonly decDeg: number;
}

/**
 * Two words for the photons of one source. The place is in them, so that catalogs that use one identifier for several
 * objects do not get the same photons at each.
 */
export function objectWords(source: SourceIdentity): readonly [number, number] {
  const { catalog, objectId, component, raDeg, decDeg } = source;
  const place = [highWord(raDeg), lowWord(raDeg), highWord(decDeg), lowWord(decDeg)];
  return [
    hashWords(hashString32(objectId, 0x51ed270b), catalog, component, ...place),
    hashWords(hashString32(objectId, 0x2545f491), component, catalog, ...place),
  ];
}

/** Two words for the knots of a galaxy: the same in every visit, band and detector, and wherever its catalog is listed. */
export function knotWords({
  objectId,
  component,
}: Pick<SourceIdentity, 'objectId' | 'component'>): readonly [number, number] {
  return [
    hashWords(hashString32(objectId, 0x51ed270b), component),
    hashWords(hashString32(objectId, 0x2545f491), component),
  ];
}

/** Slots of a counter at first, a power of two. */
const FIRST_SLOTS = 1024;

/** Counts sources with equal words: rows that agree in all that tells sources apart. */
export class RepeatCounter {
  /** Three words a slot: the key's two, and how many sources had it; none is a free slot. */
  private slots = new Uint32Array(3 * FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;
  private keys = 0;

  /** Counts a source. @returns how many came before it with its words */
  count(a: number, b: number): number {
    if (2 * this.keys > this.mask) this.grow();
    const at = this.slotOf(a, b >>> 11);
    const before = this.slots[at + 2]!;
    if (before === 0) {
      this.slots[at] = a;
      this.slots[at + 1] = b >>> 11;
      this.keys++;
    }
    this.slots[at + 2] = before + 1;
    return before;
  }

  /** The words of a source, other ones for each repetition. */
  apart([a, b]: readonly [number, number]): readonly [number, number] {
    const before = this.count(a, b);
    return before === 0 ? [a, b] : [hashWords(a, before), hashWords(b, before)];
  }

  /** The slot of a key, or the free one where it belongs: words are hashes, so that the first is as good as any place. */
  private slotOf(a: number, key: number): number {
    for (let slot = a & this.mask; ; slot = (slot + 1) & this.mask) {
      const at = 3 * slot;
      if (this.slots[at + 2] === 0 || (this.slots[at] === a && this.slots[at + 1] === key)) return at;
    }
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Uint32Array(2 * slots.length);
    this.mask = 2 * this.mask + 1;
    for (let from = 0; from < slots.length; from += 3) {
      if (slots[from + 2] === 0) continue;
      const at = this.slotOf(slots[from]!, slots[from + 1]!);
      for (let k = 0; k < 3; k++) this.slots[at + k] = slots[from + k]!;
    }
  }
}

/** Sets the stream of an object's photon count apart from that of the photons themselves. */
export const COUNT_WORD = 0x636e7400;
/** How many photons an object of the given mean electrons sends: Poisson, from a stream that its key decides. */
export function photonCount(frame: Frame, meanElectrons: number, key: StreamKey): number {
  return frame.poissonCount(meanElectrons, [key[0] ^ COUNT_WORD, key[1], key[2], key[3]]);
}
