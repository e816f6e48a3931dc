/** Rows of a table that are not drawn, counted by reason. */
import type { TablePlace } from './table-reader.js';

/** Why a row is skipped; `fault` tells errors of the table from objects without light. */
export const ROW_SKIP_REASONS = {
  faint: {
    text: 'magnitude of 50 or more, or a flux that is not above 0: an object without light',
    fault: false,
  },
  number: { text: 'a value that is needed is missing, not a number or not finite', fault: true },
  position: { text: 'declination outside -90..90', fault: true },
  bright: { text: 'brighter than magnitude -5, brighter than any star of the sky', fault: true },
  identifier: { text: 'identifier longer than 64 characters', fault: true },
  kind: { text: 'kind that is neither point (star, psf), sersic (galaxy) nor stamp', fault: true },
  size: { text: 'a size that is missing or not above 0', fault: true },
  stamp: { text: 'a stamp without a name, or without a pixel scale above 0', fault: true },
  large: {
    text: 'larger than can be drawn: half-light radius along the long axis, lensing included, above 3600 arcsec, a streak above 20 deg, a stamp above 10 arcsec a pixel or 1,000,000 arcsec^2',
    fault: true,
  },
  axes: { text: 'semi-major axis a smaller than semi-minor axis b', fault: true },
  shape: {
    text: 'axis ratio outside 0..1, ellipticity outside 0..1, or g1 and g2 of length 1 or more',
    fault: true,
  },
  index: { text: 'Sersic index outside 0.3..6.2', fault: true },
  lens: { text: 'lensing with kappa >= 1, mu <= 0 or reduced shear |g| >= 1', fault: true },
  redshift: { text: 'redshift below 0 or above 20', fault: true },
  curve: { text: 'light curve or spectrum that is missing, or not as long as it should be', fault: true },
  dust: {
    text: 'dust with A_V outside 0..100, R_V outside 2..6, or a law that is neither CCM, calzetti, F19 nor none',
    fault: true,
  },
  sed: { text: 'a magnorm without the name of an SED file', fault: true },
  dark: { text: 'no light of the spectrum comes through the band', fault: false },
} as const;

/** A key of `ROW_SKIP_REASONS`. */
export type RowSkipReason = keyof typeof ROW_SKIP_REASONS;

/** How many rows were skipped for one reason, and where the first of them stand. */
export interface SkippedRows {
  readonly reason: string;
  readonly fault: boolean;
  readonly count: number;
  readonly firstLines: readonly ({ readonly file: string } & TablePlace)[];
}

const LISTED_ROWS = 5;

/** Counts skipped rows. */
export class RowSkipCounter {
  private readonly counts = new Map<
    RowSkipReason,
    { count: number; firstLines: ({ file: string } & TablePlace)[] }
  >();

  add(reason: RowSkipReason, file: string, place: () => TablePlace): void {
    let entry = this.counts.get(reason);
    if (entry === undefined) this.counts.set(reason, (entry = { count: 0, firstLines: [] }));
    entry.count++;
    if (entry.firstLines.length < LISTED_ROWS) entry.firstLines.push({ file, ...place() });
  }

  /** The counts by key, in the order of `ROW_SKIP_REASONS`. */
  summary(): Readonly<Partial<Record<RowSkipReason, SkippedRows>>> {
    const out: Partial<Record<RowSkipReason, SkippedRows>> = {};
    for (const [key, { text, fault }] of Object.entries(ROW_SKIP_REASONS)) {
      const entry = this.counts.get(key as RowSkipReason);
      if (entry) out[key as RowSkipReason] = { reason: text, fault, ...entry };
    }
    return out;
  }
}
