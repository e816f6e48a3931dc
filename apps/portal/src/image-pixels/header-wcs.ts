/** The TAN-SIP world coordinates that an image's header states. */
import type { SipPolynomial, SipTerm, TanSip } from '@imsim-od/astro';
import type { FitsHeader } from '@imsim-od/fits';

/** The WCS, or undefined where the header states none or one of another kind. */
export function tanSipOf(header: FitsHeader): TanSip | undefined {
  const number = (keyword: string, otherwise: number): number => header.float(keyword, otherwise);
  const kind = header.has('CTYPE1') ? header.string('CTYPE1') : '';
  if (!/^RA---TAN(-SIP)?$/.test(kind) || !header.has('CRVAL1') || !header.has('CD1_1')) return undefined;
  return {
    crval: { raDeg: number('CRVAL1', 0), decDeg: number('CRVAL2', 0) },
    crpix: [number('CRPIX1', 0), number('CRPIX2', 0)],
    cd: [number('CD1_1', 0), number('CD1_2', 0), number('CD2_1', 0), number('CD2_2', 0)],
    a: polynomialOf(header, 'A'),
    b: polynomialOf(header, 'B'),
    ap: polynomialOf(header, 'AP'),
    bp: polynomialOf(header, 'BP'),
  };
}

function polynomialOf(header: FitsHeader, name: string): SipPolynomial {
  const order = header.integer(`${name}_ORDER`, 0);
  const terms: SipTerm[] = [];
  for (let p = 0; p <= order; p++) {
    for (let q = 0; p + q <= order; q++) {
      const coefficient = header.float(`${name}_${p}_${q}`, 0);
      if (coefficient !== 0) terms.push({ p, q, coefficient });
    }
  }
  return { order, terms };
}
