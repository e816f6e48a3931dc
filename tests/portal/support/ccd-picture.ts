/** The picture of an image on the page that looks at it: whether it is there, and where its pixels are. */
import type { Page } from 'playwright-core';

/** Where FITS pixels lie in the viewer's frame: X = a x + c y + e, Y = b x + d y + f, CSS pixels. */
export type Affine = readonly [number, number, number, number, number, number];

/** Waits until the image is shown. @throws Error with what the page says instead */
export async function shown(page: Page): Promise<void> {
  await page
    .locator('[data-shown]')
    .waitFor({ timeout: 60_000 })
    .catch(async () => {
      throw new Error(`the image is not shown: ${await page.locator('main').innerText()}`);
    });
}

/** Where its pixels lie now. */
export const affineOf = async (page: Page): Promise<Affine> =>
  JSON.parse((await page.locator('[data-affine]').getAttribute('data-affine')) ?? '') as Affine;

/** Where a FITS position is in the page, CSS pixels. */
export async function placeOf(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const [a, b, c, d, e, f] = await affineOf(page);
  const box = await page.locator('iframe').boundingBox();
  return { x: (box?.x ?? 0) + a * x + c * y + e, y: (box?.y ?? 0) + b * x + d * y + f };
}

/**
 * Points at a pixel, FITS positions, and gives the read-out; empty as long as there is none. A hand's pointer moves on, and so does this one: the
 * first move into a frame of another origin may be lost.
 */
export async function readOutAt(page: Page, x: number, y: number): Promise<string> {
  const place = await placeOf(page, x, y);
  await page.mouse.move(place.x - 4, place.y);
  await page.mouse.move(place.x, place.y);
  const text = page.locator('[data-readout]');
  return (await text.isVisible()) ? text.innerText() : '';
}
