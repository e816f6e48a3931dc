/** The survey in words: its parts as the map draws them, and what a pointing lies in. */
import { separationDeg, type SkyPosition } from '@imsim-od/astro';
import { FIELD_RADIUS_DEG, KNOWN_FIELDS } from './known-fields.js';
import { circle } from './sky-curves.js';
import { type SurveyRegion, surveyRegionAt } from './survey-regions.js';

/** What is drawn in one colour. */
export interface SurveyPart {
  readonly name: string;
  readonly regions: readonly SurveyRegion[];
  readonly label: string;
  /** Visits that a place in it gets in ten years, about (survey-strategy.lsst.io, baseline v5.3). */
  readonly visits: number;
}

/** The parts, in the order in which they are drawn over each other. */
export const SURVEY_PARTS: readonly SurveyPart[] = [
  { name: 'southPole', regions: ['southPole'], label: 'south celestial pole', visits: 105 },
  { name: 'dustyPlane', regions: ['dustyPlane'], label: 'dusty Galactic plane', visits: 190 },
  { name: 'northEcliptic', regions: ['northEcliptic'], label: 'northern ecliptic spur', visits: 155 },
  { name: 'wide', regions: ['lowDust', 'virgo'], label: 'wide survey, low dust', visits: 800 },
  {
    name: 'crowded',
    regions: ['galacticWide', 'magellanicClouds'],
    label: 'wide survey, inner Galaxy and Magellanic Clouds',
    visits: 800,
  },
];

const REGION_WORDS: Readonly<Record<SurveyRegion, string>> = {
  lowDust: 'the wide survey',
  virgo: 'the wide survey, at the Virgo cluster',
  galacticWide: 'the wide survey, in the inner Galaxy',
  magellanicClouds: 'the wide survey, at the Magellanic Clouds',
  northEcliptic: 'the northern ecliptic spur',
  dustyPlane: 'the dusty Galactic plane',
  southPole: 'the survey’s south celestial pole',
};

/** The part that a region belongs to. */
export function surveyPartOf(region: SurveyRegion): SurveyPart {
  const part = SURVEY_PARTS.find(({ regions }) => regions.includes(region));
  if (part === undefined) throw new Error(`no part of the survey has the region ${region}`);
  return part;
}

/** What a pointing lies in, where else its field of view reaches, and how far the nearest deep field is. */
export function surveyText(pointing: SkyPosition): string {
  const region = surveyRegionAt(pointing);
  const own = region === undefined ? undefined : surveyPartOf(region);
  const reached = new Set(
    circle(pointing, FIELD_RADIUS_DEG)
      .map(surveyRegionAt)
      .filter((other) => (other === undefined ? undefined : surveyPartOf(other)) !== own)
      .map((other) => (other === undefined ? 'sky outside of the survey' : REGION_WORDS[other])),
  );
  const reach = reached.size === 0 ? '' : ` Its field of view reaches into ${[...reached].join(' and ')}.`;
  const fields = KNOWN_FIELDS.map((field) => ({ ...field, awayDeg: separationDeg(pointing, field) }));
  const { name, awayDeg } = fields.reduce((a, b) => (b.awayDeg < a.awayDeg ? b : a));
  const place = region === undefined ? 'outside of the survey' : `in ${REGION_WORDS[region]}`;
  const visits = own === undefined ? '' : ` (${visitsText(own)})`;
  const away = `${awayDeg.toFixed(awayDeg < 10 ? 1 : 0)}°`;
  return awayDeg < FIELD_RADIUS_DEG
    ? `In the ${name} deep field, ${away} from its centre; ${place}.${reach}`
    : `${place.charAt(0).toUpperCase()}${place.slice(1)}${visits}; ${away} from the ${name} deep field.${reach}`;
}

/** How often a place in a part is visited. */
export function visitsText({ visits }: SurveyPart): string {
  return `some ${visits} visits in ten years`;
}
