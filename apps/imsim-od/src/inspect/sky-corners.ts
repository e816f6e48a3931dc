/** Where an image lies on the sky, by the TAN or TAN-SIP keywords of its header. */
import {
  type SipPolynomial,
  type SkyPosition,
  type TanSip,
  ZERO_SIP,
  tanSipTransform,
} from '@imsim-od/astro';
import type { FitsHeader } from '@imsim-od/fits';

/** The middle and the corners (outer edges of the corner pixels, counter-clockwise from the first) of an image. */
export interface SkyFootprint {
  readonly centre: SkyPosition;
  readonly corners: readonly SkyPosition[];
}

/** The footprint of an image of the given shape, or undefined where the header has no celestial TAN WCS. */
export function cornersOnSky(header: FitsHeader, shape: readonly number[]): SkyFootprint | undefined {
  const wcs = readTanSip(header);
  const [nx, ny] = shape;
  if (!wcs || nx === undefined || ny === undefined) return undefined;
  const { pixelToSky } = tanSipTransform(wcs);
  return {
    centre: pixelToSky((nx - 1) / 2, (ny - 1) / 2),
    corners: [
      pixelToSky(-0.5, -0.5),
      pixelToSky(nx - 0.5, -0.5),
      pixelToSky(nx - 0.5, ny - 0.5),
      pixelToSky(-0.5, ny - 0.5),
    ],
  };
}

function readTanSip(header: FitsHeader): TanSip | undefined {
  const type = textAt(header, 'CTYPE1');
  if (type !== 'RA---TAN' && type !== 'RA---TAN-SIP') return undefined;
  const number = (keyword: string, otherwise: number) => {
    const value = numberAt(header, keyword);
    return value ?? otherwise;
  };
  const scale1 = number('CDELT1', 1);
  const scale2 = number('CDELT2', 1);
  const hasCd = ['CD1_1', 'CD1_2', 'CD2_1', 'CD2_2'].some((keyword) => header.has(keyword));
  const cd: TanSip['cd'] = hasCd
    ? [number('CD1_1', 0), number('CD1_2', 0), number('CD2_1', 0), number('CD2_2', 0)]
    : [
        scale1 * number('PC1_1', 1),
        scale1 * number('PC1_2', 0),
        scale2 * number('PC2_1', 0),
        scale2 * number('PC2_2', 1),
      ];
  const sip = (name: string): SipPolynomial => (type.endsWith('-SIP') ? readSip(header, name) : ZERO_SIP);
  return {
    crval: { raDeg: number('CRVAL1', 0), decDeg: number('CRVAL2', 0) },
    crpix: [number('CRPIX1', 0), number('CRPIX2', 0)],
    cd,
    a: sip('A'),
    b: sip('B'),
    ap: sip('AP'),
    bp: sip('BP'),
  };
}

function readSip(header: FitsHeader, name: string): SipPolynomial {
  const order = numberAt(header, `${name}_ORDER`);
  if (order === undefined || !Number.isInteger(order) || order < 0 || order > 9) return ZERO_SIP;
  const terms: { p: number; q: number; coefficient: number }[] = [];
  for (let p = 0; p <= order; p++) {
    for (let q = 0; p + q <= order; q++) {
      const coefficient = numberAt(header, `${name}_${p}_${q}`);
      if (coefficient !== undefined) terms.push({ p, q, coefficient });
    }
  }
  return { order, terms };
}

function numberAt(header: FitsHeader, keyword: string): number | undefined {
  const card = header.card(keyword);
  return card && 'value' in card && typeof card.value === 'number' ? card.value : undefined;
}

function textAt(header: FitsHeader, keyword: string): string | undefined {
  const card = header.card(keyword);
  return card?.kind === 'string' ? card.value : undefined;
}
