/** Bleed on the charge of a detector as the camera has it: one full well, and a channel stop in e2v CCDs. */
import { type Detector, electronicsOf } from '@imsim-od/camera';
import type { ChargeImage } from '../products/preview.js';
import { type BleedResult, bleed } from './bleed.js';

/** Electrons that a pixel of a detector holds at most. */
export function fullWellOf(detector: Detector): number {
  return Math.round(electronicsOf(detector).fullWellElectron);
}

/** Lets the charge of whole columns of a detector run, in place. */
export function bleedDetector(detector: Detector, { charge, nx, ny, stride }: ChargeImage): BleedResult {
  const fullWell = fullWellOf(detector);
  return bleed(charge, {
    nx,
    ny,
    stride,
    halfRow: ny / 2,
    fullWell: () => fullWell,
    ...(detector.vendor === 'e2v' ? { stopRow: ny / 2 } : {}),
  });
}
