/** Which images of two runs belong together: the same detector of the same exposure, of the same type. */
import type { Dataset } from '@imsim-od/api';

/** Types of images that are compared. */
export const IMAGE_TYPES = ['eimage', 'raw'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** An exposure of the first run and its counterpart in the second. */
export interface ExposurePair {
  /** Of the first: visit and snap. */
  readonly key: string;
  readonly keyOfSecond: string;
  readonly label: string;
}

/** Two images of the same detector. */
export interface ImagePair {
  readonly detectorId: number;
  readonly detector: string;
  readonly first: Dataset;
  readonly second: Dataset;
}

/** What two runs have of one exposure. */
export interface RunPairs {
  readonly pairs: readonly ImagePair[];
  /** Detectors that only one of them has. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Types of which there are pairs. */
  readonly types: readonly ImageType[];
}

const keyOf = ({ visit, snap }: Dataset): string => `${visit ?? ''}-${snap ?? 0}`;

/**
 * The exposures of the first run with their counterparts: the same visit and snap, or, where the runs have none in common, in the order
 * of their numbers.
 */
export function exposurePairs(
  first: readonly Dataset[],
  second: readonly Dataset[],
): readonly ExposurePair[] {
  const [ofFirst, ofSecond] = [exposuresOf(first), exposuresOf(second)];
  const common = [...ofFirst.keys()].filter((key) => ofSecond.has(key));
  const matched =
    common.length > 0
      ? common.map((key) => [key, key] as const)
      : [...ofFirst.keys()].flatMap((key, i) => {
          const other = [...ofSecond.keys()][i];
          return other === undefined ? [] : [[key, other] as const];
        });
  return matched.map(([key, keyOfSecond]) => ({
    key,
    keyOfSecond,
    label:
      key === keyOfSecond
        ? (ofFirst.get(key) ?? key)
        : `${ofFirst.get(key) ?? key} with ${ofSecond.get(keyOfSecond) ?? keyOfSecond}`,
  }));
}

function exposuresOf(images: readonly Dataset[]): ReadonlyMap<string, string> {
  const sorted = images
    .filter(({ type }) => (IMAGE_TYPES as readonly string[]).includes(type))
    .sort((a, b) => (a.visit ?? 0) - (b.visit ?? 0) || (a.snap ?? 0) - (b.snap ?? 0));
  return new Map(
    sorted.map((image) => [
      keyOf(image),
      `visit ${image.visit ?? '–'}, ${image.band ?? '–'} band, snap ${image.snap ?? 0}`,
    ]),
  );
}

/** The images of an exposure in pairs, by number of detector. */
export function imagePairs(
  first: readonly Dataset[],
  second: readonly Dataset[],
  { key, keyOfSecond }: ExposurePair,
  wanted: ImageType | undefined,
): RunPairs {
  const byType = IMAGE_TYPES.map((type) => {
    const [a, b] = [imagesBy(first, key, type), imagesBy(second, keyOfSecond, type)];
    const pairs = [...a]
      .flatMap(([detectorId, image]) => {
        const other = b.get(detectorId);
        return other === undefined
          ? []
          : [{ detectorId, detector: image.detector ?? String(detectorId), first: image, second: other }];
      })
      .sort((one, other) => one.detectorId - other.detectorId);
    return { type, pairs, onlyFirst: a.size - pairs.length, onlySecond: b.size - pairs.length };
  });
  const filled = byType.filter(({ pairs }) => pairs.length > 0);
  const shown = filled.find(({ type }) => type === wanted) ?? filled[0] ?? byType[0];
  return {
    pairs: shown?.pairs ?? [],
    onlyFirst: shown?.onlyFirst ?? 0,
    onlySecond: shown?.onlySecond ?? 0,
    types: filled.map(({ type }) => type),
  };
}

/** Places within a raft, those first that show most of the focal plane soonest: the middle, then the corners, then the sides. */
const PLACES = ['11', '00', '22', '02', '20', '01', '21', '10', '12'];

/** The pairs in the order in which they tell most of the whole: one of every raft, then a second, and so on. */
export function inOrderOfUse(pairs: readonly ImagePair[]): readonly ImagePair[] {
  const rank = ({ detector }: ImagePair): number => {
    const place = PLACES.indexOf(detector.slice(-2));
    // Guiders, as R00_SG0, have none of these places.
    return place < 0 ? PLACES.length : place;
  };
  return [...pairs].sort((a, b) => rank(a) - rank(b) || a.detectorId - b.detectorId);
}

function imagesBy(images: readonly Dataset[], key: string, type: ImageType): Map<number, Dataset> {
  return new Map(
    images
      .filter((image) => image.type === type && keyOf(image) === key)
      .flatMap((image) => (image.detectorId === null ? [] : [[image.detectorId, image] as const])),
  );
}
