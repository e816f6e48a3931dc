/** How a cut-out differs from itself without an effect: beside itself, or subtracted, and by how many electrons. */
import { Group, SegmentedControl, Slider, Text } from '@mantine/core';
import { type RefObject, useLayoutEffect, useMemo } from 'react';
import { type DifferenceFacts, differenceFacts } from '../image-pixels/difference.js';
import { paintInto } from '../image-pixels/pixel-painter.js';
import { countText } from '../page-parts/quantity.js';
import type { PixelAnswer } from './preview-protocol.js';

/** How two pictures are shown. */
export type ComparisonView = 'beside' | 'difference';

const VIEWS = [
  { value: 'beside', label: 'Beside' },
  { value: 'difference', label: 'Difference' },
];

/** Most deviations of a difference that have a colour of their own. */
const DEVIATIONS = 3;

/** Two pictures, and what is said of them. */
export interface PreviewComparisonProps {
  /** What is drawn on. */
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly designed: PixelAnswer;
  readonly other: PixelAnswer;
  /** What the other one is, "without vignetting". */
  readonly label: string;
  readonly view: ComparisonView;
  readonly onView: (view: ComparisonView) => void;
  /** Where the two meet, percent from the left. */
  readonly share: number;
  readonly onShare: (share: number) => void;
}

/** The fields, and the picture of the difference. */
export function PreviewComparison({
  canvas,
  designed,
  other,
  label,
  view,
  onView,
  share,
  onShare,
}: PreviewComparisonProps) {
  const { pixels, facts } = useMemo(() => {
    const values = designed.electrons.map((electrons, i) => electrons - (other.electrons[i] ?? 0));
    const [nx, ny] = [designed.x1 - designed.x0, designed.y1 - designed.y0];
    const subtracted = { nx, ny, values };
    return { pixels: subtracted, facts: differenceFacts(subtracted) };
  }, [designed, other]);

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (view !== 'difference' || !context) return;
    const { nx, ny } = pixels;
    const image = context.createImageData(nx, ny);
    const scale = Math.max(1, Math.abs(facts.mean) + DEVIATIONS * facts.deviation);
    const all = { centre: { x: (nx - 1) / 2, y: (ny - 1) / 2 }, zoom: 1 };
    paintInto(new Uint32Array(image.data.buffer), nx, ny, pixels, all, {
      kind: 'difference',
      level: 0,
      scale,
    });
    context.putImageData(image, 0, 0);
  }, [canvas, pixels, facts, view]);

  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="xs">
          {view === 'beside' ? `Left as designed, right ${label}` : 'Red: more light as designed; blue: less'}
        </Text>
        <SegmentedControl
          aria-label="How the two are shown"
          size="xs"
          data={VIEWS}
          value={view}
          onChange={(next) => onView(next as ComparisonView)}
        />
      </Group>
      {view === 'beside' && (
        <Slider value={share} onChange={onShare} label={null} thumbLabel="Where the two pictures meet" />
      )}
      <Text size="xs" className="numeric" role="status">
        {differenceText(facts)}
      </Text>
    </div>
  );
}

/** What a difference amounts to, in a sentence. */
export function differenceText({ pixels, differing, sum, least, greatest }: DifferenceFacts): string {
  if (differing === 0) return 'No pixel of this cut-out differs.';
  const signed = (value: number): string => (value > 0 ? '+' : '') + countText(value);
  return `${countText(differing)} of ${countText(pixels)} pixels differ, by ${signed(least)} to ${signed(greatest)} e⁻, ${signed(sum)} e⁻ in all.`;
}
