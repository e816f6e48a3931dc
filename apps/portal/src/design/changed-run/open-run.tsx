/** Opens the request of a run on the screen, all of its visits, to be changed and run again. */
import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { failureText, useCall } from '../../service/use-call.js';
import { useDesign } from '../design-state.js';
import type { Json } from '../request-document.js';
import { visitsOfDocuments } from '../visits/requests-of-file.js';
import { useRunRequests } from './use-changed-run.js';

/** Shown until the run is there; what was designed before is kept until then. */
export default function OpenRun({ runId }: { readonly runId: string }) {
  const design = useDesign();
  const navigate = useNavigate({ from: '/design' });
  const run = useCall('readRun', { params: { id: runId } });
  const requests = useRunRequests(runId);
  const leave = (): void => void navigate({ search: {}, replace: true, resetScroll: false });
  useEffect(() => {
    if (run.data === undefined || requests.data === undefined) return;
    const documents = requests.data.requests as Json[];
    const [document] = documents;
    const { id, name } = run.data;
    // A change of it that was begun goes on.
    if (document !== undefined && design.state.changeOf?.id !== id)
      design.open({ document, visits: visitsOfDocuments(documents, name), off: [] }, { id, name });
    // Once: a reload goes on with what became of it.
    leave();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [design, run.data, requests.data]);
  const error = run.error ?? requests.error;
  if (error === null)
    return (
      <Group gap="xs" role="status">
        <Loader size="sm" aria-hidden="true" />
        <Text size="sm">The run’s request is being read …</Text>
      </Group>
    );
  return (
    <Alert color="red" title="The run cannot be changed" role="alert">
      <Text size="sm">{failureText(error)}</Text>
      <Text size="sm">What you were designing is kept.</Text>
      <Group mt="sm" gap="xs">
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            void run.refetch();
            void requests.refetch();
          }}
        >
          Try again
        </Button>
        <Button size="xs" variant="default" onClick={leave}>
          Go on with it
        </Button>
      </Group>
    </Alert>
  );
}
