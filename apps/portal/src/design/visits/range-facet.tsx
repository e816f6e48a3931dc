/** One quantity of the visits: how they are spread over it, and from where to where they are wanted. */
import type { SurveyFacets } from '@imsim-od/api';
import { Group, RangeSlider, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import classes from './visits.module.css';

type Range = SurveyFacets['ranges'][number];

const LABELS: Readonly<Record<string, string>> = {
  airmass: 'Airmass',
  night: 'Night',
  moonPhasePercent: 'Moon (% lit)',
  seeingFwhm500Arcsec: 'Seeing at 500 nm (arcsec)',
  skyBrightnessMagPerArcsec2: 'Sky (mag/arcsec²)',
};
const HEIGHT = 34;

/** The facet. @param wanted undefined: all of it */
export function RangeFacet({
  range: { quantity, low, high, counts },
  wanted,
  onChange,
}: {
  readonly range: Range;
  readonly wanted: readonly [number, number] | undefined;
  readonly onChange: (wanted: readonly [number, number] | undefined) => void;
}) {
  const digits = quantity === 'night' ? 0 : quantity === 'moonPhasePercent' ? 0 : 2;
  const scale = 10 ** digits;
  const from = Math.floor(low * scale) / scale;
  const to = Math.ceil(high * scale) / scale;
  const [value, setValue] = useState<[number, number]>([wanted?.[0] ?? from, wanted?.[1] ?? to]);
  useEffect(() => setValue([wanted?.[0] ?? from, wanted?.[1] ?? to]), [wanted, from, to]);
  if (from === to) return null;
  const label = LABELS[quantity] ?? quantity;
  const most = Math.max(1, ...counts);
  const step = (high - low) / counts.length;
  return (
    <Stack gap={2}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <Text size="xs" className="numeric">
          {value[0].toFixed(digits)} to {value[1].toFixed(digits)}
        </Text>
      </Group>
      <svg
        className={classes['histogram']}
        viewBox={`0 0 ${counts.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {counts.map((count, bin) => {
          const height = (HEIGHT * count) / most;
          const middle = low + (bin + 0.5) * step;
          return (
            <rect
              key={bin}
              className={classes['bar']}
              data-in={middle >= value[0] && middle <= value[1]}
              x={bin + 0.06}
              width={0.88}
              y={HEIGHT - height}
              height={height}
            />
          );
        })}
      </svg>
      <RangeSlider
        min={from}
        max={to}
        step={1 / scale}
        minRange={0}
        size="sm"
        value={value}
        label={null}
        thumbFromLabel={`${label}, from`}
        thumbToLabel={`${label}, to`}
        onChange={setValue}
        onChangeEnd={([a, b]) => onChange(a <= from && b >= to ? undefined : [a, b])}
      />
    </Stack>
  );
}
