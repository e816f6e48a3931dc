/** A small instance catalog for tests: the header of a visit at RA 53, Dec -27.5 and stars on its central CCD. */

/** Its header. */
export const FIELD_HEADER = `rightascension 53.0
declination -27.5
mjd 59580.1
altitude 66.0
azimuth 270.0
filter 2
rotskypos 0.0
obshistid 4242
seeing 0.7
vistime 30
seed 1
`;

/** A line of a red dwarf of magnorm 19 near the middle. @param raDeg ICRS */
export const fieldStar = (id: number, raDeg = 53.001): string =>
  `object ${id} ${raDeg} -27.501 19.0 starSED/phoSimMLT/lte031-4.5-1.0a+0.4.BT-Settl.spec.gz 0 0 0 0 0 0 point none CCM 0.1 3.1\n`;
