/** When an exposure is made, for sources that move or vary. */

/** The exposure that sources are wanted for. */
export interface ExposureTime {
  /** Middle of the exposure, MJD TAI. */
  readonly midMjdTai: number;
  readonly exposureS: number;
}
