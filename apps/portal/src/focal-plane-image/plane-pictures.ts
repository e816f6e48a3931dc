/** Which pictures and images a run has of each detector and exposure. */
import type { Dataset } from '@imsim-od/api';
import { DETECTORS } from '@imsim-od/camera';
import { client } from '../service/client.js';
import type { DetectorPictures } from './plane-tiles.js';

const PAGE = 1000;
/** Datasets asked for when something is new: those of a dozen detectors. */
const NEWS = 100;
const PICTURES: ReadonlySet<string> = new Set(['thumbnail', 'preview']);

/** One exposure: a visit's snap. */
export interface PlaneExposure {
  readonly key: string;
  readonly label: string;
}

/** A detector's pictures and the dataset to look at. */
export interface DetectorImage extends DetectorPictures {
  /** Its e-image, or else its raw image. */
  readonly lookId: string | null;
}

/**
 * Previews, thumbnails and images of a run, the newest first.
 * @param known what was read before: then only what has come since is asked for, and what is there already is looked over a little,
 *   because transactions of several servers may become visible in another order than that of their datasets
 */
export async function readPictures(
  runId: string,
  known: readonly Dataset[],
  signal: AbortSignal,
): Promise<readonly Dataset[]> {
  const before = new Set(known.map(({ id }) => id));
  const limit = known.length === 0 ? PAGE : NEWS;
  const found: Dataset[] = [];
  for (let after: string | null = null; ;) {
    const { items, next }: { items: readonly Dataset[]; next: string | null } = await client.call(
      'searchDatasets',
      {
        query: {
          runId,
          type: ['thumbnail', 'preview', 'eimage', 'raw'],
          limit,
          ...(after === null ? {} : { after }),
        },
        signal,
      },
    );
    const news = items.filter(({ id }) => !before.has(id));
    found.push(...news);
    if (next === null || items.length - news.length >= limit / 2) break;
    after = next;
  }
  return [...found, ...known];
}

const keyOf = ({ visit, snap }: Dataset): string => `${visit ?? ''}-${snap ?? 0}`;

/** The exposures that have a picture, by number of visit. */
export function exposuresOf(datasets: readonly Dataset[]): readonly PlaneExposure[] {
  const byKey = new Map<string, PlaneExposure>();
  const pictures = datasets
    .filter(({ type }) => PICTURES.has(type))
    .sort((a, b) => (a.visit ?? 0) - (b.visit ?? 0));
  for (const dataset of pictures) {
    const key = keyOf(dataset);
    const label = `Visit ${dataset.visit ?? '–'}, ${dataset.band ?? '–'} band, snap ${dataset.snap ?? 0}`;
    if (!byKey.has(key)) byKey.set(key, { key, label });
  }
  return [...byKey.values()];
}

/** What an exposure has of each detector. */
export function imagesOf(
  datasets: readonly Dataset[],
  exposure: PlaneExposure | undefined,
): readonly DetectorImage[] {
  const byDetector = new Map<number, Dataset[]>();
  for (const dataset of datasets) {
    if (dataset.detectorId === null || keyOf(dataset) !== exposure?.key) continue;
    byDetector.set(dataset.detectorId, [...(byDetector.get(dataset.detectorId) ?? []), dataset]);
  }
  return [...byDetector].flatMap(([detectorId, files]) => {
    const detector = DETECTORS[detectorId];
    if (detector === undefined) return [];
    const urlOf = (type: string): string | null => {
      const file = files.find((candidate) => candidate.type === type && candidate.state === 'present');
      return file === undefined ? null : `/api/v1/datasets/${file.id}/content`;
    };
    const [thumbnailUrl, previewUrl] = [urlOf('thumbnail'), urlOf('preview')];
    const look = files.find(({ type }) => type === 'eimage') ?? files.find(({ type }) => type === 'raw');
    const { nx, ny } = detector;
    return thumbnailUrl === null && previewUrl === null
      ? []
      : [{ detectorId, thumbnailUrl, previewUrl, nx, ny, lookId: look?.id ?? null }];
  });
}
