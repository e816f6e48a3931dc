/**
 * The e-image: electrons collected in each pixel, whole numbers, after diffusion and before bleed, dark current and
 * electronics; one 32-bit image with a TAN-SIP WCS.
 */
import { type HeaderCard, tanSipCards } from '@imsim-od/astro';
import { type ByteSink, HeaderBuilder, writeImageHdu } from '@imsim-od/fits';
import type { DetectorSetting } from '../detector/detector-setting.js';
import type { ChargeImage } from './preview.js';
import { addSimulationCards, addVisitCards } from './visit-cards.js';

/** Writes the e-image of a detector's charge. */
export function writeEImage(
  sink: ByteSink,
  setting: DetectorSetting,
  image: ChargeImage,
  fileName: string,
): void {
  const header = new HeaderBuilder({ hdu: fileName });
  header.string('BUNIT', 'electron', 'electrons collected');
  addVisitCards(header, setting, fileName);
  addSimulationCards(header, setting);
  addCards(header, tanSipCards(setting.wcs));
  const { charge, nx, ny, stride } = image;
  writeImageHdu(
    sink,
    header,
    { pixelType: 'int32', nx, ny, rows: (y) => charge.subarray(y * stride, y * stride + nx) },
    { primary: true, hdu: fileName },
  );
}

/** Adds neutral cards to a header, but for those that it has already (RADESYS stands with the pointing). */
export function addCards(header: HeaderBuilder, cards: readonly HeaderCard[]): void {
  for (const { keyword, value, comment } of cards) {
    if (header.has(keyword)) continue;
    if (typeof value === 'string') header.string(keyword, value, comment);
    else if (/^(WCSAXES|[AB]P?_ORDER)$/.test(keyword)) header.integer(keyword, value, comment);
    else header.float(keyword, value, comment);
  }
}
