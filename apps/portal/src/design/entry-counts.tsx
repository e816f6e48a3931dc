/** How many objects of one entry the chosen detectors see, and how bright they are. */
import type { Estimate } from '@imsim-od/api';
import { Group, Text } from '@mantine/core';
import { countText } from '../page-parts/quantity.js';
import classes from './design.module.css';

type EntryCount = NonNullable<Estimate['sky']>['entries'][number];

const HEIGHT = 28;
const STEP_WIDTH = 5;
/** Room for the two ends of the scale. */
const LEAST_WIDTH = 64;

/** The count and its histogram, whose heights are logarithms: the faint would hide all others. */
export function EntryCounts({
  count,
  isModel,
  visitId,
}: {
  readonly count: EntryCount;
  readonly isModel: boolean;
  /** The visit of several that is meant. */
  readonly visitId: string | undefined;
}) {
  const {
    objects,
    countedDetectors,
    magnitudes: { band, firstMag, stepMag, counts },
  } = count;
  const most = Math.log1p(Math.max(1, ...counts));
  const width = Math.max(LEAST_WIDTH, counts.length * STEP_WIDTH);
  const step = width / Math.max(1, counts.length);
  const last = firstMag + counts.length * stepMag;
  return (
    <Group gap="sm" wrap="nowrap" align="flex-end">
      {counts.length > 0 && (
        <div>
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={`Objects by ${band} magnitude, from ${firstMag} to ${last}, in steps of ${stepMag}: ${counts.join(', ')}`}
          >
            {counts.map((value, at) => {
              const height = (HEIGHT * Math.log1p(value)) / most;
              return (
                <rect
                  key={at}
                  className={classes['magnitudes']}
                  x={at * step}
                  width={step - 1}
                  y={HEIGHT - height}
                  height={height}
                >
                  <title>{`${band} ${firstMag + at * stepMag} to ${firstMag + (at + 1) * stepMag}: ${countText(value)}`}</title>
                </rect>
              );
            })}
          </svg>
          <Group justify="space-between" w={width} gap={0} wrap="nowrap" aria-hidden="true">
            <Text fz={10}>{firstMag}</Text>
            <Text fz={10}>{last}</Text>
          </Group>
        </div>
      )}
      <Text size="xs" className="numeric">
        <strong>
          {countedDetectors === undefined ? '' : 'about '}
          {countText(objects)}
        </strong>{' '}
        {objects === 1 ? 'object' : 'objects'} on the chosen detectors
        {visitId === undefined ? '' : ` of visit ${visitId}, the one shown`}
        {isModel
          ? ', by the model'
          : countedDetectors === undefined
            ? ', counted'
            : `, estimated from ${countedDetectors} of them`}
        ; {band} magnitude
      </Text>
    </Group>
  );
}
