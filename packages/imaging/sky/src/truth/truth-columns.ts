/** The columns of the truth files: names, units and meanings, the same in FITS and Parquet. */

/** One column of a truth file. */
export interface TruthFileColumn {
  readonly name: string;
  /** Unit; undefined where there is none. `electron` is no unit of the FITS Standard and is left out there. */
  readonly unit: string | undefined;
  /** What it means, at most 68 characters. */
  readonly meaning: string;
}

/** The columns in their order, keyed by the field of `TruthTable` that fills them. */
export const TRUTH_FILE_COLUMNS = {
  objectId: { name: 'object_id', unit: undefined, meaning: 'identifier in its catalog; components share it' },
  catalog: { name: 'catalog', unit: undefined, meaning: 'index of the catalog in the request, from 0' },
  component: { name: 'component', unit: undefined, meaning: 'single, disk, bulge or knots' },
  raDeg: { name: 'ra', unit: 'deg', meaning: 'ICRS right ascension' },
  decDeg: { name: 'dec', unit: 'deg', meaning: 'ICRS declination' },
  xPixel0: { name: 'x', unit: 'pixel', meaning: '0-based, first pixel centre is 0, trimmed detector' },
  yPixel0: { name: 'y', unit: 'pixel', meaning: '0-based, first pixel centre is 0, trimmed detector' },
  xFits: { name: 'x_fits', unit: 'pixel', meaning: '1-based as in FITS: x + 1' },
  yFits: { name: 'y_fits', unit: 'pixel', meaning: '1-based as in FITS: y + 1' },
  hpx29: { name: 'hpx29', unit: undefined, meaning: 'HEALPix cell, order 29, nested, of ra and dec' },
  magnitude: { name: 'magnitude', unit: 'mag', meaning: 'AB in the band of the visit, above the atmosphere' },
  expectedElectrons: {
    name: 'expected_electrons',
    unit: 'electron',
    meaning: 'electrons expected in the exposure, all light',
  },
  realisedElectrons: {
    name: 'realised_electrons',
    unit: 'electron',
    meaning: 'electrons on the detector; -1 if not counted by source',
  },
  method: { name: 'method', unit: undefined, meaning: 'how the source was drawn' },
  flags: { name: 'flags', unit: undefined, meaning: 'sum of bits, see the header' },
} as const satisfies Record<string, TruthFileColumn>;
