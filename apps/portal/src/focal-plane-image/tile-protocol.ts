/** What the mosaic and its worker say to each other. */

/** Side of a tile, pixels. */
export const TILE_SIDE = 512;
/** Levels below the preview: quarter, eighth and the thumbnail's sixteenth of the detector's pixels. */
export const HALVINGS = 3;

/** Asks for a tile of a preview. */
export interface TileQuestion {
  readonly n: number;
  readonly previewUrl: string;
  /** How often the preview is halved. */
  readonly halvings: number;
  readonly column: number;
  readonly row: number;
}

/** The tile, or why there is none. */
export type TileAnswer =
  { readonly n: number; readonly tile: ImageBitmap } | { readonly n: number; readonly problem: string };
