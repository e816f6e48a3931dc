/** What is measured where the image was pressed: a region, cuts through it, a radial profile; and the histogram of the whole. */
import { Code, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { circleRegion } from '../../image-pixels/circle-region.js';
import type { OpenedImage } from '../../image-pixels/opened-image.js';
import type { PixelPosition } from '../../image-pixels/pointer-store.js';
import { histogramOf, radialProfile, statisticsOf, valuesInCircle } from '../../image-pixels/statistics.js';
import { plainNumber } from '../../page-parts/quantity.js';
import { LinePlot } from './line-plot.js';

const PRESS_FIRST = 'Press a place on the image; with the keyboard, Enter measures in its middle.';

interface AtProps {
  readonly image: OpenedImage;
  readonly at: PixelPosition | null;
}

/** A circle's statistics. */
export function RegionPanel({
  image,
  at,
  radius,
  onRadius,
}: AtProps & { readonly radius: number; readonly onRadius: (radius: number) => void }) {
  const statistics = at === null ? undefined : statisticsOf(valuesInCircle(image, at.x, at.y, radius));
  return (
    <Stack gap="xs">
      <RadiusInput radius={radius} onRadius={onRadius} />
      {at === null || statistics === undefined ? (
        <Text size="sm">{PRESS_FIRST}</Text>
      ) : (
        <>
          <SimpleGrid component="dl" cols={2} spacing={4} m={0}>
            {(
              [
                ['Pixels', statistics.count],
                ['Sum', statistics.sum],
                ['Mean', statistics.mean],
                ['Median', statistics.median],
                ['Standard deviation', statistics.deviation],
                ['Least', statistics.least],
                ['Greatest', statistics.greatest],
              ] as const
            ).map(([name, value]) => (
              <div key={name}>
                <Text component="dt" size="xs" c="dimmed">
                  {name}
                </Text>
                <Text component="dd" m={0} size="sm">
                  {plainNumber(value)} {name === 'Pixels' ? '' : image.unit}
                </Text>
              </div>
            ))}
          </SimpleGrid>
          <Text size="xs">As a DS9 region:</Text>
          <Code block>{circleRegion(at, radius)}</Code>
        </>
      )}
    </Stack>
  );
}

/** The row and the column of pixels through a position. */
export function CutsPanel({ image, at }: AtProps) {
  const cuts = useMemo(() => {
    if (at === null) return null;
    const { nx, ny, values } = image;
    const [column, row] = [Math.round(at.x), Math.round(at.y)];
    if (column < 0 || row < 0 || column >= nx || row >= ny) return null;
    return {
      column,
      row,
      along: values.subarray(row * nx, (row + 1) * nx),
      across: Array.from({ length: ny }, (_v, y) => values[y * nx + column] ?? 0),
    };
  }, [image, at]);
  if (cuts === null) return <Text size="sm">{PRESS_FIRST}</Text>;
  return (
    <Stack gap="xs">
      <LinePlot
        label={`Row y = ${cuts.row + 1}, ${image.unit} over x`}
        values={cuts.along}
        from={1}
        step={1}
      />
      <LinePlot
        label={`Column x = ${cuts.column + 1}, ${image.unit} over y`}
        values={cuts.across}
        from={1}
        step={1}
      />
    </Stack>
  );
}

/** Mean value in rings. */
export function ProfilePanel({
  image,
  at,
  radius,
  onRadius,
}: AtProps & { readonly radius: number; readonly onRadius: (radius: number) => void }) {
  const bins = useMemo(
    () => (at === null ? [] : radialProfile(image, at.x, at.y, radius)),
    [image, at, radius],
  );
  return (
    <Stack gap="xs">
      <RadiusInput radius={radius} onRadius={onRadius} />
      {at === null || bins.length === 0 ? (
        <Text size="sm">{PRESS_FIRST}</Text>
      ) : (
        <LinePlot
          label={`Mean ${image.unit} in rings of one pixel around x ${(at.x + 1).toFixed(1)}, y ${(at.y + 1).toFixed(1)}, over the radius in pixels`}
          values={bins.map(({ mean }) => mean)}
          from={bins[0]?.radius ?? 0.5}
          step={1}
        />
      )}
    </Stack>
  );
}

/** How often each value occurs. */
export function HistogramPanel({ image }: { readonly image: OpenedImage }) {
  const histogram = useMemo(() => histogramOf(image.values), [image]);
  if (histogram === undefined) return null;
  const { counts, from, binWidth, below, above } = histogram;
  return (
    <Stack gap="xs">
      <LinePlot
        label={`Pixels per bin of ${plainNumber(binWidth)} ${image.unit}, logarithmic`}
        values={counts}
        from={from + binWidth / 2}
        step={binWidth}
        isLogarithmic
      />
      <Text size="sm">
        {below} pixels lie below, {above} above.
      </Text>
    </Stack>
  );
}

function RadiusInput({
  radius,
  onRadius,
}: {
  readonly radius: number;
  readonly onRadius: (radius: number) => void;
}) {
  return (
    <NumberInput
      label="Radius, pixels"
      value={radius}
      min={1}
      max={500}
      onChange={(value) => {
        if (typeof value === 'number' && value >= 1 && value <= 500) onRadius(value);
      }}
    />
  );
}
