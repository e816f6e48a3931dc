/** What can be done with a run, as its state allows. */
import type { Run } from '@imsim-od/api';
import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ConfirmButton } from '../page-parts/confirm-button.js';
import { hasEnded } from '../run-state/run-state.js';
import { useAct } from '../service/use-call.js';
import { ChangeRunButton } from './change-run.js';

const CHANGES = ['readRun', 'listRuns', 'listTasks'] as const;

/** The buttons. */
export function RunActions({ run }: { readonly run: Run }) {
  const navigate = useNavigate();
  const [isWithData, setWithData] = useState(false);
  const input = { params: { id: run.id } };
  const pause = useAct('pauseRun', { changes: CHANGES });
  const resume = useAct('resumeRun', { changes: CHANGES });
  const cancel = useAct('cancelRun', { changes: CHANGES });
  const retry = useAct('retryRun', { changes: CHANGES });
  const remove = useAct('deleteRun', { changes: ['listRuns'], onDone: () => void navigate({ to: '/runs' }) });
  const isOver = hasEnded(run.state);
  // Of a run that was cancelled early, some tasks were never even made.
  const hasLosses = run.counts.succeeded < run.counts.total;
  return (
    <>
      {run.state === 'active' && (
        <Button variant="default" loading={pause.isPending} onClick={() => pause.mutate(input)}>
          Pause
        </Button>
      )}
      {run.state === 'paused' && (
        <Button loading={resume.isPending} onClick={() => resume.mutate(input)}>
          Resume
        </Button>
      )}
      {isOver && hasLosses && (
        <Button loading={retry.isPending} onClick={() => retry.mutate(input)}>
          Retry what failed
        </Button>
      )}
      <ChangeRunButton run={run} />
      {!isOver && run.state !== 'cancelling' && (
        <ConfirmButton
          label="Cancel"
          question="Stop this run?"
          consequence={
            <Text size="sm">
              What is finished stays. What is being drawn is given up; a retry goes on from there.
            </Text>
          }
          confirmLabel="Stop it"
          onConfirm={() => cancel.mutate(input)}
        />
      )}
      {isOver && (
        <ConfirmButton
          label="Delete"
          question="Delete this run?"
          consequence={
            <Stack gap="sm">
              <Text size="sm">
                The run and its logs go. Its images and tables stay in the archive unless you say otherwise.
              </Text>
              <Checkbox
                label="Delete what it has made, too; it cannot be brought back"
                checked={isWithData}
                onChange={(event) => setWithData(event.currentTarget.checked)}
              />
            </Stack>
          }
          confirmLabel={isWithData ? 'Delete run and data' : 'Delete the run'}
          onConfirm={() => remove.mutate({ ...input, query: { withData: isWithData } })}
        />
      )}
    </>
  );
}
