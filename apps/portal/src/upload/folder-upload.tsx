/**
 * A button that sends a folder of the user to the service, and a place to drop one on: sky catalogs file by file, SED files as one archive. What the service has already of the
 * same content is not sent again, so that the same folder, chosen again, goes on where it was stopped.
 */
import { Alert, Badge, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { countText } from '../page-parts/quantity.js';
import { DropZone } from './drop-zone.js';
import { uploadFailureText } from './file-upload.js';
import { droppedFolder, type GivenFolder, pickedFolder } from './given-folder.js';
import { type FolderKind, FolderSendError, sendFolder } from './send-folder.js';
import { SendProgress, useSending } from './send-progress.js';

/** What was sent. */
export interface UploadedFolder {
  /** Of sky catalogs the configuration, or any file of them; of SED files their archive. */
  readonly datasetId: string;
  /** The folder's own name. */
  readonly name: string;
  readonly kind: FolderKind;
}

const WORDS: Readonly<Record<FolderKind, string>> = {
  skyCatalogs: 'Folder of sky catalogs',
  seds: 'Folder of SED files',
};

/** The button. */
export function FolderUpload({
  label,
  kind,
  folder,
  onReady,
}: {
  readonly label: string;
  readonly kind: FolderKind;
  /** In the archive, from `/`. */
  readonly folder: string;
  readonly onReady: (result: UploadedFolder) => void;
}) {
  const queries = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [end, setEnd] = useState<{ readonly isDone: boolean; readonly text: string } | null>(null);
  const [reading, setReading] = useState<number | null>(null);
  const { sending, begin, tell, end: endSending, cancel } = useSending();
  const send = async (
    name: string,
    read: (signal: AbortSignal) => GivenFolder | Promise<GivenFolder>,
  ): Promise<void> => {
    setEnd(null);
    setReading(0);
    const signal = begin(name, 0);
    try {
      const { datasetId, sentFiles, knownFiles, notes } = await sendFolder(await read(signal), {
        kind,
        folder,
        signal,
        onRead: setReading,
        onProgress: (progress, wasThere) => {
          setReading(null);
          tell(progress, wasThere);
        },
      });
      await queries.invalidateQueries({ queryKey: ['searchDatasets'] });
      onReady({ datasetId, name, kind });
      setEnd({
        isDone: true,
        text: `${name}: ${countText(sentFiles)} ${sentFiles === 1 ? 'file' : 'files'} sent${knownFiles === 0 ? '' : `, ${countText(knownFiles)} were there already`}. ${notes.join(' ')}`,
      });
    } catch (error) {
      const goOn = error instanceof FolderSendError ? ` ${error.goOn}` : '';
      setEnd({
        isDone: false,
        text: signal.aborted
          ? `The upload of ${name} was cancelled. Choose or drop the folder again to go on with what is missing.`
          : `${uploadFailureText(error)}${goOn}`,
      });
    } finally {
      endSending();
      setReading(null);
      // The same folder may be chosen again.
      if (picker.current !== null) picker.current.value = '';
    }
  };
  return (
    <>
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        aria-label={WORDS[kind]}
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          const folderOfFiles = pickedFolder(files);
          if (files.length > 0) void send(folderOfFiles.name, () => folderOfFiles);
        }}
      />
      <DropZone
        takes="folder"
        isBusy={sending !== null}
        onDrop={(entry) => void send(entry.name, (signal) => droppedFolder(entry, signal))}
        onRefuse={(text) => setEnd({ isDone: false, text })}
      >
        <Button
          size="compact-sm"
          variant="default"
          loading={sending !== null}
          onClick={() => picker.current?.click()}
        >
          {label}
        </Button>
      </DropZone>
      {reading !== null && sending !== null && (
        <Stack gap={2} w="100%">
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">
              {sending.name}: looked through for what is there already, {Math.floor(100 * reading)} %
            </Text>
            <Button size="compact-xs" variant="default" onClick={cancel}>
              Cancel
            </Button>
          </Group>
          <Progress value={100 * reading} aria-label={`Reading of ${sending.name}`} />
        </Stack>
      )}
      {reading === null && sending !== null && <SendProgress sending={sending} onCancel={cancel} />}
      {end !== null &&
        (end.isDone ? (
          <Text component="div" size="sm" role="status" w="100%">
            <Badge size="sm" variant="light">
              added
            </Badge>{' '}
            {end.text}
          </Text>
        ) : (
          <Alert color="red" title="The folder was not taken" role="alert" w="100%">
            {end.text}
          </Alert>
        ))}
    </>
  );
}
