/** The difference of two runs over the focal plane: a picture of blocks, or one figure of each detector as a colour. */
import type { ImageDifference } from '@imsim-od/api';
import { Select, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { FocalPlane } from '../focal-plane/focal-plane.js';
import { PlaneCanvas } from '../focal-plane/plane-canvas.js';
import { paleOfDifference } from '../image-pixels/pixel-painter.js';
import { plainNumber } from '../page-parts/quantity.js';
import classes from './difference-plane.module.css';
import type { ImagePair } from './run-pairs.js';
import type { Differences } from './use-differences.js';

/** Side of the map of blocks. */
const BLOCKS = 16;
/** Blocks that are larger than so many are shown in full colour. */
const FULL_AT = 0.98;

const FIGURES = {
  rms: {
    label: 'Detectors: root mean square',
    of: ({ rms }: ImageDifference) => rms,
    words: 'root mean square',
  },
  largest: {
    label: 'Detectors: largest difference',
    of: ({ least, greatest }: ImageDifference) => Math.max(-least, greatest),
    words: 'largest difference',
  },
  differing: {
    label: 'Detectors: number of pixels that differ',
    of: ({ differing }: ImageDifference) => differing,
    words: 'number of pixels that differ',
  },
} as const;
/** Pictures of blocks; in that of the largest a single pixel is seen that differs. */
const PICTURES = {
  largestOfBlocks: {
    label: 'Blocks: largest difference',
    words: 'The largest difference in each of 16 × 16 blocks of a detector',
  },
  blocks: { label: 'Blocks: mean difference', words: 'Means of 16 × 16 blocks of each detector' },
} as const;
type Picture = keyof typeof PICTURES;
type Shown = Picture | keyof typeof FIGURES;
const isPicture = (shown: Shown): shown is Picture => Object.hasOwn(PICTURES, shown);

/** The drawing; a press leads to the two images. */
export function DifferencePlane({
  pairs,
  differences: { known, failed },
  unit,
  onOpen,
}: {
  readonly pairs: readonly ImagePair[];
  readonly differences: Differences;
  readonly unit: string;
  readonly onOpen: (pair: ImagePair) => void;
}) {
  const [shown, setShown] = useState<Shown>('largestOfBlocks');
  const picture = isPicture(shown) ? shown : undefined;
  const byDetector = useMemo(() => new Map(pairs.map((pair) => [pair.detectorId, pair])), [pairs]);
  const full = useMemo(
    () => (picture === undefined ? 0 : fullColour([...known.values()].flatMap((one) => one[picture]))),
    [known, picture],
  );
  const pictures = useMemo<ReadonlyMap<number, CanvasImageSource>>(
    () =>
      new Map(
        picture === undefined
          ? []
          : [...known].map(([id, difference]) => [id, pictureOf(difference[picture], full)]),
      ),
    [known, picture, full],
  );
  const figure = isPicture(shown) ? undefined : FIGURES[shown];
  const most = figure === undefined ? 0 : Math.max(0, ...[...known.values()].map(figure.of));
  return (
    <Stack gap="xs">
      <Select
        label="The focal plane shows"
        maw={340}
        allowDeselect={false}
        data={Object.entries({ ...PICTURES, ...FIGURES }).map(([value, { label }]) => ({ value, label }))}
        value={shown}
        onChange={(value) => setShown(value as Shown)}
      />
      <div className={classes['plane']}>
        <FocalPlane
          label={`Difference over the focal plane: ${known.size} of ${pairs.length} detectors are subtracted`}
          look={({ id, name }) => {
            const pair = byDetector.get(id);
            const difference = known.get(id);
            if (pair === undefined)
              return { state: 'absent', label: `${name}, not in both runs`, isIdle: true };
            if (failed.has(id)) return { state: 'failed', label: `${name}, cannot be subtracted` };
            if (difference === undefined) return { state: 'queued', label: `${name}, being subtracted` };
            const label = `${name}, ${
              difference.differing === 0
                ? 'equal'
                : `rms ${plainNumber(difference.rms)} ${unit}, ${difference.differing} pixels differ`
            }`;
            if (figure === undefined) return { state: 'free', label };
            const part = most === 0 ? 0 : figure.of(difference) / most;
            return {
              state: 'free',
              label,
              fill: `color-mix(in oklab, ${HIGH} ${Math.round(100 * part)}%, ${LOW})`,
            };
          }}
          onPress={({ id }) => {
            const pair = byDetector.get(id);
            if (pair !== undefined) onOpen(pair);
          }}
        />
        {picture !== undefined && <PlaneCanvas label={null} pictures={pictures} isLayer />}
      </div>
      <Text size="xs" c="dimmed">
        {figure === undefined
          ? `${PICTURES[picture ?? 'blocks'].words}, second minus first: ${
              full === 0
                ? 'so far nothing differs.'
                : `white is equal, red is more, blue is less; full colour is ${plainNumber(full)} ${unit}.`
            }`
          : `The ${figure.words} of each detector, from none (pale) to ${plainNumber(most)}${shown === 'differing' ? '' : ` ${unit}`}.`}{' '}
        Press a detector for its two images.
      </Text>
    </Stack>
  );
}

const LOW = 'light-dark(#eef3f5, #232a2e)';
const HIGH = 'light-dark(#a01722, #ff8f6b)';

/** The value that is shown in full colour: 1, 2 or 5 times a power of ten, so that it seldom changes while differences come. */
function fullColour(values: readonly number[]): number {
  const sizes = values
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const size = sizes[Math.floor(FULL_AT * (sizes.length - 1))];
  if (size === undefined) return 0;
  const power = 10 ** Math.floor(Math.log10(size));
  return power * ([1, 2, 5].find((step) => step * power >= size) ?? 10);
}

/** Pictures that were made, each for the value that is shown in full colour. */
const made = new WeakMap<readonly number[], { readonly full: number; readonly picture: CanvasImageSource }>();

/** Blocks as a picture whose first row is at the top: red is more, blue is less, white is the same. */
function pictureOf(blocks: readonly number[], full: number): CanvasImageSource {
  const known = made.get(blocks);
  if (known?.full === full) return known.picture;
  const canvas = new OffscreenCanvas(BLOCKS, BLOCKS);
  const context = canvas.getContext('2d');
  const picture = new ImageData(BLOCKS, BLOCKS);
  for (const [i, value] of blocks.entries()) {
    const [x, y] = [i % BLOCKS, BLOCKS - 1 - Math.floor(i / BLOCKS)];
    const pale = full === 0 ? 255 : paleOfDifference(value / full);
    picture.data.set(value < 0 ? [pale, pale, 255, 255] : [255, pale, pale, 255], 4 * (y * BLOCKS + x));
  }
  context?.putImageData(picture, 0, 0);
  made.set(blocks, { full, picture: canvas });
  return canvas;
}
