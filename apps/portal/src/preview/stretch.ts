/** From electrons to grey: an asinh stretch that shows the sky's noise and the cores of stars at once. */

/** What the stretch is laid to. */
export interface Stretch {
  /** Electrons shown as black. */
  readonly black: number;
  /** Electrons shown as white. */
  readonly white: number;
  /** Electrons over black up to which it is linear. */
  readonly soft: number;
}

/** A stretch for an image: black a little below the sky, white at the bright end. */
export function stretchFor(electrons: Int32Array): Stretch {
  const step = Math.max(1, Math.floor(electrons.length / 20_000));
  const sample = new Int32Array(Math.ceil(electrons.length / step));
  for (let i = 0; i < sample.length; i++) sample[i] = electrons[i * step] ?? 0;
  sample.sort();
  const at = (share: number): number =>
    sample[Math.min(sample.length - 1, Math.floor(share * sample.length))] ?? 0;
  const noise = Math.max(1, (at(0.5) - at(0.16)) * 1);
  const black = at(0.5) - 2 * noise;
  return { black, white: Math.max(black + 30 * noise, at(0.998)), soft: 3 * noise };
}

/** Electrons from black to white of which each one's grey is worked out beforehand. */
const MOST_STEPS = 1 << 18;

/** Grey from 0 to 255 for an image, its first row at the bottom. */
export function greys(electrons: Int32Array, width: number, stretch: Stretch, out: Uint8ClampedArray): void {
  const height = electrons.length / width;
  const first = Math.floor(stretch.black);
  const steps = Math.min(MOST_STEPS, Math.ceil(stretch.white) - first + 1);
  const known = new Uint8ClampedArray(steps).map((_grey, i) => greyOf(first + i, stretch));
  for (let y = 0; y < height; y++) {
    let o = 4 * width * (height - 1 - y);
    for (let x = 0; x < width; x++, o += 4) {
      const value = electrons[y * width + x] ?? 0;
      const grey = value <= first ? 0 : (known[value - first] ?? greyOf(value, stretch));
      out[o] = out[o + 1] = out[o + 2] = grey;
      out[o + 3] = 255;
    }
  }
}

function greyOf(electrons: number, { black, white, soft }: Stretch): number {
  return (255 * Math.asinh((electrons - black) / soft)) / Math.asinh((white - black) / soft);
}
