/** Tells on stderr how far the reading of a long catalog is. */
import { formatBytes, formatCount } from '../text/quantity-text.js';
import type { CatalogProgress } from './request-input.js';

/** Seconds between two lines; a catalog read sooner says nothing. */
const LINE_INTERVAL_S = 3;

/** Makes a listener that writes a line every few seconds. */
export function catalogProgress(stream: NodeJS.WritableStream): CatalogProgress {
  let lastMs = performance.now();
  return (path, bytes, objects) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < LINE_INTERVAL_S * 1000) return;
    lastMs = nowMs;
    stream.write(
      `reading ${path}: ${formatCount(objects)} objects${bytes === undefined ? '' : `, ${formatBytes(bytes)}`}\n`,
    );
  };
}
