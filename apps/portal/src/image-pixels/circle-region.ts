/** A circle as a region file of DS9 has it. */
import type { PixelPosition } from './pointer-store.js';

/** As `image; circle(101.25,51.00,20)`: DS9 counts pixels from 1. @param centre pixel0 @param radius pixels */
export function circleRegion({ x, y }: PixelPosition, radius: number): string {
  return `image; circle(${(x + 1).toFixed(2)},${(y + 1).toFixed(2)},${radius})`;
}
