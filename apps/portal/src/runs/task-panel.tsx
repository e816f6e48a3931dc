/** One task beside the run: what it cost, its log as it is written, and its files. */
import type { Task } from '@imsim-od/api';
import {
  Anchor,
  Drawer,
  Group,
  Loader,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CopyableText } from '../copyable-act/copyable-text.js';
import { Failure } from '../page-parts/failure.js';
import { bytesText, countText, durationText, memoryText } from '../page-parts/quantity.js';
import { client } from '../service/client.js';
import { FileTable } from '../files/file-table.js';
import { taskStateWord } from './task-state.js';

const OVER: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);
const AGAIN_MS = 1500;

/** The drawer; closed where no task is shown. */
export function TaskPanel({
  runId,
  task,
  onClose,
}: {
  readonly runId: string;
  readonly task: Task | null;
  readonly onClose: () => void;
}) {
  return (
    <Drawer
      opened={task !== null}
      onClose={onClose}
      position="right"
      size="xl"
      title={task === null ? '' : `${task.detector}, visit ${task.visit}, snap ${task.snap}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {task !== null && <TaskDetails key={task.taskIndex} runId={runId} task={task} />}
    </Drawer>
  );
}

function TaskDetails({ runId, task }: { readonly runId: string; readonly task: Task }) {
  const facts: readonly (readonly [string, string])[] = [
    ['State', taskStateWord(task.state)],
    ['Attempts', String(task.attempt)],
    ['Sources drawn', task.sources === null ? '–' : countText(task.sources)],
    ['CPU time', task.cpuS === null ? '–' : durationText(task.cpuS)],
    ['Wall time', task.wallS === null ? '–' : durationText(task.wallS)],
    ['Memory', task.maxRssMb === null ? '–' : memoryText(task.maxRssMb)],
    ['Bytes', task.bytes === null ? '–' : bytesText(task.bytes)],
    ['Files of an earlier run', task.reused ? 'yes: the recipe was known' : 'no'],
  ];
  return (
    <Stack>
      <SimpleGrid component="dl" cols={{ base: 2, md: 4 }} spacing="xs" m={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0}>
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {task.warnings.map((warning) => (
        <Text key={warning} size="sm">
          {warning}
        </Text>
      ))}
      {task.monitorUrl !== null && (
        <Anchor href={task.monitorUrl} target="_blank" rel="noopener noreferrer" size="sm">
          This job in the site’s own monitor
        </Anchor>
      )}
      <TaskLog runId={runId} task={task} />
      <Title order={3} size="h4">
        Files
      </Title>
      <FileTable
        search={{ runId, detector: [task.detector], visit: [task.visit] }}
        isMadeNow={!OVER.has(task.state)}
      />
    </Stack>
  );
}

function TaskLog({ runId, task }: { readonly runId: string; readonly task: Task }) {
  const [stream, setStream] = useState<'stdout' | 'stderr'>('stdout');
  const { data, error, isLoading } = useQuery({
    queryKey: ['readTaskLog', runId, task.taskIndex, stream, task.attempt],
    queryFn: ({ signal }) =>
      client.call('readTaskLog', {
        params: { id: runId, index: String(task.taskIndex) },
        query: { stream },
        signal,
      }),
    refetchInterval: OVER.has(task.state) ? false : AGAIN_MS,
    enabled: task.attempt > 0,
  });
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="h4">
          Log
        </Title>
        <SegmentedControl
          aria-label="Which log"
          size="xs"
          data={[
            { value: 'stdout', label: 'What it said' },
            { value: 'stderr', label: 'Errors' },
          ]}
          value={stream}
          onChange={(value) => setStream(value as 'stdout' | 'stderr')}
        />
      </Group>
      {isLoading && task.attempt > 0 && <Loader size="sm" aria-label="The log is being read" />}
      {error !== null && <Failure error={error} />}
      {task.attempt === 0 && (
        <Text size="sm" c="dimmed">
          It has not begun.
        </Text>
      )}
      {data !== undefined &&
        (data.text === '' ? (
          <Text size="sm" c="dimmed">
            Nothing was written.
          </Text>
        ) : (
          <CopyableText text={data.text} label="Log" />
        ))}
    </Stack>
  );
}
