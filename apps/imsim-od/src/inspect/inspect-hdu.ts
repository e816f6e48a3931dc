/** One HDU as `inspect` tells it: shape, the keywords of the field, pixel statistics, corners on the sky. */
import type { SkyPosition } from '@imsim-od/astro';
import { type FitsHdu, type FitsHeader, readPixels } from '@imsim-od/fits';
import { type PixelStatistics, pixelStatistics } from './pixel-statistics.js';
import { cornersOnSky } from './sky-corners.js';

/** What is told of an HDU. */
export interface InspectedHdu {
  readonly index: number;
  readonly name: string;
  readonly kind: FitsHdu['kind'];
  /** Bits per pixel in FITS's way, negative for floats; absent for tables. */
  readonly bitpix?: number;
  /** Lengths of the axes in FITS order: NAXIS1 first. */
  readonly shape: readonly number[];
  readonly compression?: string;
  readonly columns?: readonly { readonly name: string; readonly format: string; readonly unit: string }[];
  readonly keywords: Readonly<Record<string, string | number | boolean>>;
  readonly statistics?: PixelStatistics;
  /** The middle and the four corners of the image, by its own WCS. */
  readonly sky?: { readonly centre: SkyPosition; readonly corners: readonly SkyPosition[] };
}

/** Keywords worth a line, in the order in which they are told. */
const KEYWORDS = [
  'TELESCOP INSTRUME CAMERA DETNAME DETECTOR CHIPID RAFTBAY CCDSLOT CCD_MANU CCD_TYPE LSST_NUM OBSID OBSHISTID VISIT',
  'FILTER FILTNAME EXPTIME DATE-OBS DATE-BEG MJD MJD-OBS MJD-BEG RA DEC RATEL DECTEL ROTPA ROTANGLE ROTTELPO AIRMASS',
  'SEEING FWHM FWHMEFF FWHMGEOM SKYLEVEL BUNIT GAIN RDNOISE SATURATE DATASEC DETSEC CTYPE1 CREATOR PROGRAM ORIGIN RECIPE SIMVERS',
].flatMap((line) => line.split(' '));

/** Looks at an HDU and at its pixels, where it is an image that can be decoded. */
export async function inspectHdu(hdu: FitsHdu): Promise<InspectedHdu> {
  const { index, name, kind } = hdu;
  const base = { index, name, kind, keywords: keywordsOf(hdu.header) };
  if (hdu.kind === 'table') {
    const columns = hdu.columns.map((column) => ({
      name: column.name,
      format: column.tform,
      unit: column.unit,
    }));
    return { ...base, shape: [hdu.rows], columns };
  }
  if (hdu.kind === 'other') return { ...base, shape: hdu.shape };
  const { bitpix, shape } = hdu;
  const compression = hdu.kind === 'compressed-image' ? { compression: hdu.algorithm } : {};
  if (shape.length === 0 || shape.includes(0)) return { ...base, bitpix, shape, ...compression };
  const { values, blank } = await readPixels(hdu);
  const sky = cornersOnSky(hdu.header, shape);
  return {
    ...base,
    bitpix,
    shape,
    ...compression,
    statistics: pixelStatistics(values, blank),
    ...(sky ? { sky } : {}),
  };
}

function keywordsOf(header: FitsHeader): Record<string, string | number | boolean> {
  const found: Record<string, string | number | boolean> = {};
  for (const keyword of KEYWORDS) {
    const card = header.card(keyword);
    if (!card || !('value' in card)) continue;
    const { value } = card;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      found[keyword] = value;
  }
  return found;
}
