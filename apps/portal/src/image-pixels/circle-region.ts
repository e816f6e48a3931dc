/** A circle as a region file of DS9 has it. */
import type { PixelPosition } from './pointer-store.js';

/** A position as a region's text holds it, to a hundredth of a pixel: what is measured there is what the region says. */
export function regionPosition({ x, y }: PixelPosition): PixelPosition {
  const held = (pixel0: number): number => Number((pixel0 + 1).toFixed(2)) - 1;
  return { x: held(x), y: held(y) };
}

/** As `image; circle(101.25,51.00,20)`: DS9 counts pixels from 1. @param centre pixel0 @param radius pixels */
export function circleRegion({ x, y }: PixelPosition, radius: number): string {
  return `image; circle(${(x + 1).toFixed(2)},${(y + 1).toFixed(2)},${radius})`;
}
