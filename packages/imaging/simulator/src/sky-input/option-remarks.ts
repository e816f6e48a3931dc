/** What the options of an entry did to its sources, in sentences. */
import type { OptionCounts } from './entry-options.js';

/** Remarks on an entry of the sky; they name numbers of rows near one detector. */
export function optionRemarks(entry: number, { lensing, undrawable }: OptionCounts): string[] {
  const remarks: string[] = [];
  const say = (count: number, sentence: string): void => {
    if (count > 0) remarks.push(`sky.${entry}: ${sentence}`);
  };
  if (!lensing) return remarks;
  say(
    lensing.limited,
    'some galaxies lie where the lensing is too strong for a shear; it was limited there (flag lens_limited of the truth)',
  );
  say(
    lensing.withoutRedshift,
    'galaxies without a redshift are not lensed by halos, nor by a map that has redshifts',
  );
  say(
    undrawable,
    'lensing makes some sources brighter than magnitude -5 or larger than a degree; they are left out',
  );
  say(lensing.outsideMap, 'some galaxies lie outside the map of lensing and are not lensed by it');
  return remarks;
}
