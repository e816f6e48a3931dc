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
import { FolderUpload } from '../upload/folder-upload.js';

/** How often the list is asked for again while something is being read. */
const LOOK_MS = 1000;

const KINDS: Readonly<Record<string, string>> = { skyCatalogs: 'folder of sky catalogs', seds: 'SED files' };
const COUNTED: Readonly<Record<string, string>> = { seds: 'spectra', survey: 'visits' };

/** What was uploaded and has no name yet. */
interface Offer {
  readonly datasetId: string;
  readonly name: string;
  readonly wholeFolder: boolean;
}

/** The list. */
export function LibraryList() {
  const { data, error } = useQuery({
    ...callQuery('listLibrary', {}),
    refetchInterval: ({ state }) =>
      state.data?.items.some((entry) => entry.state === 'reading') === true ? LOOK_MS : false,
  });
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [offer, setOffer] = useState<Offer | null>(null);
  const add = useAct('addToLibrary', {
    changes: ['listLibrary', 'searchDatasets'],
    showsFailure: true,
    onDone: () => {
      setName('');
      setDescription('');
      setOffer(null);
    },
  });
  const remove = useAct('removeFromLibrary', { changes: ['listLibrary', 'searchDatasets'] });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (offer === null) return;
    const { datasetId, wholeFolder } = offer;
    add.mutate({
      body: {
        name: name.trim(),
        datasetId,
        description: description.trim(),
        ...(wholeFolder ? { wholeFolder } : {}),
      },
    });
  };
  return (
    <Stack>
      <Row role="group" aria-label="Upload for the library">
        <FileUpload
          label="Upload a file"
          what="File for the library"
          folder="/library"
          onReady={({ datasetId, name: fileName }) =>
            setOffer({ datasetId, name: fileName, wholeFolder: false })
          }
        />
        <FolderUpload
          label="Upload a folder of sky catalogs"
          kind="skyCatalogs"
          folder="/library"
          onReady={({ datasetId, name: folderName }) =>
            setOffer({ datasetId, name: `the folder ${folderName}`, wholeFolder: true })
          }
        />
        <FolderUpload
          label="Upload a folder of SED files"
          kind="seds"
          folder="/library"
          onReady={({ datasetId, name: folderName }) =>
            setOffer({ datasetId, name: `the SED files of ${folderName}`, wholeFolder: false })
          }
        />
      </Row>
      <form onSubmit={submit}>
        <Row align="flex-end">
          <Text size="sm" w="100%">
            {offer === null
              ? 'Upload something first; then give it a name.'
              : `To be offered: ${offer.name}.`}
          </Text>
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
          <Button type="submit" disabled={offer === null} loading={add.isPending}>
            Offer it
          </Button>
        </Row>
      </form>
      {add.error !== null && <Failure error={add.error} />}
      {error !== null && <Failure error={error} />}
      {data?.items.length === 0 && (
        <EmptyState title="The library is empty">
          <Text>
            Upload an instance catalog, a table, a map of lensing, a scheduler’s database, a folder of sky
            catalogs or one of SED files, and give it a name: every user can then choose it on the design
            screen, and name it in requests.
          </Text>
          <Text size="sm">
            Catalogs that include others are added on the command line:{' '}
            <Code>imsim-od library add NAME PART… CATALOG</Code>.
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
              {objects === null ? '' : `${countText(objects)} ${COUNTED[kind] ?? 'objects'}, `}
              {bytesText(dataset.bytes)}, SHA-256 {dataset.sha256.slice(0, 16)}…
            </Text>
          </Paper>
        ),
      )}
    </Stack>
  );
}
