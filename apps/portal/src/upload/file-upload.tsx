/** A button that sends a file of the user to the service, and a place to drop one on; shows how far it is, and what the service found in it. */
import { ApiError, type UploadResult } from '@imsim-od/api';
import { Alert, Badge, Button, FileButton, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { countText } from '../page-parts/quantity.js';
import { failureText } from '../service/use-call.js';
import { DropZone } from './drop-zone.js';
import { fileOf } from './given-folder.js';
import { bytesOfFile, FileGoneError, sendFile } from './send-file.js';
import { SendProgress, useSending } from './send-progress.js';

type End =
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
  const [end, setEnd] = useState<End | null>(null);
  const { sending, begin, tell, end: endSending, cancel } = useSending();
  // The same file may be chosen again, after it was changed or its upload cancelled.
  const forgetChoice = useRef<() => void>(null);
  const send = async (file: File): Promise<void> => {
    setEnd(null);
    const signal = begin(file.name, file.size);
    let isWaiting = false;
    try {
      const result = await sendFile(
        {
          key: JSON.stringify([folder, file.name, file.size, file.lastModified]),
          name: file.name,
          // A folder of its own, so that a file of the same name may come again.
          folder: `${folder}/${new Date().toISOString().replace(/\D/g, '')}`,
          bytes: file.size,
          read: bytesOfFile(file),
        },
        signal,
        (progress) => {
          ({ isWaiting } = progress);
          tell(progress);
        },
      );
      const { datasetId, objects, skipped, notes } = result;
      if (datasetId === null) throw new Error('the service says nothing of the file');
      await queries.invalidateQueries({ queryKey: ['searchDatasets'] });
      const uploaded = { ...result, datasetId, name: file.name };
      const refusal = refuse?.(uploaded);
      if (refusal !== undefined) return setEnd({ at: 'failed', text: refusal });
      onReady(uploaded);
      const leftOut = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
      setEnd({
        at: 'done',
        text: `${file.name}: ${objects === null ? 'received' : `${countText(objects)} ${counted}`}${leftOut.length > 0 ? `; left out: ${leftOut.join(', ')}` : ''}.`,
        notes,
      });
    } catch (error) {
      setEnd({
        at: 'failed',
        text: signal.aborted
          ? `The upload of ${file.name} was cancelled; the service removes what it has of it${isWaiting ? ' when it is reached again, or after a week' : ''}.`
          : uploadFailureText(error),
      });
    } finally {
      endSending();
      forgetChoice.current?.();
    }
  };
  return (
    <>
      <DropZone
        takes="file"
        isBusy={sending !== null}
        onDrop={(entry) =>
          void fileOf(entry).then(send, (error: unknown) =>
            setEnd({ at: 'failed', text: uploadFailureText(new FileGoneError(entry.name, error)) }),
          )
        }
        onRefuse={(text) => setEnd({ at: 'failed', text })}
      >
        <FileButton
          onChange={(file) => file !== null && void send(file)}
          inputProps={{ 'aria-label': what }}
          resetRef={forgetChoice}
        >
          {(props) => (
            <Button {...props} size="compact-sm" variant="default" loading={sending !== null}>
              {label}
            </Button>
          )}
        </FileButton>
      </DropZone>
      {sending !== null && <SendProgress sending={sending} onCancel={cancel} />}
      {end?.at === 'done' && (
        <Text component="div" size="sm" role="status" w="100%">
          <Badge size="sm" variant="light">
            added
          </Badge>{' '}
          {end.text} {end.notes.length === 1 && end.notes[0]}
          {end.notes.length > 1 && (
            <details>
              <summary>{end.notes.length} notes</summary>
              {end.notes.join(' ')}
            </details>
          )}
        </Text>
      )}
      {end?.at === 'failed' && (
        <Alert color="red" title="The file was not taken" role="alert" w="100%">
          {end.text}
        </Alert>
      )}
    </>
  );
}

/** What an upload that failed says to a person. */
export function uploadFailureText(error: unknown): string {
  if (error instanceof FileGoneError || !(error instanceof Error))
    return error instanceof Error ? error.message : String(error);
  return error instanceof ApiError ? failureText(error) : error.message;
}
