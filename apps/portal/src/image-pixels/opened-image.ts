/** The images that are open: pixels in the page for measuring, at most three of them; the oldest goes when a fourth comes. */
import type { Dataset } from '@imsim-od/api';
import { type TanSipTransform, tanSipTransform } from '@imsim-od/astro';
import { fetchFile, type FetchProgress } from './fetch-file.js';
import type { ReadImage, WantedImage } from './pixel-tasks.js';
import { ask } from './pixel-work.js';

/** Images in memory, here and in the viewer. */
export const MOST_IMAGES = 3;

/** What is known of an image while the page is open. */
export interface OpenedImage extends Omit<ReadImage, 'fits' | 'wcs'> {
  /** Dataset and HDU. */
  readonly key: string;
  readonly name: string;
  readonly sky: TanSipTransform | undefined;
  /** A FITS file of the image, to be handed over. */
  readonly takeFits: () => Promise<ArrayBuffer>;
}

const opened = new Map<string, OpenedImage>();

/** Opens an image of a dataset, or takes it from those that are open. */
export async function openImage(
  { id, name }: Pick<Dataset, 'id' | 'name'>,
  wish: WantedImage,
  onProgress: (progress: FetchProgress) => void,
  signal: AbortSignal,
): Promise<OpenedImage> {
  const key = `${id}/${wish ?? 'first'}`;
  const known = opened.get(key);
  if (known !== undefined) {
    opened.delete(key);
    opened.set(key, known);
    return known;
  }
  const bytes = await fetchFile(id, onProgress, signal);
  const { fits, wcs, ...read } = await ask('readImage', { bytes, ...(wish === undefined ? {} : { wish }) }, [
    bytes,
  ]);
  let unused: ArrayBuffer | undefined = fits ?? undefined;
  const image: OpenedImage = {
    ...read,
    key,
    name,
    sky: wcs === undefined ? undefined : tanSipTransform(wcs),
    takeFits: async () => {
      const first = unused;
      unused = undefined;
      return (
        first ?? ask('writeImage', { nx: read.nx, ny: read.ny, values: read.values, cards: read.viewerCards })
      );
    },
  };
  opened.set(key, image);
  for (const oldest of opened.keys()) {
    if (opened.size <= MOST_IMAGES) break;
    opened.delete(oldest);
  }
  return image;
}
