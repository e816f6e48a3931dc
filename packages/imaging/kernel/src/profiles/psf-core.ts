/** The interface of a PSF core (Kolmogorov, Moffat): its transform and its far wings after smoothing. */

/** Light far out: brightness [1/px^2], fraction of the light outside, and an estimate of their relative error. */
export interface Wing {
  readonly brightness: number;
  readonly outside: number;
  readonly relativeError: number;
}

/** A circular unit-flux core before its smoothing. */
export interface PsfCore {
  /** Full width at half maximum [px]. */
  readonly fwhmPx: number;
  /** Transform at k [rad/px], 1 at 0. */
  transform(kPerPx: number): number;
  /** Wave number [rad/px] above which the transform is below about 1e-16. */
  readonly maxKPerPx: number;
  /** The asymptotic series of the smoothed profile at radius r, cut at its least term; series as from smoothingSeries. */
  wing(series: readonly number[], radiusPx: number): Wing;
}
