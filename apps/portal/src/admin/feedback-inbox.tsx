/** What users have told, with the run that it is about. */
import { Anchor, Button, Group, Loader, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { timeText } from '../page-parts/quantity.js';
import { useAct, useCall } from '../service/use-call.js';

/** The inbox. */
export function FeedbackInbox() {
  const [isOpen, setOpen] = useState(true);
  const { data, error, isLoading } = useCall('listFeedback', { query: { open: isOpen } });
  const mark = useAct('markFeedback', { changes: ['listFeedback'] });
  return (
    <Stack>
      <Group>
        <SegmentedControl
          aria-label="Which reports"
          data={[
            { value: 'open', label: 'Open' },
            { value: 'done', label: 'Done' },
          ]}
          value={isOpen ? 'open' : 'done'}
          onChange={(value) => setOpen(value === 'open')}
        />
      </Group>
      {error !== null && <Failure error={error} />}
      {isLoading && <Loader aria-label="Reports are being read" />}
      {data?.items.length === 0 && (
        <EmptyState title={isOpen ? 'Nothing is open' : 'Nothing was done yet'}>
          Users tell what is wrong or missing from the help of any screen. From the page of a run, the report
          names it.
        </EmptyState>
      )}
      {data?.items.map((report) => (
        <Paper withBorder p="md" key={report.id}>
          <Group justify="space-between" align="flex-start">
            <Text size="sm" c="dimmed">
              {report.userName}, {timeText(report.createdAtUtc)} UTC
              {report.page !== null && `, on ${report.page}`}
            </Text>
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                mark.mutate({ params: { id: report.id }, body: { done: report.doneAtUtc === null } })
              }
            >
              {report.doneAtUtc === null ? 'Done' : 'Open again'}
            </Button>
          </Group>
          <Text mt="xs" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {report.text}
          </Text>
          {report.runId !== null && (
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link to="/runs/$runId" params={{ runId: report.runId ?? '' }} {...props} />
              )}
            >
              Run {report.runId}
            </Anchor>
          )}
        </Paper>
      ))}
    </Stack>
  );
}
