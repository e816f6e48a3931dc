/** What the page and the preview's worker say to each other. */
import type { PixelWindow } from '@imsim-od/simulator';

/** Two pictures are kept up at a time: the design's, and the one it is compared with. */
export type PreviewSlot = 'design' | 'other';

/** Asks for pixels; a later question of the same slot takes the place of one that waits. */
export interface PixelQuestion {
  readonly kind: 'pixels';
  readonly number: number;
  readonly slot: PreviewSlot;
  readonly document: unknown;
  /** Name of the detector. */
  readonly detector: string;
  readonly window: PixelWindow;
}

/** Asks how many objects of the synthetic sky fall on each detector. */
export interface CountQuestion {
  readonly kind: 'counts';
  readonly number: number;
  readonly document: unknown;
}

export type PreviewQuestion = PixelQuestion | CountQuestion;

/** An entry of the sky that a preview cannot draw. */
export interface LeftOut {
  /** Its number, from 1. */
  readonly entry: number;
  /** Why, in a sentence. */
  readonly reason: string;
}

/** Pixels as the e-image has them. */
export interface PixelAnswer extends PixelWindow {
  readonly kind: 'pixels';
  readonly number: number;
  readonly slot: PreviewSlot;
  readonly detector: string;
  /** Electrons, row by row from y0 up. */
  readonly electrons: Int32Array<ArrayBuffer>;
  readonly skyElectron: number;
  readonly profileFwhmArcsec: number;
  readonly sourcesPlaced: number;
  /** The sky's entries that are not drawn here. */
  readonly leftOut: readonly LeftOut[];
  /** Time that the drawing took. */
  readonly drawnMs: number;
}

/** Comes before pixels: a file of the sky is being read. */
export interface ReadingAnswer {
  readonly kind: 'reading';
  readonly number: number;
  readonly file: string;
  /** Bytes read for the entry so far. */
  readonly readBytes: number;
  /** Size of the file. */
  readonly ofBytes: number;
}

export type PreviewAnswer =
  | PixelAnswer
  | {
      readonly kind: 'counts';
      readonly number: number;
      readonly counts: readonly (readonly [number, number])[];
    }
  | ReadingAnswer
  | { readonly kind: 'fault'; readonly number: number; readonly message: string };
