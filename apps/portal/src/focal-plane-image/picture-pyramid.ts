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

/** A preview halved so often; none at all is the preview itself. Nothing between is kept: a level that nobody looks at costs nothing. */
export function halvedPicture(preview: GreyPicture, halvings: number): GreyPicture {
  if (halvings === 0) return preview;
  let light = halvedLight(preview.width, preview.height, preview.greys, LIGHT_OF_GREY);
  for (let i = 1; i < halvings; i++) light = halvedLight(light.width, light.height, light.values);
  return { width: light.width, height: light.height, greys: greysOf(light) };
}

/**
 * Means of 2 × 2 pixels, in units of their own deviation: white noise is halved, so that what is above the sky counts twice. A last
 * row or column that is alone is averaged with itself.
 * @param table what each value stands for, where the values are greys
 */
function halvedLight(
  width: number,
  height: number,
  values: Float32Array | Uint8Array,
  table?: Float32Array,
): Light {
  const [half, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const means = new Float32Array(half * rows);
  for (let y = 0; y < rows; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < half; x++) {
      const left = 2 * x;
      const right = Math.min(left + 1, width - 1);
      const [a, b] = [values[upper + left] ?? 0, values[upper + right] ?? 0];
      const [c, d] = [values[lower + left] ?? 0, values[lower + right] ?? 0];
      const sum =
        table === undefined
          ? a + b + c + d
          : (table[a] ?? 0) + (table[b] ?? 0) + (table[c] ?? 0) + (table[d] ?? 0);
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
      const at = 4 * (y * across + x);
      rgba[at] = rgba[at + 1] = rgba[at + 2] = greys[(top + y) * width + left + x] ?? 0;
      rgba[at + 3] = 255;
    }
  return { width: across, height: down, rgba };
}
