/** What a viewer of images does for the page, whichever draws: the page knows this alone, so that the viewer can be replaced. */
import type { ColourMap, Range, Stretch, ViewerEvent } from './protocol.js';

/** A viewer. Every act is a promise; one that is refused says why. */
export interface ImageViewer {
  /** Resolves when the viewer takes requests. */
  readonly ready: Promise<void>;
  /** Shows a FITS file of one image. @param bytes handed over: they are gone from the page @returns its number in this viewer */
  open(name: string, bytes: ArrayBuffer): Promise<number>;
  show(image: number): Promise<void>;
  stretch(stretch: Stretch, range: Range): Promise<void>;
  colourMap(name: ColourMap): Promise<void>;
  zoom(zoom: number | 'fit'): Promise<void>;
  /** Puts a FITS position in the middle. */
  pan(x: number, y: number): Promise<void>;
  /** Calls back on each event. @returns what ends that */
  watch(callback: (event: ViewerEvent) => void): () => void;
  close(): void;
}

/** The viewer could not do what it was asked. */
export class ViewerError extends Error {
  readonly code = 'VIEWER';
  constructor(message: string) {
    super(message);
    this.name = 'ViewerError';
  }
}
