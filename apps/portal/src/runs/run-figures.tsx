/** How a run goes, and what it was thought to cost against what it has cost. */
import type { Run } from '@imsim-od/api';
import { Anchor, Paper, SimpleGrid, Table, Text } from '@mantine/core';
import { bytesText, countText, durationText, memoryText, timeText } from '../page-parts/quantity.js';
import { hasEnded } from '../run-state/run-state.js';
import { RunProgress } from './run-progress.js';

/** Progress, throughput and time left. */
export function RunFigures({ run }: { readonly run: Run }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Throughput', run.tasksPerMinute === null ? '–' : `${run.tasksPerMinute.toFixed(1)} detectors a minute`],
    hasEnded(run.state)
      ? ['Took', tookText(run)]
      : ['Time left', run.timeLeftS === null ? '–' : `about ${durationText(run.timeLeftS)}`],
    ['Site', run.site],
    ['Visits', countText(run.visits)],
    ['Submitted (UTC)', timeText(run.createdAtUtc)],
    [
      'Reused',
      run.cost.reusedTasks === 0
        ? 'none'
        : `${countText(run.cost.reusedTasks)} of ${countText(run.cost.tasks)} tasks`,
    ],
  ];
  return (
    <Paper withBorder p="md">
      <RunProgress counts={run.counts} />
      <SimpleGrid component="dl" cols={2} spacing="xs" mt="sm" mb={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} className="numeric">
              {value}
              {name === 'Site' && run.monitorUrl !== null && (
                <>
                  {' · '}
                  <Anchor href={run.monitorUrl} target="_blank" rel="noopener noreferrer" inherit>
                    its monitor
                  </Anchor>
                </>
              )}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  );
}

/** The estimate of before the run, with its error bar, beside what was measured. */
export function EstimateAgainstActual({ run }: { readonly run: Run }) {
  const { estimate, cost } = run;
  const share = run.counts.total === 0 ? 0 : cost.tasks / run.counts.total;
  const rows = [
    ['CPU time', estimate.cpuS, cost.cpuS, durationText],
    ['Memory of a task', estimate.memoryMb, cost.maxRssMb, memoryText],
    ['Bytes', estimate.bytes, cost.bytes, bytesText],
  ] as const;
  return (
    <Paper withBorder p="md">
      <Table>
        <Table.Caption>
          {share >= 1
            ? 'Nine times in ten the true value lies within the range.'
            : `${Math.round(share * 100)} % of the tasks are counted so far. Nine times in ten the true value lies within the range.`}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Cost</Table.Th>
            <Table.Th scope="col">Estimate</Table.Th>
            <Table.Th scope="col" style={{ whiteSpace: 'nowrap' }}>
              So far
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([name, { value, low, high }, actual, text]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>
                {text(value)}
                <Text size="xs" c="dimmed">
                  {text(low)} to {text(high)}
                </Text>
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{text(actual)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function tookText({ startedAtUtc, endedAtUtc }: Run): string {
  if (startedAtUtc === null || endedAtUtc === null) return '–';
  return durationText(Math.max(0, (Date.parse(endedAtUtc) - Date.parse(startedAtUtc)) / 1000));
}
