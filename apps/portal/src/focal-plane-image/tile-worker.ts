/** The worker that fetches previews, halves them and cuts tiles, so that moving the mosaic stays smooth. */
import { type GreyPicture, halvedPicture, tileOf } from './picture-pyramid.js';
import { HALVINGS, TILE_SIDE, type TileAnswer, type TileQuestion } from './tile-protocol.js';

/** Previews kept with their halves, 5 MB each: more than are in sight at once where previews are needed. */
const KEPT = 16;

/** Previews fetched at a time: the browser has six connections, and thumbnails want some. */
const AT_ONCE = 2;

let free = AT_ONCE;
const queue: (() => void)[] = [];

/** The levels of each preview that were wanted, by how often it was halved. */
const pyramids = new Map<string, Promise<Map<number, GreyPicture>>>();

const port = globalThis as unknown as {
  onmessage: (message: MessageEvent<TileQuestion>) => void;
  postMessage(message: TileAnswer, handedOver: Transferable[]): void;
};

port.onmessage = ({ data }) => {
  const { n } = data;
  cutTile(data).then(
    (tile) => port.postMessage({ n, tile }, [tile]),
    (error: unknown) =>
      port.postMessage({ n, problem: error instanceof Error ? error.message : String(error) }, []),
  );
};

async function cutTile({ previewUrl, halvings, column, row }: TileQuestion): Promise<ImageBitmap> {
  const levels = await pyramidAt(previewUrl);
  const preview = levels.get(0);
  if (preview === undefined || halvings > HALVINGS)
    throw new RangeError(`A preview is halved up to ${HALVINGS} times, not ${halvings}.`);
  const picture = levels.get(halvings) ?? halvedPicture(preview, halvings);
  levels.set(halvings, picture);
  const { rgba, width, height } = tileOf(picture, column, row, TILE_SIDE);
  return createImageBitmap(new ImageData(rgba, width, height));
}

function pyramidAt(url: string): Promise<Map<number, GreyPicture>> {
  const known = pyramids.get(url);
  // The last used is the last in the map.
  pyramids.delete(url);
  const pyramid = known ?? inTurn(async () => new Map([[0, await readPreview(url)]]));
  pyramids.set(url, pyramid);
  if (known === undefined) pyramid.catch(() => pyramids.delete(url));
  for (const oldest of pyramids.keys()) {
    if (pyramids.size <= KEPT) break;
    pyramids.delete(oldest);
  }
  return pyramid;
}

/** Does a work when its turn comes. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => queue.push(resolve));
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next === undefined) free++;
    else next();
  }
}

async function readPreview(url: string): Promise<GreyPicture> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`The preview is not there: ${answer.status}.`);
  const bitmap = await createImageBitmap(await answer.blob(), { colorSpaceConversion: 'none' });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no canvas to a worker.');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const greys = new Uint8Array(width * height);
  for (let i = 0; i < greys.length; i++) greys[i] = data[4 * i] ?? 0;
  return { width, height, greys };
}
