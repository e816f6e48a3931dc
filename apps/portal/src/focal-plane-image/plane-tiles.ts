/** A detector's pictures as a pyramid for OpenSeadragon: the thumbnail as it is stored, and above it tiles that a worker cuts from the preview. */
import OpenSeadragon from 'openseadragon';
import { HALVINGS, TILE_SIDE, type TileAnswer, type TileQuestion } from './tile-protocol.js';

/** A detector's pictures. */
export interface DetectorPictures {
  readonly detectorId: number;
  readonly thumbnailUrl: string | null;
  readonly previewUrl: string | null;
  /** Pixels of the detector. */
  readonly nx: number;
  readonly ny: number;
}

/** Cuts tiles for one mosaic. */
export interface TileCutter {
  sourceOf(pictures: DetectorPictures): OpenSeadragon.TileSource;
  close(): void;
}

const THUMBNAIL_BIN = 16;
const PREVIEW_BIN = 2;

/** Starts the worker. */
export function tileCutter(): TileCutter {
  const worker = new Worker(new URL('./tile-worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, OpenSeadragon.ImageJob>();
  let count = 0;
  worker.onmessage = ({ data }: MessageEvent<TileAnswer>) => {
    const job = waiting.get(data.n);
    waiting.delete(data.n);
    if ('tile' in data) {
      if (job === undefined) data.tile.close();
      else job.finish(data.tile, null, 'imageBitmap');
    } else job?.fail(data.problem, null);
  };
  const ask = (job: OpenSeadragon.ImageJob, question: Omit<TileQuestion, 'n'>): void => {
    const n = ++count;
    waiting.set(n, job);
    worker.postMessage({ n, ...question } satisfies TileQuestion);
  };
  const forget = (job: OpenSeadragon.ImageJob): void => {
    for (const [n, other] of waiting) if (other === job) waiting.delete(n);
  };
  return {
    sourceOf: ({ thumbnailUrl, previewUrl, nx, ny }) => {
      const bin = previewUrl === null ? THUMBNAIL_BIN : PREVIEW_BIN;
      const maxLevel = previewUrl === null ? 0 : HALVINGS;
      const source = new OpenSeadragon.TileSource({
        width: Math.floor(nx / bin),
        height: Math.floor(ny / bin),
        tileSize: TILE_SIDE,
        minLevel: 0,
        maxLevel,
      });
      // The thumbnail is asked for first, whatever is wanted in the end: it is small, and needs no work here.
      source.getClosestLevel = () => 0;
      const isStored = (level: number): boolean => level === 0 && thumbnailUrl !== null;
      // The address is the tile's name in the cache, too.
      source.getTileUrl = (level, x, y) =>
        isStored(level) ? (thumbnailUrl ?? '') : `${previewUrl ?? ''}#${level}/${x}/${y}`;
      const fetchStored = source.downloadTileStart.bind(source);
      const abortStored = source.downloadTileAbort.bind(source);
      source.downloadTileStart = (job) => {
        const { level, x, y } = job.tile;
        if (isStored(level)) fetchStored(job);
        else if (previewUrl === null) job.fail('There is no preview.', null);
        else ask(job, { previewUrl, halvings: maxLevel - level, column: x, row: y });
      };
      source.downloadTileAbort = (job) => {
        forget(job);
        abortStored(job);
      };
      return source;
    },
    close: () => {
      worker.terminate();
      waiting.clear();
    },
  };
}
