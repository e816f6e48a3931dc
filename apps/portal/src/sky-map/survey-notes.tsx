/** What stands under the map of the sky: what its colours and lines mean, and what the pointing lies in. */
import type { SkyPosition } from '@imsim-od/astro';
import { Text } from '@mantine/core';
import classes from './sky-map.module.css';
import { SURVEY_PARTS, surveyText } from './survey-words.js';

/** The notes. @param id of the words for the pointing, by which the map is described */
export function SurveyNotes({
  pointing,
  id,
}: {
  readonly pointing: SkyPosition | undefined;
  readonly id: string;
}) {
  return (
    <>
      <SkyMapLegend />
      <Text size="sm" id={id} role="status">
        {pointing === undefined ? 'No pointing is said.' : surveyText(pointing)}
      </Text>
    </>
  );
}

/** What the colours and lines of the map mean. */
function SkyMapLegend() {
  return (
    <ul className={classes['legend']} aria-label="What the map shows">
      {SURVEY_PARTS.toReversed().map(({ name, label }) => (
        <li key={name}>
          <svg width={18} height={12} aria-hidden="true">
            <rect className={classes['part']} data-part={name} x={1} y={1} width={16} height={10} />
          </svg>
          {label}
        </li>
      ))}
      {(
        [
          ['field', 'deep field'],
          ['galaxy', 'Galactic plane'],
          ['ecliptic', 'ecliptic'],
        ] as const
      ).map(([kind, label]) => (
        <li key={kind}>
          <svg width={18} height={12} aria-hidden="true">
            {kind === 'field' ? (
              <circle className={classes['field']} cx={9} cy={6} r={4} />
            ) : (
              <path className={classes[kind]} d="M1 6H17" />
            )}
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
