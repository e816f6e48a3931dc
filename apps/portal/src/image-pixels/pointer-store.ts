/** Where the pointer is on the image, for the read-out alone: it changes with every move and must not draw the page anew. */

/** A position, pixel0. */
export interface PixelPosition {
  readonly x: number;
  readonly y: number;
}

/** Holds it. */
export interface PointerStore {
  get(): PixelPosition | null;
  set(position: PixelPosition | null): void;
  watch(callback: () => void): () => void;
}

/** Makes one. */
export function pointerStore(): PointerStore {
  const watchers = new Set<() => void>();
  let position: PixelPosition | null = null;
  return {
    get: () => position,
    set: (next) => {
      position = next;
      for (const callback of watchers) callback();
    },
    watch: (callback) => {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
  };
}
