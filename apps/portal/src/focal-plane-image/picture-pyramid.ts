/**
 * The levels between a detector's preview (2 × 2 bins) and its thumbnail (16 × 16), made from the preview as the simulator would have made
 * them from the charge: greys become light again, are averaged, and are stretched by the noise that is left. So the sky has one grey at every
 * level, and faint structure comes out as one goes away from it.
 */

/** A grey picture, rows from the top. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly greys: Uint8Array<ArrayBuffer>;
}

/** White of a preview's stretch, where the sky is 1 and black, two deviations of the sky below it, is 0. */
const WHITE = 301;
const GREY_SCALE = 255 / Math.asinh(WHITE);

/** Light of each grey, in those units. */
const LIGHT_OF_GREY = Float32Array.from({ length: 256 }, (_grey, grey) => Math.sinh(grey / GREY_SCALE));

/** A picture's light. */
interface Light {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** A preview and its halves, the largest first. @param halvings how often it is halved */
export function pyramidOf(preview: GreyPicture, halvings: number): readonly GreyPicture[] {
  const levels = [preview];
  let light: Light = {
    ...preview,
    values: Float32Array.from(preview.greys, (grey) => LIGHT_OF_GREY[grey] ?? 0),
  };
  for (let i = 0; i < halvings; i++) {
    light = halved(light);
    levels.push({ width: light.width, height: light.height, greys: greysOf(light) });
  }
  return levels;
}

/**
 * Means of 2 × 2 pixels, in units of their own deviation: white noise is halved, so that what is above the sky counts twice. A last
 * row or column that is alone is averaged with itself.
 */
function halved({ width, height, values }: Light): Light {
  const [half, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const means = new Float32Array(half * rows);
  for (let y = 0; y < rows; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < half; x++) {
      const left = 2 * x;
      const right = Math.min(left + 1, width - 1);
      const sum =
        (values[upper + left] ?? 0) +
        (values[upper + right] ?? 0) +
        (values[lower + left] ?? 0) +
        (values[lower + right] ?? 0);
      means[y * half + x] = sum / 2 - 1;
    }
  }
  return { width: half, height: rows, values: means };
}

function greysOf({ values }: Light): Uint8Array<ArrayBuffer> {
  const greys = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const light = values[i] ?? 0;
    greys[i] = light <= 0 ? 0 : Math.min(255, Math.round(Math.asinh(light) * GREY_SCALE));
  }
  return greys;
}

/** A square of a picture, cut where the picture ends, as red, green, blue and alpha. */
export function tileOf({ width, height, greys }: GreyPicture, column: number, row: number, side: number) {
  const [left, top] = [column * side, row * side];
  const [across, down] = [Math.min(side, width - left), Math.min(side, height - top)];
  const rgba = new Uint8ClampedArray(4 * across * down);
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      const grey = greys[(top + y) * width + left + x] ?? 0;
      rgba.set([grey, grey, grey, 255], 4 * (y * across + x));
    }
  return { width: across, height: down, rgba };
}
