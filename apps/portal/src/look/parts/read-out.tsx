/** Position, value and direction under the pointer. */
import { Code } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { OpenedImage } from '../../image-pixels/opened-image.js';
import type { PlacedAmplifier } from '../../image-pixels/pixel-tasks.js';
import type { PixelPosition, PointerStore } from '../../image-pixels/pointer-store.js';
import { valueAt } from '../../image-pixels/statistics.js';
import { skyText } from '../../image-pixels/sky-text.js';

/** The amplifier that read a pixel out; undefined where the image is not put together of several. */
export function amplifierUnder(
  { amplifiers }: OpenedImage,
  { x, y }: PixelPosition,
): PlacedAmplifier | undefined {
  const [column, row] = [Math.round(x), Math.round(y)];
  return amplifiers.find(
    ({ x0, y0, nx, ny }) => column >= x0 && row >= y0 && column < x0 + nx && row < y0 + ny,
  );
}

/** The amplifier that read a pixel out, and what was taken off its values; nothing where the image is not put together of several. */
export function amplifierText(image: OpenedImage, position: PixelPosition): string {
  const found = amplifierUnder(image, position);
  if (found === undefined) return '';
  return `   ${found.label}${found.bias === 0 ? '' : `, its bias of ${found.bias} ${image.unit} taken off`}`;
}

/** The line below the picture. */
export function ReadOut({ image, pointer }: { readonly image: OpenedImage; readonly pointer: PointerStore }) {
  const position = useSyncExternalStore(pointer.watch, pointer.get);
  const value = position === null ? undefined : valueAt(image, position.x, position.y);
  if (position === null || value === undefined)
    return (
      <Code block style={{ whiteSpace: 'pre-wrap' }}>
        Point at the image to read pixel, value and ICRS position.
      </Code>
    );
  const { x, y } = position;
  return (
    <Code block data-readout style={{ whiteSpace: 'pre-wrap' }}>
      {`x ${(x + 1).toFixed(1)}  y ${(y + 1).toFixed(1)} (FITS)   ${value} ${image.unit}`}
      {amplifierText(image, position)}
      {image.sky === undefined ? '' : `   ${skyText(image.sky.pixelToSky(x, y))}`}
    </Code>
  );
}
