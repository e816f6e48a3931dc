/** The regions of the survey in a map of the sky. */
import { pathOf } from './map-place.js';
import { outlinesOf } from './outlines.js';
import classes from './sky-map.module.css';
import { surveyRegionAt } from './survey-regions.js';
import { SURVEY_PARTS, surveyPartOf, visitsText } from './survey-words.js';

/** The survey's parts as paths, each with all that are drawn over it. */
const surveyPaths = once(() =>
  outlinesOf((position) => {
    const region = surveyRegionAt(position);
    return region === undefined ? 0 : 1 + SURVEY_PARTS.indexOf(surveyPartOf(region));
  }, SURVEY_PARTS.length).map((rings) => rings.map((ring) => `${pathOf(ring)}Z`).join('')),
);

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The drawing, for the inside of a map's `svg`. */
export function SurveyLayer() {
  return SURVEY_PARTS.map((part, i) => (
    <path key={part.name} className={classes['part']} data-part={part.name} d={surveyPaths()[i]}>
      <title>{`${part.label}: ${visitsText(part)}`}</title>
    </path>
  ));
}
