/** Objects of a catalog that are not drawn, counted by reason. */

/** Why an object is skipped; `fault` tells errors of the catalog from its own ways of saying "not here". */
export const SKIP_REASONS = {
  infinite: { text: "a field is 'inf', which marks an object to leave out", fault: false },
  faint: { text: 'magnorm is 50 or more, which marks an object without light', fault: false },
  dark: {
    text: 'no light in the band: the spectrum has none there, or dust lets none through',
    fault: false,
  },
  fields: { text: 'too few fields for the model and its two dust blocks', fault: true },
  identifier: { text: 'identifier longer than 64 characters', fault: true },
  number: { text: 'a field is not a finite number', fault: true },
  position: { text: 'declination outside -90..90 or right ascension outside -360..720', fault: true },
  behind: { text: 'behind the tangent plane: 90 deg or more from the boresight', fault: true },
  bright: { text: 'brighter than magnitude -5, brighter than any star of the sky', fault: true },
  redshift: { text: 'redshift below 0 or above 20', fault: true },
  axes: { text: 'semi-major axis a smaller than semi-minor axis b', fault: true },
  size: { text: 'a size that is not above 0', fault: true },
  large: {
    text: 'larger than can be drawn: half-light radius along the long axis, lensing included, above 3600 arcsec, a streak above 20 deg or 100,000 arcsec^2, a stamp above 10 arcsec a pixel or 1,000,000 arcsec^2',
    fault: true,
  },
  index: { text: 'Sersic index outside 0.3..6.2', fault: true },
  knots: { text: 'number of knots not a whole number from 1 to 100,000', fault: true },
  lens: { text: 'lensing with kappa >= 1 or reduced shear |g| >= 1', fault: true },
  dust: {
    text: 'a dust block that is not none, CCM Av Rv or calzetti Av Rv, or Av below 0 or above 100, or Rv outside 2..6',
    fault: true,
  },
} as const;

/** A key of `SKIP_REASONS`. */
export type SkipReason = keyof typeof SKIP_REASONS;

/** A place in a file; lines count from 1. */
export interface LinePlace {
  readonly file: string;
  readonly line: number;
}

/** How many objects were skipped for one reason, and where they stand, the first thousand of them. */
export interface SkippedObjects {
  readonly reason: string;
  /** True where the catalog is at fault, false where it marks the object as not to be drawn. */
  readonly fault: boolean;
  readonly count: number;
  readonly firstLines: readonly LinePlace[];
}

/** Lines that are kept for each reason: enough to mend a catalog by, and little memory whatever the catalog. */
const LISTED_LINES = 1000;

/** Counts skipped objects. */
export class SkipCounter {
  private readonly counts = new Map<SkipReason, { count: number; firstLines: LinePlace[] }>();

  add(reason: SkipReason, file: string, line: number): void {
    let entry = this.counts.get(reason);
    if (entry === undefined) this.counts.set(reason, (entry = { count: 0, firstLines: [] }));
    entry.count++;
    if (entry.firstLines.length < LISTED_LINES) entry.firstLines.push({ file, line });
  }

  /** The counts by key, in the order of `SKIP_REASONS`. */
  summary(): Readonly<Partial<Record<SkipReason, SkippedObjects>>> {
    const out: Partial<Record<SkipReason, SkippedObjects>> = {};
    for (const [key, { text, fault }] of Object.entries(SKIP_REASONS)) {
      const entry = this.counts.get(key as SkipReason);
      if (entry) out[key as SkipReason] = { reason: text, fault, ...entry };
    }
    return out;
  }
}
