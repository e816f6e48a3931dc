/** How much a statistical or randomised test does: a quick share in every run, all of it in `make validate`. */

/** True in `make validate`, which runs with `IMSIM_OD_VALIDATE=true`. */
export const isValidation = process.env['IMSIM_OD_VALIDATE'] === 'true';

/** The number of cases a test goes through: `quick` in every run, `full` in `make validate`. */
export function caseCount(quick: number, full: number): number {
  return isValidation ? full : quick;
}
