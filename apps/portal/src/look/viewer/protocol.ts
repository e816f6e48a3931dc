/**
 * What the page and the viewer's frame say to each other. The frame greets once, the page answers with one end of a channel, and all
 * else goes over that: numbered requests with an answer each, and events. Positions are FITS pixels: 1 at the centre of the first.
 */

/** The frame's greeting to its parent. */
export const GREETING = 'imsim-od viewer';

/** Stretches: how charge becomes light. */
export const STRETCHES = ['asinh', 'linear', 'log', 'sqrt', 'squared', 'histeq'] as const;
export type Stretch = (typeof STRETCHES)[number];

/** Which range of values the stretch spans: what the viewer finds for faint structure, all there is, or from one value to another. */
export type Range = 'zscale' | 'dataminmax' | { readonly black: number; readonly white: number };

/** Colour maps. */
export const COLOUR_MAPS = ['grey', 'heat', 'cool', 'viridis', 'magma', 'inferno', 'plasma'] as const;
export type ColourMap = (typeof COLOUR_MAPS)[number];

/** The requests: what each takes and what it answers. There are no others. */
export interface ViewerRequests {
  /** Shows a FITS file with one image. */
  open: {
    readonly takes: { readonly name: string; readonly bytes: ArrayBuffer };
    readonly answers: { readonly image: number };
  };
  /** Brings an opened image to the front. */
  show: { readonly takes: { readonly image: number }; readonly answers: null };
  stretch: { readonly takes: { readonly stretch: Stretch; readonly range: Range }; readonly answers: null };
  colourMap: { readonly takes: { readonly name: ColourMap }; readonly answers: null };
  /** Screen pixels per image pixel, or the whole image. */
  zoom: { readonly takes: { readonly zoom: number | 'fit' }; readonly answers: null };
  /** Puts a pixel in the middle. */
  pan: { readonly takes: { readonly x: number; readonly y: number }; readonly answers: null };
}
export type RequestName = keyof ViewerRequests;

/** Where pixels lie in the frame: X = a x + c y + e, Y = b x + d y + f, in CSS pixels, Y downwards. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** What the frame tells by itself. */
export type ViewerEvent =
  /** The picture was drawn anew: moved, zoomed, stretched, another image. */
  | { readonly event: 'drawn'; readonly image: number; readonly affine: Affine; readonly zoom: number }
  /** The pointer is over a position of the image. */
  | { readonly event: 'pointer'; readonly x: number; readonly y: number }
  /** A position was pressed without a drag. */
  | { readonly event: 'press'; readonly x: number; readonly y: number };

/** A request on the channel. */
export interface RequestMessage {
  readonly n: number;
  readonly name: RequestName;
  readonly takes: unknown;
}

/** An answer on the channel. */
export type AnswerMessage =
  { readonly n: number; readonly answers: unknown } | { readonly n: number; readonly problem: string };
