/** How many detectors are subtracted, how long the rest will take, and a button that stops it. */
import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { durationText } from '../page-parts/quantity.js';
import type { ImagePair, RunPairs } from './run-pairs.js';
import type { Differences } from './use-differences.js';

/** Words, bar and buttons. */
export function ComparisonProgress({
  found: { pairs, onlyFirst, onlySecond },
  differences: { known, failed, leftS },
  isStopped,
  onStopped,
  onAgain,
}: {
  readonly found: RunPairs;
  readonly differences: Differences;
  readonly isStopped: boolean;
  readonly onStopped: (isStopped: boolean) => void;
  readonly onAgain: () => void;
}) {
  const done = known.size + failed.size;
  const isOver = done >= pairs.length;
  return (
    <>
      <Stack gap={4} style={{ flex: '1 1 20rem' }}>
        <Group gap="sm" wrap="nowrap">
          <Text size="sm" role="status" data-subtracted={known.size}>
            {summaryText(pairs, known)}
            {onlyFirst + onlySecond === 0
              ? ''
              : ` ${onlyFirst} more only in the first, ${onlySecond} only in the second.`}
          </Text>
          {!isOver && (
            <>
              <Text size="sm" c="dimmed" className="numeric" style={{ whiteSpace: 'nowrap' }}>
                {isStopped ? 'stopped' : leftS === undefined ? '' : `about ${durationText(leftS)} left`}
              </Text>
              <Button size="compact-sm" variant="default" onClick={() => onStopped(!isStopped)}>
                {isStopped ? 'Go on' : 'Stop'}
              </Button>
            </>
          )}
        </Group>
        {!isOver && <Progress value={(100 * done) / pairs.length} aria-hidden="true" />}
      </Stack>
      {failed.size > 0 && (
        <Alert
          color="red"
          w="100%"
          title={`${failed.size} ${failed.size === 1 ? 'detector' : 'detectors'} cannot be subtracted`}
          role="alert"
        >
          <Text size="sm">{[...failed.values()][0]?.message}</Text>
          <Button mt="sm" size="xs" variant="default" onClick={onAgain}>
            Try again
          </Button>
        </Alert>
      )}
    </>
  );
}

function summaryText(pairs: readonly ImagePair[], known: Differences['known']): string {
  const equal = [...known.values()].filter(({ differing }) => differing === 0).length;
  const progress =
    known.size < pairs.length
      ? `${known.size} of ${pairs.length} detectors are subtracted`
      : `${pairs.length} ${pairs.length === 1 ? 'detector is' : 'detectors are'} subtracted`;
  return `${progress}: ${known.size - equal} ${known.size - equal === 1 ? 'differs' : 'differ'}, ${equal} ${equal === 1 ? 'is' : 'are'} equal.`;
}
