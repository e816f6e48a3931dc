/**
 * Keys of the random streams: (visit seed and purpose, detector and snap, item), so that nothing depends on the order in
 * which anything is drawn, nor on what else is drawn.
 */
import type { StreamKey } from '@imsim-od/kernel';
import { RandomStream, hashString32, hashWords } from '@imsim-od/portable-math';
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
  recipe: Pick<Recipe, 'seed' | 'detector' | 'visit'>,
  purpose: StreamPurpose,
): StreamPrefix {
  return [hashWords(recipe.seed, PURPOSE_WORDS[purpose]), hashWords(recipe.detector.id, recipe.visit.snap)];
}

/** Two words that stand for one object of one catalog; `component` tells the rows of one object apart. */
export function objectWords(catalog: number, objectId: string, component: number): readonly [number, number] {
  return [
    hashWords(hashString32(objectId, 0x51ed270b), catalog, component),
    hashWords(hashString32(objectId, 0x2545f491), component, catalog),
  ];
}

/** Sets the stream of an object's photon count apart from that of the photons themselves. */
const COUNT_WORD = 0x636e7400;
/** Most photons that are shot for one object. */
const MAX_PHOTONS = 2_147_483_647;

/** How many photons an object of the given mean electrons sends: Poisson, from a stream that its key decides. */
export function photonCount(meanElectrons: number, key: StreamKey): number {
  return Math.min(
    MAX_PHOTONS,
    new RandomStream(key[0] ^ COUNT_WORD, key[1], key[2], key[3]).poisson(meanElectrons),
  );
}
