/** The ground of a map of the whole sky: its edge, grid, survey, Galaxy and ecliptic. */
import { toMap } from './hammer.js';
import { curve, pathOf } from './map-place.js';
import { around, ecliptic, galactic, meridian, parallel } from './sky-curves.js';
import classes from './sky-map.module.css';
import { SurveyLayer } from './survey-layer.js';

const EDGE = [...meridian(180, 90, -90), ...meridian(180.001, -90, 90)].map(toMap);
const GRID = [
  ...[-60, -30, 0, 30, 60].map((decDeg) => curve(parallel(decDeg))),
  ...[0, 60, 120, 240, 300].map((raDeg) => curve(meridian(raDeg, 90, -90))),
].join('');
const PLANE = curve(around((angle) => galactic(angle, 0)));
const ECLIPTIC = curve(around(ecliptic));

/** The drawing, for the inside of a map's `svg`. */
export function SkyGround() {
  return (
    <>
      <path className={classes['sky']} d={`${pathOf(EDGE)}Z`} />
      <SurveyLayer />
      <path className={classes['grid']} d={GRID} />
      <path className={classes['galaxy']} d={PLANE} />
      <path className={classes['ecliptic']} d={ECLIPTIC} />
    </>
  );
}
