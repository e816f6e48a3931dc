/** Which way a galaxy's profile is drawn, and in which box. */
import type { BoxSize, Frame, Psf, StampLimits } from '@imsim-od/kernel';
import {
  type DrawingMethod,
  MAX_BOX_SIZE,
  PHOTON_LIMIT_ELECTRON,
  extendedMethod,
  maxFoldedFraction,
} from './drawing-method.js';
import type { ProfileMatrix } from './source-shape.js';

/** What a box of a galaxy of the given mean electrons may fold, and how large it may be. */
export function boxLimits(electrons: number): StampLimits {
  return { maxOutside: maxFoldedFraction(electrons), maxSize: MAX_BOX_SIZE };
}

/** The way, and the box where one was looked for. */
export function sersicDrawing(
  frame: Frame,
  psf: Psf,
  sersicIndex: number,
  [a11, a12, a21, a22]: ProfileMatrix,
  electrons: number,
): { readonly method: DrawingMethod; readonly box?: BoxSize } {
  if (electrons < PHOTON_LIMIT_ELECTRON) return { method: 'photons' };
  const { maxOutside, maxSize } = boxLimits(electrons);
  const box = frame.sersicBoxSize(psf, sersicIndex, a11, a12, a21, a22, maxOutside, maxSize);
  return { method: extendedMethod(electrons, box), box };
}
