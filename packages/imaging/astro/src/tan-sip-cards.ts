/**
 * TAN-SIP as FITS header cards, in the order a header should have them. Coefficients that are zero are left out; a SIP
 * order of 1 or less, where nothing is left to distort, gives plain TAN.
 */
import type { SipPolynomial } from './sip-polynomial.js';
import type { TanSip } from './tan-sip.js';

/** One header card: keyword, value and comment. */
export interface HeaderCard {
  readonly keyword: string;
  readonly value: string | number;
  readonly comment: string;
}

/** The cards of a TAN-SIP WCS, WCSAXES first. */
export function tanSipCards(wcs: TanSip): HeaderCard[] {
  const distorted = [wcs.a, wcs.b].some(({ terms }) => terms.some(({ coefficient }) => coefficient !== 0));
  const suffix = distorted ? '-SIP' : '';
  const [cd11, cd12, cd21, cd22] = wcs.cd;
  const cards: HeaderCard[] = [
    { keyword: 'WCSAXES', value: 2, comment: 'number of world coordinate axes' },
    { keyword: 'CTYPE1', value: `RA---TAN${suffix}`, comment: 'right ascension, gnomonic' },
    { keyword: 'CTYPE2', value: `DEC--TAN${suffix}`, comment: 'declination, gnomonic' },
    { keyword: 'CUNIT1', value: 'deg', comment: 'unit of CRVAL1 and CD1_j' },
    { keyword: 'CUNIT2', value: 'deg', comment: 'unit of CRVAL2 and CD2_j' },
    { keyword: 'CRVAL1', value: wcs.crval.raDeg, comment: '[deg] RA of the tangent point' },
    { keyword: 'CRVAL2', value: wcs.crval.decDeg, comment: '[deg] Dec of the tangent point' },
    { keyword: 'CRPIX1', value: wcs.crpix[0], comment: 'tangent point, 1 = centre of first pixel' },
    { keyword: 'CRPIX2', value: wcs.crpix[1], comment: 'tangent point, 1 = centre of first pixel' },
    { keyword: 'CD1_1', value: cd11, comment: '[deg/pixel]' },
    { keyword: 'CD1_2', value: cd12, comment: '[deg/pixel]' },
    { keyword: 'CD2_1', value: cd21, comment: '[deg/pixel]' },
    { keyword: 'CD2_2', value: cd22, comment: '[deg/pixel]' },
    { keyword: 'RADESYS', value: 'ICRS', comment: 'celestial reference system' },
  ];
  if (distorted) {
    cards.push(
      ...polynomialCards('A', wcs.a, 'SIP distortion along x'),
      ...polynomialCards('B', wcs.b, 'SIP distortion along y'),
      ...polynomialCards('AP', wcs.ap, 'SIP inverse along x'),
      ...polynomialCards('BP', wcs.bp, 'SIP inverse along y'),
    );
  }
  return cards;
}

function polynomialCards(name: string, polynomial: SipPolynomial, comment: string): HeaderCard[] {
  return [
    { keyword: `${name}_ORDER`, value: polynomial.order, comment },
    ...polynomial.terms
      .filter(({ coefficient }) => coefficient !== 0)
      .map(({ p, q, coefficient }) => ({ keyword: `${name}_${p}_${q}`, value: coefficient, comment: '' })),
  ];
}
