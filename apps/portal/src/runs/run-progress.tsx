/** How far a run is, as a bar of what is done, failed and under way, and in words. */
import { Progress, Text } from '@mantine/core';
import type { RunLine } from '@imsim-od/api';
import { countText } from '../page-parts/quantity.js';

type Counts = RunLine['counts'];

/** Tasks that are being worked on. */
export function underWay({ claimed, queued, running, collecting, cancelling }: Counts): number {
  return claimed + queued + running + collecting + cancelling;
}

/** The counts in words: `12 of 189 done, 2 running`. */
export function progressText(counts: Counts): string {
  const parts = [`${countText(counts.succeeded)} of ${countText(counts.total)} done`];
  if (underWay(counts) > 0) parts.push(`${countText(underWay(counts))} under way`);
  if (counts.failed > 0) parts.push(`${countText(counts.failed)} failed`);
  if (counts.cancelled > 0) parts.push(`${countText(counts.cancelled)} cancelled`);
  return parts.join(', ');
}

/** Bar and words. */
export function RunProgress({
  counts,
  withText = true,
}: {
  readonly counts: Counts;
  readonly withText?: boolean;
}) {
  const share = (tasks: number): number => (counts.total === 0 ? 0 : (tasks / counts.total) * 100);
  const text = progressText(counts);
  return (
    <div>
      <Progress.Root size="lg">
        <Progress.Section value={share(counts.succeeded)} color="teal.8" withAria={false} />
        <Progress.Section value={share(counts.failed)} color="red.8" withAria={false} />
        <Progress.Section value={share(underWay(counts))} color="sea.4" withAria={false} />
      </Progress.Root>
      {withText && (
        <Text size="sm" mt={4} className="numeric">
          {text}
        </Text>
      )}
    </div>
  );
}
