/** A button that sends a file of the user to the service, shows how far it is, and what the service found in it. */
import { uploadCatalog, type UploadResult } from '@imsim-od/api';
import { Alert, Badge, Button, FileButton, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { countText } from '../page-parts/quantity.js';
import { client } from '../service/client.js';
import { failureText } from '../service/use-call.js';

type State =
  | { readonly at: 'rest' }
  | { readonly at: 'sending'; readonly name: string; readonly share: number }
  | { readonly at: 'done'; readonly text: string; readonly notes: readonly string[] }
  | { readonly at: 'failed'; readonly text: string };

/** What was sent and checked. */
export type Uploaded = UploadResult & { readonly datasetId: string; readonly name: string };

/** The button. @param what names the file for assistive technology: `Instance catalog` @param counted what is counted in it */
export function FileUpload({
  label,
  what,
  folder,
  counted = 'objects',
  refuse,
  onReady,
}: {
  readonly label: string;
  readonly what: string;
  /** In the archive, from `/`; each file gets a folder of its own below it. */
  readonly folder: string;
  readonly counted?: string;
  /** Words for why a file that the service took is not what is wanted here. */
  readonly refuse?: (result: Uploaded) => string | undefined;
  readonly onReady: (result: Uploaded) => void;
}) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>({ at: 'rest' });
  const send = async (file: File): Promise<void> => {
    setState({ at: 'sending', name: file.name, share: 0 });
    try {
      const result = await uploadCatalog(
        client,
        {
          name: file.name,
          // A folder of its own, so that a file of the same name may come again.
          folder: `${folder}/${new Date().toISOString().replace(/\D/g, '')}`,
          bytes: file.size,
          read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
        },
        {
          onProgress: (sent) =>
            setState({ at: 'sending', name: file.name, share: sent / Math.max(1, file.size) }),
        },
      );
      const { datasetId, objects, skipped, notes } = result;
      if (datasetId === null) throw new Error('the service says nothing of the file');
      await queries.invalidateQueries({ queryKey: ['searchDatasets'] });
      const uploaded = { ...result, datasetId, name: file.name };
      const refusal = refuse?.(uploaded);
      if (refusal !== undefined) return setState({ at: 'failed', text: refusal });
      onReady(uploaded);
      const leftOut = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
      setState({
        at: 'done',
        text: `${file.name}: ${objects === null ? 'received' : `${countText(objects)} ${counted}`}${leftOut.length > 0 ? `; left out: ${leftOut.join(', ')}` : ''}.`,
        notes,
      });
    } catch (error) {
      setState({ at: 'failed', text: error instanceof Error ? failureText(error) : String(error) });
    }
  };
  return (
    <>
      <FileButton onChange={(file) => file !== null && void send(file)} inputProps={{ 'aria-label': what }}>
        {(props) => (
          <Button {...props} size="compact-sm" variant="default" loading={state.at === 'sending'}>
            {label}
          </Button>
        )}
      </FileButton>
      {state.at === 'sending' && (
        <Stack gap={2} w="100%">
          <Text size="sm">
            {state.name}: {state.share < 1 ? `${Math.round(100 * state.share)} % sent` : 'being checked'}
          </Text>
          <Progress value={100 * state.share} aria-label={`Upload of ${state.name}`} />
        </Stack>
      )}
      {state.at === 'done' && (
        <Text component="div" size="sm" role="status" w="100%">
          <Badge size="sm" variant="light">
            added
          </Badge>{' '}
          {state.text} {state.notes.length === 1 && state.notes[0]}
          {state.notes.length > 1 && (
            <details>
              <summary>{state.notes.length} notes</summary>
              {state.notes.join(' ')}
            </details>
          )}
        </Text>
      )}
      {state.at === 'failed' && (
        <Alert color="red" title="The file was not taken" role="alert" w="100%">
          {state.text}
        </Alert>
      )}
    </>
  );
}
