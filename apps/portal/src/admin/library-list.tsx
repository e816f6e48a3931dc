/** What is offered to every user: uploaded, named, and taken out again. */
import {
  Alert,
  Button,
  Code,
  Group as Row,
  Paper,
  Progress,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ConfirmButton } from '../page-parts/confirm-button.js';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { bytesText, countText } from '../page-parts/quantity.js';
import { callQuery, useAct } from '../service/use-call.js';
import { FileUpload } from '../upload/file-upload.js';

/** How often the list is asked for again while something is being read. */
const LOOK_MS = 1000;

const KINDS: Readonly<Record<string, string>> = { skyCatalogs: 'folder of sky catalogs' };

/** The list. */
export function LibraryList() {
  const { data, error } = useQuery({
    ...callQuery('listLibrary', {}),
    refetchInterval: ({ state }) =>
      state.data?.items.some((entry) => entry.state === 'reading') === true ? LOOK_MS : false,
  });
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [file, setFile] = useState<{ readonly datasetId: string; readonly name: string } | null>(null);
  const add = useAct('addToLibrary', {
    changes: ['listLibrary', 'searchDatasets'],
    showsFailure: true,
    onDone: () => {
      setName('');
      setDescription('');
      setFile(null);
    },
  });
  const remove = useAct('removeFromLibrary', { changes: ['listLibrary', 'searchDatasets'] });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (file !== null)
      add.mutate({ body: { name: name.trim(), datasetId: file.datasetId, description: description.trim() } });
  };
  return (
    <Stack>
      <form onSubmit={submit}>
        <Row align="flex-end">
          <FileUpload
            label={file === null ? 'Upload a file' : `Another than ${file.name}`}
            what="File for the library"
            folder="/library"
            onReady={setFile}
          />
          <TextInput
            label="Name in requests"
            description="a–z, 0–9, point, hyphen, underscore"
            required
            withAsterisk={false}
            maxLength={63}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="What it holds"
            description="for those who choose"
            maxLength={500}
            flex={1}
            miw={220}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Button type="submit" disabled={file === null} loading={add.isPending}>
            Offer it
          </Button>
        </Row>
      </form>
      {add.error !== null && <Failure error={add.error} />}
      {error !== null && <Failure error={error} />}
      {data?.items.length === 0 && (
        <EmptyState title="The library is empty">
          <Text>
            Upload an instance catalog, a table, a map of lensing or a scheduler’s database, and give it a
            name: every user can then choose it on the design screen, and name it in requests.
          </Text>
          <Text size="sm">
            Catalogs that include others, and folders of sky catalogs, are added on the command line:{' '}
            <Code>imsim-od library add NAME PART… CATALOG</Code>,{' '}
            <Code>imsim-od library add NAME FOLDER</Code>.
          </Text>
        </EmptyState>
      )}
      {data?.items.map(
        ({ name: known, state, readShare, failure, kind, description: text, objects, dataset }) => (
          <Paper withBorder p="md" key={known}>
            <Row justify="space-between">
              <Title order={2} size="h4">
                {known}
              </Title>
              <ConfirmButton
                size="xs"
                label="Remove"
                question={`Remove ${known} from the library?`}
                consequence={
                  <Text size="sm">
                    Nobody can choose it any more. Runs that read it go on, and can be reproduced; the file
                    stays yours.
                  </Text>
                }
                confirmLabel="Remove it"
                onConfirm={() => remove.mutate({ params: { name: known } })}
              />
            </Row>
            {text !== '' && <Text size="sm">{text}</Text>}
            {state === 'reading' && (
              <>
                <Text size="sm" role="status">
                  Being read: {Math.round(100 * readShare)} %; it is offered when that is done.
                </Text>
                <Progress value={100 * readShare} aria-label={`Reading of ${known}`} />
              </>
            )}
            {state === 'failed' && (
              <Alert color="red" title="It cannot be offered">
                {failure} Remove it, or add it again under the same name.
              </Alert>
            )}
            <Text size="xs" c="dimmed">
              {dataset.name}, {kind === '' ? 'not read yet' : (KINDS[kind] ?? kind)},{' '}
              {objects === null ? '' : `${countText(objects)} objects, `}
              {bytesText(dataset.bytes)}, SHA-256 {dataset.sha256.slice(0, 16)}…
            </Text>
          </Paper>
        ),
      )}
    </Stack>
  );
}
